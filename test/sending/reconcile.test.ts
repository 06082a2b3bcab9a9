import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { Found } from '../../src/channels/channel.ts';
import type { MessageKind } from '../../src/kernel/medium.ts';
import type { OutboxRow } from '../../src/outbox/outbox-store.ts';
import { testDatabase } from '../setup/database.ts';
import { abandonOld, type FakeChannel, fakeChannel, openSendingHouse, type SendingHouse } from './sending-house.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: SendingHouse;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openSendingHouse(database.db, { debtors: 30 });
  await house.talks('twilio-sms');
});

const SMS = { id: 'twilio-sms', medium: 'sms' } as const;
const unsure: Found = { outcome: 'unsure', code: 'http_503' };
const ids = (fake: FakeChannel) => fake.took.map(({ id }) => id);

test('what was put off behind a send of the dead goes as soon as the provider reports that send', async () => {
  const phone = fakeChannel(SMS);
  const sender = house.sender([phone]);
  const intended = { state: 'sending' as const, attempts: 1, sendingAt: house.machine.now() };
  const [first, second] = [await house.writes('twilio-sms', intended), await house.writes('twilio-sms')];
  await sender.dispatchAll();
  expect(await house.row(second)).toMatchObject({ state: 'ready', waits: 'order' });
  await house.reports(first, 'sent');
  await sender.dispatchAll();
  expect(await house.row(second)).toMatchObject({ state: 'accepted' });
});

describe('a send whose answer is lost', () => {
  test.each<[MessageKind, boolean, 'lost' | 'never', string, number]>([
    // kind, can the provider be asked, does it have it → state after a minute and a send, times it arrived
    ['reply', true, 'lost', 'accepted', 1],
    ['reply', true, 'never', 'accepted', 1],
    ['reply', false, 'lost', 'unknown', 1],
    ['reply', false, 'never', 'unknown', 0],
    ['reminder', true, 'lost', 'accepted', 1],
    ['reminder', true, 'never', 'unknown', 0],
    ['reminder', false, 'lost', 'unknown', 1],
    ['reminder', false, 'never', 'unknown', 0],
    ['receipt', true, 'lost', 'accepted', 1],
    ['receipt', true, 'never', 'accepted', 1],
    ['receipt', false, 'lost', 'accepted', 2], // at least once: rather twice than never
    ['receipt', false, 'never', 'accepted', 1],
  ])('%s, asked: %s, %s', async (kind, canFind, fate, state, arrived) => {
    const phone = fakeChannel(SMS, canFind);
    const sender = house.sender([phone]);
    phone.fates.push(fate);
    const id = await house.writes('twilio-sms', { kind });
    await sender.dispatchAll();
    expect(await house.row(id)).toMatchObject({ state: 'unknown', rule: 'no_answer' });
    house.wait(59);
    expect(await sender.reconcile()).toBe(0); // a callback may still come
    house.wait(1);
    expect(await sender.reconcile()).toBe(1);
    await sender.dispatchAll();
    const row = await house.row(id);
    expect([row.state, phone.took.length]).toEqual([state, arrived]);
    expect(row.mayBeTwice === true).toBe(phone.calls.length > 1);
    expect(house.counted.filter((line) => line.startsWith('unknown_settled'))).toHaveLength(1);
    house.wait(7200);
    expect(await sender.reconcile()).toBe(0); // that was the last word
    await sender.dispatchAll();
    expect(phone.took).toHaveLength(arrived);
  });

  test('a callback that comes meanwhile settles it: nobody is asked, nothing is sent again', async () => {
    const phone = fakeChannel(SMS);
    const sender = house.sender([phone]);
    phone.fates.push('lost');
    const id = await house.writes('twilio-sms', { kind: 'receipt' });
    await sender.dispatchAll();
    expect(await house.reports(id, 'sent')).toBe('recorded');
    house.wait(600);
    expect(await sender.reconcile()).toBe(0);
    await sender.dispatchAll();
    expect(ids(phone)).toEqual([id]);
    expect(await house.row(id)).toMatchObject({ state: 'accepted', status: 'sent' });
  });

  test('one that comes after it was put back, and before it goes again, keeps it from going', async () => {
    const phone = fakeChannel(SMS);
    const sender = house.sender([phone]);
    phone.fates.push('lost');
    const id = await house.writes('twilio-sms', { kind: 'receipt' });
    await sender.dispatchAll();
    house.wait(60);
    await sender.reconcile();
    expect((await house.row(id)).state).toBe('ready');
    await house.reports(id, 'delivered');
    await sender.dispatchAll();
    expect(ids(phone)).toEqual([id]);
  });

  test('a receipt is tried three times and then flagged', async () => {
    const phone = fakeChannel(SMS);
    const sender = house.sender([phone]);
    const id = await house.writes('twilio-sms', { kind: 'receipt' });
    for (let n = 0; n < 5; n += 1) {
      phone.fates.push('never');
      await sender.dispatchAll();
      house.wait(61);
      await sender.reconcile();
    }
    expect(phone.calls).toHaveLength(3);
    expect(await house.row(id)).toMatchObject({ state: 'unknown', attempts: 3, checkAt: null });
  });

  test('a provider that cannot say is asked again, six times in all; a reply is then flagged, a receipt goes again', async () => {
    for (const [kind, state] of [
      ['reply', 'unknown'],
      ['receipt', 'ready'],
    ] as const) {
      const phone = fakeChannel(SMS, true);
      const sender = house.sender([phone]);
      phone.fates.push('never');
      const id = await house.writes('twilio-sms', { kind });
      await sender.dispatchAll();
      phone.found.push(unsure, unsure, unsure, unsure, unsure, unsure);
      let asked = 0;
      for (let minute = 0; minute < 70; minute += 1) {
        house.wait(60);
        asked += await sender.reconcile();
      }
      expect([asked, (await house.row(id)).state]).toEqual([6, state]);
      await sender.dispatchAll();
    }
  });
});

