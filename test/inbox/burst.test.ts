import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { AS_IT_COMES } from '../../src/inbox/arrivals.ts';
import { type Burst, CHAT_BURST, joined, nextBurst, type Place } from '../../src/inbox/burst.ts';
import type { InboxRow } from '../../src/inbox/inbox-store.ts';
import { standingClock, systemClock } from '../../src/kernel/clock.ts';
import { conversationId, type InboxId, sortableIds } from '../../src/kernel/ids.ts';
import { ANA_CONVERSATION, ANA_PHONE, type House, openApp, openHouse, phoneOf } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

const START = new Date('2026-03-02T16:00:00Z');

describe('what is read as one, and from when', () => {
  const afterMs = (ms: number): Date => new Date(START.getTime() + ms);

  /** `'hola@0'` came at once, `'sí!@500'` half a second later and is complete in itself, `'x~@0'` failed before. */
  function rowsOf(written: string[]): Burst {
    const seq = sortableIds();
    const rows = written.map((each): InboxRow => {
      const [, text = '', mark, ms] = /^(.*?)([!~]?)@(\d+)$/.exec(each) ?? [];
      const at = afterMs(Number(ms));
      return {
        _id: each as InboxId,
        conversationId: conversationId('simulator', ANA_PHONE),
        debtorId: null,
        incoming: { kind: 'message', text: text + (mark === '!' ? '!' : ''), channel: 'simulator', from: ANA_PHONE },
        receivedAt: at,
        seq: seq(at),
        state: 'new',
        attempts: mark === '~' ? 1 : 0,
        notBefore: at,
      };
    });
    return rows as unknown as Burst;
  }

  const placeOf = ({ incoming }: InboxRow): Place => {
    if (incoming.kind !== 'message' || !incoming.text.endsWith('!')) return 'part';
    return incoming.text === 'BAJA!' ? 'last' : 'alone';
  };
  const many = Array.from({ length: 25 }, (_, n) => `p${n}@${n}`);

  test.each<[string, string[], string[], number]>([
    ['one message waits for the quiet', ['hola@0'], ['hola@0'], 1200],
    ['each further one begins the quiet anew', ['hola@0', 'te pago@900'], ['hola@0', 'te pago@900'], 2100],
    [
      'but not beyond the most',
      ['a@0', 'b@1100', 'c@2200', 'd@3300', 'e@4400', 'f@5500'],
      ['a@0', 'b@1100', 'c@2200', 'd@3300', 'e@4400', 'f@5500'],
      6000,
    ],
    ['what comes after the most is of the next', ['a@0', 'b@1000', 'c@6100'], ['a@0', 'b@1000'], 6100],
    ['complete in itself: alone and at once', ['sí!@0', 'gracias@300'], ['sí!@0'], 0],
    ['complete behind others: it ends their burst', ['hola@0', 'oye@300', 'sí!@600'], ['hola@0', 'oye@300'], 0],
    ['a word that stops speaks for what came before', ['hola@0', 'BAJA!@600', 'oye@700'], ['hola@0', 'BAJA!@600'], 0],
    ['what failed before is taken by itself', ['malo~@0', 'hola@100'], ['malo~@0'], 0],
    ['what failed before ends a burst', ['hola@0', 'malo~@100'], ['hola@0'], 0],
    ['no more than twenty parts', many, many.slice(0, 20), 0],
    [
      'no more than can be understood of one message',
      [`${'x'.repeat(3000)}@0`, `${'y'.repeat(2000)}@100`],
      [`${'x'.repeat(3000)}@0`],
      0,
    ],
  ])('%s', (_what, written, ids, dueMs) => {
    const { burst, dueAt } = nextBurst(rowsOf(written), CHAT_BURST, placeOf);
    expect(burst.map(({ _id }) => _id)).toEqual(ids);
    expect(dueAt.getTime() - START.getTime()).toBe(dueMs);
  });

  test('a channel without a rule joins nothing', () => {
    const { burst, dueAt } = nextBurst(rowsOf(['a@0', 'b@1']), { quietMs: 0, maxMs: 0 }, placeOf);
    expect([burst.length, dueAt]).toEqual([1, START]);
  });

  test('it is read as one message: the words on lines of their own, the first id, the last time', () => {
    const { _id, incoming, receivedAt } = joined(rowsOf(['hola@0', 'te pago@400', 'el viernes@900']));
    expect({ _id, receivedAt }).toEqual({ _id: 'hola@0', receivedAt: afterMs(900) });
    expect(incoming).toMatchObject({ text: 'hola\nte pago\nel viernes' });
  });
});

