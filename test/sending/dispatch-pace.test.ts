import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { OutboxId } from '../../src/kernel/ids.ts';
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
const later = (code: string, retryAfterMs: number) => ({ outcome: 'later' as const, code, retryAfterMs });
const unknown = { outcome: 'unknown' as const, code: 'http_503' };

async function open(debtors: number, pace?: { perSecond: number; recipientSpacingMs: number }, units?: number) {
  house = await openSendingHouse(database.db, { debtors });
  phone = fakeChannel({ ...SMS, ...(pace && { pace }), ...(units && { segments: () => units }) });
  for (let n = 0; n < debtors; n += 1) await house.talks('twilio-sms', n);
}

describe('the pace of a sender', () => {
  test('is shared by all who send for it, and counted in segments', async () => {
    await open(12, { perSecond: 4, recipientSpacingMs: 0 }, 2);
    for (let n = 0; n < 12; n += 1) await house.writes('twilio-sms', { n, kind: 'reminder' });
    const senders = [house.sender([phone]), house.sender([phone])];
    const sentBy: number[] = [];
    for (let second = 0; second < 6; second += 1) {
      // Whoever loses a race for the tokens comes again.
      for (let look = 0; look < 4; look += 1) await Promise.all(senders.map((sender) => sender.dispatchAll()));
      sentBy.push(phone.took.length);
      house.wait(1);
    }
    expect(sentBy).toEqual([2, 4, 6, 8, 10, 12]);
    expect(new Set(phone.took.map(({ id }) => id)).size).toBe(12);
  });

  test('an answer borrows what reminders then wait for', async () => {
    await open(3, { perSecond: 1, recipientSpacingMs: 0 });
    const sender = house.sender([phone]);
    const answers = [];
    for (let k = 0; k < 4; k += 1) answers.push(await house.writes('twilio-sms', { n: 0 }));
    const reminder = await house.writes('twilio-sms', { n: 1, kind: 'reminder' });
    await sender.dispatchAll();
    expect(phone.took.map(({ id }) => id)).toEqual(answers);
    house.wait(3);
    await sender.dispatchAll();
    expect(phone.took).toHaveLength(4);
    house.wait(1);
    await sender.dispatchAll();
    expect(phone.took.at(-1)?.id).toBe(reminder);
  });

  test('429 closes it for everybody and every process until then, and is no attempt', async () => {
    await open(3);
    phone.fates.push(later('20429', 30_000));
    const first = await house.writes('twilio-sms', { n: 0 });
    await house.sender([phone]).dispatchAll();
    expect(await house.row(first)).toMatchObject({ state: 'ready', attempts: 0, rule: '20429', waits: 'order' });
    const second = await house.writes('twilio-sms', { n: 1 });
    const other = house.sender([phone]);
    house.wait(29);
    expect(await other.dispatchAll()).toBe(0);
    expect(await house.row(second)).toMatchObject({ state: 'ready', attempts: 0, rule: null });
    expect(phone.calls).toHaveLength(1);
    house.wait(1);
    await other.dispatchAll();
    expect(phone.took.map(({ id }) => id).sort()).toEqual([first, second]);
    expect((await house.row(first)).attempts).toBe(1);
  });

  test('a provider that delays one message delays its conversation, in order, and nobody else', async () => {
    await open(2);
    phone.fates.push(later('smtp_450', 300_000));
    const slow = [await house.writes('twilio-sms', { n: 0 }), await house.writes('twilio-sms', { n: 0 })];
    const sender = house.sender([phone]);
    await sender.dispatchAll();
    const other = await house.writes('twilio-sms', { n: 1 });
    await sender.dispatchAll();
    await sender.dispatchAll();
    expect(phone.took.map(({ id }) => id)).toEqual([other]);
    house.wait(301);
    await sender.dispatchAll();
    expect(phone.took.map(({ id }) => id)).toEqual([other, ...slow]);
  });
});

describe('the spacing of a recipient', () => {
  test('an answer of four at once, the fifth when it is paid back; other recipients do not wait', async () => {
    await open(2, { perSecond: 100, recipientSpacingMs: 6000 });
    const ids: OutboxId[] = [];
    for (let k = 0; k < 5; k += 1) ids.push(await house.writes('twilio-sms', { n: 0 }));
    const sender = house.sender([phone]);
    await sender.dispatchAll();
    expect(phone.took.map(({ id }) => id)).toEqual(ids.slice(0, 4));
    expect(await house.row(ids[4] as OutboxId)).toMatchObject({ state: 'ready', rule: 'pace', waits: 'order' });
    const other = await house.writes('twilio-sms', { n: 1 });
    await sender.dispatchAll();
    expect(phone.took.at(-1)?.id).toBe(other);
    house.wait(7);
    await house.sender([phone]).dispatchAll();
    expect(phone.took.at(-1)?.id).toBe(ids[4]);
  });

  test('no address is kept with it', async () => {
    const rows = await database.db.collection('pace').find().toArray();
    expect(rows.length).toBeGreaterThan(1);
    expect(JSON.stringify(rows)).not.toMatch(/\+?52555/);
  });
});

