import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { isDatabaseAway } from '../../src/database/away.ts';
import { connect } from '../../src/database/connect.ts';
import { endOrphans } from '../../src/database/orphans.ts';
import { monotonicMs, systemClock } from '../../src/kernel/clock.ts';
import { testDatabase } from '../setup/database.ts';

const INACTIVE_MS = 1_500;
let database: { db: Connection; uri: string; drop(): Promise<void> };
let dead: Connection;
beforeAll(async () => {
  database = await testDatabase();
  dead = await connect(database.uri);
});
afterAll(async () => {
  await dead.close();
  await database.drop();
});

test('a transaction that a process left open keeps others from what it wrote, until it is ended; its own process must run it again', async () => {
  const [theirs, ours] = [dead.collection('things'), database.db.collection('things')];
  await ours.insertOne({ _id: 1 as never, by: 'nobody' });
  const session = await dead.startSession();
  session.startTransaction();
  await theirs.updateOne({ _id: 1 as never }, { $set: { by: 'dead' } }, { session });
  const began = monotonicMs();
  let waitedMs = 0;
  const waiting = ours.updateOne({ _id: 1 as never }, { $set: { by: 'us' } }).then(() => {
    waitedMs = monotonicMs() - began;
  });
  await systemClock.sleep(INACTIVE_MS + 200);
  expect(waitedMs).toBe(0);
  expect(await endOrphans(database.db, 60_000)).toBe(0);
  expect(await endOrphans(database.db, INACTIVE_MS)).toBeGreaterThan(0);
  await waiting;
  expect(waitedMs).toBeLessThan(30_000); // in place of a minute
  const refused = await session.commitTransaction().catch((err: unknown) => err);
  expect(isDatabaseAway(refused)).toBe(true); // to be run again, not an error of the work
  await session.endSession();
  expect(await ours.findOne({})).toMatchObject({ by: 'us' });
}, 90_000);
