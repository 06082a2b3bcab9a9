import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import { type DialogState, emptyDialog } from '../dialog/state.ts';
import { type ConversationId, type DebtorId, newUuid } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Medium } from '../kernel/medium.ts';
import type { Expecting } from '../language/heard.ts';
import type { Mode } from './conversations.ts';

/** Whether we may write of our own accord: the debtor's last word on it, kept for ever. */
export interface Consent {
  state: 'in' | 'out';
  at: Date;
  /** The words that said so: what the gate reads. */
  words: string;
}

/** One debtor's side of one channel: also what ties the address to the debtor. */
export interface Conversation {
  _id: ConversationId;
  channel: string;
  medium: Medium;
  address: string;
  debtorId: DebtorId | null;
  /** Debtors that this address said it is not: it is never tied to them again. */
  notDebtors: DebtorId[];
  locale: Locale;
  mode: Mode;
  /** Why a person was asked for, and since when. */
  handoff: { queue: string; reason: string; at: Date } | null;
  heldBy: string | null;
  dialog: DialogState;
  expecting: Expecting;
  /** Until when the debtor counts as identified here. */
  verifiedUntil: Date | null;
  consent: Consent | null;
  lastInboundAt: Date | null;
  updatedAt: Date;
  /** Rises with every turn: a turn that read an older one writes nothing. */
  version: number;
  /** Rises with every lease: a holder that was paused past its lease writes nothing. */
  fence: number;
  lease: Lease | null;
  sendLease: Lease | null;
}

/** Machine time, since several processes compare it. */
export interface Lease {
  owner: string;
  until: Date;
}

export type NewConversation = Pick<Conversation, '_id' | 'channel' | 'medium' | 'address' | 'debtorId' | 'locale'>;

/*
 * What every turn does goes to the driver directly: mongoose's casting doubles the price of a small call, and what comes here is typed already.
 */

/** A lease need not outlive a crash of the database, so nobody waits for the journal: what a turn writes is guarded by the version. */
const LEASE_CONCERN = { w: 1, j: false } as const;

const lease = new Schema<Lease>({ owner: String, until: Date }, { _id: false, strict: false });
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
    heldBy: { type: String, default: null },
    dialog: Schema.Types.Mixed,
    expecting: String,
    verifiedUntil: { type: Date, default: null },
    consent: { type: Schema.Types.Mixed, default: null },
    lastInboundAt: { type: Date, default: null },
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

export type ConversationStore = ReturnType<typeof createConversationStore>;

export function createConversationStore(db: Connection) {
  const model = db.model('conversations', schema, 'conversations');
  return {
    find: (id: string): Promise<Conversation | null> => model.findById(id).lean<Conversation>().exec(),

    ofDebtor: (debtorId: DebtorId, tx?: Tx): Promise<Conversation[]> =>
      model
        .find({ debtorId })
        .sort({ lastInboundAt: -1, _id: 1 })
        .session(tx ?? null)
        .lean<Conversation[]>()
        .exec(),

    list: (filter: { mode?: Mode }, limit: number): Promise<Conversation[]> =>
      model.find(filter).sort({ updatedAt: -1 }).limit(limit).lean<Conversation[]>().exec(),

    /** Opens it when it is new; an existing one stays as it is. */
    async open(fresh: NewConversation, now: Date): Promise<void> {
      const rest = {
        notDebtors: [],
        mode: 'bot',
        handoff: null,
        heldBy: null,
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
      const { _id, ...identity } = fresh;
      await model.updateOne({ _id }, { $setOnInsert: { ...identity, ...rest } }, { upsert: true });
    },

    /** Ties an address that belongs to nobody yet, unless it said that it is not this debtor. */
    async tie(id: ConversationId, debtorId: DebtorId, locale: Locale): Promise<void> {
      await model.updateOne({ _id: id, debtorId: null, notDebtors: { $ne: debtorId } }, { $set: { debtorId, locale } });
    },

    /**
     * Takes those of `ids` that nobody holds, in two round trips however many they are.
     * @returns each as it stands, held by `owner` from now; `crashed` when its last holder never gave it back
     */
    async take(
      ids: ConversationId[],
      owner: string,
      machineNow: Date,
      leaseMs: number,
    ): Promise<{ held: Conversation; crashed: boolean }[]> {
      const until = new Date(machineNow.getTime() + leaseMs);
      const token = newUuid();
      const free = { _id: { $in: ids as never[] }, $or: [{ lease: null }, { 'lease.until': { $lte: machineNow } }] };
      const taking = {
        lease: { owner, until, token, crashed: { $ne: ['$lease', null] } },
        fence: { $add: ['$fence', 1] },
      };
      const { modifiedCount } = await model.collection.updateMany(free, [{ $set: taking }], {
        writeConcern: LEASE_CONCERN,
      });
      if (modifiedCount === 0) return [];
      const mine = { _id: { $in: ids as never[] }, 'lease.token': token };
      const held = (await model.collection.find(mine).toArray()) as unknown as (Conversation & {
        lease: { crashed: boolean };
      })[];
      return held.map((conversation) => ({ held: conversation, crashed: conversation.lease.crashed }));
    },

    async release(id: ConversationId, fence: number): Promise<void> {
      await model.updateOne({ _id: id, fence }, { $set: { lease: null } }, { writeConcern: LEASE_CONCERN });
    },

    /** Writes what a turn changed. @returns false when the lease or the version moved on: nothing was written. */
    async save(next: Conversation, tx: Tx, keepLease: boolean): Promise<boolean> {
      const {
        _id,
        version,
        fence,
        lease: _lease,
        sendLease: _sendLease,
        channel: _c,
        medium: _m,
        address: _a,
        ...changes
      } = next;
      const set = keepLease ? changes : { ...changes, lease: null };
      const result = await model.updateOne(
        { _id, version, fence },
        { $set: set, $inc: { version: 1 } },
        { session: tx },
      );
      return result.modifiedCount === 1;
    },

    /** An opt-out that binds everywhere is written on every conversation of the debtor but the one under way. */
    async spreadConsent(debtorId: DebtorId, except: ConversationId, consent: Consent, tx: Tx): Promise<void> {
      await model.updateMany({ debtorId, _id: { $ne: except } }, { $set: { consent } }, { session: tx });
    },

    async takeToSend(
      id: ConversationId,
      owner: string,
      machineNow: Date,
      leaseMs: number,
    ): Promise<Conversation | null> {
      return model
        .findOneAndUpdate(
          { _id: id, $or: [{ sendLease: null }, { 'sendLease.until': { $lte: machineNow } }] },
          { $set: { sendLease: { owner, until: new Date(machineNow.getTime() + leaseMs) } } },
          { returnDocument: 'after', writeConcern: LEASE_CONCERN },
        )
        .lean<Conversation>()
        .exec();
    },

    async releaseSend(id: ConversationId, owner: string): Promise<void> {
      await model.updateOne(
        { _id: id, 'sendLease.owner': owner },
        { $set: { sendLease: null } },
        { writeConcern: LEASE_CONCERN },
      );
    },
  };
}
