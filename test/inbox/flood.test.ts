import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { Tally } from '../../src/conversations/conversation.ts';
import { FLOOD_LIMITS, type FloodVerdict, weighFlood } from '../../src/inbox/flood.ts';
import { createInboxStore, type InboxRow } from '../../src/inbox/inbox-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { conversationId, type InboxId, sortableId } from '../../src/kernel/ids.ts';
import { ANA_CONVERSATION, ANA_PHONE, type House, openHouse, phoneOf } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

const START = new Date('2026-03-02T16:00:00Z');
const FLOODED = 'Tengo todos tus mensajes.';

describe('how much is too much', () => {
  /** Runs of messages, each `count@second`, and what became of each. */
  function verdicts(runs: string[]): FloodVerdict[] {
    let tally: Tally | null = null;
    return runs.map((run) => {
      const [count = 0, second = 0] = run.split('@').map(Number);
      const weighed = weighFlood(tally, count, new Date(START.getTime() + second * 1000), FLOOD_LIMITS);
      tally = weighed.tally;
      return weighed.verdict;
    });
  }

  test.each<[string, string[], FloodVerdict[]]>([
    ['twenty in a minute are answered', ['19@0', '1@30'], ['take', 'take']],
    [
      'the next one is told of it, and those after it are kept',
      ['20@0', '1@1', '1@2', '5@59'],
      ['take', 'tell', 'keep', 'keep'],
    ],
    [
      'a minute later all is as before',
      ['20@0', '1@1', '1@60', '19@61', '1@62'],
      ['take', 'tell', 'take', 'take', 'tell'],
    ],
    ['a burst counts with all its parts', ['21@0'], ['tell']],
    [
      'two hundred in a day',
      [...Array.from({ length: 10 }, (_, n) => `20@${n * 60}`), '1@700', '1@800', '1@86399', '1@86400'],
      [...Array<FloodVerdict>(10).fill('take'), 'tell', 'keep', 'keep', 'take'],
    ],
  ])('%s', (_what, runs, expected) => {
    expect(verdicts(runs)).toEqual(expected);
  });
});

