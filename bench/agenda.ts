import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda, type AgendaOptions } from 'agenda';
import { type Connection, createConnection } from 'mongoose';
import { DAY_MS } from '../src/kernel/calendar.ts';
import { monotonicMs, systemClock } from '../src/kernel/clock.ts';

const COLLECTION = 'peer_agenda_jobs';
const CONNECTIONS_MAX = 300; // of its own and without a limit to waiting: with a million jobs parked each of its looks is slow
const JOB = 'followup';
const PARKED_AT_ONCE = 10_000;
const GIVEN_UP_AFTER_MS = 90_000;

type Tuning = Pick<
  AgendaOptions,
  'processEvery' | 'defaultLockLimit' | 'lockLimit' | 'maxConcurrency' | 'defaultConcurrency'
>;

/** As it comes: looks every 5 s, runs 5 of a kind and 20 in all at once. */
export const AGENDA_DEFAULTS: Tuning = {};
export const AGENDA_TUNED: Tuning = {
  processEvery: 200,
  defaultLockLimit: 200,
  lockLimit: 200,
  maxConcurrency: 200,
  defaultConcurrency: 200,
};

/**
 * One Agenda job a follow-up, as its own documents are: each writes the inbox row that ours commits. Counts from the start until the last one ran, or the time is up.
 * @returns jobs a second
 */
export async function benchAgenda(
  mongodbUri: string,
  size: { parked: number; due: number },
  tuning: Tuning,
): Promise<number> {
  const db = await createConnection(mongodbUri, { maxPoolSize: CONNECTIONS_MAX }).asPromise();
  try {
    return await jobsPerSecond(db, size, tuning);
  } finally {
    await db.close();
  }
}

async function jobsPerSecond(db: Connection, size: { parked: number; due: number }, tuning: Tuning): Promise<number> {
  if (!db.db) throw new Error('the connection is not open');
  const jobs = db.db.collection(COLLECTION);
  await jobs.deleteMany({});
  const inbox = db.collection<{ _id: string; text: string }>('peer_agenda_inbox');
  await inbox.deleteMany({});
  const agenda = new Agenda({
    backend: new MongoBackend({ mongo: db.db as never, collection: COLLECTION, ensureIndex: true }),
    ...tuning,
  });
  agenda.on('error', () => undefined);
  await agenda.ready;
  let ran = 0;
  let lastAt = 0;
  agenda.define(JOB, async (job: { attrs: { data: { id: string } } }) => {
    await inbox.insertOne({ _id: job.attrs.data.id, text: 'x'.repeat(400) });
    ran += 1;
    lastAt = monotonicMs();
  });
  const now = systemClock.now().getTime();
  await agenda.schedule(new Date(now - 1000), JOB, { id: 'timer:0' });
  const [model] = await jobs.find({}).toArray();
  if (!model) throw new Error('Agenda wrote no job');
  const { _id: _own, ...fields } = model;
  await write(size.parked, (n) => ({
    ...fields,
    data: { id: `parked:${n}` },
    nextRunAt: new Date(now + DAY_MS + n * 2000),
  }));
  await write(size.due - 1, (n) => ({ ...fields, data: { id: `timer:${n + 1}` } }));
  const start = monotonicMs();
  await agenda.start();
  while (ran < size.due && monotonicMs() - start < GIVEN_UP_AFTER_MS) await systemClock.sleep(50);
  await agenda.stop(false);
  if (ran === 0) throw new Error('Agenda ran nothing');
  const seconds = ((ran < size.due ? start + GIVEN_UP_AFTER_MS : lastAt) - start) / 1000;
  await jobs.drop();
  return ran / seconds;

  async function write(count: number, rowOf: (n: number) => object): Promise<void> {
    for (let at = 0; at < count; at += PARKED_AT_ONCE) {
      const rows = Array.from({ length: Math.min(PARKED_AT_ONCE, count - at) }, (_, n) => rowOf(at + n));
      await jobs.insertMany(rows, { ordered: false });
    }
  }
}
