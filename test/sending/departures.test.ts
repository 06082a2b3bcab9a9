import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { TIME_ALONE } from '../../src/conversations/alive.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { required } from '../../src/inbox/inbox.ts';
import type { Departure, Said } from '../../src/outbox/said.ts';
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
  house = await openSendingHouse(database.db, { debtors: 2 });
  phone = fakeChannel({ id: 'twilio-sms', medium: 'sms' });
  await house.talks('twilio-sms');
});

/** What a turn is about to write: none of it is written yet. */
async function aboutToSay(changes: Parameters<SendingHouse['writes']>[1] = {}): Promise<Said> {
  const id = await house.writes('twilio-sms', changes);
  const row = await house.row(id);
  await database.db.collection('outbox').deleteOne({ _id: id as never });
  const { lane, ...unwritten } = row;
  const conversation = required(row.conversationId, await house.stores.conversations.find(row.conversationId));
  return {
    conversation: { ...conversation, version: conversation.version + 1 },
    debtor: row.debtorId && (await house.app.ledger.findDebtor(row.debtorId)),
    rows: [unwritten],
  };
}

/** As a turn does. @returns false when it was undone */
function write(said: Said, { row, sendLease }: Departure, more: Said['rows'] = []): Promise<boolean> {
  const next = { ...said.conversation, version: said.conversation.version - 1 };
  return inTransaction(database.db, async (tx) => {
    if (!(await house.stores.conversations.save([{ next, keepLease: false, sendLease }], tx))) return false;
    await house.stores.outbox.insert([row, ...more], tx);
    return true;
  });
}

async function departureOf(sender: Sender, said: Said): Promise<Departure> {
  const departure = await sender.depart(said);
  if (!departure) throw new Error('it does not leave with its turn');
  return departure;
}

const stands = (said: Said, departure: Departure, more: Said['rows'] = []): Said => ({
  ...said,
  conversation: { ...said.conversation, sendLease: departure.sendLease },
  rows: [departure.row, ...more],
  departure,
});

const conversationOf = async ({ conversation: { _id } }: Said) =>
  required(_id, await house.stores.conversations.find(_id));

