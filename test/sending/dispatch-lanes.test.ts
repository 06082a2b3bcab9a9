import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { conversationId } from '../../src/kernel/ids.ts';
import type { OutboxRow } from '../../src/outbox/outbox-store.ts';
import { createSenderStore } from '../../src/outbox/sender-store.ts';
import { phoneOf } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';
import { type FakeChannel, fakeChannel, openSendingHouse, type SendingHouse } from './sending-house.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: SendingHouse;
let phone: FakeChannel;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const SMS = { id: 'twilio-sms', medium: 'sms' } as const;

async function open(debtors: number): Promise<void> {
  house = await openSendingHouse(database.db, { debtors });
  phone = fakeChannel(SMS);
  for (let n = 0; n < debtors; n += 1) await house.talks('twilio-sms', n);
}

describe('lanes', () => {
  beforeEach(() => open(3));

  test('a backlog of 100,000 reminders does not delay an answer, nor is it read to find one', async () => {
    const { db, clock } = house;
    const backlog = Array.from({ length: 100_000 }, (_, n) => bulkRow(n, clock.now()));
    for (let from = 0; from < backlog.length; from += 20_000)
      await db.collection('outbox').insertMany(backlog.slice(from, from + 20_000) as never[], { ordered: false });
    house.wait(60);
    const answer = await house.writes('twilio-sms', { n: 1 });
    const ack = await house.writes('twilio-sms', { n: 2, kind: 'receipt' });

    const { due: dueOn } = createSenderStore(db);
    expect(await dueOn('twilio-sms', clock.now(), { limit: 128, except: [], freshMs: 8_000 })).toHaveLength(2);
    const due = await dueOn('twilio-sms', clock.now(), { limit: 128, except: [] });
    expect(due).toHaveLength(128);
    expect(due.slice(0, 3)).toEqual([
      { conversationId: conversationId('twilio-sms', phoneOf(1)), lane: 0 },
      { conversationId: conversationId('twilio-sms', phoneOf(2)), lane: 1 },
      { conversationId: conversationId('twilio-sms', phoneOf(0)), lane: 3 },
    ]);
    const plan = await db
      .collection('outbox')
      .find({ state: 'ready', channel: 'twilio-sms', notBefore: { $lte: clock.now() } })
      .project({ _id: 0, conversationId: 1, lane: 1 })
      .sort({ lane: 1, notBefore: 1 })
      .limit(128)
      .explain('executionStats');
    expect(plan['executionStats'].totalKeysExamined).toBeLessThan(200);

    await house.sender([phone]).dispatchAll();
    expect(phone.took.slice(0, 2).map(({ id }) => id)).toEqual([answer, ack]);
  }, 120_000);

  test('what is still open in a conversation is read off an index of its own', async () => {
    await house.writes('twilio-sms');
    const ids = [conversationId('twilio-sms', phoneOf(0))];
    const plan = await house.db
      .collection('outbox')
      .find({ conversationId: { $in: ids }, state: { $in: ['ready', 'sending', 'unknown'] } })
      .hint({ conversationId: 1, state: 1, seq: 1 })
      .explain('executionStats');
    expect(plan['executionStats']).toMatchObject({ nReturned: 1, totalKeysExamined: 1 });
    expect((await createSenderStore(house.db).openIn(ids)).get(ids[0] as never)).toHaveLength(1);
  });

  test('in one conversation an answer overtakes the reminder that has no tokens, and nothing else', async () => {
    phone = fakeChannel({ ...SMS, pace: { perSecond: 1, recipientSpacingMs: 0 } });
    await house.writes('twilio-sms', { n: 1, kind: 'reminder' }); // takes the one token there is
    const sender = house.sender([phone]);
    await sender.dispatchAll();
    const reminder = await house.writes('twilio-sms', { kind: 'reminder' });
    const answers = [await house.writes('twilio-sms'), await house.writes('twilio-sms')];
    await sender.dispatchAll();
    expect(phone.took.slice(1).map(({ id }) => id)).toEqual(answers);
    expect(await house.row(reminder)).toMatchObject({ state: 'ready', attempts: 0 });
    house.wait(5);
    await sender.dispatchAll();
    expect(phone.took.at(-1)?.id).toBe(reminder);
  });
});

