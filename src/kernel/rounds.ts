import { type Clock, monotonicMs } from './clock.ts';

const LOOK_MS = 250; // what other processes made due is found by looking
const FRESH_MS = 8_000; // a burst of messages, and the turn after it
const WHOLE_MS = 1_000;
const WHOLE_MS_MAX = 5_000; // a look that hung on a dead connection says nothing about the next
const REST_PER_WORK = 20;

/**
 * When to look through an index of what waits. It holds for minutes what was taken out of it (the database keeps some history), so that a look from its
 * beginning costs more the more was done lately: 5 ms after 5,000 messages, and it grows. Four looks a second are for what came in the last seconds; now
 * and then, and whenever something is known to be left, one is for everything: once a second, or less often when that would be more than a twentieth of the time, but every five seconds.
 */
export function createRounds(machine: Pick<Clock, 'now'>, monotonic = monotonicMs) {
  let nextMs = 0;
  let nextWholeMs = 0;
  return {
    isDue: (): boolean => machine.now().getTime() >= nextMs,

    /** The next look is due at once, and for everything. */
    soon(): void {
      nextMs = 0;
      nextWholeMs = 0;
    },

    /** @param look is told how old what it looks for may be, in milliseconds; null: as old as can be */
    async look<T>(look: (freshMs: number | null) => Promise<T>): Promise<T> {
      const startMs = machine.now().getTime();
      nextMs = startMs + LOOK_MS;
      if (startMs < nextWholeMs) return look(FRESH_MS);
      nextWholeMs = startMs + WHOLE_MS;
      const beganMs = monotonic();
      const found = await look(null);
      const restMs = (monotonic() - beganMs) * REST_PER_WORK;
      if (nextWholeMs > 0) nextWholeMs = machine.now().getTime() + Math.min(Math.max(WHOLE_MS, restMs), WHOLE_MS_MAX); // else it was asked for meanwhile
      return found;
    },
  };
}
