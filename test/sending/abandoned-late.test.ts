import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { testDatabase } from '../setup/database.ts';
import { abandonOld, fakeChannel, openSendingHouse } from './sending-house.ts';

let database: { db: Connection; drop(): Promise<void> };
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

test('a dead sender’s row that nobody looked at for two minutes does not come after what has overtaken it', async () => {
  const house = await openSendingHouse(database.db);
  await house.talks('twilio-sms');
  const phone = fakeChannel({ id: 'twilio-sms', medium: 'sms' }, true);
  const sender = house.sender([phone]);
  const first = await house.writes('twilio-sms');
  const behind = await house.writes('twilio-sms');
  const died = { state: 'sending', attempts: 1, sendingAt: house.machine.now() };
  await database.db.collection('outbox').updateOne({ _id: first as never }, { $set: died });
  house.wait(121); // the sweep is late: its process was killed too
  await sender.dispatchAll();
  expect(phone.took.map(({ id }) => id)).toEqual([behind]);
  await abandonOld(house);
  await sender.reconcile();
  await sender.dispatchAll();
  expect(phone.took.map(({ id }) => id)).toEqual([behind]);
  expect(await house.row(first)).toMatchObject({ state: 'unknown', rule: 'sender_died', checkAt: null });
});