describe('a provider that fails', () => {
  test('is left alone: nothing is claimed, then one call finds out, then all goes', async () => {
    await open(12);
    for (let n = 0; n < 5; n += 1) {
      phone.fates.push(n % 2 === 0 ? unknown : 'never');
      await house.writes('twilio-sms', { n });
    }
    const sender = house.sender([phone]);
    await sender.dispatchAll();
    expect(sender.senders()).toEqual([{ channel: 'twilio-sms', breaker: 'open' }]);
    expect(house.counted).toContain('breaker_opened_total twilio-sms');
    const waiting = [];
    for (let n = 5; n < 12; n += 1) waiting.push(await house.writes('twilio-sms', { n }));
    house.wait(9);
    expect(await sender.dispatchAll()).toBe(0);
    expect(phone.calls).toHaveLength(5);
    for (const id of waiting) expect(await house.row(id)).toMatchObject({ state: 'ready', attempts: 0 });

    house.wait(1);
    expect(sender.senders()).toEqual([{ channel: 'twilio-sms', breaker: 'half_open' }]);
    phone.fates.push(unknown);
    expect(await sender.dispatchAll()).toBe(1);
    expect(sender.senders()).toEqual([{ channel: 'twilio-sms', breaker: 'open' }]);
    expect(await sender.dispatchAll()).toBe(0);

    house.wait(20);
    expect(await sender.dispatchAll()).toBe(1);
    expect(sender.senders()).toEqual([{ channel: 'twilio-sms', breaker: 'closed' }]);
    expect(await sender.dispatchAll()).toBe(5);
    expect(phone.took).toHaveLength(6);
  });

  test('another provider is not touched by it', async () => {
    await open(6);
    await house.talks('twilio-whatsapp', 0);
    const good = fakeChannel({ id: 'twilio-whatsapp', medium: 'whatsapp' });
    for (let n = 0; n < 5; n += 1) {
      phone.fates.push(unknown);
      await house.writes('twilio-sms', { n });
    }
    const sender = house.sender([phone, good]);
    await sender.dispatchAll();
    const id = await house.writes('twilio-whatsapp');
    await sender.dispatchAll();
    expect(good.took.map((message) => message.id)).toEqual([id]);
    expect(sender.senders().map(({ breaker }) => breaker)).toEqual(['open', 'closed']);
  });
});

describe('a delivery that fails in us', () => {
  /** What says it is poison is never sent: every try throws before the provider is called. */
  async function openWith(err: Error) {
    await open(2);
    const segments = (text: string) => {
      if (text.includes('veneno')) throw err;
      return 1;
    };
    phone = fakeChannel({ ...SMS, segments });
    const ids = [await house.writes('twilio-sms', { text: 'veneno' }), await house.writes('twilio-sms')] as const;
    return { ids, sender: house.sender([phone]) };
  }

  test('waits ever longer with what comes after it, and is given up the fifth time; others go at once', async () => {
    const { ids, sender } = await openWith(new Error('cannot count'));
    const other = await house.writes('twilio-sms', { n: 1 });
    await sender.dispatchAll();
    expect(phone.took.map(({ id }) => id)).toEqual([other]);
    for (const [n, seconds] of [5, 10, 20, 40].entries()) {
      expect(await house.row(ids[0])).toMatchObject({
        state: 'ready',
        rule: 'delivery_failed',
        faults: n + 1,
        attempts: 0,
      });
      house.wait(seconds - 1);
      expect(await sender.begin()).toBe(0);
      house.wait(1);
      expect(await sender.begin()).toBe(1);
      await sender.idle();
    }
    expect(await house.row(ids[0])).toMatchObject({ state: 'refused', rule: 'delivery_failed', attempts: 0 });
    expect(house.counted.filter((line) => line.startsWith('sends_stopped'))).toEqual([
      'sends_stopped twilio-sms refused',
    ]);
    await sender.dispatchAll();
    expect(phone.took.map(({ id }) => id)).toEqual([other, ids[1]]);
  });

  test('says nothing about the message when the database was away', async () => {
    const { ids, sender } = await openWith(Object.assign(new Error('away'), { name: 'MongoNetworkError' }));
    for (let n = 0; n < 6; n += 1) await sender.dispatchAll();
    expect(await house.row(ids[0])).toMatchObject({ state: 'ready', rule: null });
    expect((await house.row(ids[0])).faults).toBeUndefined();
  });
});
