import type { BreakerState } from '../conversations/conversations.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Meter } from '../kernel/meter.ts';

const FAILURES_MAX = 5; // in a row: fewer are the internet, more is the provider
const OPEN_MS = 10_000;
const OPEN_MS_MAX = 300_000;

/** How a provider has behaved of late. */
export interface Breaker {
  /** Calls in a row that were not answered: 5xx, a cut, no answer in time. */
  failures: number;
  /** Times in a row that it was opened. */
  opened: number;
  /** Nothing is tried before; null: closed. */
  until: Date | null;
}

export const closedBreaker: Breaker = { failures: 0, opened: 0, until: null };

export function stateOf({ until }: Breaker, now: Date): BreakerState {
  if (until === null) return 'closed';
  return now < until ? 'open' : 'half_open';
}

/** @returns the breaker after a call that nobody answered */
export function afterFailure(breaker: Breaker, now: Date): Breaker {
  const failures = breaker.failures + 1;
  const state = stateOf(breaker, now);
  if (state === 'open') return { ...breaker, failures }; // a call that was under way when it opened
  if (state === 'closed' && failures < FAILURES_MAX) return { ...breaker, failures };
  const openMs = Math.min(OPEN_MS_MAX, OPEN_MS * 2 ** breaker.opened);
  return { failures, opened: breaker.opened + 1, until: new Date(now.getTime() + openMs) };
}

/** An answer, whatever it says, shows that the provider is there; one that was on its way when the breaker opened shows nothing of now. */
export const afterAnswer = (breaker: Breaker, now: Date): Breaker =>
  stateOf(breaker, now) === 'open' ? breaker : closedBreaker;

export type Breakers = ReturnType<typeof createBreakers>;

/** One breaker a channel. Each process finds out for itself: what is down for one may be up for another. */
export function createBreakers({ clock, meter }: { clock: Clock; meter: Meter }) {
  const breakers = new Map<string, Breaker>();
  const of = (channel: string): Breaker => breakers.get(channel) ?? closedBreaker;
  const state = (channel: string): BreakerState => stateOf(of(channel), clock.now());

  function put(channel: string, next: Breaker): void {
    if (next.opened > of(channel).opened) meter.count('breaker_opened_total', { channel });
    breakers.set(channel, next);
  }

  return {
    state,
    failed: (channel: string) => put(channel, afterFailure(of(channel), clock.now())),
    answered: (channel: string) => put(channel, afterAnswer(of(channel), clock.now())),
  };
}
