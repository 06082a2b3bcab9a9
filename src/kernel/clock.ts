/** The only place that reads the machine's clock. Everyone else is handed a Clock, so that tests and the demo can move it. */
export interface Clock {
  now(): Date;
  /** Resolves after `ms` milliseconds of real time, or at once when `signal` aborts; never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export interface MovableClock extends Clock {
  /** Moves the clock forward. Negative values throw: time never runs back. */
  advance(ms: number): void;
}

export const systemClock: Clock = { now: () => new Date(), sleep };

/** A clock that starts at `start` and then runs at the machine's pace. Used by the demo (`DEMO_CLOCK`). */
export function runningClock(start: Date): MovableClock {
  let offsetMs = start.getTime() - Date.now();
  return {
    now: () => new Date(Date.now() + offsetMs),
    sleep,
    advance: (ms) => {
      offsetMs += forwards(ms);
    },
  };
}

/** A clock that stands still until it is moved: for tests. */
export function standingClock(start: Date): MovableClock {
  let at = start.getTime();
  return {
    now: () => new Date(at),
    sleep,
    advance: (ms) => {
      at += forwards(ms);
    },
  };
}

/** Milliseconds of real time since the process began: for measuring, never for business rules. */
export function monotonicMs(): number {
  return performance.now();
}

function forwards(ms: number): number {
  if (!(ms >= 0)) throw new RangeError(`a clock moves forward only, got ${ms} ms`);
  return ms;
}

function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
