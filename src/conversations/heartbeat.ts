import { inTime } from '../database/in-time.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import { createBell, keepDoing } from '../kernel/loop.ts';
import type { Meter } from '../kernel/meter.ts';
import { BEAT_MS, FRESH_MS, type Presence, REMEMBERED_MS } from './alive.ts';
import type { ProcessStore } from './process-store.ts';

const ANSWER_MS = 2_000; // a connection that hangs is given up for another: one beat may fail before the process stops acting

export interface HeartbeatDeps {
  store: ProcessStore;
  /** Told again as long as they are remembered: one that was stopped may write its last word after it was buried. */
  onDead: (lives: readonly string[]) => Promise<unknown>;
  /** Ends what they left open in the database: nobody has touched it for so long. */
  endOrphans: (inactiveMs: number) => Promise<unknown>;
  machine: Clock;
  /** Milliseconds that only grow, whatever is done to the machine's calendar. */
  monotonic: () => number;
  meter: Meter;
  log: Log;
}

export type Heartbeat = ReturnType<typeof createHeartbeat>;

/**
 * Says every two seconds that this process lives, and looks whether the others do. What a process held that does so no more is free within seconds,
 * in place of when its leases are over.
 */
export function createHeartbeat({ store, onDead, endOrphans, machine, monotonic, meter, log }: HeartbeatDeps) {
  const lives: (string | null)[] = [null];
  let current: string | null = null;
  /** When the last beat that arrived was sent. */
  let beaten = instants();
  let dead: readonly string[] = [];

  const presence: Presence = {
    life: () => current,
    lives: () => lives,
    dead: () => dead,
    mayAct: (life) => life === null || (life === current && ageMs() < FRESH_MS),
  };

  /** Monotonic time stands still while a laptop sleeps, and a calendar may be set back: the older of the two is believed. */
  function ageMs(): number {
    const now = instants();
    return Math.max(now.monotonic - beaten.monotonic, now.calendar - beaten.calendar);
  }

  function instants(): { monotonic: number; calendar: number } {
    return { monotonic: monotonic(), calendar: machine.now().getTime() };
  }

  /** Says that we live. Whoever was taken for dead begins anew. */
  async function beat(): Promise<void> {
    const sent = instants();
    if (current !== null && !(await answered(store.beat(current)))) {
      log.warn({ process: current }, 'this process was taken for dead, and begins anew');
      current = null;
    }
    if (current === null) {
      const begun = await answered(store.begin());
      lives.push(begun);
      current = begun;
    }
    beaten = sent;
  }

  /** Looks whether the others live, and frees what the dead held. */
  async function look(): Promise<void> {
    await answered(store.miss(current));
    const { dead: known, buried } = await answered(store.bury());
    for (const process of buried) {
      log.warn({ process }, 'a process is gone: what it held is free');
      meter.count('processes_lost');
    }
    // Before we take what they held: whoever meets the locks of a transaction that was left open waits for a minute.
    if (known.some((life) => !dead.includes(life)))
      await answered(endOrphans(FRESH_MS)).catch((err) =>
        log.warn({ err }, 'transactions of the dead are left to time'),
      );
    dead = known;
    if (dead.length === 0) return;
    await answered(onDead(dead));
    await answered(store.forget(REMEMBERED_MS));
  }

  const answered = <T>(work: Promise<T>): Promise<T> => inTime(work, ANSWER_MS, machine);

  /**
   * Beats and looks as long as `work` goes on, and then ends this life: what is still marked with it is free at once. Where the database does not let
   * a life begin, time alone frees what we hold, until it does.
   */
  async function during(work: () => Promise<void>): Promise<void> {
    // Before it, so that the first leases are marked, and those of the dead are known.
    await beat()
      .then(look)
      .catch((err) => log.warn({ err }, 'no heartbeat yet'));
    const over = new AbortController();
    const beating = keep(over.signal);
    try {
      await work();
    } finally {
      over.abort();
      await beating;
    }
  }

  async function keep(signal: AbortSignal): Promise<void> {
    const loop = { bell: createBell(), clock: machine, log, signal };
    const every = (act: () => Promise<void>) => async (): Promise<number> => {
      await machine.sleep(BEAT_MS, signal);
      if (!signal.aborted) await act();
      return 1;
    };
    await Promise.all([keepDoing('heartbeat', every(beat), loop), keepDoing('watch', every(look), loop)]);
    const last = current;
    current = null;
    if (last) await answered(store.end(last)).catch((err) => log.warn({ err }, 'others find out that we are gone'));
  }

  return { ...presence, beat, look, during };
}
