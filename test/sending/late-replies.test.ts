import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { inTransaction } from '../../src/database/transaction.ts';
import { conversationId } from '../../src/kernel/ids.ts';
import type { MessageKind } from '../../src/kernel/medium.ts';
import { money } from '../../src/kernel/money.ts';
import { ANA_PHONE as PHONE } from '../conversations/house.ts';
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
  await says('hola');
  await says('1234');
  await house.sender([phone]).dispatchAll();
  phone.took.splice(0);
});

const HERE = conversationId('twilio-sms', PHONE);
const MARTA = { id: 'test:marta', name: 'Marta' };
let messages = 0;

async function says(text: string): Promise<string> {
  messages += 1;
  house.wait(5);
  const id = `late:${messages}`;
  await house.app.conversations.receive({ id, channel: 'twilio-sms', from: PHONE, text });
  await house.app.conversations.runTurns();
  return id;
}

/** The rows of the answer to this message. */
const answersTo = (id: string) =>
  database.db
    .collection('outbox')
    .find({ _id: new RegExp(`^${id}:`) as never })
    .sort({ seq: 1 })
    .toArray();

const pays = () =>
  inTransaction(database.db, (tx) =>
    house.app.ledger.postPayment(
      {
        ...{ debtorId: debtorOf(0), idemKey: 'test:1', provider: 'test', amount: money(50_000n, 'MXN') },
        ...{ paidAt: house.clock.now(), debtIds: [] },
      },
      house.clock.now(),
      tx,
    ),
  );

describe('an answer that could not leave for a while', () => {
  test('goes when nothing has changed', async () => {
    const id = await says('cuánto debo?');
    house.wait(3600);
    await house.sender([phone]).dispatchAll();
    expect(phone.took.map((message) => message.id)).toEqual((await answersTo(id)).map(({ _id }) => String(_id)));
    expect(phone.took.length).toBeGreaterThan(0);
  });

  test.each<[string, () => Promise<unknown>]>([
    ['money came', pays],
    ['the debtor wrote again, and was answered', () => says('ayuda')],
    [
      'the debtor wrote again, and nobody has read it yet',
      async () => {
        house.wait(1);
        await house.app.conversations.receive({ id: 'late:new', channel: 'twilio-sms', from: PHONE, text: 'oye' });
      },
    ],
  ])('does not go when %s', async (_what, happen) => {
    const id = await says('cuánto debo?');
    await happen();
    house.wait(601);
    await house.sender([phone]).dispatchAll();
    for (const row of await answersTo(id)) expect(row).toMatchObject({ state: 'expired', rule: 'stale_reply' });
    expect(phone.took.filter((message) => message.id.startsWith(`${id}:`))).toEqual([]);
  });

  test('goes all the same within ten minutes: then it is an answer, and in order', async () => {
    const ids = [await says('cuánto debo?'), await says('ayuda')];
    house.wait(590);
    await house.sender([phone]).dispatchAll();
    const rows = await Promise.all(ids.map(answersTo));
    expect(phone.took.map((message) => message.id)).toEqual(rows.flat().map(({ _id }) => String(_id)));
  });

  test('what was done is said however late, and whatever came after: a promise is confirmed in writing', async () => {
    await says('te pago 500 el viernes');
    await house.sender([phone]).dispatchAll();
    phone.took.splice(0);
    const promised = await says('sí');
    const thanks = await says('gracias');
    await pays();
    house.wait(3600);
    await house.sender([phone]).dispatchAll();
    const [confirmed] = await answersTo(promised);
    expect(confirmed).toMatchObject({ state: 'accepted' });
    expect(phone.took.map(({ text }) => text).join()).toMatch(/folio/i);
    for (const row of await answersTo(thanks)) expect(row).toMatchObject({ rule: 'stale_reply' });
  });
});

describe('while a person holds the conversation', () => {
  test.each<[MessageKind, 'bot' | 'agent', string]>([
    ['reply', 'bot', 'blocked'],
    ['reminder', 'bot', 'blocked'],
    ['promise_followup', 'bot', 'blocked'],
    ['receipt', 'bot', 'accepted'],
    ['reply', 'agent', 'accepted'],
  ])('a %s of the %s that waits is %s', async (kind, from, state) => {
    await house.app.conversations.agentActs(HERE, { agent: MARTA, act: { act: 'take' } });
    await house.app.conversations.runTurns();
    const id = await house.writes('twilio-sms', { kind, from }); // as one that is put back after its answer was lost
    await house.sender([phone]).dispatchAll();
    const row = await house.row(id);
    expect([row.state, row.rule]).toEqual([state, state === 'blocked' ? 'human_holds' : null]);
  });

  test('a row that a sender has read already, and that a turn withholds before its intent, does not go', async () => {
    const id = await house.writes('twilio-sms', { kind: 'reply' });
    const take = async () => {
      await house.app.conversations.agentActs(HERE, { agent: MARTA, act: { act: 'take' } });
      await house.app.conversations.runTurns();
    };
    await house.sender([phone], undefined, take).dispatchAll();
    expect(await house.row(id)).toMatchObject({ state: 'blocked', rule: 'human_holds' });
    expect(phone.calls.filter((message) => message.id === id)).toEqual([]);
  });
});

test('an opt-out that is heard between the look and the send stops what it forbids', async () => {
  const id = await house.writes('twilio-sms', { kind: 'reminder' });
  let hasSaidIt = false;
  const sender = house.sender([phone], undefined, async () => {
    if (!hasSaidIt) await says('BAJA');
    hasSaidIt = true;
  });
  await sender.dispatchAll();
  expect(await house.row(id)).toMatchObject({ state: 'ready', attempts: 0 });
  await sender.dispatchAll();
  expect(await house.row(id)).toMatchObject({ state: 'blocked', rule: 'opt_out' });
  expect(phone.calls.filter((message) => message.id === id)).toEqual([]);
});
