import { type Connection, Schema } from 'mongoose';
import type { DeliveryStatus, MessageTemplate } from '../channels/channel.ts';
import type { Tx } from '../database/transaction.ts';
import type { ConversationId, DebtorId, OutboxId } from '../kernel/ids.ts';
import type { Medium, MessageKind } from '../kernel/medium.ts';
import { EVERY_LANE, type Lane, laneOf } from './lane.ts';

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
  /** Where the channel has one: e-mail. */
  subject: string | null;
  options: string[];
  /** What may go in its place outside the channel's window. */
  template: MessageTemplate | null;
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

  // What only the sender's side knows, absent until it does.
  /** By its kind, when it is inserted. */
  lane?: Lane;
  /** The message that it answers, and the last entry of the debtor's journal that it was written from; absent where it stays true whatever comes. */
  answers?: { at: Date; seq: number | null } | null;
  /** Why `notBefore` lies ahead: the law lets it be overtaken, the order of its conversation does not. */
  waits?: 'law' | 'order' | null;
  /** It went, or may have gone, as its template. */
  asTemplate?: boolean;
  /** When it is looked at again: a send that nobody knows of, a failure that another channel may make good. By the service's clock. */
  checkAt?: Date | null;
  /** Times that the provider was asked about it. */
  checks?: number;
  /** Times that its delivery failed in us, before a provider was called. */
  faults?: number;
  /** The life of the process that wrote its intent. */
  sender?: string | null;
  /** Who looks at it now. */
  checker?: string | null;
  /** The life of whose process. */
  looker?: string | null;
  /** Until when it keeps back what comes after it. */
  holdsUntil?: Date | null;
  /** It was sent again: a provider may come to have what it did not have when it was asked. */
  mayBeTwice?: boolean;
  /** The row that failed elsewhere, and that says the same. */
  fallbackOf?: OutboxId | null;
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
    subject: { type: String, default: null },
    options: [String],
    template: { type: Schema.Types.Mixed, default: null },
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
    lane: Number,
    answers: Schema.Types.Mixed,
    waits: String,
    asTemplate: Boolean,
    checkAt: Date,
    checks: Number,
    faults: Number,
    sender: String,
    checker: String,
    looker: String,
    holdsUntil: Date,
    mayBeTwice: Boolean,
    fallbackOf: String,
  },
  { versionKey: false },
);
// A backlog of reminders stands behind the answers in it, and a look for what may go reads nothing else.
schema.index(
  { channel: 1, lane: 1, notBefore: 1, conversationId: 1 },
  { partialFilterExpression: { state: 'ready' }, name: 'ready_by_lane' },
);
// What is still open in a conversation. Of all rows: an index of the open ones alone holds little but what the last minutes have taken out of it, and to
// look anything up there is to pass over all of that (5 ms after 5,000 messages).
schema.index({ conversationId: 1, state: 1, seq: 1 });
schema.index({ checkAt: 1 }, { partialFilterExpression: { checkAt: { $type: 'date' } }, name: 'check' });
schema.index({ sendingAt: 1 }, { partialFilterExpression: { state: 'sending' }, name: 'sending' });
schema.index({ conversationId: 1, seq: 1 });
schema.index({ debtorId: 1, createdAt: -1 });
schema.index(
  { channel: 1, providerId: 1 },
  { unique: true, partialFilterExpression: { providerId: { $type: 'string' } } },
);

const RANK: DeliveryStatus[] = ['accepted', 'sent', 'delivered', 'read'];
export const UNSETTLED: OutboxState[] = ['ready', 'sending', 'unknown'];
const ARRIVED: DeliveryStatus[] = ['delivered', 'read'];

/** What a status may take the place of: the rank only rises, and a delivery is believed more than a failure, before and after it. */
const lowerThan = (status: DeliveryStatus): (DeliveryStatus | null)[] => [
  null,
  ...(status === 'failed' ? RANK.slice(0, 2) : RANK.slice(0, RANK.indexOf(status))),
  ...(ARRIVED.includes(status) ? (['failed'] as const) : []),
];

