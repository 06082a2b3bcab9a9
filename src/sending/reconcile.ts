import type { Channel, Found } from '../channels/channel.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { type ConversationId, newUuid } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import type { DoubtStore, Resolution } from '../outbox/doubt-store.ts';
import type { OutboxRow, OutboxStore } from '../outbox/outbox-store.ts';
import { dutyOf, type Verdict, weighDoubt } from './ambiguity.ts';
import type { FallBack } from './fallback.ts';
import { textFor } from './fit.ts';
import { isLate } from './lateness.ts';

const ROWS_MAX = 500; // a sweep: the next one is seconds away
const AT_ONCE = 8;
const LOOK_MS = 60_000; // longer than a provider takes to answer, listing included

export interface ReconcileDeps {
  channels: Channel[];
  stores: { conversations: ConversationStore; outbox: OutboxStore; doubts: DoubtStore };
  fallBack: FallBack;
  /** Something may be sent again. */
  wake: () => void;
  clock: Clock;
  machine: Pick<Clock, 'now'>;
  meter: Meter;
  log: Log;
}

/**
 * Looks again at what was left open: sends whose answer was lost, and failures that another channel may make good. Each row is claimed for a
 * minute, so that several processes may look at once, and what is written holds only if nothing was learnt meanwhile.
 */
export function createReconcile({ channels, stores, fallBack, wake, clock, machine, meter, log }: ReconcileDeps) {
  const { conversations, outbox, doubts } = stores;
  const byId = new Map(channels.map((channel) => [channel.id, channel]));

  /** @returns how many rows were looked at */
  return async function reconcile(): Promise<number> {
    let looked = 0;
    const lookOn = async () => {
      while (looked < ROWS_MAX && (await lookAtOne())) looked += 1;
    };
    if (!(await lookAtOne())) return 0; // as nearly always
    looked += 1;
    await Promise.all(Array.from({ length: AT_ONCE }, lookOn));
    return looked;
  };

  /** @returns false when there is none */
  async function lookAtOne(): Promise<boolean> {
    const token = newUuid();
    const row = await doubts.claim([...byId.keys()], token, clock.now(), LOOK_MS);
    if (!row) return false;
    if (await (row.state === 'refused' ? fallBack(row, token) : settleDoubt(row, token))) wake();
    return true;
  }

  /** @returns whether something may go now that might not before */
  async function settleDoubt(row: OutboxRow, token: string): Promise<boolean> {
    const found = await lookFor(row);
    const isHolding = (row.holdsUntil ?? clock.now()) > clock.now();
    const mayGoAgain = dutyOf(row.kind) === 'if_absent' && found?.outcome === 'absent';
    if (isHolding || !mayGoAgain) return conclude(row, token, found, isHolding);
    if (!(await keepSendersOut(row.conversationId, token))) return false; // what comes after it is on its way: a minute later we know
    try {
      return await conclude(row, token, found, !(await doubts.isOvertaken(row)));
    } finally {
      await conversations.releaseSend([{ id: row.conversationId, owner: token }]);
    }
  }

  /** So that nothing overtakes it between the look and the word. @returns false when somebody sends there */
  async function keepSendersOut(id: ConversationId, token: string): Promise<boolean> {
    const machineNow = machine.now();
    const lease = { owner: token, until: new Date(machineNow.getTime() + LOOK_MS) };
    return (await conversations.takeToSend([id], lease, machineNow)).length > 0;
  }

  /** @returns whether something may go now that might not before */
  async function conclude(row: OutboxRow, token: string, found: Found | null, isInOrder: boolean): Promise<boolean> {
    const now = clock.now();
    const verdict = weighDoubt({
      duty: dutyOf(row.kind),
      found,
      checks: (row.checks ?? 0) + 1,
      attempts: row.attempts,
      isInOrder,
      isLate: isLate(row, now),
    });
    const isOurs = await doubts.resolve(row._id, token, resolutionOf(verdict, now));
    if (!isOurs || verdict.act === 'ask_again') return false;
    log.warn({ outbox: row._id, channel: row.channel, verdict: verdict.act }, 'unknown send settled');
    meter.count('unknown_settled', { channel: row.channel, verdict: verdict.act });
    await outbox.release(row.conversationId, now);
    return true;
  }

  /** @returns null when the provider cannot be asked */
  async function lookFor(row: OutboxRow): Promise<Found | null> {
    const channel = byId.get(row.channel);
    if (!channel?.find || row.sendingAt === null) return null;
    const { _id: id, address: to, template, asTemplate, sendingAt } = row;
    const text = textFor(channel, row);
    try {
      const isAnother = (providerId: string) => outbox.has(channel.id, providerId);
      const sent = { id, to, text, sentAfter: sendingAt, isAnother, ...(asTemplate && template ? { template } : {}) };
      const found = await channel.find(sent);
      if (found.outcome !== 'found' || !(await outbox.has(channel.id, found.providerId))) return found;
      return { outcome: 'absent' }; // the same words, sent at another time under another row
    } catch (err) {
      log.warn({ err, outbox: id }, 'provider cannot be asked');
      return { outcome: 'unsure', code: 'no_answer' };
    }
  }
}

function resolutionOf(verdict: Verdict, now: Date): Resolution {
  switch (verdict.act) {
    case 'accept':
      return { to: 'accepted', providerId: verdict.providerId, status: verdict.status, at: now };
    case 'resend':
      return { to: 'ready', at: now, mayBeTwice: true }; // what a provider does not have yet may still come to it
    case 'ask_again':
      return { to: 'looked_at_again', at: new Date(now.getTime() + verdict.inMs) };
    default:
      return { to: 'flagged' };
  }
}
