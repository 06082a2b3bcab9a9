import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { required } from '../../src/inbox/inbox.ts';
import type { OutboxId } from '../../src/kernel/ids.ts';
import type { Said } from '../../src/outbox/said.ts';
import { testDatabase } from '../setup/database.ts';
import {
  type FakeChannel,
  fakeChannel,
  openSendingHouse,
  ring,
  type Sender,
  type SendingHouse,
  senderAtWork,
} from './sending-house.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: SendingHouse;
let phone: FakeChannel;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openSendingHouse(database.db, { debtors: 3 });
  phone = fakeChannel({ id: 'twilio-sms', medium: 'sms' });
  for (let n = 0; n < 3; n += 1) await house.talks('twilio-sms', n);
});

/** As the turn that wrote it tells: with the conversation as it was saved then. */
const told = async (sender: Sender, ...ids: OutboxId[]) => sender.expect(await Promise.all(ids.map(saidWith)));

async function saidWith(id: OutboxId): Promise<Said> {
  const row = await house.row(id);
  const conversation = required(row.conversationId, await house.stores.conversations.find(row.conversationId));
  return { conversation, debtor: row.debtorId && (await house.app.ledger.findDebtor(row.debtorId)), rows: [row] };
}

const tookIds = () => phone.took.map(({ id }) => id);

test('an answer that this process wrote goes at once, one of another process with the next look', async () => {
  const sender = await senderAtWork(house, phone);
  const [ours, theirs] = [await house.writes('twilio-sms', { n: 0 }), await house.writes('twilio-sms', { n: 1 })];
  await told(sender, ours);
  await ring(sender);
  expect(tookIds()).toEqual([ours]);
  house.wait(0.3);
  await ring(sender);
  expect(tookIds()).toEqual([ours, theirs]);
});

test('all that is open in its conversation goes with it, in order', async () => {
  const sender = await senderAtWork(house, phone);
  const ids = [await house.writes('twilio-sms'), await house.writes('twilio-sms'), await house.writes('twilio-sms')];
  await told(sender, ids[2] as OutboxId);
  await ring(sender);
  expect(tookIds()).toEqual(ids);
});

test('a reminder keeps its place in the order that a look finds', async () => {
  const sender = await senderAtWork(house, phone);
  const reminder = await house.writes('twilio-sms', { kind: 'reminder' });
  await told(sender, reminder);
  await ring(sender);
  expect(tookIds()).toEqual([]);
  house.wait(0.3);
  await ring(sender);
  expect(tookIds()).toEqual([reminder]);
});

test('what is expected by two senders is sent once, and what is gone already not again', async () => {
  const [one, two] = [await senderAtWork(house, phone), await senderAtWork(house, phone)];
  const id = await house.writes('twilio-sms');
  await told(one, id);
  await told(two, id);
  await Promise.all([ring(one), ring(two)]);
  await told(two, id);
  await ring(two);
  expect(tookIds()).toEqual([id]);
  expect(phone.calls).toHaveLength(1);
});

test('what is not due yet waits until it is', async () => {
  const sender = await senderAtWork(house, phone);
  const until = new Date(house.clock.now().getTime() + 60_000);
  const later = await house.writes('twilio-sms', { notBefore: until });
  await told(sender, later);
  await ring(sender);
  expect(tookIds()).toEqual([]);
  house.wait(61);
  await ring(sender);
  expect(tookIds()).toEqual([later]);
});

test('a channel that the provider closed is not begun, whatever is expected', async () => {
  const sender = await senderAtWork(house, phone);
  phone.fates.push({ outcome: 'later', code: 'http_429', retryAfterMs: 30_000 });
  const [first, second] = [await house.writes('twilio-sms', { n: 0 }), await house.writes('twilio-sms', { n: 1 })];
  await told(sender, first);
  await ring(sender);
  await told(sender, second);
  await ring(sender);
  expect(phone.calls.map(({ id }) => id)).toEqual([first]);
  house.wait(31);
  await ring(sender);
  expect(tookIds().sort()).toEqual([first, second].sort());
});

test('what has moved on since it was said is read again before it is sent', async () => {
  const sender = await senderAtWork(house, phone);
  const id = await house.writes('twilio-sms');
  await told(sender, id);
  const { conversationId } = await house.row(id);
  const held = { $set: { mode: 'human' }, $inc: { version: 1 } };
  await database.db.collection<{ _id: string }>('conversations').updateOne({ _id: conversationId }, held);
  await ring(sender);
  expect(tookIds()).toEqual([]);
  await ring(sender);
  expect(await house.row(id)).toMatchObject({ state: 'blocked', rule: 'human_holds' });
  expect(tookIds()).toEqual([]);
});
