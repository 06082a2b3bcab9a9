import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { DAY_MS, HOUR_MS } from '../../src/kernel/calendar.ts';
import { ANA_CONVERSATION, type House, openHouse } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: House;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openHouse(database.db);
});

const botLines = async () =>
  (await house.app.conversations.transcript(ANA_CONVERSATION, 50)).filter(({ from }) => from === 'bot');

describe('dispatch', () => {
  test('a send whose answer is lost is flagged and never sent again by itself', async () => {
    house.fates.push(new Error('socket hang up'));
    await house.says('hola');
    await house.settle();
    const [first] = await botLines();
    expect(first).toMatchObject({ status: 'unknown', rule: 'no_answer' });
    house.clock.advance(HOUR_MS);
    await house.settle();
    expect(house.phone.filter(({ id }) => id === first?.id)).toEqual([]);
  });

  test('a provider that says "later" is asked again later, in order', async () => {
    house.fates.push({ outcome: 'later', code: '429', retryAfterMs: 60_000 });
    await house.says('hola');
    await house.settle();
    expect(house.phone).toEqual([]);
    house.clock.advance(61_000);
    await house.settle();
    expect(house.phone.map(({ id }) => id)).toEqual((await botLines()).map(({ id }) => id));
  });

  test('a refusal is final and does not hold up what comes after it', async () => {
    house.fates.push({ outcome: 'refused', code: '63024' });
    await house.says('hola');
    await house.settle();
    const lines = await botLines();
    expect(lines[0]).toMatchObject({ status: 'failed', rule: '63024' });
    expect(lines.slice(1).every(({ status }) => status === 'accepted')).toBe(true);
    expect(lines.length).toBeGreaterThan(1);
  });

  test('a sender that died between intent and answer leaves a row that is flagged unknown', async () => {
    await house.says('hola');
    await house.app.conversations.runTurns();
    await database.db
      .collection('outbox')
      .updateMany({}, { $set: { state: 'sending', sendingAt: new Date(Date.now() - DAY_MS) } });
    expect(await house.app.conversations.sweepStale()).toBeGreaterThan(0);
    expect((await botLines()).every(({ status }) => status === 'unknown')).toBe(true);
  });

  test('an answer that could not leave for days is not sent any more', async () => {
    await house.says('hola');
    await house.app.conversations.runTurns();
    house.clock.advance(3 * DAY_MS);
    await house.app.conversations.dispatch();
    expect(house.phone).toEqual([]);
    expect((await botLines()).every(({ rule }) => rule === 'too_late')).toBe(true);
  });

  test('a reply at night goes at once, and one that comes an hour later waits for the morning', async () => {
    house.clock.advance(14 * HOUR_MS); // Tuesday 00:00
    await house.says('hola');
    await house.settle();
    const atOnce = house.phone.length;
    expect(atOnce).toBeGreaterThan(0);
    await house.says('ayuda');
    await house.app.conversations.runTurns();
    house.clock.advance(HOUR_MS);
    await house.settle();
    expect(house.phone).toHaveLength(atOnce);
    const late = (await botLines()).at(-1);
    expect(late).toMatchObject({ status: 'deferred', rule: 'hours', deferredUntil: new Date('2026-03-03T13:00:00Z') });
    house.clock.advance(7 * HOUR_MS);
    await house.settle();
    expect(house.phone.length).toBeGreaterThan(atOnce);
  });

  test('what a provider says of a message only rises', async () => {
    await house.says('hola');
    await house.settle();
    const sent = house.phone[0];
    const status = async () => (await botLines())[0]?.status;
    for (const [said, then] of [
      ['delivered', 'delivered'],
      ['sent', 'delivered'],
      ['read', 'read'],
      ['delivered', 'read'],
    ] as const) {
      await house.app.conversations.recordStatus('simulator', `phone:${sent?.id}`, said);
      expect(await status()).toBe(then);
    }
    await house.app.conversations.recordStatus('simulator', 'phone:nobody', 'read');
  });

  test('every decision is kept: pack, version, rule and a hash of what it was made from', async () => {
    await house.says('hola');
    await house.settle();
    const decided = await database.db.collection('events').find({ what: 'send.decided' }).toArray();
    expect(decided).toHaveLength(house.phone.length);
    for (const { details } of decided) {
      expect(details).toMatchObject({ answer: 'allow', pack: 'mx', rule: 'session' });
      expect(details['inputs']).toMatch(/^[0-9a-f]{64}$/);
    }
  });
});
