import type { Tally } from '../conversations/conversation.ts';
import { DAY_MS } from '../kernel/calendar.ts';

/** How many messages of one conversation are answered. What is more is stored, acknowledged, and told of once. */
export interface FloodLimits {
  aMinute: number;
  aDay: number;
}

/** More than this is no conversation: facts/reliability.md section 4. */
export const FLOOD_LIMITS: FloodLimits = Object.freeze({ aMinute: 20, aDay: 200 });

const MINUTE_MS = 60_000;

type Window = Tally['minute'];

/**
 * `take`: a turn. `tell`: it is too much, and the debtor has not been told in this window. `keep`: it is stored and acknowledged, and that is all.
 */
export type FloodVerdict = 'take' | 'tell' | 'keep';

/** Counts so many more messages at `at`, by the service's clock. The windows begin with the first message after the last ones. */
export function weighFlood(
  tally: Tally | null,
  messages: number,
  at: Date,
  limits: FloodLimits,
): { tally: Tally; verdict: FloodVerdict } {
  const minute = counted(tally?.minute, messages, at, MINUTE_MS);
  const day = counted(tally?.day, messages, at, DAY_MS);
  const isDayFull = day.count > limits.aDay;
  if (!isDayFull && minute.count <= limits.aMinute) return { tally: { minute, day }, verdict: 'take' };
  const told = isDayFull ? day.told : minute.told;
  const after = isDayFull ? { minute, day: { ...day, told: true } } : { minute: { ...minute, told: true }, day };
  return { tally: after, verdict: told ? 'keep' : 'tell' };
}

function counted(window: Window | undefined, messages: number, at: Date, lengthMs: number): Window {
  if (!window || at.getTime() - window.since.getTime() >= lengthMs) return { since: at, count: messages, told: false };
  return { ...window, count: window.count + messages };
}
