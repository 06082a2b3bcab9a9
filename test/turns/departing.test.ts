import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { Channel } from '../../src/channels/channel.ts';
import { packsFrom } from '../../src/compliance/pack.ts';
import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';
import { loadDialog } from '../../src/dialog/load.ts';
import { createSay } from '../../src/dialog/say.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { understand } from '../../src/language/understand.ts';
import { createConversations } from '../../src/line/assemble.ts';
import { loadStrategy } from '../../src/strategy/strategy.ts';
import { ANA_CONVERSATION, type House, openHouse, phoneOf } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

const ANSWERED_MS_MAX = 15_000;
/** By an answer that leaves with its turn: what would be written of the intent afterwards is written with it. */
const PASSED = [
  'turn.before_tx',
  'dispatch.before_intent',
  'turn.in_tx',
  'turn.before_commit',
  'turn.after_commit',
  'dispatch.after_intent',
  'dispatch.after_call',
  'dispatch.before_settle',
];

let database: { db: Connection; drop(): Promise<void> };
let house: House;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

/** A process with these roles, and the points of the line that it passes. */
function openProcess(roles: { worker: boolean; sender: boolean }) {
  const points: string[] = [];
  const took: string[] = [];
  const channel: Channel = {
    id: 'simulator',
    medium: 'whatsapp',
    capabilities: { buttons: true, lengthMax: 4096 },
    async send({ id, to }) {
      took.push(to);
      return { outcome: 'accepted', providerId: `phone:${id}` };
    },
  };
  const files = readDataFiles(PACKAGE_ROOT);
  const { flows, texts } = loadDialog(files);
  const [strategy] = files.strategies;
  const conversations = createConversations({
    ...{ db: database.db, ledger: house.app.ledger, payments: () => house.app.payments },
    ...{ packs: packsFrom(files.policies), strategy: loadStrategy(strategy?.text ?? '', strategy?.name ?? '') },
    ...{ flows, say: createSay(texts), locales: ['es-MX'], understand, channels: [channel] },
    ...{ mediumOf: new Map([['simulator', 'whatsapp'] as const]), proactiveChannels: ['simulator'] },
    ...{ clock: house.clock, machine: systemClock, log: silentLog() },
    crash: (point) => void points.push(point),
  });
  const stopping = new AbortController();
  const working = conversations.work(roles, stopping.signal);
  return {
    conversations,
    points,
    took,
    async stop() {
      stopping.abort();
      await working;
    },
  };
}

type Process = ReturnType<typeof openProcess>;

async function say(to: Process, text: string, who: readonly number[]): Promise<void> {
  const messages = who.map((n) => ({ id: `${text}:${n}`, channel: 'simulator', from: phoneOf(n), text }));
  await Promise.all(messages.map(to.conversations.receive));
}

async function untilTaken(by: Process, count: number): Promise<void> {
  const until = systemClock.now().getTime() + ANSWERED_MS_MAX;
  while (by.took.length < count) {
    if (systemClock.now().getTime() > until) throw new Error(`${by.took.length} of ${count} were answered`);
    await systemClock.sleep(20);
  }
}

test('a process with both roles writes its answers as under way with their turns, and calls when those stand', async () => {
  house = await openHouse(database.db, { debtors: 3 });
  const whole = openProcess({ worker: true, sender: true });
  await systemClock.sleep(300); // it has looked once, and knows how much room there is
  await say(whole, 'hola', [0]);
  await untilTaken(whole, 2);
  await say(whole, 'hola', [1, 2]);
  await untilTaken(whole, 6);
  await whole.stop();
  expect(whole.points.filter((point) => !point.startsWith('inbox.')).slice(0, PASSED.length)).toEqual(PASSED);
  expect(whole.took.sort()).toEqual([0, 0, 1, 1, 2, 2].map(phoneOf)); // the greeting is of two messages: the second follows the first
  const rows = await database.db.collection('outbox').find({}).toArray();
  expect(rows.map(({ state, attempts }) => [state, attempts])).toEqual(Array(6).fill(['accepted', 1]));
  const audit = await database.db.collection('events').find({ what: 'send.decided' }).toArray();
  expect(audit.map(({ details }) => details.outbox).sort()).toEqual(rows.map(({ _id }) => _id).sort());
  const leases = await database.db
    .collection('conversations')
    .find({ sendLease: { $ne: null } })
    .toArray();
  expect(leases).toEqual([]);
}, 40_000);

test('where somebody held the conversation when it was read, what lay in between is not known: it waits as ever', async () => {
  house = await openHouse(database.db);
  await house.says('hola');
  await house.settle();
  const gone = { owner: 'gone', until: new Date(0), life: null };
  const conversations = database.db.collection<{ _id: string }>('conversations');
  await conversations.updateOne({ _id: ANA_CONVERSATION }, { $set: { lease: gone } });
  const whole = openProcess({ worker: true, sender: true });
  await systemClock.sleep(300);
  await say(whole, 'saldo', [0]);
  await untilTaken(whole, 1);
  await whole.stop();
  expect(whole.points.indexOf('turn.after_commit')).toBeLessThan(whole.points.indexOf('dispatch.before_intent'));
}, 40_000);

test('a process that only takes turns leaves what it says to those that send', async () => {
  house = await openHouse(database.db);
  const [worker, sender] = [openProcess({ worker: true, sender: false }), openProcess({ worker: false, sender: true })];
  await say(worker, 'hola', [0]);
  await untilTaken(sender, 2);
  await Promise.all([worker.stop(), sender.stop()]);
  expect(worker.took).toEqual([]);
  expect(worker.points).toContain('turn.after_commit');
  expect(worker.points).not.toContain('dispatch.before_intent');
}, 40_000);
