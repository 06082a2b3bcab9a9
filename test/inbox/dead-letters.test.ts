import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { packsFrom } from '../../src/compliance/pack.ts';
import type { Conversations } from '../../src/conversations/conversations.ts';
import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';
import { loadDialog } from '../../src/dialog/load.ts';
import { createSay } from '../../src/dialog/say.ts';
import { standingClock, systemClock } from '../../src/kernel/clock.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { conversationId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { understand } from '../../src/language/understand.ts';
import { createConversations } from '../../src/line/assemble.ts';
import { loadStrategy } from '../../src/strategy/strategy.ts';
import { ANA_CONVERSATION, ANA_PHONE, type House, openHouse, phoneOf } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

const POISON = 'veneno';
const DEBTORS = 12;
const LEASE_OVER = new Date(Date.now() - 60_000);

let database: { db: Connection; drop(): Promise<void> };
let house: House;
let conversations: Conversations;
let isMended: boolean;
const machine = standingClock(systemClock.now());

beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openHouse(database.db, { debtors: DEBTORS, machine });
  isMended = false;
  conversations = roomsThatChoke();
});

/** The house's rooms, with one word that nobody can read. */
function roomsThatChoke(): Conversations {
  const files = readDataFiles(PACKAGE_ROOT);
  const { flows, texts } = loadDialog(files);
  const [strategy] = files.strategies;
  return createConversations({
    db: database.db,
    ledger: house.app.ledger,
    payments: () => house.app.payments,
    packs: packsFrom(files.policies),
    strategy: loadStrategy(strategy?.text ?? '', strategy?.name ?? ''),
    flows,
    say: createSay(texts),
    locales: ['es-MX'],
    understand: (text, context) => {
      if (text === POISON && !isMended) throw new AppError('data_invalid', `nobody can read ${text}`);
      return understand(text, context);
    },
    channels: [],
    mediumOf: new Map([['simulator', 'whatsapp']]),
    proactiveChannels: ['simulator'],
    clock: house.clock,
    machine,
    log: silentLog(),
  });
}

const write = (n: number, text: string) =>
  conversations.receive({ id: `wa:${n}`, channel: 'simulator', from: phoneOf(n), text });
const rowOf = (n: number) => database.db.collection('inbox').findOne({ _id: `wa:${n}` as never });

async function tryOften(): Promise<void> {
  for (let n = 0; n < 6; n += 1) {
    await conversations.runTurns();
    machine.advance(10_000);
  }
  await conversations.runTurns();
}

describe('a message that nobody can answer', () => {
  test('is tried five times, put aside with the reason, and its conversation goes to a person with all that comes later', async () => {
    await write(0, POISON);
    await conversations.runTurns();
    expect(await rowOf(0)).toMatchObject({ state: 'new', attempts: 1, reason: 'data_invalid' });
    await conversations.runTurns(); // not before its time
    expect(await rowOf(0)).toMatchObject({ attempts: 1 });
    await tryOften();
    expect(await rowOf(0)).toMatchObject({ state: 'dead', attempts: 5, reason: 'data_invalid', debtorId: 'banco/ana' });
    expect(await conversations.find(ANA_CONVERSATION)).toMatchObject({ mode: 'pending', reason: 'dead_letter' });
    await house.says('¿hay alguien?', 'wa:later');
    await conversations.runTurns();
    expect(await database.db.collection('inbox').countDocuments({ _id: 'wa:later' as never, state: 'done' })).toBe(1);
  });

  test('is listed without its words, and replayed: then it is answered', async () => {
    await write(0, POISON);
    await tryOften();
    const [letter, ...others] = await conversations.deadLetters(10);
    expect(others).toEqual([]);
    expect(letter).toEqual({
      ...{ id: 'wa:0', conversationId: ANA_CONVERSATION, contact: '…01', kind: 'message' },
      ...{ since: house.clock.now(), attempts: 5, reason: 'data_invalid' },
    });
    expect(JSON.stringify(letter)).not.toContain(ANA_PHONE);
    isMended = true;
    await expect(conversations.replayDeadLetters('wa:99')).rejects.toThrow('There is no dead letter wa:99');
    expect(await conversations.replayDeadLetters('wa:0')).toBe(1);
    expect(await rowOf(0)).toMatchObject({ state: 'new', attempts: 0 });
    await conversations.runTurns();
    expect(await rowOf(0)).toMatchObject({ state: 'done' });
    expect(await conversations.deadLetters(10)).toEqual([]);
    expect(await conversations.replayDeadLetters(null)).toBe(0);
  });

  test('a process that dies on it holds others too: they are not blamed with it', async () => {
    for (let n = 0; n < DEBTORS; n += 1) await write(n, n === 3 ? POISON : 'hola');
    await house.app.conversations.link('simulator', phoneOf(3), 'banco/d3' as never);
    // It died while it held all of them, as a process does that runs out of memory in one turn.
    await database.db
      .collection('conversations')
      .updateMany({}, { $set: { lease: { owner: 'dead', until: LEASE_OVER } } });
    await conversations.runTurns();
    const rows = await database.db.collection('inbox').find({ 'incoming.kind': 'message' }).toArray();
    for (const row of rows) {
      if (row._id === ('wa:3' as never)) expect(row).toMatchObject({ state: 'new', attempts: 2 });
      else expect(row).toMatchObject({ state: 'done', attempts: 1, reason: 'crashed' });
    }
  });

  test('four tries and a death make five: it is buried without a sixth', async () => {
    await write(0, 'hola');
    await database.db.collection('inbox').updateOne({ _id: 'wa:0' as never }, { $set: { attempts: 4 } });
    await database.db
      .collection('conversations')
      .updateOne({ _id: ANA_CONVERSATION as never }, { $set: { lease: { owner: 'dead', until: LEASE_OVER } } });
    await conversations.runTurns();
    expect(await rowOf(0)).toMatchObject({ state: 'dead', attempts: 5, reason: 'crashed' });
  });
});

test('a first message from an unknown address opens its conversation in its turn', async () => {
  const from = '+525559990000';
  expect(await conversations.conversationOf('simulator', from)).toBeNull();
  await conversations.receive({ id: 'wa:new', channel: 'simulator', from, text: 'hola' });
  expect(await conversations.conversationOf('simulator', from)).toBeNull();
  await conversations.runTurns();
  expect(await conversations.find(conversationId('simulator', from))).toMatchObject({ debtorId: null, mode: 'bot' });
});