describe('what comes after it', () => {
  test('waits for it, two minutes at most, while others go', async () => {
    const phone = fakeChannel(SMS, true);
    await house.talks('twilio-sms', 1);
    const sender = house.sender([phone]);
    phone.fates.push('never');
    phone.found.push(unsure, unsure, unsure, unsure, unsure, unsure);
    const first = await house.writes('twilio-sms');
    const behind = await house.writes('twilio-sms');
    await sender.dispatchAll();
    await sender.dispatchAll();
    expect(await house.row(behind)).toMatchObject({ state: 'ready', rule: 'order', waits: 'order' });
    const other = await house.writes('twilio-sms', { n: 1 });
    await sender.dispatchAll();
    expect(ids(phone)).toEqual([other]);
    house.wait(119);
    await sender.reconcile();
    expect(await sender.dispatchAll()).toBe(0);
    house.wait(1);
    await sender.dispatchAll();
    expect(ids(phone)).toEqual([other, behind]);
    // It is too late for it to go before what it came before.
    phone.found.splice(0);
    house.wait(600);
    await sender.reconcile();
    await sender.dispatchAll();
    expect(await house.row(first)).toMatchObject({ state: 'unknown', checkAt: null });
    expect(ids(phone)).toEqual([other, behind]);
  });

  test.each([
    ['a callback', async (id: Awaited<ReturnType<SendingHouse['writes']>>) => void (await house.reports(id, 'sent'))],
    [
      'a look',
      async () => {
        house.wait(60);
        await house.sender([fakeChannel(SMS, true)]).reconcile();
      },
    ],
  ])('goes as soon as %s has settled it, in order', async (_what, settle) => {
    const phone = fakeChannel(SMS, true);
    const sender = house.sender([phone]);
    phone.fates.push('lost');
    const first = await house.writes('twilio-sms');
    const behind = await house.writes('twilio-sms');
    await sender.dispatchAll();
    await sender.dispatchAll();
    await settle(first);
    await sender.dispatchAll();
    const arrived = ids(phone);
    expect(arrived.indexOf(first)).toBeLessThan(arrived.indexOf(behind));
    expect(arrived.at(-1)).toBe(behind);
  });
});

