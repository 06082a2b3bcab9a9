import type { Connection } from 'mongoose';
import { type Presence, TIME_ALONE } from '../conversations/alive.ts';
import type { ConversationId, OutboxId } from '../kernel/ids.ts';
import { EVERY_LANE, type Lane } from './lane.ts';
import { type OutboxRow, UNSETTLED } from './outbox-store.ts';

/** A row that may go by the clock, and whose conversation is to be taken for it. */
export interface Due {
  conversationId: ConversationId;
  lane: Lane;
}

/** `asTemplate`: in place of its text, which is not carried now. */
export interface Intent {
  id: OutboxId;
  asTemplate: boolean;
}

/** What became of a row. `deferred`: by the law, an answer may overtake it. `delayed`: by the provider or its pace, and nothing may. */
export type Outcome =
  | { to: 'accepted'; providerId: string; at: Date }
  | { to: 'deferred' | 'delayed'; rule: string; until: Date }
  /** The provider did not take it, and says when to try again: it was no attempt. */
  | { to: 'later'; rule: string; until: Date }
  /** It was not sent: what was judged is no longer so. No attempt either. */
  | { to: 'withdrawn' }
  | { to: 'unknown'; rule: string; checkAt: Date; holdsUntil: Date }
  | { to: 'refused'; rule: string; checkAt: Date }
  | { to: 'blocked' | 'expired'; rule: string };

export type Change = { id: OutboxId } & Outcome;

const FAULT = 'delivery_failed';
const FAULTS_MAX = 5;
const FIRST_FAULT_MS = 5_000; // then twice as long each time: 75 s until it is given up
const ROWS_A_CONVERSATION = 50; // at once: the rest comes with the next look

export type SenderStore = ReturnType<typeof createSenderStore>;

/** The outbox as its senders see it. Straight to the driver: every message passes here three times. */
export function createSenderStore(db: Connection, presence: Pick<Presence, 'life' | 'lives'> = TIME_ALONE) {
  const outbox = db.collection<OutboxRow>('outbox');

  /** @param sort by what the rows of one conversation come in order; many are put in order by whoever has them all */
  async function open(ids: readonly ConversationId[], limit: number, sort?: { seq: 1 }): Promise<OutboxRow[]> {
    const stillHolds = { $or: [{ state: { $ne: 'unknown' as const } }, { holdsUntil: { $type: 'date' as const } }] };
    const rows = outbox.find(
      { conversationId: { $in: [...ids] }, state: { $in: UNSETTLED }, ...stillHolds },
      { limit, ...(sort && { sort }), hint: { conversationId: 1, state: 1, seq: 1 } },
    );
    return (await rows.toArray()) as OutboxRow[];
  }

  async function holdBehind(
    { conversationId, seq }: Pick<OutboxRow, 'conversationId' | 'seq'>,
    until: Date,
  ): Promise<void> {
    await outbox.updateMany(
      { conversationId, state: 'ready', seq: { $gt: seq }, notBefore: { $lt: until } },
      { $set: { notBefore: until, waits: 'order', rule: 'order' } },
    );
  }

  const intent = (token: string, life: string | null, machineNow: Date) => ({
    ...{ state: 'sending' as const, sender: life, holdsUntil: null },
    ...{ sendingAt: machineNow, checker: token },
  });

  return {
    /** Urgent lanes first, in each the longest waiting: read off one index, whatever stands behind. @param freshMs only what has been due no longer */
    async due(
      channel: string,
      now: Date,
      { limit, except, freshMs = null }: { limit: number; except: readonly ConversationId[]; freshMs?: number | null },
    ): Promise<Due[]> {
      const due = { $lte: now };
      // Rows kept since before there were lanes have none: they are among everything.
      const which =
        freshMs === null
          ? { notBefore: due }
          : { notBefore: { ...due, $gte: new Date(now.getTime() - freshMs) }, lane: { $in: [...EVERY_LANE] } };
      const rows = await outbox
        .find(
          { state: 'ready', channel, ...which, ...(except.length > 0 && notOf(except)) },
          { projection: { _id: 0, conversationId: 1, lane: 1 }, sort: { lane: 1, notBefore: 1 }, limit },
        )
        .toArray();
      return rows.map(({ conversationId, lane }) => ({ conversationId, lane: lane ?? 0 }));
    },

    /** What is open in these conversations, in order: what waits, and what may keep it waiting. */
    async openIn(ids: readonly ConversationId[]): Promise<Map<ConversationId, OutboxRow[]>> {
      if (ids.length === 0) return new Map();
      const limit = ids.length * ROWS_A_CONVERSATION;
      const rows = await open(ids, limit);
      // One that has very many must not push the others out.
      const all =
        rows.length < limit
          ? rows
          : (await Promise.all(ids.map((id) => open([id], ROWS_A_CONVERSATION, { seq: 1 })))).flat();
      const byConversation = new Map<ConversationId, OutboxRow[]>(ids.map((id) => [id, []]));
      for (const row of all.sort((a, b) => (a.seq < b.seq ? -1 : 1))) byConversation.get(row.conversationId)?.push(row);
      return byConversation;
    },

    /** A row as it is written when it is inserted with its intent. */
    intended: (row: OutboxRow, by: { token: string; life: string | null; machineNow: Date }): OutboxRow => ({
      ...row,
      ...intent(by.token, by.life, by.machineNow),
      asTemplate: false,
      attempts: row.attempts + 1,
    }),

    /** Writes the intents before the provider is called. @returns for each whether it is ours to send: nobody else took it, nobody withheld it */
    async intend(rows: readonly Intent[], token: string, machineNow: Date): Promise<boolean[]> {
      let written = 0;
      for (const asTemplate of [false, true]) {
        const ids = rows.filter((row) => row.asTemplate === asTemplate).map(({ id }) => id);
        if (ids.length === 0) continue;
        const { modifiedCount } = await outbox.updateMany(
          { _id: { $in: ids }, state: 'ready' },
          {
            $set: { ...intent(token, presence.life(), machineNow), asTemplate },
            $inc: { attempts: 1 },
          },
        );
        written += modifiedCount;
      }
      if (written === rows.length) return rows.map(() => true);
      const ids = rows.map(({ id }) => id);
      const ours = await outbox
        .find({ _id: { $in: ids }, checker: token }, { projection: { _id: 1 } })
        .map(({ _id }) => _id)
        .toArray();
      return ids.map((id) => ours.includes(id));
    },

    /** Intents that nobody acts on: where one of them stands under this mark, it is as if it had not been written. */
    async callOff(intents: readonly { id: OutboxId; token: string }[]): Promise<void> {
      const writes = intents.map(({ id, token }) => ({
        updateOne: {
          filter: { _id: id, state: 'sending' as const, checker: token },
          update: { $set: { state: 'ready' as const }, $inc: { attempts: -1 } },
        },
      }));
      await outbox.bulkWrite(writes as never, { ordered: false });
    },

    /** What came of many rows, in one write. @returns for each whether it was written; a row that was not stays `sending`, and is looked at later */
    async write(changes: readonly Change[]): Promise<boolean[]> {
      const writes = changes.map((change) => ({
        updateOne: { filter: fromOf(change, presence.lives()), update: updateOf(change) },
      }));
      try {
        await outbox.bulkWrite(writes as never, { ordered: false });
        return changes.map(() => true);
      } catch (err) {
        const failed = failedOf(err);
        if (failed.length === 0) throw err;
        return changes.map((_, n) => !failed.includes(n));
      }
    },

    /** What comes after this row in its conversation waits until then, out of the way of others. */
    holdBehind,

    /**
     * Its delivery failed in us: it waits, each time for longer, and all that comes after it; the fifth time it is refused. What has its intent
     * written already may have gone, and stays as it is.
     * @returns whether it was given up
     */
    async putOff(row: OutboxRow, now: Date): Promise<boolean> {
      const faults = (row.faults ?? 0) + 1;
      const isOver = faults >= FAULTS_MAX;
      const until = new Date(now.getTime() + FIRST_FAULT_MS * 2 ** (faults - 1));
      const change = isOver ? { state: 'refused' as const, rule: FAULT } : waiting(FAULT, until, 'order');
      const { modifiedCount } = await outbox.updateOne(
        { _id: row._id, state: 'ready' },
        { $set: { ...change, faults } },
      );
      if (modifiedCount === 1 && !isOver) await holdBehind(row, until);
      return modifiedCount === 1 && isOver;
    },
  };
}

