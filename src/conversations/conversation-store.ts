import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import { emptyDialog } from '../dialog/state.ts';
import type { ConversationId, DebtorId } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import { type Presence, TIME_ALONE } from './alive.ts';
import { byDebtor } from './by-debtor.ts';
import type { Consent, Conversation, Lease, NewConversation, Reached } from './conversation.ts';
import type { Mode } from './holder.ts';
import { createLeaseStore } from './lease-store.ts';

/*
 * What every turn does goes to the driver directly: what comes here is typed already, and casting it again costs more than the small call itself takes (0.2 of 0.45 ms).
 */

const lease = new Schema<Lease>({ owner: String, until: Date, life: String }, { _id: false, strict: false });
const schema = new Schema<Conversation>(
  {
    _id: String,
    channel: { type: String, required: true },
    medium: { type: String, required: true },
    address: { type: String, required: true },
    debtorId: { type: String, default: null },
    notDebtors: [String],
    locale: String,
    mode: String,
    handoff: { type: Schema.Types.Mixed, default: null },
    heldBy: { type: Schema.Types.Mixed, default: null },
    handoffs: { type: Number, default: 0 },
    lastHumanAt: { type: Date, default: null },
    dialog: Schema.Types.Mixed,
    expecting: String,
    verifiedUntil: { type: Date, default: null },
    consent: { type: Schema.Types.Mixed, default: null },
    lastInboundAt: { type: Date, default: null },
    flood: Schema.Types.Mixed,
    saidSeq: String,
    updatedAt: Date,
    version: Number,
    fence: Number,
    lease: { type: lease, default: null },
    sendLease: { type: lease, default: null },
  },
  { versionKey: false, minimize: false },
);
// Every turn pays for an index on what it changes, so these two hold what turns seldom change.
schema.index({ debtorId: 1 });
schema.index({ mode: 1, updatedAt: -1 }, { partialFilterExpression: { mode: { $gt: 'bot' } }, name: 'held' });

/** A conversation as a turn leaves it. `sendLease`: what it says is sent at once, under this. */
export interface Turned {
  next: Conversation;
  keepLease: boolean;
  sendLease?: Lease;
}

export type ConversationStore = ReturnType<typeof createConversationStore>;