describe('a flood in the house', () => {
  let database: { db: Connection; drop(): Promise<void> };
  let house: House;
  beforeAll(async () => {
    database = await testDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(async () => {
    house = await openHouse(database.db, { debtors: 21 });
  });

  const write = (from: string, id: string, text: string) =>
    house.app.conversations.receive({ id, channel: 'simulator', from, text });
  const toAna = () => house.phone.filter(({ to }) => to === ANA_PHONE).map(({ text }) => text);

  test('a thousand messages of one debtor keep nobody waiting, and are told of once; all of them are kept', async () => {
    const { db } = database;
    await Promise.all(Array.from({ length: 1000 }, (_, n) => write(ANA_PHONE, `wa:${n}`, `hola ${n}`)));
    for (let n = 1; n <= 20; n += 1) await write(phoneOf(n), `wa:other-${n}`, 'hola');
    expect(await createInboxStore(db).due(systemClock.now(), 100, { except: [] })).toHaveLength(21);
    await house.settle();

    for (let n = 1; n <= 20; n += 1) expect(house.phone.some(({ to }) => to === phoneOf(n))).toBe(true);
    expect(toAna().filter((text) => text.startsWith(FLOODED))).toHaveLength(1);
    expect(toAna().length).toBeLessThan(60);
    expect(await db.collection('inbox').countDocuments({ state: 'done' })).toBe(1020);
    expect(await house.app.conversations.transcript(ANA_CONVERSATION, 2000)).toHaveLength(1000 + toAna().length);

    const firstLook = { conversationId: ANA_CONVERSATION, state: 'done' };
    expect(await db.collection('inbox').countDocuments({ ...firstLook, debtorId: 'banco/ana' })).toBe(1000);
  }, 120_000);

  test('in a flood an opt-out is heard, and so is the wish for a person', async () => {
    await house.says('hola');
    await house.says('1234');
    await house.says('el viernes te deposito 500');
    await house.settle();
    for (let n = 0; n < 30; n += 1) await write(ANA_PHONE, `wa:${n}`, `bla bla ${n}`);
    await write(ANA_PHONE, 'wa:bye', 'BAJA');
    await house.settle();
    const ana = () => database.db.collection('conversations').findOne({ _id: ANA_CONVERSATION as never });
    expect((await ana())?.['consent']).toMatchObject({ state: 'out' });
    await write(ANA_PHONE, 'wa:person', 'quiero hablar con una persona');
    await house.settle();
    expect((await ana())?.['mode']).toBe('pending');
  });

  test('whoever holds the conversation sees all of it', async () => {
    await house.says('hola');
    await house.settle();
    const agent = { id: 'tg:42', name: 'Marta' };
    await house.app.conversations.agentActs(ANA_CONVERSATION, { key: 'a', agent, act: { act: 'take' } });
    await house.settle();
    const turns = () => database.db.collection('events').countDocuments({ conversationId: ANA_CONVERSATION });
    const before = await turns();
    await Promise.all(Array.from({ length: 30 }, (_, n) => write(ANA_PHONE, `wa:${n}`, `bla ${n}`)));
    await house.settle();
    expect((await turns()) - before).toBe(30); // what is kept in a flood is no turn, and nobody is told of it
    expect(toAna().filter((text) => text.startsWith(FLOODED))).toEqual([]);
  });

  test('files that come in a flood are fetched as any other', async () => {
    const media = [{ url: 'https://files.example/a.jpg', type: 'image/jpeg' }];
    for (let n = 0; n < 25; n += 1)
      await house.app.conversations.receive({
        ...{ id: `wa:${n}`, channel: 'simulator', from: ANA_PHONE, text: '' },
        ...(n === 24 && { media }),
      });
    await house.settle();
    expect(await database.db.collection('inbox').findOne({ _id: 'wa:24' as never })).toMatchObject({ state: 'done' });
    expect(await database.db.collection('media').find({}).toArray()).toMatchObject([
      { inboxId: 'wa:24', state: 'waiting' },
    ]);
  });

  test('a minute later the debtor is answered again', async () => {
    await Promise.all(Array.from({ length: 40 }, (_, n) => write(ANA_PHONE, `wa:${n}`, 'hola')));
    await house.settle();
    const before = toAna().length;
    house.clock.advance(60_000);
    await write(ANA_PHONE, 'wa:later', 'hola');
    await house.settle();
    expect(toAna().length).toBeGreaterThan(before);
    expect(toAna().at(-1)).not.toContain(FLOODED);
  });

  test('the look for what is due reads no row, however many wait', async () => {
    const inbox = database.db.collection<Omit<InboxRow, '_id'> & { _id: string }>('inbox');
    const at = systemClock.now();
    const rowOf = (n: number, phone: string) => ({
      ...{ _id: `row:${n}` as InboxId, conversationId: conversationId('simulator', phone), debtorId: null },
      incoming: { kind: 'message' as const, text: 'hola', channel: 'simulator', from: phone },
      ...{ receivedAt: at, seq: sortableId(at), state: 'new' as const, attempts: 0, notBefore: at },
    });
    for (let n = 0; n < 100_000; n += 10_000)
      await inbox.insertMany(
        Array.from({ length: 10_000 }, (_, m) => rowOf(n + m, ANA_PHONE)),
        { ordered: false, writeConcern: { w: 1, j: false } },
      );
    await inbox.insertMany(Array.from({ length: 20 }, (_, n) => rowOf(200_000 + n, phoneOf(n + 1))));
    const store = createInboxStore(database.db);
    expect(await store.due(systemClock.now(), 100, { except: [] })).toHaveLength(21);
    expect(await store.due(systemClock.now(), 100, { except: [ANA_CONVERSATION] })).toHaveLength(20);
    const plan = await inbox
      .find({ state: 'new', notBefore: { $lte: systemClock.now() }, conversationId: { $nin: [ANA_CONVERSATION] } })
      .project({ _id: 0, conversationId: 1 })
      .sort({ seq: 1 })
      .limit(200)
      .hint('due')
      .explain('executionStats');
    expect(plan['executionStats'].totalDocsExamined).toBe(0);
    const waiting = await store.waitingIn([ANA_CONVERSATION, conversationId('simulator', phoneOf(1))]);
    expect([...waiting.values()].map((rows) => rows.length).sort()).toEqual([1, 100]);
  }, 120_000);
});