const notOf = (ids: readonly ConversationId[]) => ({ conversationId: { $nin: [...ids] } });

/**
 * What the provider has accepted, by its answer or its report, stays accepted; its report of a failure may have come before its answer. A word on a
 * call that did not succeed is about our own call: a row that is another sender's by now is left alone.
 */
function fromOf(change: Change, lives: readonly (string | null)[]): object {
  if (change.to === 'accepted') return { _id: change.id, status: { $ne: 'failed' } };
  const isOfCall = change.to === 'later' || change.to === 'withdrawn' || change.to === 'unknown';
  return { _id: change.id, state: { $in: UNSETTLED }, ...(isOfCall && { sender: { $in: [...lives] } }) };
}

/** Pure. */
export function updateOf(change: Change): object {
  switch (change.to) {
    case 'accepted': {
      const { providerId, at: sentAt } = change;
      const status = { $ifNull: ['$status', 'accepted'] };
      const rest = { state: 'accepted', sentAt, rule: null, waits: null, checkAt: null };
      return [{ $set: { ...rest, providerId: { $literal: providerId }, status } }];
    }
    case 'later':
      return { $set: waiting(change.rule, change.until, 'order'), $inc: { attempts: -1 } };
    case 'withdrawn':
      return { $set: { state: 'ready' }, $inc: { attempts: -1 } };
    case 'delayed':
      return { $set: waiting(change.rule, change.until, 'order') };
    case 'deferred':
      return { $set: waiting(change.rule, change.until, 'law') };
    case 'unknown': {
      const { rule, checkAt, holdsUntil } = change;
      return { $set: { state: 'unknown', rule, checkAt, holdsUntil, checks: 0 } };
    }
    case 'refused':
      return { $set: { state: 'refused', rule: change.rule, checkAt: change.checkAt } };
    default:
      return { $set: { state: change.to, rule: change.rule } };
  }
}

const waiting = (rule: string, notBefore: Date, waits: 'law' | 'order') => ({
  state: 'ready' as const,
  ...{ rule, notBefore, waits },
});

/** Places in a bulk that the database refused, of an error that names them. */
function failedOf(err: unknown): number[] {
  const { writeErrors } = err as { writeErrors?: { index?: unknown }[] | { index?: unknown } };
  const all = Array.isArray(writeErrors) ? writeErrors : writeErrors ? [writeErrors] : [];
  return all.flatMap(({ index }) => (typeof index === 'number' ? [index] : []));
}
