import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { connect } from '../../src/database/connect.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { testDatabase } from '../setup/database.ts';

let own: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.drop());

test('64-bit integers come back whole, as bigint', async () => {
  const rows = own.db.collection('rows');
  const huge = 9_007_199_254_740_993n; // 2^53 + 1: a double cannot hold it
  await rows.insertOne({ huge });
  expect((await rows.findOne({}))?.['huge']).toBe(huge);
});

test('a transaction writes all or nothing', async () => {
  const rows = own.db.collection<{ _id: number }>('tx');
  await rows.insertOne({ _id: 0 });
  const failing = inTransaction(own.db, async (session) => {
    await rows.insertOne({ _id: 1 }, { session });
    throw new Error('stop here');
  });
  await expect(failing).rejects.toThrow('stop here');
  expect(await rows.countDocuments()).toBe(1);
  await inTransaction(own.db, async (session) => void (await rows.insertOne({ _id: 1 }, { session })));
  expect(await rows.countDocuments()).toBe(2);
});

test('a database that is not there is an error that names the host and hides the password', async () => {
  const failing = connect('mongodb://ana:s3cret@127.0.0.1:1/x?replicaSet=rs0', { selectMs: 300 });
  await expect(failing).rejects.toMatchObject({ code: 'database_unavailable' });
  await expect(failing).rejects.toThrow(/127\.0\.0\.1:1 did not answer within 0\.3 s/);
  await expect(failing).rejects.not.toThrow(/s3cret/);
});