/** @param presence who takes leases here, and whose are over before their time */
export function createConversationStore(db: Connection, presence: Pick<Presence, 'life' | 'dead'> = TIME_ALONE) {
  const model = db.model('conversations', schema, 'conversations');

  return {
    ...createLeaseStore(model.collection as never, presence),

    find: (id: string): Promise<Conversation | null> => model.findById(id).lean<Conversation>().exec(),

    async byId(ids: readonly ConversationId[]): Promise<Map<ConversationId, Conversation>> {
      if (ids.length === 0) return new Map();
      const rows = (await model.collection
        .find({ _id: { $in: ids as never[] } })
        .toArray()) as unknown as Conversation[];
      return new Map(rows.map((row) => [row._id, row]));
    },

    ofDebtor: (debtorId: DebtorId, tx?: Tx): Promise<Conversation[]> =>
      model
        .find({ debtorId })
        .sort({ lastInboundAt: -1, _id: 1 })
        .session(tx ?? null)
        .lean<Conversation[]>()
        .exec(),

    /** Those of many debtors, each debtor's in the same order: written to last first. */
    async ofDebtors(debtorIds: readonly DebtorId[], tx: Tx): Promise<Map<DebtorId, Reached[]>> {
      const fields = { debtorId: 1, channel: 1, lastInboundAt: 1 } as const;
      const rows = (await model.collection
        .find({ debtorId: { $in: debtorIds as never[] } }, { projection: fields, session: tx })
        .toArray()) as unknown as (Reached & { debtorId: DebtorId })[];
      return byDebtor(rows.sort(latestFirst));
    },

    list: (filter: { mode?: Mode }, limit: number): Promise<Conversation[]> =>
      model.find(filter).sort({ updatedAt: -1 }).limit(limit).lean<Conversation[]>().exec(),

    /** Those whose person has said nothing since then. */
    heldSilently: (since: Date, limit: number): Promise<Conversation[]> =>
      model
        .find({ mode: 'human', lastHumanAt: { $lte: since } })
        .sort({ lastHumanAt: 1 })
        .limit(limit)
        .lean<Conversation[]>()
        .exec(),

    /** Opens it when it is new; an existing one stays as it is. */
    async open(fresh: NewConversation, now: Date): Promise<void> {
      await model.updateOne(...opening(fresh, now));
    },

    /** Ties an address that belongs to nobody yet, unless it said that it is not this debtor. */
    async tie(id: ConversationId, debtorId: DebtorId, locale: Locale): Promise<void> {
      await model.updateOne(...tying(id, debtorId, locale));
    },

    /** Opens and ties many. A debtor's word on being written to goes with them to an address that has none of its own. */
    async adopt(
      fresh: (NewConversation & { debtorId: DebtorId; consent: Consent | null })[],
      now: Date,
      tx: Tx,
    ): Promise<void> {
      const writes = fresh.flatMap(({ consent, ...conversation }) => {
        const { _id, debtorId, locale } = conversation;
        const word = consent
          ? [[{ _id, debtorId, consent: null }, { $set: { consent }, $inc: { version: 1 } }, {}] as const]
          : [];
        return [opening(conversation, now), tying(_id, debtorId, locale), ...word];
      });
      if (writes.length === 0) return;
      const ops = writes.map(([filter, update, options]) => ({ updateOne: { filter, update, ...options } }));
      await model.collection.bulkWrite(ops as never, { session: tx, ordered: true });
    },

    /** Those that are tied to one of these debtors at another address than the debtor's own. */
    async atOtherAddress(current: { debtorId: DebtorId; addresses: string[] }[], tx: Tx): Promise<Conversation[]> {
      const own = new Map(current.map(({ debtorId, addresses }) => [debtorId, addresses]));
      const tied = await model
        .find({ debtorId: { $in: [...own.keys()] } })
        .session(tx)
        .lean<Conversation[]>()
        .exec();
      return tied.filter(({ debtorId, address }) => debtorId !== null && !own.get(debtorId)?.includes(address));
    },

    /** Belongs to nobody from now; a turn under way there writes nothing. */
    async untie(ids: ConversationId[], tx: Tx): Promise<void> {
      const nobody = { debtorId: null, verifiedUntil: null, dialog: emptyDialog(), expecting: 'nothing' as const };
      await model.updateMany({ _id: { $in: ids } }, { $set: nobody, $inc: { version: 1 } }, { session: tx });
    },

    /** Writes what turns changed, in one round trip. @returns false when the lease or the version of one moved on, or somebody sends where we are about to: undo it all then */
    async save(turned: readonly Turned[], tx: Tx): Promise<boolean> {
      const writes = turned.map((each) => ({ updateOne: saving(each) }));
      const result = await model.collection.bulkWrite(writes as never, { session: tx });
      return result.modifiedCount === turned.length;
    },

    /** An opt-out that binds everywhere is written on every conversation of the debtor but the one under way. A turn that one of those is taking is taken again. */
    async spreadConsent(debtorId: DebtorId, except: ConversationId, consent: Consent, tx: Tx): Promise<void> {
      const others = { debtorId, _id: { $ne: except } };
      await model.updateMany(others, { $set: { consent }, $inc: { version: 1 } }, { session: tx });
    },

    /** An opt-out that somebody else heard. A turn under way is taken again. @returns false when it was out before */
    async optOut(id: ConversationId, consent: Consent, tx: Tx): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, 'consent.state': { $ne: 'out' } },
        { $set: { consent }, $inc: { version: 1 } },
        { session: tx },
      );
      return result.modifiedCount === 1;
    },

    /** How far each has come. */
    async versionsOf(ids: readonly ConversationId[]): Promise<Map<ConversationId, number>> {
      const rows = (await model.collection
        .find({ _id: { $in: ids as never[] } }, { projection: { version: 1 } })
        .toArray()) as unknown as Pick<Conversation, '_id' | 'version'>[];
      return new Map(rows.map(({ _id, version }) => [_id, version]));
    },
  };
}

const latestFirst = (a: Reached, b: Reached): number =>
  (b.lastInboundAt?.getTime() ?? 0) - (a.lastInboundAt?.getTime() ?? 0) || (a._id < b._id ? -1 : 1);

/**
 * The transaction may read from just before our lease, or from before the turn that went before this one: under load the snapshot lags behind
 * what was acknowledged. An older version is therefore no reason to give up: to write to it is a conflict, and the transaction runs again.
 */
function saving({ next, keepLease, sendLease }: Turned) {
  const { _id, version, fence, lease: _l, sendLease: _s, channel: _c, medium: _m, address: _a, ...changes } = next;
  const set = { ...changes, ...(!keepLease && { lease: null }), ...(sendLease && { sendLease }) };
  const notLater = { version: { $lte: version }, fence: { $lte: fence }, ...(sendLease && { sendLease: null }) };
  return { filter: { _id, ...notLater }, update: { $set: set, $inc: { version: 1 } } };
}

/** Filter, update and options, for one call or for a bulk. */
type Write = [filter: object, update: object, options: { upsert?: true }];

function opening({ _id, ...identity }: NewConversation, now: Date): Write {
  const rest = {
    notDebtors: [],
    mode: 'bot',
    handoff: null,
    heldBy: null,
    handoffs: 0,
    lastHumanAt: null,
    dialog: emptyDialog(),
    expecting: 'nothing',
    verifiedUntil: null,
    consent: null,
    lastInboundAt: null,
    updatedAt: now,
    version: 0,
    fence: 0,
    lease: null,
    sendLease: null,
  };
  return [{ _id }, { $setOnInsert: { ...identity, ...rest } }, { upsert: true }];
}

const tying = (_id: ConversationId, debtorId: DebtorId, locale: Locale): Write => [
  { _id, debtorId: null, notDebtors: { $ne: debtorId } },
  { $set: { debtorId, locale }, $inc: { version: 1 } },
  {},
];