describe('many at once', () => {
  test('a provider that does not answer one conversation delays nobody else', async () => {
    await open(4);
    let answer = () => {};
    phone.fates.push(new Promise<void>((resolve) => (answer = resolve)));
    const slow = await house.writes('twilio-sms', { n: 0 });
    const behind = await house.writes('twilio-sms', { n: 0 });
    const sender = house.sender([phone]);
    expect(await sender.begin()).toBe(1);
    const others = [];
    for (const n of [1, 2, 3]) others.push(await house.writes('twilio-sms', { n }));
    expect(await sender.begin()).toBe(3);
    const took = async (count: number) => {
      while (phone.took.length < count) await new Promise((resolve) => setImmediate(resolve));
    };
    await took(3);
    expect(phone.took.map(({ id }) => id).sort()).toEqual(others);
    expect(await house.row(slow)).toMatchObject({ state: 'sending' });
    expect(await sender.begin()).toBe(0);
    answer();
    await sender.idle();
    expect(phone.took.map(({ id }) => id).slice(3)).toEqual([slow, behind]);
  });

  test('a channel that this process cannot send on now is left to whoever can', async () => {
    await open(1);
    let isReady = false;
    const away = fakeChannel({ ...SMS, isReady: () => isReady });
    const id = await house.writes('twilio-sms');
    const sender = house.sender([away]);
    expect(await sender.dispatchAll()).toBe(0);
    expect(await house.row(id)).toMatchObject({ state: 'ready', attempts: 0 });
    isReady = true;
    await sender.dispatchAll();
    expect(away.took).toHaveLength(1);
  });

  test('two senders on one outbox: each row once, each conversation in its order', async () => {
    await open(30);
    const wanted = new Map<string, string[]>();
    for (let round = 0; round < 3; round += 1)
      for (let n = 0; n < 30; n += 1) {
        const id = await house.writes('twilio-sms', { n });
        wanted.set(phoneOf(n), [...(wanted.get(phoneOf(n)) ?? []), id]);
      }
    const senders = [house.sender([phone]), house.sender([phone])];
    await Promise.all([...senders, ...senders].map((sender) => sender.dispatchAll()));
    for (const sender of senders) await sender.dispatchAll();
    expect(phone.took).toHaveLength(90);
    for (const [to, ids] of wanted)
      expect(phone.took.filter((each) => each.to === to).map(({ id }) => id)).toEqual(ids);
    const attempts = await house.db.collection('outbox').distinct('attempts', {});
    expect(attempts).toEqual([1]);
    expect(await house.db.collection('events').countDocuments({ what: 'send.decided' })).toBe(90);
    expect(await house.db.collection('conversations').countDocuments({ sendLease: { $ne: null } })).toBe(0);
  });

  test('more conversations than are served at once are served one after the other, and what another sender holds is passed by', async () => {
    await open(150);
    for (let n = 0; n < 150; n += 1) await house.writes('twilio-sms', { n });
    const until = new Date(house.machine.now().getTime() + 30_000);
    const first = Array.from({ length: 140 }, (_, n) => conversationId('twilio-sms', phoneOf(n)));
    await house.stores.conversations.takeToSend(first, { owner: 'another', until }, house.machine.now());
    const sender = house.sender([phone]);
    expect(await sender.dispatchAll()).toBe(10);
    house.wait(31); // the other one is dead
    let rounds = 0;
    while ((await sender.dispatchAll()) > 0) rounds += 1;
    expect(phone.took).toHaveLength(150);
    expect(rounds).toBe(3); // 64 at once
  });
});

function bulkRow(n: number, at: Date): Partial<Omit<OutboxRow, '_id'>> & { _id: string } {
  return {
    ...{ _id: `bulk:${n}:0`, conversationId: conversationId('twilio-sms', phoneOf(0)), channel: 'twilio-sms' },
    ...{ medium: 'sms', address: phoneOf(0), from: 'bot', kind: 'demand', key: 'test.text', text: 'Aviso', lane: 3 },
    ...{ state: 'ready', notBefore: at, createdAt: at, expiresAt: new Date(at.getTime() + 3_600_000) },
    ...{ seq: `0${String(n).padStart(8, '0')}`, attempts: 0, disclosesDebt: false, options: [] },
  };
}
