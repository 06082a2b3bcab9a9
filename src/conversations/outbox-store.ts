import { type Connection, Schema } from 'mongoose';
import type { DeliveryStatus } from '../channels/channel.ts';
import type { Tx } from '../database/transaction.ts';
import type { ConversationId, DebtorId, OutboxId } from '../kernel/ids.ts';
import type { Medium, MessageKind } from '../kernel/medium.ts';

/**
 * ready: may go when the law allows. sending: the intent is written, the provider may have it. accepted: the provider has it.
 * refused: it will never go. blocked: the law forbids it as it stands. expired: it would come too late to be true. unknown: sent or not, nobody can say.
 */
export type OutboxState = 'ready' | 'sending' | 'accepted' | 'refused' | 'blocked' | 'expired' | 'unknown';

export interface OutboxRow {
  /** `<inbox id>:<n>` */
  _id: OutboxId;
  conversationId: ConversationId;
  debtorId: DebtorId | null;
  channel: string;
  medium: Medium;
  address: string;
  from: 'bot' | 'agent';
  kind: MessageKind;
  /** Text key, or `agent` for a person's own words. */
  key: string;
  text: string;
  options: string[];
  disclosesDebt: boolean;
  createdAt: Date;
  /** Sorts the rows of a conversation. */
  seq: string;
  state: OutboxState;
  /** By the service's clock: set when the law defers it. */
  notBefore: Date;
  expiresAt: Date;
  /** The rule that deferred or blocked it. */
  rule: string | null;
  attempts: number;
  /** Machine time at which the intent was written. */
  sendingAt: Date | null;
  /** By the service's clock. */
  sentAt: Date | null;
  providerId: string | null;
  status: DeliveryStatus | null;
}

const schema = new Schema<OutboxRow>(
  {
    _id: String,
    conversationId: { type: String, required: true },
    debtorId: { type: String, default: null },
    channel: String,
    medium: String,
    address: String,
    from: String,
    kind: String,
    key: String,
    text: String,
    options: [String],
    disclosesDebt: Boolean,
    createdAt: Date,
    seq: String,
    state: String,
    notBefore: Date,
    expiresAt: Date,
    rule: { type: String, default: null },
    attempts: Number,
    sendingAt: { type: Date, default: null },
    sentAt: { type: Date, default: null },
    providerId: { type: String, default: null },
    status: { type: String, default: null },
  },
  { versionKey: false },
);
schema.index({ channel: 1, notBefore: 1 }, { partialFilterExpression: { state: 'ready' }, name: 'ready' });
schema.index({ sendingAt: 1 }, { partialFilterExpression: { state: 'sending' }, name: 'sending' });
schema.index({ conversationId: 1, seq: 1 });
schema.index({ debtorId: 1, createdAt: -1 });
schema.index(
  { channel: 1, providerId: 1 },
  { unique: true, partialFilterExpression: { providerId: { $type: 'string' } } },
);

const RANK: DeliveryStatus[] = ['accepted', 'sent', 'delivered', 'read'];
const UNSETTLED: OutboxState[] = ['ready', 'sending', 'unknown'];

/** What a status may take the place of: the rank only rises, and `failed` is final but never takes back a delivery. */
const lowerThan = (status: DeliveryStatus): (DeliveryStatus | null)[] => [
  null,
  ...(status === 'failed' ? RANK.slice(0, 2) : RANK.slice(0, RANK.indexOf(status))),
];

const risenTo = (status: DeliveryStatus, code: string | null = null): Partial<OutboxRow> =>
  status === 'failed' ? { status, state: 'refused', rule: code ?? 'undelivered' } : { status };

export type OutboxStore = ReturnType<typeof createOutboxStore>;