describe('an answer leaves with the turn that says it', () => {
  test('it is written as under way, with its lease, and its provider is called once that stands', async () => {
    const sender = await senderAtWork(house, phone);
    const said = await aboutToSay();
    const departure = await departureOf(sender, said);
    expect(departure.row).toMatchObject({ state: 'sending', attempts: 1, checker: departure.sendLease.owner });
    expect(departure.decided).toMatchObject({ what: 'send.decided', details: { answer: 'allow' } });
    expect(await write(said, departure)).toBe(true);
    expect(phone.calls).toEqual([]);
    sender.expect([stands(said, departure)]);
    await sender.idle();
    expect(phone.took.map(({ id }) => id)).toEqual([departure.row._id]);
    expect(await house.row(departure.row._id)).toMatchObject({ state: 'accepted', attempts: 1 });
    expect(await conversationOf(said)).toMatchObject({ sendLease: null });
  });

  test('what else the turn said follows it, in order', async () => {
    const sender = await senderAtWork(house, phone);
    const [said, after] = [await aboutToSay(), await aboutToSay()];
    const departure = await departureOf(sender, said);
    await write(said, departure, after.rows);
    sender.expect([stands(said, departure, after.rows)]);
    await sender.idle();
    expect(phone.took.map(({ id }) => id)).toEqual([departure.row._id, after.rows[0]?._id]);
  });

  test('what follows waits while nobody knows what became of it', async () => {
    const sender = await senderAtWork(house, phone);
    const [said, after] = [await aboutToSay(), await aboutToSay()];
    const departure = await departureOf(sender, said);
    await write(said, departure, after.rows);
    phone.fates.push('never');
    sender.expect([stands(said, departure, after.rows)]);
    await sender.idle();
    expect(phone.calls.map(({ id }) => id)).toEqual([departure.row._id]);
    expect(await house.row(departure.row._id)).toMatchObject({ state: 'unknown', rule: 'no_answer' });
    expect(await house.row(after.rows[0]?._id as never)).toMatchObject({ state: 'ready' });
  });

  test('a turn that was stopped for long before it stood leaves the call to whoever looks at what was left behind', async () => {
    const sender = await senderAtWork(house, phone);
    const said = await aboutToSay();
    const departure = await departureOf(sender, said);
    await write(said, departure);
    house.wait(21);
    sender.expect([stands(said, departure)]);
    await sender.idle();
    expect(phone.calls).toEqual([]);
    expect(await house.row(departure.row._id)).toMatchObject({ state: 'sending' });
  });

  test('one whose turn stands though nobody was told is called off, and goes as ever', async () => {
    const sender = await senderAtWork(house, phone);
    const [stands, undone] = [await aboutToSay(), await aboutToSay()];
    const departure = await departureOf(sender, stands);
    await write(stands, departure);
    await departureOf(sender, undone);
    house.wait(29);
    await ring(sender);
    expect(phone.calls).toEqual([]);
    house.wait(2);
    await ring(sender);
    expect(phone.took.map(({ id }) => id)).toEqual([departure.row._id]);
    expect(await house.row(departure.row._id)).toMatchObject({ state: 'accepted', attempts: 1 });
    expect(await conversationOf(stands)).toMatchObject({ sendLease: null });
  });

  test.each([
    ['sends there', { sendLease: { owner: 'another', until: new Date('2026-03-02T17:00:00Z') } }],
    ['has moved it on', { version: 7 }],
  ])('where somebody %s, the turn is undone', async (_, theirs) => {
    const sender = await senderAtWork(house, phone);
    const said = await aboutToSay();
    const departure = await departureOf(sender, said);
    const conversations = database.db.collection<{ _id: string }>('conversations');
    await conversations.updateOne({ _id: said.conversation._id }, { $set: theirs });
    expect(await write(said, departure)).toBe(false);
    expect(await house.stores.outbox.find(departure.row._id)).toBeNull();
  });

  test('room that was kept for turns that came to nothing is free again', async () => {
    const sender = await senderAtWork(house, phone);
    const said = await aboutToSay();
    const many = Array.from({ length: 64 }, (_, n) => ({
      ...said,
      conversation: { ...said.conversation, _id: `${said.conversation._id}:${n}` as never },
      rows: said.rows.map((row) => ({ ...row, _id: `${row._id}:${n}` as never })),
    }));
    const departures = await Promise.all(many.map(sender.depart));
    expect(departures.filter((departure) => departure !== null)).toHaveLength(64);
    expect(await sender.depart(said)).toBeNull();
    house.wait(3);
    expect(await sender.depart(said)).not.toBeNull();
  });
});