/** @param now when a failure is looked at: another channel may make it good */
function risenTo(status: DeliveryStatus, code: string | null, now: Date): Partial<OutboxRow> {
  if (status === 'failed') return { status, state: 'refused', rule: code ?? 'undelivered', checkAt: now };
  return ARRIVED.includes(status) ? { status, state: 'accepted', rule: null, checkAt: null } : { status };
}

/** How long a row that nobody knows of keeps back what comes after it. */
export const HOLD_MS = 120_000;

/** After the intent of a sender that died: its call had got to the provider by then, and the report of it to us, or never will. */
const ASK_AFTER_MS = 20_000;

/**
 * Nobody knows whether the provider has it. It is asked about at once, or when a call of then is over; and what comes after it waits no more than two
 * minutes in all, counted from the intent however late we look, since by then it may have gone.
 * @param machineNow what the intent was written by @param now by which all is looked at later
 */
function senderDied(machineNow: Date, now: Date): object {
  const afterIntent = (ms: number) => ({ $add: ['$sendingAt', now.getTime() - machineNow.getTime() + ms] });
  const inCall = { $min: [afterIntent(ASK_AFTER_MS), new Date(now.getTime() + ASK_AFTER_MS)] }; // its clock may be ahead
  const checkAt = { $max: [now, inCall] };
  return { state: 'unknown', rule: 'sender_died', checkAt, checks: 0, holdsUntil: afterIntent(HOLD_MS) };
}

export type OutboxStore = ReturnType<typeof createOutboxStore>;

