import { inTime } from '../database/in-time.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import type { BurstRule } from './burst.ts';
import { FLOOD_LIMITS, type FloodLimits } from './flood.ts';
import type { InboxRow } from './inbox-store.ts';
import type { Spool } from './spool.ts';

export type Stored = 'stored' | 'duplicate';

/** How what debtors write is taken in. */
export interface ArrivalRules {
  /** Channel id → how long to wait for what a debtor may add; without one each message is a turn. */
  burstOf: ReadonlyMap<string, BurstRule>;
  /** Null: nobody writes too much. */
  flood: FloodLimits | null;
  /** Where messages wait while the database is away; null: they are refused then. */
  spoolDir: string | null;
}

/** Each message by itself and at once: for commands and tests. */
export const AS_IT_COMES: ArrivalRules = Object.freeze({ burstOf: new Map(), flood: FLOOD_LIMITS, spoolDir: null });

const PATIENCE_MS = 3_000; // a provider waits 15 s; a healthy database answers in 10 ms
const ROWS_AT_ONCE = 500;

export interface ArrivalDeps {
  /** Writes rows durably, in one round trip. @returns for each whether it was new */
  insertAll: (rows: readonly InboxRow[], withinMs: number) => Promise<boolean[]>;
  /** Where they go when that is not possible; null: nowhere, and the caller is told. */
  spool: Spool | null;
  crash: CrashPoint;
  meter: Meter;
  clock: Pick<Clock, 'sleep'>;
  log: Log;
}

interface Arrival {
  row: InboxRow;
  settle: (work: Promise<Stored>) => void;
}

/**
 * Makes what arrives durable, so that it may be acknowledged. Rows that come while others are being written go together in the next write: a
 * hundred webhooks at once cost a handful of journal flushes. When the database is away or slow they go to the spool, and as long as anything
 * waits there all that comes goes behind it.
 */
export function createArrivals({ insertAll, spool, crash, meter, clock, log }: ArrivalDeps) {
  const waiting: Arrival[] = [];
  let isWriting = false;

  async function store(row: InboxRow): Promise<Stored> {
    crash('inbox.before_insert');
    const stored = await (spool && !spool.isEmpty() ? spooled(row, spool) : written(row));
    crash('inbox.after_insert');
    return stored;
  }

  function written(row: InboxRow): Promise<Stored> {
    return new Promise((settle) => {
      waiting.push({ row, settle });
      if (!isWriting) void writeAll();
    });
  }

  async function writeAll(): Promise<void> {
    isWriting = true;
    while (waiting.length > 0) {
      const batch = waiting.splice(0, ROWS_AT_ONCE);
      const rows = batch.map(({ row }) => row);
      try {
        const isNew = await inTime(insertAll(rows, PATIENCE_MS), PATIENCE_MS, clock);
        for (const [n, { settle }] of batch.entries())
          settle(Promise.resolve(counted(isNew[n] ? 'stored' : 'duplicate')));
      } catch (err) {
        giveUp([...batch, ...waiting.splice(0)], err);
      }
    }
    isWriting = false;
  }

  /** What waited behind would wait as long, and in vain. */
  function giveUp(arrivals: Arrival[], err: unknown): void {
    if (spool) log.warn({ err, rows: arrivals.length }, 'the database is away: messages go to the spool');
    for (const { row, settle } of arrivals) settle(spool ? spooled(row, spool) : Promise.reject(err));
  }

  async function spooled(row: InboxRow, to: Spool): Promise<Stored> {
    await to.append(row);
    meter.count('inbox_messages', { outcome: 'spooled' });
    return 'stored';
  }

  function counted(outcome: Stored): Stored {
    meter.count('inbox_messages', { outcome });
    return outcome;
  }

  /** Puts what waits in the spool where it belongs. @returns how many rows; 0 also while the database is away */
  async function replay(): Promise<number> {
    if (!spool) return 0;
    try {
      return await spool.replay(async (rows) => {
        const isNew = await inTime(insertAll(rows, PATIENCE_MS), PATIENCE_MS, clock);
        for (const added of isNew) meter.count('inbox_messages', { outcome: added ? 'replayed' : 'duplicate' });
        log.info(
          { rows: rows.length, added: isNew.filter((added) => added).length },
          'messages of the spool are stored',
        );
      });
    } catch (err) {
      log.debug({ err }, 'the spool waits on');
      return 0;
    }
  }

  return { store, replay };
}
