import type { Channel, OutboundMessage, SendResult } from '../channels/channel.ts';
import { isTooFast, isUnanswered } from '../channels/provider-codes.ts';
import type { Presence } from '../conversations/alive.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { AuditEvent, EventStore } from '../conversations/event-store.ts';
import { createBatch } from '../kernel/batch.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import { newUuid } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import { createThrottle } from '../kernel/throttle.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { Judged } from '../outbox/gate.ts';
import { LANES, laneName, laneOf } from '../outbox/lane.ts';
import { HOLD_MS, type OutboxRow } from '../outbox/outbox-store.ts';
import type { Departure } from '../outbox/said.ts';
import type { Intent, Outcome, SenderStore } from '../outbox/sender-store.ts';
import { FIRST_CHECK_MS } from './ambiguity.ts';
import type { Breakers } from './breaker.ts';
import { fitTo, validForMs } from './fit.ts';
import type { ProviderOptOut } from './opt-out.ts';
import { type Place, placeOf } from './order.ts';
import type { Pacer } from './pacer.ts';
import { decisionOf, type Passage, type Weigh } from './weigh.ts';

const FLIGHT_MS_MAX = 30_000; // with the longest call after it still within the lease
export const SETTLED_APART_MS = 40; // answers of the provider are written together, and so are their leases given back: nobody waits for either
const PAUSED_MS_MAX = 20_000; // between the intent and the call lie milliseconds, or we were stopped and others may act for us

export interface DeliverDeps {
  weigh: Weigh;
  optOut: ProviderOptOut;
  pacer: Pacer;
  breakers: Breakers;
  sender: SenderStore;
  presence: Pick<Presence, 'mayAct'>;
  stores: { conversations: ConversationStore; events: EventStore };
  clock: Clock;
  machine: Clock;
  crash: CrashPoint;
  meter: Meter;
  log: Log;
}

/** `waits`: something was done, but what comes after waits for it. `stays`: it stays as it is. `paced`: it does, for want of tokens. */
type Step = 'done' | 'waits' | 'stays' | 'paced';

