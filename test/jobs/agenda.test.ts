import { afterAll, afterEach, beforeEach, expect, test } from '@jest/globals';
import { connect } from '../../src/database/connect.ts';
import { createScheduler, type Scheduler } from '../../src/jobs/agenda.ts';
import type { Sweep } from '../../src/jobs/schedule.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createLog, silentLog } from '../../src/kernel/log.ts';
import { testDatabase } from '../setup/database.ts';

const LOCK_MS = 1500;
let own: Awaited<ReturnType<typeof testDatabase>>;
const started: Scheduler[] = [];

/** Agenda leaves a timer of half a lock behind each run; jest waits for no timer. */
afterAll(() => systemClock.sleep(LOCK_MS / 2));
beforeEach(async () => {
  own = await testDatabase();
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((scheduler) => scheduler.stop()));
  await own.drop();
});

test('two processes that boot together make one row a sweep, and a sweep never runs beside itself', async () => {
  let running = 0;
  let most = 0;
  const runs = counter(3);
  const sweeps = [
    sweep('a', async () => {
      most = Math.max(most, ++running);
      await runs.hit();
      running -= 1;
    }),
    sweep('b', async () => undefined),
  ];
  await Promise.all([start(sweeps), start(sweeps), start(sweeps)]);
  await runs.reached;
  expect((await rows()).map(({ name }) => name).sort()).toEqual(['a', 'b']);
  expect(most).toBe(1);
});

test('a process that boots while a sweep runs does not free its lock', async () => {
  const entered = gate();
  const mayEnd = gate();
  let runs = 0;
  const sweeps = [
    sweep('long', async () => {
      runs += 1;
      entered.open();
      await mayEnd.opened;
    }),
  ];
  await start(sweeps);
  await entered.opened;
  await start(sweeps);
  expect(await rows()).toMatchObject([{ lockedAt: expect.any(Date) }]);
  mayEnd.open();
  expect(runs).toBe(1);
});

test('a sweep that throws is tried again, and the log says so without the error being lost', async () => {
  const lines: string[] = [];
  const log = createLog('error', { write: (line) => void lines.push(line) });
  const runs = counter(2);
  const failing = sweep('failing', async () => {
    if ((await runs.hit()) === 1) throw new Error('the first run fails');
  });
  await start([failing], log);
  await runs.reached;
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { msg: 'sweep failed, it will be tried again', sweep: 'failing', err: { message: 'the first run fails' } },
  ]);
});

test('a lock that a killed process left is taken over when its time is up', async () => {
  const first = await start([sweep('orphan', async () => undefined)]);
  await first.stop();
  await own.db
    .collection('agenda_jobs')
    .updateOne({}, { $set: { lockedAt: systemClock.now(), lastModifiedBy: 'dead' } });
  const runs = counter(1);
  await start([sweep('orphan', () => runs.hit())]);
  await runs.reached;
});

test('stopping waits for what is under way and leaves no lock', async () => {
  const entered = gate();
  const mayEnd = gate();
  let isDone = false;
  const scheduler = await start([
    sweep('slow', async () => {
      entered.open();
      await mayEnd.opened;
      isDone = true;
    }),
  ]);
  await entered.opened;
  const stopped = scheduler.stop();
  expect(isDone).toBe(false);
  mayEnd.open();
  await stopped;
  expect(isDone).toBe(true);
  expect(await rows()).toMatchObject([{ lockedAt: null }]);
});

test('a row that an earlier version left dead or slower is brought to life', async () => {
  const jobs = own.db.collection('agenda_jobs');
  await jobs.insertOne({ name: 'old', type: 'normal', repeatInterval: '1 day', nextRunAt: null, lockedAt: null });
  const runs = counter(1);
  await start([sweep('old', async () => void (await runs.hit()))]);
  await runs.reached;
  expect(await rows()).toMatchObject([{ name: 'old', repeatInterval: '1 seconds' }]);
});

test('a database that cannot be written to is an error of start, not a rejection that nobody handles', async () => {
  const other = await connect(own.uri);
  const scheduler = createScheduler({ db: other, sweeps: [sweep('a', async () => undefined)], log: silentLog() });
  await other.close();
  await expect(scheduler.start()).rejects.toMatchObject({ code: 'database_unavailable' });
});

const sweep = (name: string, run: () => Promise<unknown>): Sweep => ({ name, every: '1 seconds', what: 'a test', run });
const rows = () => own.db.collection('agenda_jobs').find().toArray();

async function start(sweeps: Sweep[], log = silentLog()): Promise<Scheduler> {
  const scheduler = createScheduler({ db: own.db, sweeps, log, lockMs: LOCK_MS });
  started.push(scheduler);
  await scheduler.start();
  return scheduler;
}

function gate(): { open(): void; opened: Promise<void> } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { open, opened };
}

function counter(goal: number) {
  const { open, opened } = gate();
  let count = 0;
  return {
    reached: opened,
    hit: async () => {
      count += 1;
      if (count === goal) open();
      return count;
    },
  };
}
