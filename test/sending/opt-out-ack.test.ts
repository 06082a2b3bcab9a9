import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { HOUR_MS } from '../../src/kernel/calendar.ts';
import { conversationId, type InboxId } from '../../src/kernel/ids.ts';
import { ANA_PHONE } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';
import { debtorOf, type FakeChannel, fakeChannel, openSendingHouse, type SendingHouse } from './sending-house.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: SendingHouse;
let phone: FakeChannel;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openSendingHouse(database.db);
  phone = fakeChannel({ id: 'twilio-sms', medium: 'sms' });
  await house.talks('twilio-sms');
});

let messages = 0;
async function arrives(text: string, channel = 'twilio-sms'): Promise<InboxId> {
  messages += 1;
  house.wait(1);
  await house.app.conversations.receive({ id: `out:${messages}`, channel, from: ANA_PHONE, text });
  return `out:${messages}` as InboxId;
}

const acks = () => database.db.collection('outbox').find({ kind: 'opt_out_ack' }).sort({ seq: 1 }).toArray();
const send = () => house.sender([phone]).dispatchAll();
const turns = () => house.app.conversations.runTurns();

test.each<[string, () => Promise<unknown>]>([
  ['nothing else', async () => undefined],
  ['a reply that was on its way', () => house.writes('twilio-sms').then(send)],
  ['a reminder that was on its way', () => leftAfterwards('reminder')],
  ['a receipt', () => leftAfterwards('receipt')],
])('an opt-out is acknowledged once, also when %s left between the word and its turn', async (_what, slips) => {
  await arrives('BAJA');
  house.wait(1);
  await slips();
  house.wait(1);
  await turns();
  await send();
  expect(await acks()).toEqual([expect.objectContaining({ state: 'accepted' })]);
  await arrives('BAJA');
  await arrives('hola');
  await turns();
  await send();
  expect(await acks()).toHaveLength(1);
});

test('one message after another: each is answered, and the opt-out at the end of them as well', async () => {
  for (const text of ['hola', '1234', 'cuánto debo?', 'BAJA']) await arrives(text);
  await turns();
  await send();
  expect(await acks()).toEqual([expect.objectContaining({ state: 'accepted' })]);
  expect(phone.took.at(-1)?.id).toBe((await acks())[0]?._id);
});

test('a second acknowledgement of one opt-out never goes', async () => {
  await arrives('BAJA');
  await turns();
  await send();
  const twice = await house.writes('twilio-sms', { kind: 'opt_out_ack' });
  await send();
  expect(await house.row(twice)).toMatchObject({ state: 'blocked', rule: 'opt_out.ack' });
});

test('who comes back and leaves again is told again', async () => {
  for (const text of ['BAJA', 'ALTA', 'BAJA']) {
    await arrives(text);
    await turns();
    await send();
    house.wait(60);
  }
  expect((await acks()).map(({ state }) => state)).toEqual(['accepted', 'accepted']);
});

test.each([
  ['BAJA', 299, 'accepted'],
  ['BAJA', 301, 'blocked'],
  ['por favor ya no me contacten', 299, 'accepted'],
  ['por favor ya no me contacten', 301, 'blocked'],
])(
  '"%s", read %d s after it came: the acknowledgement is %s, since the law counts from when it came',
  async (words, seconds, state) => {
    await arrives(words);
    house.wait(seconds);
    await turns();
    await send();
    expect(await acks()).toEqual([expect.objectContaining({ state })]);
  },
);

/** A word binds its own channel; what is said of everybody binds all. */
test.each([
  ['BAJA', 'accepted'],
  ['no me contacten', 'blocked'],
])('"%s" on WhatsApp leaves a reminder by SMS %s', async (words, state) => {
  await house.talks('twilio-whatsapp');
  await arrives(words, 'twilio-whatsapp');
  await turns();
  house.wait(25 * 3600);
  const id = await house.writes('twilio-sms', { kind: 'reminder' });
  await send();
  expect((await house.row(id)).state).toBe(state);
});

test('a session is one channel’s: who wrote on WhatsApp yesterday did not write by SMS', async () => {
  await house.talks('twilio-whatsapp');
  house.wait(24 * 3600);
  await arrives('hola', 'twilio-whatsapp');
  await turns();
  house.wait(13 * 3600); // night
  const id = await house.writes('twilio-sms');
  await send();
  expect(await house.row(id)).toMatchObject({ state: 'ready', waits: 'law' });
});

/** It was judged before the word came, and the provider took it after. */
async function leftAfterwards(kind: 'reminder' | 'receipt'): Promise<void> {
  const now = house.clock.now();
  await house.writes('twilio-sms', { kind, state: 'accepted', attempts: 1, sentAt: now });
  const conversation = await house.stores.conversations.find(conversationId('twilio-sms', ANA_PHONE));
  expect(conversation?.debtorId).toBe(debtorOf(0));
  expect(now.getTime() - (conversation?.lastInboundAt?.getTime() ?? 0)).toBeLessThan(HOUR_MS);
}
