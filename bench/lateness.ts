import type { Connection } from 'mongoose';
import type { Config } from '../src/config.ts';
import { createScheduler } from '../src/jobs/agenda.ts';
import { sweepsOf } from '../src/jobs/schedule.ts';
import { monotonicMs, systemClock } from '../src/kernel/clock.ts';
import { silentLog } from '../src/kernel/log.ts';
import { followup } from './followups.ts';
import { debtorOf, openBenchApp } from './house.ts';
import { quantile } from './load.ts';

const FIRST_AFTER_MS = 3_000;
const GIVEN_UP_AFTER_MS = 60_000;

/** How late a turn is taken, from the instant at which its follow-up was due to its committed answer, with the scheduler and a worker running. */
export interface Lateness {
  p50Ms: number;
  p99Ms: number;
}

/** Follow-ups of debtors who are there already fall due one by one. @param count of them, `perSecond` a second */
export async function benchLateness(
  db: Connection,
  config: Config,
  { count, perSecond }: { count: number; perSecond: number },
): Promise<Lateness> {
  const app = await openBenchApp(db, config);
  const start = app.clock.now().getTime() + FIRST_AFTER_MS;
  const dueAt = (n: number) => new Date(start + (n * 1000) / perSecond);
  const rows = Array.from({ length: count }, (_, n) =>
    followup(`late:${n}`, { debtorId: debtorOf(n), debtId: `bench/b${n}/d${n}`, dueAt: dueAt(n) }),
  );
  await db.collection('followups').insertMany(rows as never[]);
  const sweeps = sweepsOf(app, systemClock).filter(({ name }) => name === 'followups'); // `plan` would cancel what no strategy planned
  const scheduler = createScheduler({ db, sweeps, log: silentLog() });
  const stopping = new AbortController();
  const working = app.conversations.work({ worker: true, sender: false }, stopping.signal);
  await scheduler.start();
  const lastAt = monotonicMs() + (count * 1000) / perSecond + GIVEN_UP_AFTER_MS;
  while (monotonicMs() < lastAt && (await settled(db)) < count) await systemClock.sleep(200);
  await scheduler.stop();
  stopping.abort();
  await working;
  const said = await db
    .collection('outbox')
    .find({ _id: /^timer:late:.*:0$/ as never })
    .toArray();
  if (said.length < count) throw new Error(`${said.length} of ${count} follow-ups were answered in time`);
  const lateMs = said.map(({ _id, createdAt }) => (createdAt as Date).getTime() - dueInstantOf(String(_id)));
  return { p50Ms: quantile(lateMs, 0.5), p99Ms: quantile(lateMs, 0.99) };
}

const settled = (db: Connection): Promise<number> =>
  db.collection('followups').countDocuments({ _id: /^late:/ as never, state: { $in: ['done', 'skipped'] } });

/** `timer:<follow-up>@<instant>:<n>` */
const dueInstantOf = (outboxId: string): number =>
  Date.parse(outboxId.slice(outboxId.indexOf('@') + 1, outboxId.lastIndexOf(':')));