/** Sends what is open in one conversation, in its order. What many conversations write at the same moment is written together. */
export function createDeliver(deps: DeliverDeps) {
  const { sender, stores, weigh, breakers, clock, machine, crash, meter, log } = deps;
  const audit = createBatch(async (events: AuditEvent[]) => {
    await stores.events.append(events);
    return events;
  });
  const intend = createBatch((rows: Intent[]) => sender.intend(rows, newUuid(), machine.now()));
  const write = createBatch(sender.write, createThrottle(SETTLED_APART_MS, machine));
  const isStillSo = createBatch(async (judged: Conversation[]) => {
    const versions = await stores.conversations.versionsOf(judged.map(({ _id }) => _id));
    return judged.map(({ _id, version }) => versions.get(_id) === version);
  });

  /**
   * @param rows what is open, in order, as it stood with the conversation or after it @param begins is told of each row before anything is done with it
   * @param debtor where that was read a moment ago
   * @param departure the first of them, where it was written as under way @returns how many were handed to a provider or settled
   */
  return async function deliver(
    conversation: Conversation,
    rows: OutboxRow[],
    channel: Channel,
    { begins, departure, ...known }: { begins: (row: OutboxRow) => void; debtor?: Debtor; departure?: Departure },
  ): Promise<number> {
    const began = machine.now().getTime();
    let done = 0;
    let paced: number = LANES.length; // what has no tokens is overtaken by what is more urgent, and by nothing else
    for (const row of rows) {
      if (laneOf(row.kind) >= paced) continue;
      if (machine.now().getTime() - began > FLIGHT_MS_MAX) return done;
      begins(row);
      const departs = row._id === departure?.row._id;
      const place: Place = departs ? { act: 'go' } : placeOf(row, clock.now(), machine.now());
      if (place.act === 'stop') await sender.holdBehind(row, place.until);
      if (place.act === 'stop') return done;
      if (place.act === 'pass') continue;
      const about = { row, conversation, channel, now: clock.now(), ...known };
      const step = departs ? await depart(about, departure) : await pass(about);
      if (step === 'paced') paced = laneOf(row.kind);
      if (step === 'done' || step === 'waits') done += 1;
      if (step === 'waits' || step === 'stays') return done;
    }
    return done;
  };

  async function pass(passage: Passage): Promise<Step> {
    const { row, conversation, channel } = passage;
    const weighed = await weigh(passage);
    const { judged } = weighed;
    if (judged && judged.answer !== 'allow') await audit(decisionOf(passage, judged));
    if (weighed.act === 'stop') return settle(passage, weighed.outcome);
    if (weighed.act === 'stay' || !isHeld(conversation)) return 'stays';
    const { message } = weighed;
    const units = channel.segments?.(message.text) ?? 1;
    const lane = laneOf(row.kind);
    const grant = await deps.pacer.take({ channel, conversationId: conversation._id, lane, units });
    if (grant.granted) return send(passage, message, weighed.judged);
    if (grant.who === 'sender') return 'paced';
    if (lane > 1) return settle(passage, { to: 'deferred', rule: 'pace', until: grant.until });
    return settle(passage, { to: 'delayed', rule: 'pace', until: grant.until }, 'waits');
  }

  /** Nobody can have taken it over, as far as we know without asking: its lease is not over, and nobody takes us for dead. */
  function isHeld({ sendLease }: Conversation): boolean {
    return sendLease !== null && sendLease.until > machine.now() && deps.presence.mayAct(sendLease.life ?? null);
  }

  /** It was written as under way, and that stands. */
  async function depart(passage: Passage, { row, judged }: Departure): Promise<Step> {
    crash('dispatch.after_intent');
    const intendedMs = row.sendingAt?.getTime() ?? 0;
    return handOver(passage, fitTo(passage.channel, row, false), { judged, intendedMs, isSame: true });
  }

  async function send(passage: Passage, message: OutboundMessage, judged: Judged): Promise<Step> {
    const { row } = passage;
    crash('dispatch.before_intent');
    const intendedMs = machine.now().getTime();
    const asTemplate = message.template !== undefined;
    const [isOurs] = await Promise.all([intend({ id: row._id, asTemplate }), audit(decisionOf(passage, judged))]);
    if (!isOurs) return 'stays';
    crash('dispatch.after_intent');
    // A turn that was committed before the intent is seen here; one that comes later finds the message gone.
    const isSame = await isStillSo(passage.conversation);
    return handOver(passage, message, { judged, intendedMs, isSame });
  }

  /** Its intent stands. */
  async function handOver(
    passage: Passage,
    message: OutboundMessage,
    { judged, intendedMs, isSame }: { judged: Judged; intendedMs: number; isSame: boolean },
  ): Promise<Step> {
    const { row, conversation, channel, now } = passage;
    const called = machine.now().getTime();
    if (called - intendedMs > PAUSED_MS_MAX || !isHeld(conversation)) return 'stays'; // whoever looks at what was left behind decides
    const leftMs = validForMs(row, judged.goodUntil, clock.now());
    if (!isSame || leftMs <= 0) return settle(passage, { to: 'withdrawn' }, 'waits');
    const result = await call(channel, { ...message, validForMs: leftMs });
    crash('dispatch.after_call');
    meter.time('send', (machine.now().getTime() - called) / 1000, { channel: channel.id });
    return record(passage, result, now);
  }

  async function call(channel: Channel, message: OutboundMessage): Promise<SendResult> {
    try {
      return await channel.send(message);
    } catch (err) {
      log.warn({ err, outbox: message.id }, 'send failed without an answer');
      return { outcome: 'unknown', code: 'no_answer' };
    }
  }

  async function record(passage: Passage, result: SendResult, now: Date): Promise<Step> {
    const { row, channel } = passage;
    hear(channel, result);
    crash('dispatch.before_settle');
    const labels = { channel: channel.id, lane: laneName(laneOf(row.kind)) };
    meter.count('sends', { ...labels, outcome: result.outcome });
    if (result.outcome === 'accepted') {
      const dueAt = Math.max(row.notBefore.getTime(), row.createdAt.getTime());
      meter.time('dispatch', Math.max(0, clock.now().getTime() - dueAt) / 1000, labels);
      await write({ id: row._id, to: 'accepted', providerId: result.providerId, at: now });
      return 'done';
    }
    if (result.outcome === 'later') {
      const until = new Date(now.getTime() + result.retryAfterMs);
      await write({ id: row._id, to: 'later', rule: result.code, until });
      if (isTooFast(result.code)) await deps.pacer.close(channel, until);
      return 'waits';
    }
    if (result.outcome === 'unknown') {
      const after = (ms: number) => new Date(clock.now().getTime() + ms);
      const [checkAt, holdsUntil] = [after(FIRST_CHECK_MS), after(HOLD_MS)];
      await settle(passage, { to: 'unknown', rule: result.code, checkAt, holdsUntil });
      return 'waits';
    }
    await settle(passage, { to: 'refused', rule: result.code, checkAt: now });
    if (result.optedOut) await deps.optOut(row, result.code);
    return 'done';
  }

  /** What a call says of the provider's health. */
  function hear({ id }: Channel, result: SendResult): void {
    if (result.outcome === 'unknown') breakers.failed(id);
    else if (result.outcome !== 'later') breakers.answered(id);
    else if (isUnanswered(result.code)) breakers.failed(id);
  }

  async function settle({ row, channel }: Passage, change: Outcome, step: Step = 'done'): Promise<Step> {
    await write({ id: row._id, ...change });
    if (change.to === 'deferred' || change.to === 'delayed' || change.to === 'withdrawn') return step;
    const rule = 'rule' in change ? change.rule : null;
    log.warn({ outbox: row._id, state: change.to, rule }, 'message did not go');
    meter.count('sends_stopped', { channel: channel.id, state: change.to });
    return step;
  }
}