export function createOutboxStore(db: Connection) {
  const model = db.model('outbox', schema, 'outbox');

  /** What waited for the order of its conversation may go. */
  async function release(conversationId: ConversationId, now: Date): Promise<void> {
    const waiting = { conversationId, state: 'ready' as const, waits: 'order' as const };
    await model.updateMany(waiting, { $set: { notBefore: now, waits: null, rule: null } });
  }

  /** It arrived after all: what was to say it elsewhere, and has not gone, says nothing. */
  async function dropFallbacks(id: OutboxId): Promise<void> {
    const [root] = id.split('~');
    const later = { $gt: id, $gte: `${root}~`, $lt: `${root}~:` }; // ':' follows the digits in ASCII
    await model.updateMany(
      { _id: later as never, state: 'ready' },
      { $set: { state: 'expired', rule: 'delivered_after_all' } },
    );
  }

  return {
    async insert(rows: OutboxRow[], tx: Tx): Promise<void> {
      const withLanes = rows.map((row) => ({ ...row, lane: laneOf(row.kind) }));
      if (rows.length > 0) await model.collection.insertMany(withLanes as never[], { session: tx });
    },

    /** What the bot wrote and nobody has sent goes no more. An answer of a provider's that is on its way stays as it is. */
    async withhold(conversationId: ConversationId, kinds: MessageKind[], rule: string, tx: Tx): Promise<void> {
      const unsent = { conversationId, state: 'ready' as const, from: 'bot' as const, kind: { $in: kinds } };
      await model.updateMany(unsent, { $set: { state: 'blocked', rule } }, { session: tx });
    },

    /**
     * Rows whose sender died between the intent and the answer: nobody knows whether the provider has them.
     * @param which those of lives that are over, or those intended before an instant, whoever it was
     * @param machineNow the clock of the intent @param now the service's, by which all is looked at later
     */
    async abandon(which: { of: readonly string[] } | { before: Date }, machineNow: Date, now: Date): Promise<number> {
      const left = 'of' in which ? { sender: { $in: [...which.of] } } : { sendingAt: { $lte: which.before } };
      const { modifiedCount } = await model.collection.updateMany(
        { state: 'sending', ...left },
        [{ $set: senderDied(machineNow, now) }],
        { hint: 'sending' },
      );
      return modifiedCount;
    },

    /** A provider's word: the rank only rises. */
    async recordStatus(channel: string, providerId: string, status: DeliveryStatus, now: Date): Promise<boolean> {
      const row = await model
        .findOneAndUpdate(
          { channel, providerId, status: { $in: lowerThan(status) } },
          { $set: risenTo(status, null, now) },
          { projection: { status: 1 } },
        )
        .lean<Pick<OutboxRow, '_id' | 'status'>>()
        .exec();
      if (row?.status === 'failed') await dropFallbacks(row._id);
      return row !== null;
    },

    /** The same by our own id, before or after the answer to our call. A report on a row means that the provider has it, whatever we believed. */
    async recordStatusOf(
      id: OutboxId,
      report: { status: DeliveryStatus; providerId: string; now: Date; code: string | null },
    ): Promise<'recorded' | 'kept' | 'unknown'> {
      const { status, providerId, now, code } = report;
      const mine = { _id: id, attempts: { $gt: 0 }, providerId: { $in: [null, providerId] } };
      const held = await model
        .findOneAndUpdate(
          { ...mine, state: { $in: UNSETTLED } },
          { $set: { state: 'accepted', providerId, sentAt: now, rule: null, checkAt: null } },
          { projection: { conversationId: 1 } },
        )
        .lean<Pick<OutboxRow, 'conversationId'>>()
        .exec();
      // Of one that was still `sending` too: its sender may be dead, and whoever came after it has put off what follows.
      if (held) await release(held.conversationId, now);
      const raised = await model
        .findOneAndUpdate(
          { ...mine, status: { $in: lowerThan(status) } },
          { $set: { ...risenTo(status, code, now), providerId } },
          { projection: { status: 1 } },
        )
        .lean<Pick<OutboxRow, '_id' | 'status'>>()
        .exec();
      if (raised?.status === 'failed') await dropFallbacks(id);
      if (held || raised) return 'recorded';
      return (await model.exists(mine)) ? 'kept' : 'unknown';
    },

    release,

    /** Whether a message of ours went under this id of the provider's. */
    has: async (channel: string, providerId: string): Promise<boolean> =>
      (await model.exists({ channel, providerId })) !== null,

    find: (id: OutboxId): Promise<OutboxRow | null> => model.findById(id).lean<OutboxRow>().exec(),

    linesOf: (conversationId: ConversationId, limit: number): Promise<OutboxRow[]> =>
      model.find({ conversationId }).sort({ seq: -1 }).limit(limit).lean<OutboxRow[]>().exec(),

    /** What these debtors were sent since then, oldest first. */
    sentTo: (debtorIds: DebtorId[], since: Date): Promise<OutboxRow[]> =>
      model
        .find({
          debtorId: { $in: debtorIds },
          createdAt: { $gte: since },
          state: { $in: ['sending', 'accepted', 'unknown'] },
        })
        .sort({ createdAt: 1 })
        .lean<OutboxRow[]>()
        .exec(),

    /** What is due and has not gone, and what nobody knows of yet: for metrics. */
    async backlog(channels: string[], now: Date): Promise<{ oldestDue: Date | null; unknown: number }> {
      const lane = { $in: [...EVERY_LANE] }; // with the channel, the head of the index
      const due = { state: 'ready' as const, channel: { $in: channels }, lane, notBefore: { $lte: now } };
      const [first, unknown] = await Promise.all([
        model.findOne(due, { notBefore: 1 }).sort({ notBefore: 1 }).lean<Pick<OutboxRow, 'notBefore'>>().exec(),
        model.countDocuments({ checkAt: { $type: 'date' }, state: 'unknown' }).hint('check'),
      ]);
      return { oldestDue: first?.notBefore ?? null, unknown };
    },

    /** Nothing of this inbox row waits to be sent any more. */
    settledFor: async (inboxId: string): Promise<boolean> =>
      (await model.collection.findOne({
        _id: { $gte: `${inboxId}:`, $lt: `${inboxId};` } as never, // ';' follows ':' in ASCII: all rows `<inbox id>:<n>`
        state: { $in: ['ready', 'sending'] },
        rule: null,
      })) === null,
  };
}