describe('it waits to be taken as ever', () => {
  const old = { at: new Date('2026-03-02T15:00:00Z'), seq: null };
  test.each<[string, (said: Said) => Said]>([
    ['a reminder', (said) => withRow(said, { kind: 'reminder' })],
    ['the answer to words that stop messages: more is asked of it', (said) => withRow(said, { kind: 'opt_out_ack' })],
    ['what may not go yet', (said) => withRow(said, { notBefore: new Date('2026-03-02T17:00:00Z') })],
    ['what answers an hour late', (said) => withRow(said, { answers: old })],
    ['what was written for somebody else', (said) => withRow(said, { debtorId: 'banco:d1' as never })],
    ['of a channel of another process', (said) => withRow(said, { channel: 'twilio-whatsapp' })],
    ['where somebody sends', (said) => withConversation(said, { sendLease: { owner: 'another', until: new Date(0) } })],
    ['where a person holds the conversation', (said) => withConversation(said, { mode: 'human' })],
    ['to somebody whom the turn did not read', (said) => ({ ...said, debtor: null })],
    ['nothing', (said) => ({ ...said, rows: [] })],
  ])('%s', async (_, change) => {
    const sender = await senderAtWork(house, phone);
    const said = await aboutToSay();
    expect(await sender.depart(said)).not.toBeNull();
    house.wait(3); // the room that was kept for it
    expect(await sender.depart(change(said))).toBeNull();
  });

  test.each<[string, (fake: FakeChannel) => FakeChannel]>([
    [
      'paced',
      ({ channel, ...fake }) => ({ ...fake, channel: { ...channel, pace: { perSecond: 9, recipientSpacingMs: 0 } } }),
    ],
    ['not ready', ({ channel, ...fake }) => ({ ...fake, channel: { ...channel, isReady: () => false } })],
    ['past its window', ({ channel, ...fake }) => ({ ...fake, channel: { ...channel, windowHours: 0 } })],
  ])('on a channel that is %s', async (_, change) => {
    phone = change(phone);
    const sender = await senderAtWork(house, phone);
    expect(await sender.depart(await aboutToSay())).toBeNull();
  });

  test('with a provider that does not answer, and while it is on probation', async () => {
    const sender = await senderAtWork(house, phone);
    for (let n = 0; n < 5; n += 1) {
      phone.fates.push('never');
      await house.writes('twilio-sms');
      await sender.dispatchAll();
      await database.db.collection('outbox').updateMany({ state: 'unknown' }, { $set: { holdsUntil: null } });
    }
    expect(sender.senders()).toEqual([{ channel: 'twilio-sms', breaker: 'open' }]);
    expect(await sender.depart(await aboutToSay())).toBeNull();
    house.wait(60);
    expect(sender.senders()).toEqual([{ channel: 'twilio-sms', breaker: 'half_open' }]);
    expect(await sender.depart(await aboutToSay())).toBeNull();
  });

  test('where the law cannot be asked: the turn stands all the same', async () => {
    let isBroken = false;
    const sender = house.sender([phone], undefined, async () => {
      if (isBroken) throw new Error('it cannot be read');
    });
    await ring(sender);
    const said = await aboutToSay();
    isBroken = true;
    expect(await sender.depart(said)).toBeNull();
    isBroken = false;
    expect(await sender.depart(said)).not.toBeNull();
  });

  test('in a process that others may take for dead', async () => {
    const stale = { ...TIME_ALONE, life: () => 'a life', lives: () => ['a life'], mayAct: () => false };
    const as = { heartbeat: stale, conversations: house.stores.conversations };
    const sender = house.sender([phone], undefined, undefined, as);
    await ring(sender);
    expect(await sender.depart(await aboutToSay())).toBeNull();
  });

  test('in a process that sends nothing, which does not even ask what is open', async () => {
    const sender = house.sender([phone]);
    const said = await aboutToSay();
    expect(await sender.depart(said)).toBeNull();
    expect(await sender.clearAmong([said.conversation._id])).toEqual(new Set());
  });

  test.each<[string, object, boolean]>([
    ['is ready', { state: 'ready' }, false],
    ['is under way', { state: 'sending' }, false],
    ['is unknown and holds the order', { state: 'unknown', holdsUntil: new Date('2026-03-02T17:00:00Z') }, false],
    ['is unknown for good', { state: 'unknown', holdsUntil: null }, true],
    ['was accepted', { state: 'accepted' }, true],
    ['was refused', { state: 'refused' }, true],
  ])('where something %s', async (_, state, isClear) => {
    const sender = await senderAtWork(house, phone);
    const said = await aboutToSay();
    await house.writes('twilio-sms', state);
    const clear = await sender.clearAmong([said.conversation._id]);
    expect(clear.has(said.conversation._id)).toBe(isClear);
  });
});

const withRow = (said: Said, changes: Partial<Said['rows'][number]>): Said => ({
  ...said,
  rows: said.rows.map((row) => ({ ...row, ...changes })),
});

const withConversation = (said: Said, changes: Partial<Said['conversation']>): Said => ({
  ...said,
  conversation: { ...said.conversation, ...changes },
});
