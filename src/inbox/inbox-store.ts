import { type Connection, Schema } from 'mongoose';
import type { InboundMedia } from '../channels/channel.ts';
import type { Agent, AgentAct } from '../conversations/holder.ts';
import { isDuplicateKey } from '../database/duplicate.ts';
import type { Tx } from '../database/transaction.ts';
import type { Slots } from '../dialog/state.ts';
import { type ConversationId, type DebtorId, type FollowupId, type InboxId, sortableFrom } from '../kernel/ids.ts';
import type { MessageKind } from '../kernel/medium.ts';

/** What came in. A message of the debtor's, or something that happened inside and starts a flow, or what an agent did. */
export type Incoming =
  | IncomingMessage
  | { kind: 'event'; flow: string; slots: Slots; messageKind: MessageKind; followupId: FollowupId | null }
  /** `shown`: the handoff that its button was shown in; null where no button was. */
  | { kind: 'agent'; agent: Agent; act: AgentAct; shown: number | null };

/** `channel` and `from` open its conversation when it is taken. `tapped`: a button's label. `parts`: of a burst, read as one and never stored so. */
export interface IncomingMessage {
  kind: 'message';
  text: string;
  channel: string;
  from: string;
  tapped?: true;
  media?: InboundMedia[];
  parts?: string[];
}

export interface InboxRow {
  /** The provider's message id, or `timer:…`, `payment:…`, `agent:…`: what makes a second delivery the same. */
  _id: InboxId;
  conversationId: ConversationId;
  /** Of a message: known when its turn is over. */
  debtorId: DebtorId | null;
  incoming: Incoming;
  /** By the service's clock: what "mañana" is counted from. */
  receivedAt: Date;
  /** Sorts the rows of a conversation in the order of their arrival. */
  seq: string;
  state: 'new' | 'done' | 'dead';
  /** Times that a turn on it failed or died. */
  attempts: number;
  /** Machine time before which nobody looks at it (again). */
  notBefore: Date;
  /** The first row of the burst that it was read with: itself, where it was alone. */
  takenWith?: InboxId;
  /** Why the last attempt failed: a code, never anybody's words. */
  reason?: string;
}

/** What the debtor wrote, for people. Files show as their type: `[image/jpeg]`. */
export function heardText({ incoming }: Pick<InboxRow, 'incoming'>): string {
  if (incoming.kind !== 'message') return '';
  const files = (incoming.media ?? []).map(({ type }) => `[${type}]`);
  return [incoming.text, ...files].filter((part) => part !== '').join(' ');
}

/** The rows that a turn was taken on. */
export interface Finished extends Pick<InboxRow, 'debtorId' | 'takenWith'> {
  ids: InboxId[];
}

const schema = new Schema<InboxRow>(
  {
    _id: String,
    conversationId: { type: String, required: true },
    debtorId: { type: String, default: null },
    incoming: { type: Schema.Types.Mixed, required: true },
    receivedAt: Date,
    seq: { type: String, required: true },
    state: String,
    attempts: Number,
    notBefore: Date,
    takenWith: String,
    reason: String,
  },
  { versionKey: false, minimize: false },
);
// Covers the look for what is due, so that a hundred thousand rows of one debtor are passed over without being read.
const DUE = { state: 1, seq: 1, notBefore: 1, conversationId: 1 } as const;
schema.index(DUE, { partialFilterExpression: { state: 'new' }, name: 'due' });
schema.index({ conversationId: 1, state: 1, seq: 1 });
schema.index({ debtorId: 1, receivedAt: -1 }, { partialFilterExpression: { debtorId: { $gt: '' } }, name: 'heard' });
schema.index({ receivedAt: 1 }, { partialFilterExpression: { state: 'dead' }, name: 'dead' });

const STATES = ['new', 'done', 'dead'] as const;
const ROWS_A_LOOK = 200;
const LOOKS_MAX = 8; // so many debtors may flood us at once before others wait for the next look
const ROWS_A_CONVERSATION = 100;

export type InboxStore = ReturnType<typeof createInboxStore>;