describe('a reply that the provider has not, found out when nothing waits for it any more', () => {
  const PROVEN_AT = 300; // the fourth look, long after the hold

  /** Sends one whose answer is lost, to a provider that cannot say for so long. */
  async function doubted(changes: Parameters<SendingHouse['writes']>[1] = {}) {
    const phone = fakeChannel(SMS, true);
    const sender = house.sender([phone]);
    phone.fates.push('never');
    phone.found.push(unsure, unsure, unsure);
    const id = await house.writes('twilio-sms', changes);
    await sender.dispatchAll();
    return { phone, sender, id };
  }

  async function looksUntil(seconds: number, { sender }: Awaited<ReturnType<typeof doubted>>): Promise<void> {
    for (let waited = 0; waited < seconds; waited += 5) {
      house.wait(5);
      await sender.reconcile();
      await sender.dispatchAll();
    }
  }

  const heardAgo = (seconds: number) => ({
    answers: { at: new Date(house.clock.now().getTime() - seconds * 1000), seq: null },
  });
  /** Written five seconds before the last look, in the state that it is in by then. */
  const BEHIND: Partial<OutboxRow>[] = [
    { state: 'accepted' },
    { state: 'unknown' },
    { state: 'sending' },
    { state: 'blocked' },
    { state: 'expired' },
    { kind: 'reminder', notBefore: new Date('2026-03-03T16:00:00Z'), waits: 'law' },
  ];

  test.each<[string, Partial<OutboxRow> | null, () => Parameters<SendingHouse['writes']>[1], 'accepted' | 'unknown']>([
    ['nothing was written since', null, () => ({}), 'accepted'],
    ['what came after it arrived', BEHIND[0] ?? {}, () => ({}), 'unknown'],
    ['nobody knows of what came after it', BEHIND[1] ?? {}, () => ({}), 'unknown'],
    ['what came after it is being sent', BEHIND[2] ?? {}, () => ({}), 'unknown'],
    ['what came after it was blocked', BEHIND[3] ?? {}, () => ({}), 'accepted'],
    ['what came after it came too late', BEHIND[4] ?? {}, () => ({}), 'accepted'],
    ['what came after it waits for tomorrow', BEHIND[5] ?? {}, () => ({}), 'accepted'],
    ['it answers what was asked nine minutes ago', null, () => heardAgo(540 - PROVEN_AT), 'accepted'],
    ['it answers what was asked eleven minutes ago', null, () => heardAgo(660 - PROVEN_AT), 'unknown'],
  ])('%s', async (_what, behind, changes, state) => {
    const doubt = await doubted(changes());
    await looksUntil(PROVEN_AT - 5, doubt);
    expect((await house.row(doubt.id)).state).toBe('unknown');
    if (behind) await house.writes('twilio-sms', { attempts: 1, ...behind });
    await looksUntil(10, doubt);
    expect(await house.row(doubt.id)).toMatchObject({ state, checkAt: null });
    expect(ids(doubt.phone)).toEqual(state === 'accepted' ? [doubt.id] : []);
    await looksUntil(60, doubt);
    expect(ids(doubt.phone)).toEqual(state === 'accepted' ? [doubt.id] : []);
  });

  test('while somebody sends in its conversation nothing is decided: what goes there may be what comes after it', async () => {
    const doubt = await doubted();
    await looksUntil(PROVEN_AT - 5, doubt);
    const inHand = { owner: 'another', until: new Date(house.machine.now().getTime() + 30_000) };
    await database.db.collection('conversations').updateMany({}, { $set: { sendLease: inHand } });
    await looksUntil(25, doubt);
    expect(await house.row(doubt.id)).toMatchObject({ state: 'unknown', checkAt: expect.any(Date) });
    const behind = await house.writes('twilio-sms', { state: 'accepted', attempts: 1 });
    await looksUntil(90, doubt);
    expect(await house.row(doubt.id)).toMatchObject({ state: 'unknown', checkAt: null });
    expect((await house.row(behind)).seq > (await house.row(doubt.id)).seq).toBe(true);
    const { conversationId } = await house.row(doubt.id);
    expect((await house.stores.conversations.find(conversationId))?.sendLease).toBeNull();
  });
});

describe('a sender that dies', () => {
  class Death extends Error {}
  const deaths = ['dispatch.before_intent', 'dispatch.after_intent', 'dispatch.after_call', 'dispatch.before_settle'];

  test.each(
    deaths.flatMap((point) => (['reply', 'reminder', 'receipt'] as const).map((kind) => [point, kind] as const)),
  )('at %s of a %s', async (point, kind) => {
    const phone = fakeChannel(SMS, true);
    const dying = house.sender([phone], (name) => {
      if (name === point) throw new Death(name);
    });
    const id = await house.writes('twilio-sms', { kind });
    const behind = await house.writes('twilio-sms');
    await dying.dispatchAll();
    await database.db.collection('conversations').updateMany({}, { $set: { sendLease: null } });

    const sender = house.sender([phone]);
    for (let seconds = 0; seconds < 300; seconds += 5) {
      house.wait(5);
      await abandonOld(house);
      await sender.reconcile();
      await sender.dispatchAll();
    }
    const neverLeft = point === 'dispatch.after_intent';
    const isLost = neverLeft && kind === 'reminder'; // at most once: flagged, for a person to see
    expect(ids(phone)).toEqual(isLost ? [behind] : [id, behind]);
    expect((await house.row(id)).state).toBe(isLost ? 'unknown' : 'accepted');
  });

  test('one that was stopped between the intent and the call does not call any more', async () => {
    const phone = fakeChannel(SMS, true);
    const paused = house.sender([phone], (name) => {
      if (name === 'dispatch.after_intent') house.machine.advance(40_000);
    });
    const id = await house.writes('twilio-sms');
    await paused.dispatchAll();
    expect(phone.calls).toEqual([]);
    expect((await house.row(id)).state).toBe('sending');
  });
});

test('two that look and two that send at once: each is sent again once', async () => {
  const phone = fakeChannel(SMS);
  const wanted = [];
  for (let n = 0; n < 30; n += 1) {
    await house.talks('twilio-sms', n);
    const id = await house.writes('twilio-sms', { n, kind: 'receipt', state: 'unknown', attempts: 1 });
    await database.db.collection('outbox').updateOne({ _id: id as never }, { $set: { checkAt: house.clock.now() } });
    wanted.push(id);
  }
  const senders = [house.sender([phone]), house.sender([phone])];
  for (let round = 0; round < 3; round += 1)
    await Promise.all(senders.flatMap((sender) => [sender.reconcile(), sender.dispatchAll()]));
  for (let round = 0; round < 2; round += 1) await senders[0]?.dispatchAll();
  expect(ids(phone).sort()).toEqual(wanted.sort());
  expect(house.counted.filter((line) => line === 'unknown_settled twilio-sms resend')).toHaveLength(30);
});