export function createOutboxStore(db: Connection) {
  const model = db.model('outbox', schema, 'outbox');
  return {
    async insert(rows: OutboxRow[], tx: Tx): Promise<void> {
      if (rows.length > 0) await model.collection.insertMany(rows as never[], { session: tx });
    },

    async conversationsReady(channels: string[], now: Date, limit: number): Promise<ConversationId[]> {
      const rows = await model
        .find({ state: 'ready', channel: { $in: channels }, notBefore: { $lte: now } }, { conversationId: 1 })
        .sort({ notBefore: 1 })
        .limit(limit)
        .lean<Pick<OutboxRow, 'conversationId'>[]>()
        .exec();
      return [...new Set(rows.map((row) => row.conversationId))];
    },

    /** All that waits to go, also what may not go yet. */
    readyIn: (conversationId: ConversationId): Promise<OutboxRow[]> =>
      model.find({ conversationId, state: 'ready' }).sort({ seq: 1 }).limit(20).lean<OutboxRow[]>().exec(),

    /** Writes the intent before the provider is called. @returns false when somebody else took the row. */
    async intend(id: OutboxId, machineNow: Date): Promise<boolean> {
      const result = await model.updateOne(
        { _id: id, state: 'ready' },
        { $set: { state: 'sending', sendingAt: machineNow }, $inc: { attempts: 1 } },
      );
      return result.modifiedCount === 1;
    },

    /** The provider's answer to our call. Its report of a failure may have come before. */
    async accepted(id: OutboxId, providerId: string, now: Date): Promise<void> {
      await model.updateOne(
        { _id: id, status: { $ne: 'failed' } },
        { $set: { state: 'accepted', providerId, sentAt: now, rule: null } },
      );
      await model.updateOne({ _id: id, status: null }, { $set: { status: 'accepted' } });
    },

    /** What the provider has accepted, by its answer or its report, stays accepted. */
    async settle(
      id: OutboxId,
      state: Exclude<OutboxState, 'accepted'>,
      rule: string | null,
      notBefore?: Date,
    ): Promise<void> {
      await model.updateOne(
        { _id: id, state: { $in: UNSETTLED } },
        { $set: { state, rule, ...(notBefore ? { notBefore } : {}) } },
      );
    },

    /** Rows whose sender died between the intent and the answer: nobody knows whether the provider has them. */
    async abandon(before: Date): Promise<number> {
      const result = await model.updateMany(
        { state: 'sending', sendingAt: { $lte: before } },
        { $set: { state: 'unknown', rule: 'sender_died' } },
      );
      return result.modifiedCount;
    },

    /** A provider's word: the rank only rises, `failed` is final. */
    async recordStatus(channel: string, providerId: string, status: DeliveryStatus): Promise<boolean> {
      const result = await model.updateOne(
        { channel, providerId, status: { $in: lowerThan(status) } },
        { $set: risenTo(status) },
      );
      return result.modifiedCount === 1;
    },

    /** The same by our own id, before or after the answer to our call. A report on a row means that the provider has it, whatever we believed. */
    async recordStatusOf(
      id: OutboxId,
      report: { status: DeliveryStatus; providerId: string; now: Date; code: string | null },
    ): Promise<'recorded' | 'kept' | 'unknown'> {
      const { status, providerId, now, code } = report;
      const mine = { _id: id, attempts: { $gt: 0 }, providerId: { $in: [null, providerId] } };
      const held = await model.updateOne(
        { ...mine, state: { $in: UNSETTLED } },
        { $set: { state: 'accepted', providerId, sentAt: now, rule: null } },
      );
      const raised = await model.updateOne(
        { ...mine, status: { $in: lowerThan(status) } },
        { $set: { ...risenTo(status, code), providerId } },
      );
      if (held.modifiedCount + raised.modifiedCount > 0) return 'recorded';
      return (await model.exists(mine)) ? 'kept' : 'unknown';
    },

    find: (id: OutboxId): Promise<OutboxRow | null> => model.findById(id).lean<OutboxRow>().exec(),

    linesOf: (conversationId: ConversationId, limit: number): Promise<OutboxRow[]> =>
      model.find({ conversationId }).sort({ seq: -1 }).limit(limit).lean<OutboxRow[]>().exec(),

    sentTo: (debtorId: DebtorId, since: Date): Promise<OutboxRow[]> =>
      model
        .find({ debtorId, createdAt: { $gte: since }, state: { $in: ['sending', 'accepted', 'unknown'] } })
        .sort({ createdAt: 1 })
        .lean<OutboxRow[]>()
        .exec(),

    /** Nothing of this inbox row waits to be sent any more. */
    settledFor: async (inboxId: string): Promise<boolean> =>
      (await model.collection.findOne({
        _id: { $gte: `${inboxId}:`, $lt: `${inboxId};` } as never, // ';' follows ':' in ASCII: all rows `<inbox id>:<n>`
        state: { $in: ['ready', 'sending'] },
        rule: null,
      })) === null,
  };
}