export function createInboxStore(db: Connection) {
  const model = db.model('inbox', schema, 'inbox');

  const waiting = (ids: readonly ConversationId[], limit: number): Promise<InboxRow[]> =>
    model.collection
      .find(
        { conversationId: { $in: ids as never[] }, state: 'new' },
        { sort: { conversationId: 1, seq: 1 }, limit, hint: { conversationId: 1, state: 1, seq: 1 } },
      )
      .toArray() as unknown as Promise<InboxRow[]>;

  return {
    /** Durable on a majority and journaled when it resolves. @returns false when the id was there before. */
    async insert(row: InboxRow): Promise<boolean> {
      try {
        await model.collection.insertOne(row as never, { writeConcern: { w: 'majority', journal: true } });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },

    /** For rows made inside a transaction: an id that was there before changes nothing. */
    async insertOnce(rows: InboxRow[], tx: Tx): Promise<void> {
      if (rows.length === 0) return;
      // Two round trips, and half the time of as many upserts.
      const ids = rows.map(({ _id }) => _id as never);
      const there = await model.collection.distinct('_id', { _id: { $in: ids } }, { session: tx });
      const known = new Set<unknown>(there);
      const fresh = rows.filter(({ _id }) => !known.has(_id));
      if (fresh.length > 0) await model.collection.insertMany(fresh as never[], { session: tx, ordered: false });
    },

    /** Many at once, each durable when it resolves. @returns for each whether it was new */
    async insertAll(rows: readonly InboxRow[], withinMs: number): Promise<boolean[]> {
      const writeConcern = { w: 'majority', journal: true } as const;
      try {
        await model.collection.insertMany(rows as never, { ordered: false, writeConcern, timeoutMS: withinMs });
        return rows.map(() => true);
      } catch (error) {
        const known = duplicatesIn(error);
        return rows.map((_, n) => !known.has(n));
      }
    },

    /**
     * Conversations in which something is due, the one that has waited longest first. Conversations are counted, not rows: one that has
     * thousands takes no other's place.
     * @param except those that somebody else is at @param freshMs only what came so lately
     */
    async due(
      machineNow: Date,
      limit: number,
      { except, freshMs = null }: { except: readonly ConversationId[]; freshMs?: number | null },
    ): Promise<ConversationId[]> {
      const found = new Set<ConversationId>();
      for (let look = 0; look < LOOKS_MAX && found.size < limit; look += 1) {
        const not = [...except, ...found];
        const others = not.length > 0 ? { conversationId: { $nin: not as never[] } } : {};
        const rows = await model.collection
          .find({ state: 'new', ...arrivedWithin(freshMs, machineNow), notBefore: { $lte: machineNow }, ...others })
          .project<{ conversationId: ConversationId }>({ _id: 0, conversationId: 1 })
          .sort({ seq: 1 })
          .limit(ROWS_A_LOOK)
          .hint('due')
          .toArray();
        for (const { conversationId } of rows) found.add(conversationId);
        if (rows.length < ROWS_A_LOOK) break;
      }
      return [...found].slice(0, limit);
    },

    /** When the next row is due, of those that are not yet: not beyond so many waiting ones. @param freshMs only of what came so lately */
    async nextDue(machineNow: Date, freshMs: number | null = null): Promise<Date | null> {
      const rows = await model.collection
        .find({ state: 'new', ...arrivedWithin(freshMs, machineNow), notBefore: { $gt: machineNow } })
        .project<{ notBefore: Date }>({ _id: 0, notBefore: 1 })
        .sort({ seq: 1 })
        .limit(ROWS_A_LOOK)
        .hint('due')
        .toArray();
      return rows.length === 0 ? null : new Date(Math.min(...rows.map(({ notBefore }) => notBefore.getTime())));
    },

    /**
     * What waits in these conversations, each in the order of arrival, at most a hundred of each. Read before the lease: a row that somebody
     * else finished meanwhile is found out by `finish`.
     */
    async waitingIn(ids: readonly ConversationId[]): Promise<Map<ConversationId, InboxRow[]>> {
      const limit = Math.min(ids.length * ROWS_A_CONVERSATION, 10 * ROWS_A_LOOK);
      const rows = await waiting(ids, limit);
      if (ids.length > 1 && rows.length === limit) {
        const each = await Promise.all(ids.map((id) => waiting([id], ROWS_A_CONVERSATION)));
        return new Map(ids.map((id, n) => [id, each[n] ?? []]));
      }
      const byConversation = new Map<ConversationId, InboxRow[]>();
      for (const row of rows) {
        const known = byConversation.get(row.conversationId);
        if (known && known.length < ROWS_A_CONVERSATION) known.push(row);
        if (!known) byConversation.set(row.conversationId, [row]);
      }
      return byConversation;
    },

    /** Nobody looks at these before then. */
    async putOff(rows: readonly { ids: InboxId[]; until: Date }[]): Promise<void> {
      if (rows.length === 0) return;
      const writes = rows.map(({ ids, until }) => ({
        updateMany: { filter: { _id: { $in: ids }, state: 'new' }, update: { $set: { notBefore: until } } },
      }));
      await model.collection.bulkWrite(writes as never, { ordered: false });
    },

    /**
     * Each turn's rows: whose messages they turned out to be, and the first of the burst that they were read with.
     * @returns false when one of them was done before
     */
    async finish(turned: readonly Finished[], tx: Tx): Promise<boolean> {
      const writes = turned.map(({ ids, debtorId, takenWith }) => {
        const filter = { _id: { $in: ids }, state: 'new' };
        return { updateMany: { filter, update: { $set: { state: 'done', debtorId, takenWith } }, hint: { _id: 1 } } };
      });
      const { modifiedCount } = await model.collection.bulkWrite(writes as never, { session: tx });
      return modifiedCount === turned.reduce((sum, { ids }) => sum + ids.length, 0);
    },

    async fail(id: InboxId, notBefore: Date, reason: string): Promise<void> {
      await model.updateOne({ _id: id, state: 'new' }, { $inc: { attempts: 1 }, $set: { notBefore, reason } });
    },

    async bury(id: InboxId, debtorId: DebtorId | null, tx: Tx): Promise<void> {
      await model.updateOne({ _id: id, state: 'new' }, { $set: { state: 'dead', debtorId } }, { session: tx });
    },

    /** The dead letters, the longest dead first. */
    dead: (limit: number): Promise<InboxRow[]> =>
      model.find({ state: 'dead' }).sort({ receivedAt: 1 }).limit(limit).lean<InboxRow[]>().exec(),

    /** They are as if they had just come, but keep their place. @param ids null: all of them. @returns how many */
    async revive(ids: InboxId[] | null, machineNow: Date): Promise<number> {
      const which = ids === null ? {} : { _id: { $in: ids } };
      const fresh = { $set: { state: 'new', attempts: 0, notBefore: machineNow }, $unset: { reason: 1 } };
      return (await model.updateMany({ ...which, state: 'dead' }, fresh)).modifiedCount;
    },

    /** @returns the row whose turn it was read in; null while that is not over */
    async takenWith(id: InboxId): Promise<InboxId | null> {
      const row = await model
        .findOne({ _id: id, state: { $ne: 'new' } }, { takenWith: 1 })
        .lean<InboxRow>()
        .exec();
      return row && (row.takenWith ?? row._id);
    },

    messagesOf: (conversationId: ConversationId, limit: number): Promise<InboxRow[]> =>
      model
        .find({ conversationId, state: { $in: [...STATES] }, 'incoming.kind': 'message' })
        .sort({ seq: -1 })
        .limit(limit)
        .lean<InboxRow[]>()
        .exec(),

    /** What these debtors wrote since then, oldest first. */
    heardFrom: (debtorIds: DebtorId[], since: Date): Promise<InboxRow[]> =>
      model
        .find({ debtorId: { $in: debtorIds }, receivedAt: { $gte: since }, 'incoming.kind': 'message' })
        .sort({ receivedAt: 1 })
        .lean<InboxRow[]>()
        .exec(),

    /** What agents wrote for each other, the latest first. */
    notesOf: (conversationId: ConversationId, limit: number): Promise<InboxRow[]> =>
      model
        .find({ conversationId, 'incoming.act.act': 'note' })
        .sort({ seq: -1 })
        .limit(limit)
        .lean<InboxRow[]>()
        .exec(),

    /** Those of these ids that came already. */
    async known(ids: string[]): Promise<Set<string>> {
      const rows = await model.collection.find({ _id: { $in: ids as never[] } }, { projection: { _id: 1 } }).toArray();
      return new Set(rows.map(({ _id }) => String(_id)));
    },

    async backlog(): Promise<{ count: number; oldest: Date | null; dead: number }> {
      const [count, first, dead] = await Promise.all([
        model.countDocuments({ state: 'new' }).hint('due'),
        model.findOne({ state: 'new' }).sort({ seq: 1 }).hint('due').lean<InboxRow>().exec(),
        model.countDocuments({ state: 'dead' }).hint('dead'),
      ]);
      return { count, oldest: first?.receivedAt ?? null, dead };
    },
  };
}

/** As the row's place in the order says. */
const arrivedWithin = (ms: number | null, machineNow: Date): object =>
  ms === null ? {} : { seq: { $gte: sortableFrom(new Date(machineNow.getTime() - ms)) } };

/** Which rows of a bulk were there before. @throws the error itself when it says anything else */
function duplicatesIn(error: unknown): Set<number> {
  const { writeErrors, writeConcernErrors } = error as {
    writeErrors?: { code: number; index: number }[];
    writeConcernErrors?: unknown[];
  };
  const all = [writeErrors ?? []].flat();
  const isThatOnly = all.length > 0 && all.every(isDuplicateKey);
  if (!isThatOnly || (writeConcernErrors?.length ?? 0) > 0) throw error;
  return new Set(all.map(({ index }) => index));
}
