import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { Slots } from '../dialog/state.ts';
import type { ConversationId, DebtorId, FollowupId, InboxId } from '../kernel/ids.ts';
import type { MessageKind } from '../kernel/medium.ts';

/** What came in. A message of the debtor's, or something that happened inside and starts a flow, or what an agent did. */
export type Incoming =
  | { kind: 'message'; text: string }
  | { kind: 'event'; flow: string; slots: Slots; messageKind: MessageKind; followupId: FollowupId | null }
  | { kind: 'agent_reply'; agent: string; text: string }
  | { kind: 'agent_return'; agent: string };

export interface InboxRow {
  /** The provider's message id, or `timer:…`, `payment:…`, `agent:…`: what makes a second delivery the same. */
  _id: InboxId;
  conversationId: ConversationId;
  debtorId: DebtorId | null;
  incoming: Incoming;
  /** By the service's clock: what "mañana" is counted from. */
  receivedAt: Date;
  /** Sorts the rows of a conversation in the order of their arrival. */
  seq: string;
  state: 'new' | 'done' | 'dead';
  /** Times that a turn on it failed or died. */
  attempts: number;
  /** Machine time before which it is not tried again. */
  notBefore: Date;
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
  },
  { versionKey: false, minimize: false },
);
schema.index({ seq: 1 }, { partialFilterExpression: { state: 'new' }, name: 'waiting' });
schema.index({ conversationId: 1, seq: 1 });
schema.index({ debtorId: 1, receivedAt: -1 });

const DUPLICATE_KEY = 11_000;

export type InboxStore = ReturnType<typeof createInboxStore>;

export function createInboxStore(db: Connection) {
  const model = db.model('inbox', schema, 'inbox');
  return {
    /** Durable on a majority and journaled when it resolves. @returns false when the id was there before. */
    async insert(row: InboxRow): Promise<boolean> {
      try {
        await model.collection.insertOne(row as never, { writeConcern: { w: 'majority', journal: true } });
        return true;
      } catch (error) {
        if ((error as { code?: number }).code === DUPLICATE_KEY) return false;
        throw error;
      }
    },

    /** For rows made inside a transaction: an id that was there before changes nothing. */
    async insertOnce(rows: InboxRow[], tx: Tx): Promise<void> {
      if (rows.length === 0) return;
      const writes = rows.map(({ _id, ...row }) => ({
        updateOne: { filter: { _id }, update: { $setOnInsert: row }, upsert: true },
      }));
      await model.bulkWrite(writes as never, { session: tx, ordered: false });
    },

    /**
     * What waits, by conversation, each in the order of arrival, the longest waiting first. A conversation whose head is to be tried later is
     * left out. Read before the lease: a row that somebody else finished meanwhile is found out by `finish`.
     */
    async waiting(machineNow: Date, limit: number): Promise<Map<ConversationId, InboxRow[]>> {
      const rows = (await model.collection
        .find({ state: 'new' }, { sort: { seq: 1 }, limit })
        .toArray()) as unknown as InboxRow[];
      const byConversation = new Map<ConversationId, InboxRow[]>();
      for (const row of rows)
        byConversation.set(row.conversationId, [...(byConversation.get(row.conversationId) ?? []), row]);
      for (const [id, [head]] of byConversation) if (head && head.notBefore > machineNow) byConversation.delete(id);
      return byConversation;
    },

    /** @returns false when it was done before. */
    async finish(id: InboxId, tx: Tx): Promise<boolean> {
      const open = { _id: id as never, state: 'new' };
      const result = await model.collection.updateOne(open, { $set: { state: 'done' } }, { session: tx });
      return result.modifiedCount === 1;
    },

    async fail(id: InboxId, notBefore: Date): Promise<void> {
      await model.updateOne({ _id: id, state: 'new' }, { $inc: { attempts: 1 }, $set: { notBefore } });
    },

    async bury(id: InboxId, tx: Tx): Promise<void> {
      await model.updateOne({ _id: id, state: 'new' }, { $set: { state: 'dead' } }, { session: tx });
    },

    isDone: async (id: InboxId): Promise<boolean> => (await model.exists({ _id: id, state: { $ne: 'new' } })) !== null,

    messagesOf: (conversationId: ConversationId, limit: number): Promise<InboxRow[]> =>
      model
        .find({ conversationId, 'incoming.kind': 'message' })
        .sort({ seq: -1 })
        .limit(limit)
        .lean<InboxRow[]>()
        .exec(),

    heardFrom: (debtorId: DebtorId, since: Date): Promise<InboxRow[]> =>
      model
        .find({ debtorId, receivedAt: { $gte: since }, 'incoming.kind': 'message' })
        .sort({ receivedAt: 1 })
        .lean<InboxRow[]>()
        .exec(),

    async backlog(): Promise<{ count: number; oldest: Date | null; dead: number }> {
      const [count, first, dead] = await Promise.all([
        model.countDocuments({ state: 'new' }),
        model.findOne({ state: 'new' }).sort({ seq: 1 }).lean<InboxRow>().exec(),
        model.countDocuments({ state: 'dead' }),
      ]);
      return { count, oldest: first?.receivedAt ?? null, dead };
    },
  };
}