describe('bursts in the house', () => {
  const machine = standingClock(systemClock.now()); // one for all tests: what is sorted by it never goes back
  const arrivals = { ...AS_IT_COMES, burstOf: new Map([['simulator', CHAT_BURST]]) };
  let database: { db: Connection; drop(): Promise<void> };
  let house: House;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    house = await openHouse(database.db, { machine, arrivals });
  });

  const rows = () => database.db.collection('inbox').find({ 'incoming.kind': 'message' }).sort({ seq: 1 }).toArray();
  const openQuestion = () => house.app.conversations.runTurns();
  const pass = async (ms: number) => {
    machine.advance(ms);
    await house.settle();
  };

  async function identified(): Promise<void> {
    await house.says('hola');
    await pass(CHAT_BURST.quietMs);
    await house.says('1234');
    await house.settle();
    house.phone.splice(0);
  }

  test('each part keeps its row; all of them are done in one turn, which is named in each', async () => {
    await identified();
    await house.says('hola', 'wa:1');
    await house.says('te deposito 500', 'wa:2');
    await house.settle();
    expect(house.phone).toEqual([]);
    await house.says('el viernes', 'wa:3');
    await pass(CHAT_BURST.quietMs);
    expect(house.phone.map(({ id }) => id)).toEqual(['wa:1:0']);
    expect((await rows()).slice(-3).map(({ _id, state, takenWith }) => [_id, state, takenWith])).toEqual([
      ['wa:1', 'done', 'wa:1'],
      ['wa:2', 'done', 'wa:1'],
      ['wa:3', 'done', 'wa:1'],
    ]);
    expect(await house.app.conversations.isSettled('wa:3' as InboxId)).toBe(true);
  });

  test('a conversation that cannot be read at all fails by itself: others are answered, and it goes to a person', async () => {
    house = await openHouse(database.db, { machine, arrivals, debtors: 2 });
    await house.app.conversations.receive({ id: 'wa:d1', channel: 'simulator', from: phoneOf(1), text: 'hola' });
    await pass(CHAT_BURST.quietMs);
    const broken = { _id: conversationId('simulator', phoneOf(1)) as never };
    await database.db.collection('conversations').updateOne(broken, { $set: { 'dialog.stack': 'poison' } });
    await house.app.conversations.receive({ id: 'wa:d2', channel: 'simulator', from: phoneOf(1), text: 'sigo aquí' });
    await house.says('hola', 'wa:1');
    const before = house.phone.length;
    await pass(CHAT_BURST.quietMs);
    expect(new Set(house.phone.slice(before).map(({ to }) => to))).toEqual(new Set([ANA_PHONE]));
    expect(await database.db.collection('inbox').findOne({ _id: 'wa:d2' as never })).toMatchObject({ attempts: 1 });
    for (let n = 0; n < 6; n += 1) await pass(60_000);
    expect(await database.db.collection('inbox').findOne({ _id: 'wa:d2' as never })).toMatchObject({ state: 'dead' });
  });

  test('a part that is delivered again is known, before the turn and after it', async () => {
    await house.says('hola', 'wa:1');
    expect(await house.says('hola', 'wa:1')).toBe('duplicate');
    await pass(CHAT_BURST.quietMs);
    const said = house.phone.length;
    expect(await house.says('hola', 'wa:1')).toBe('duplicate');
    await pass(CHAT_BURST.maxMs);
    expect(house.phone).toHaveLength(said);
  });

  test('digits, a yes, a tapped button and a picture wait for nothing', async () => {
    await house.says('hola');
    await pass(CHAT_BURST.quietMs);
    await house.says('1234');
    await house.settle();
    expect(house.phone.at(-1)?.text).toMatch(/En qué te ayudo/);
    await house.says('el viernes te deposito 500');
    await pass(CHAT_BURST.quietMs);
    await house.says('sí');
    await house.settle();
    expect(house.phone.at(-1)?.text).toMatch(/Anoté tu promesa/);
    const before = house.phone.length;
    const from = { channel: 'simulator', from: ANA_PHONE };
    await house.app.conversations.receive({ ...from, id: 'wa:t', text: 'Hablar con alguien', tapped: true });
    await house.settle();
    expect(house.phone.length).toBeGreaterThan(before);
  });

  test('words that stop messages are heard inside a burst, and bind', async () => {
    await identified();
    for (const text of ['hola', 'no sé', 'BAJA', 'por favor']) await house.says(text);
    await pass(CHAT_BURST.quietMs);
    const conversation = await database.db.collection('conversations').findOne({ _id: ANA_CONVERSATION as never });
    expect(conversation?.['consent']).toMatchObject({ state: 'out', words: 'BAJA' });
    expect(house.phone.some(({ text }) => text.startsWith('Listo: ya no te enviaremos mensajes'))).toBe(true);
  });

  test('the wait stands in the rows: another process goes on with it', async () => {
    await house.says('hola', 'wa:1');
    await openQuestion();
    expect((await rows())[0]?.['notBefore'].getTime()).toBeGreaterThan(machine.now().getTime() + 500);
    const other = await openApp(database.db, house.clock, [], { machine, arrivals });
    expect(await other.conversations.runTurns()).toBe(0);
    machine.advance(CHAT_BURST.quietMs);
    expect(await other.conversations.runTurns()).toBe(1);
  });

  test('a burst that brings a turn down is taken apart, and its parts are answered one by one', async () => {
    await identified();
    await house.says('hola', 'wa:1');
    await house.says('cuánto debo', 'wa:2');
    await database.db.collection('inbox').updateOne({ _id: 'wa:1' as never }, { $set: { attempts: 1 } });
    await pass(CHAT_BURST.quietMs);
    expect((await rows()).slice(-2).map(({ takenWith }) => takenWith)).toEqual(['wa:1', 'wa:2']);
  });
});
