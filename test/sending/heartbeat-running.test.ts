import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { BEAT_MS } from '../../src/conversations/alive.ts';
import { createProcessStore } from '../../src/conversations/process-store.ts';
import { HOUR_MS } from '../../src/kernel/calendar.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { ANA_CONVERSATION, openHouse } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

/** Between two beats lies a tenth of a second in place of two. */
const machine: Clock = {
  now: systemClock.now,
  sleep: (ms, signal) => systemClock.sleep(ms === BEAT_MS ? 100 : ms, signal),
};

let database: { db: Connection; drop(): Promise<void> };
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test('a process at work misses one that died, answers what it held though its leases go on for an hour, and takes its leave', async () => {
  const { db } = database;
  const house = await openHouse(db, { machine });
  await house.says('hola');
  const died = await createProcessStore(db).begin();
  const held = { owner: 'dead', until: new Date(systemClock.now().getTime() + HOUR_MS), life: died };
  await db
    .collection('conversations')
    .updateOne({ _id: ANA_CONVERSATION as never }, { $set: { lease: held, sendLease: held } });
  const stopping = new AbortController();
  const working = house.app.conversations.work({ worker: true, sender: true }, stopping.signal);
  const processes = db.collection('processes');
  while (house.phone.length === 0) {
    const twoSecondsAgo = { $subtract: ['$$NOW', BEAT_MS] };
    await processes.updateOne({ _id: died as never }, [{ $set: { seenAt: twoSecondsAgo } }]);
    await systemClock.sleep(20);
  }
  stopping.abort();
  await working;
  const [row] = await db.collection('inbox').find({ 'incoming.kind': 'message' }).toArray();
  expect(row).toMatchObject({ state: 'done', attempts: 1, reason: 'crashed' });
  const [answer] = await db.collection('outbox').find({}).toArray();
  const lives = await processes.find({}).toArray();
  expect(answer).toMatchObject({ state: 'accepted', sender: lives.find(({ _id }) => String(_id) !== died)?._id });
  expect(lives.map(({ deadAt }) => deadAt)).toEqual([expect.any(Date), expect.any(Date)]);
});

test('a process that only takes messages in has no heartbeat: it holds nothing', async () => {
  const { db } = database;
  const house = await openHouse(db, { machine });
  const stopping = new AbortController();
  const working = house.app.conversations.work({ worker: false, sender: false }, stopping.signal);
  await systemClock.sleep(50);
  stopping.abort();
  await working;
  expect(await db.collection('processes').countDocuments({})).toBe(0);
});
