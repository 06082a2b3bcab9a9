import { HOLD_MS, type OutboxRow } from '../outbox/outbox-store.ts';

/** What is to be done with the next row of a conversation. `pass`: what comes after may overtake it. `stop`: what comes after waits, at least until then. */
export type Place = { act: 'go' } | { act: 'pass' } | { act: 'stop'; until: Date };

type Waiting = Pick<OutboxRow, 'state' | 'notBefore' | 'waits' | 'holdsUntil' | 'sendingAt' | 'attempts'>;

/**
 * Keeps the order of a conversation. What the law defers may be overtaken by an answer; what a provider delays may not; and what nobody knows of
 * keeps back what comes after it for two minutes at most.
 * @param machineNow what `sendingAt` was written by
 */
export function placeOf(row: Waiting, now: Date, machineNow: Date): Place {
  if (row.state === 'sending') {
    // We hold the conversation and did not send it: its sender is dead or was paused.
    const leftMs = (row.sendingAt?.getTime() ?? 0) + HOLD_MS - machineNow.getTime();
    return leftMs > 0 ? { act: 'stop', until: new Date(now.getTime() + leftMs) } : { act: 'pass' };
  }
  if (row.state === 'unknown') {
    const until = row.holdsUntil ?? now;
    return until > now ? { act: 'stop', until } : { act: 'pass' };
  }
  if (row.notBefore <= now) return { act: 'go' };
  return row.waits === 'order' ? { act: 'stop', until: row.notBefore } : { act: 'pass' };
}
