import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import {
  ANA_CONVERSATION,
  ANA_PHONE,
  type House,
  openApp,
  openHouse,
  phoneOf,
  settle,
} from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: House;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openHouse(database.db, { debtors: 6 });
});

describe('the inbox', () => {
  test('the same message delivered a hundred times at once is one row and one answer', async () => {
    const deliveries = await Promise.all(Array.from({ length: 100 }, () => house.says('hola', 'wa:1')));
    expect(deliveries.filter((verdict) => verdict === 'stored')).toHaveLength(1);
    await house.settle();
    const heard = (await house.app.conversations.transcript(ANA_CONVERSATION, 50)).filter(
      ({ from }) => from === 'debtor',
    );
    expect(heard).toHaveLength(1);
  });

  test.each([
    ['empty', ''],
    ['binary', '\u0000\u0001\u0007ÿþ'],
    ['emoji', '🙂🙂'],
    ['right to left', '\u202eמחר\u202c'],
    ['64 KB', 'á'.repeat(65_536)],
  ])('a message that is %s is stored, cut to 4,096 characters, and answered', async (_what, text) => {
    await house.says(text);
    await house.settle();
    const [line] = await house.app.conversations.transcript(ANA_CONVERSATION, 50);
    expect(line?.from).toBe('debtor');
    expect(line?.text.length).toBeLessThanOrEqual(4096);
    expect(line?.text).not.toContain('\u0000');
    expect(house.phone.length).toBeGreaterThan(0);
  });

  test('an address that nobody owns gets an answer that names no debt', async () => {
    await house.app.conversations.receive({
      id: 'wa:9',
      channel: 'simulator',
      from: '+525559990000',
      text: 'cuánto debo',
    });
    await house.settle();
    expect(house.phone.map(({ to }) => to)).toEqual(['+525559990000']);
    expect(house.phone[0]?.text).not.toMatch(/\$|deuda|debes/i);
  });
});

describe('turns', () => {
  test('two processes at once: every message is answered once and in order', async () => {
    const other = await openApp(database.db, house.clock, []);
    const texts = Array.from({ length: 12 }, (_, n) => ({
      id: `wa:${n}`,
      from: phoneOf(n % 6),
      text: n < 6 ? 'hola' : 'ayuda',
    }));
    for (const message of texts) await house.app.conversations.receive({ ...message, channel: 'simulator' });
    const counts = await Promise.all([house.app.conversations.runTurns(), other.conversations.runTurns()]);
    await settle(house.app);
    const left = await house.app.conversations.health();
    expect(left.waiting).toBe(0);
    expect(counts[0] + counts[1]).toBeLessThanOrEqual(12);
    for (const n of [0, 1, 2, 3, 4, 5]) {
      const got = house.phone
        .filter(({ to }) => to === phoneOf(n))
        .map(({ id }) => id.split(':').slice(0, 2).join(':'));
      expect([...new Set(got)]).toEqual([`wa:${n}`, `wa:${n + 6}`]);
      expect(new Set(house.phone.map(({ id }) => id)).size).toBe(house.phone.length);
    }
  });

  test('many messages of one conversation are taken a few at a time, and it is given back in between', async () => {
    for (let n = 0; n < 12; n += 1) await house.says(n === 0 ? 'hola' : 'ayuda', `wa:${n}`);
    expect(await house.app.conversations.runTurns()).toBe(12);
    const held = await database.db.collection('conversations').findOne({ _id: ANA_CONVERSATION as never });
    expect(held).toMatchObject({ fence: 3, version: 12, lease: null }); // five, five and two
    await house.settle();
    const answered = house.phone.map(({ id }) => id.split(':').slice(0, 2).join(':'));
    expect([...new Set(answered)]).toEqual(Array.from({ length: 12 }, (_, n) => `wa:${n}`));
  });

  test('a holder that died is taken over after its lease, and what it was at is counted as tried', async () => {
    await house.says('hola');
    const past = new Date(Date.now() - 60_000);
    await database.db
      .collection('conversations')
      .updateOne({ _id: ANA_CONVERSATION as never }, { $set: { lease: { owner: 'dead', until: past } } });
    await house.settle();
    const row = await database.db.collection('inbox').findOne({ conversationId: ANA_CONVERSATION });
    expect(row).toMatchObject({ state: 'done', attempts: 1 });
    expect(house.phone.length).toBeGreaterThan(0);
  });

  test('a lease that is alive is left alone', async () => {
    await house.says('hola');
    const later = new Date(Date.now() + 60_000);
    await database.db
      .collection('conversations')
      .updateOne({ _id: ANA_CONVERSATION as never }, { $set: { lease: { owner: 'alive', until: later } } });
    await house.settle();
    expect(house.phone).toEqual([]);
    expect((await house.app.conversations.health()).waiting).toBe(1);
  });

  test('a row that fails five times is put aside, and the conversation goes to a person; the next message waits for them', async () => {
    await house.says('hola');
    await database.db.collection('inbox').updateMany({}, { $set: { attempts: 5 } });
    await house.settle();
    const conversation = await house.app.conversations.conversationOf('simulator', ANA_PHONE);
    expect(conversation).toMatchObject({ mode: 'pending', reason: 'dead_letter' });
    expect(await house.app.conversations.health()).toMatchObject({ waiting: 0, deadLetters: 1 });
    await house.says('¿hay alguien?');
    await house.settle();
    expect(house.phone.map(({ text }) => text)).toEqual([
      'Una persona de nuestro equipo va a seguir contigo por aquí.',
    ]);
  });
});
