import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda, type Job } from 'agenda';
import type { Connection } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate.ts';
import { type Clock, systemClock } from '../kernel/clock.ts';
import { AppError, Bug } from '../kernel/errors.ts';
import { newUuid } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Sweep } from './schedule.ts';

const COLLECTION = 'agenda_jobs';
const PROCESS_EVERY_MS = 1000;
const LOCK_MS = 30_000;
const RETRY_FIRST_MS = 1000;
const RETRY_MS_MAX = 60_000;
const STOP_CHECKS = 40;

export interface Scheduler {
  /** @throws AppError database_unavailable */
  start(): Promise<void>;
  /** Takes no more sweeps, waits for those under way, and leaves no lock behind. */
  stop(): Promise<void>;
}

export interface SchedulerInput {
  db: Connection;
  sweeps: readonly Sweep[];
  log: Log;
  /** The machine's clock, which Agenda keeps its own time by. */
  clock?: Clock;
  /** After this a sweep whose process was killed runs again. Agenda leaves a timer of half as long behind each run. */
  lockMs?: number;
}

/**
 * Agenda 6 over the app's own connection. Each sweep is one document, made once by whoever boots first; many processes share them and one at
 * a time runs each. What we know of its edges: saving a job while it runs frees its lock (so: insert only, never `every()`), a failure without
 * backoff is never tried again, the lock is not renewed by itself, and `drain()` leaves locks behind.
 */
export function createScheduler({ db, sweeps, log, clock = systemClock, lockMs = LOCK_MS }: SchedulerInput): Scheduler {
  const name = newUuid(); // Agenda writes it on what it locks: that is how we find our own locks again
  const mongo = mongoOf(db);
  const jobs = mongo.collection<JobRow>(COLLECTION);
  const underWay = new Set<Promise<unknown>>();
  let agenda: Agenda | null = null;
  const stopping = new AbortController();
  const { signal } = stopping;

  return { start, stop };

  async function start(): Promise<void> {
    try {
      await prepare(mongo, sweeps, clock);
      agenda = createAgenda(mongo, name);
      agenda.on('error', (err) => log.error({ err }, 'scheduler failed'));
      agenda.on('fail', (err, job) => log.error({ err, sweep: nameOf(job) }, 'sweep failed, it will be tried again'));
      await agenda.ready;
      for (const sweep of sweeps) define(agenda, sweep);
      for (const sweep of sweeps) await enrol(agenda, sweep);
      await agenda.start();
    } catch (err) {
      throw new AppError('database_unavailable', 'The scheduler could not be started on this database.', {
        cause: err,
      });
    }
  }

  function define(on: Agenda, sweep: Sweep): void {
    const options = { concurrency: 1, lockLimit: 1, lockLifetime: lockMs, backoff: retryAfterMs };
    on.define(
      sweep.name,
      (job: Job) => (signal.aborted ? Promise.resolve() : track(runLocked(job, sweep, { lockMs, signal }))),
      options,
    );
  }

  function track(run: Promise<void>): Promise<void> {
    underWay.add(run);
    return run.finally(() => underWay.delete(run));
  }

  async function stop(): Promise<void> {
    stopping.abort();
    await agenda?.stop(false);
    await Promise.allSettled(underWay);
    const ours = { lastModifiedBy: name, lockedAt: { $ne: null } };
    for (let i = 0; i < STOP_CHECKS && (await jobs.countDocuments(ours)) > 0; i += 1) await clock.sleep(50);
    await jobs.updateMany(ours, { $set: { lockedAt: null } }); // taken in the very moment of stopping, and never run
  }
}

/** Runs a sweep and keeps its lock while it takes longer than expected. */
async function runLocked(
  job: Job,
  sweep: Sweep,
  { lockMs, signal }: { lockMs: number; signal: AbortSignal },
): Promise<void> {
  const renewal = setInterval(() => void job.touch().catch(() => undefined), lockMs / 3);
  try {
    await sweep.run(signal);
  } finally {
    clearInterval(renewal);
  }
}

/** 1 s, 2 s, 4 s … 1 min, for ever. */
const retryAfterMs = ({ attempt }: { attempt: number }): number =>
  Math.min(RETRY_MS_MAX, RETRY_FIRST_MS * 2 ** Math.min(attempt - 1, 10));

type Mongo = ReturnType<typeof mongoOf>;

interface JobRow {
  name: string;
  repeatInterval?: string;
  nextRunAt: Date | null;
  lockedAt?: Date | null;
  lastModifiedBy?: string;
}

function mongoOf(connection: Connection) {
  if (connection.db === undefined) throw new Bug('the scheduler was given a connection that is not open');
  return connection.db;
}

/** Two upserts that race can both insert; a unique index is what makes it one. Rows of an earlier version are brought up to date field by field. */
async function prepare(mongo: Mongo, sweeps: readonly Sweep[], clock: Clock): Promise<void> {
  const jobs = mongo.collection<JobRow>(COLLECTION);
  await jobs.createIndex({ name: 1 }, { unique: true, name: 'one_row_a_sweep' });
  for (const { name, every } of sweeps)
    await jobs.updateOne({ name, repeatInterval: { $ne: every } }, { $set: { repeatInterval: every } });
  const known = sweeps.map(({ name }) => name);
  await jobs.updateMany({ name: { $in: known }, nextRunAt: null }, { $set: { nextRunAt: clock.now() } });
}

async function enrol(agenda: Agenda, { name, every }: Sweep): Promise<void> {
  const row = agenda.create(name).repeatEvery(every).unique({ name }, { insertOnly: true });
  await row.save().catch((err: { code?: unknown }) => {
    if (!isDuplicateKey(err)) throw err; // another process was first
  });
}

function createAgenda(mongo: Mongo, name: string): Agenda {
  // mongoose carries a driver of its own, a minor version away from the one that Agenda's types name
  const backend = new MongoBackend({ mongo: mongo as never, collection: COLLECTION, ensureIndex: false });
  return new Agenda({
    backend,
    name,
    processEvery: PROCESS_EVERY_MS,
    defaultConcurrency: 1,
  });
}

const nameOf = (job: unknown): string | undefined => (job as { attrs?: { name?: string } }).attrs?.name;
