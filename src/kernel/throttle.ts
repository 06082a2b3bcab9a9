import { type Clock, monotonicMs } from './clock.ts';

/**
 * For work that costs little more for many than for one: passed before each round of it, rounds begin no sooner than so long after one another, and
 * what comes in between goes together. After a pause nobody waits.
 * @param apartMs milliseconds @param monotonic milliseconds that only grow
 */
export function createThrottle(apartMs: number, clock: Pick<Clock, 'sleep'>, monotonic = monotonicMs) {
  let nextMs = Number.NEGATIVE_INFINITY;
  return async function pass(): Promise<void> {
    const leftMs = nextMs - monotonic();
    if (leftMs > 0) await clock.sleep(leftMs);
    nextMs = monotonic() + apartMs;
  };
}
