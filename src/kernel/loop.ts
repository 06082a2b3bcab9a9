import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

const POLL_MS = 250; // other processes' rows are found by looking; our own wake us at once
const PAUSE_AFTER_FAILURE_MS = 1_000;

/** A bell between two parts of one process. A ring while nobody listens is heard by the next who does. */
export function createBell() {
  let rung = false;
  let answer: (() => void) | null = null;
  return {
    ring(): void {
      rung = true;
      answer?.();
    },
    /** Resolves at the next ring, after `ms`, or when the signal aborts. */
    async wait(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
      if (!rung) {
        const heard = new AbortController();
        const stop = () => heard.abort('rung'); // without a reason an error is made, stack and all, at each ring
        answer = stop;
        signal.addEventListener('abort', stop, { once: true });
        await clock.sleep(ms, heard.signal);
        signal.removeEventListener('abort', stop);
        answer = null;
      }
      rung = false;
    },
  };
}

export type Bell = ReturnType<typeof createBell>;

export interface Loop {
  bell: Bell;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  /** When something will be due that nobody rings for; left out where that is not known. */
  nextDue?: () => Date | null;
}

/** Does `step` until there is nothing left, waits for the bell or for what is due next, and again, until the signal aborts. A failure (the database is away) is logged and tried again. */
export async function keepDoing(
  name: string,
  step: () => Promise<number>,
  { bell, clock, log, signal, nextDue }: Loop,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const done = await step();
      if (done > 0) continue;
      const at = nextDue?.()?.getTime() ?? Number.POSITIVE_INFINITY;
      await bell.wait(Math.min(POLL_MS, Math.max(1, at - clock.now().getTime())), clock, signal);
    } catch (err) {
      log.error({ err, loop: name }, 'loop failed');
      await clock.sleep(PAUSE_AFTER_FAILURE_MS, signal);
    }
  }
}
