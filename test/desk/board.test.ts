import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { createTelegramBoard } from '../../src/desk/telegram.ts';
import { createDeskWork } from '../../src/desk/work.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { settle } from '../conversations/house.ts';
import { BOT_TOKEN, GROUP } from '../fakes/telegram.ts';
import { testDatabase } from '../setup/database.ts';
import { type DeskHouse, MARTA, openDeskHouse, STRANGER } from './desk-house.ts';

let own: Awaited<ReturnType<typeof testDatabase>>;
let house: DeskHouse;

beforeAll(async () => {
  own = await testDatabase();
});
afterEach(() => house.close());
afterAll(() => own.drop());

/** Ana has asked for a person, and her topic is there. @returns its number */
async function asked(): Promise<number> {
  house = await openDeskHouse(own.db);
  return house.asked();
}

test('told to wait, the desk waits as long as it is told and loses nothing', async () => {
  house = await openDeskHouse(own.db);
  house.fake.fates.push({ method: 'createForumTopic', kind: 'later', retryAfterS: 30 });
  await house.says('quiero hablar con una persona');
  await house.settle();
  house.machine.advance(20_000);
  expect(await house.work.show()).toBe(0);
  expect(house.fake.topics).toEqual([]);
  house.machine.advance(10_000);
  await house.settle();
  expect(house.fake.topics).toHaveLength(1);
  expect(house.card().text).toContain('Espera a una persona');
});

test('twenty messages a minute, and what is over comes later and joined', async () => {
  const topic = await asked();
  for (let n = 0; n < 25; n += 1) {
    await house.fake.says(STRANGER, topic, 'x'); // told once an hour
    await house.fake.says(MARTA, topic, `/orden${n}`);
    await house.hear();
    while ((await house.work.show()) > 0);
  }
  const sent = () => house.fake.accepted.filter(({ method }) => method !== 'pinChatMessage').length;
  const early = sent();
  expect(early).toBeLessThanOrEqual(21); // the minute may have turned once on a slow machine
  house.machine.advance(61_000);
  await house.settle();
  expect(sent()).toBe(early + 1);
  expect(
    house
      .texts()
      .join('\n')
      .match(/No conozco esa orden/g),
  ).toHaveLength(25);
  expect(
    house
      .texts()
      .join('\n')
      .match(/Pedro: no estás en la lista/g),
  ).toHaveLength(1);
});

test('what was shown or given up is forgotten in a month; what waits is not, however long', async () => {
  const topic = await asked();
  const posts = own.db.collection('desk_posts');
  const refused = { method: 'sendMessage', kind: 'error', code: 400, description: 'Bad Request: no' } as const;
  house.fake.fates.push(...Array.from({ length: 6 }, () => refused));
  await house.says('¿hay alguien?');
  for (let tries = 0; tries < 6; tries += 1) {
    await house.settle();
    house.machine.advance(120_000);
  }
  await house.fake.says(MARTA, topic, '/ayuda');
  await house.hear();
  const rows = await posts.find({}).sort({ seq: 1 }).toArray();
  expect(rows.map(({ state, doneAt }) => [state, doneAt instanceof Date])).toEqual([
    ['posted', true],
    ['dropped', true],
    ['new', false],
  ]);
  const [asks, given] = rows.map(({ doneAt }) => Number(doneAt));
  expect(given).toBeGreaterThan(asks ?? Number.NaN);
  expect(await posts.indexes()).toContainEqual(
    expect.objectContaining({ key: { doneAt: 1 }, expireAfterSeconds: 30 * 86_400 }),
  );
});

test('a topic that somebody deleted is opened anew, with a card, and what was to be shown is shown there', async () => {
  const topic = await asked();
  await house.heard(house.fake.says(MARTA, topic, 'Hola Ana.'));
  house.fake.deleteTopic(topic);
  await house.says('hola, ¿sigues ahí?');
  await house.settle();
  const fresh = house.fake.topics.at(-1)?.id ?? 0;
  expect(fresh).not.toBe(topic);
  expect(house.texts(fresh)).toEqual([
    expect.stringContaining('👤 La tiene Marta'),
    '<b>Ana P.</b>\nhola, ¿sigues ahí?',
  ]);
  await house.heard(house.fake.says(MARTA, fresh, 'Aquí sigo.'));
  expect(house.ofAgents()).toEqual(['Hola Ana.', 'Aquí sigo.']);
});

test('a message whose answer was lost is shown again: at least once', async () => {
  house = await openDeskHouse(own.db);
  house.fake.fates.push({ method: 'sendMessage', kind: 'reset', accepted: true });
  await house.says('quiero hablar con una persona');
  await house.settle();
  house.machine.advance(3_000);
  await house.settle();
  expect(house.fake.written.filter(({ text }) => text.includes('Saldo'))).toHaveLength(2);
});

test('what an agent did and cannot be carried out is left out and counted, and the next is heard; without the database all wait', async () => {
  const topic = await asked();
  const counted: string[] = [];
  let fault: Error | null = new TypeError('this very one');
  const { desk } = house.app;
  if (!desk) throw new Error('there is no desk');
  const work = createDeskWork({
    ...{ db: own.db, clock: house.clock, machine: house.machine, log: silentLog() },
    conversations: () => house.app.conversations,
    desk: { ...desk, hear: (told) => (fault ? Promise.reject(fault) : desk.hear(told)) },
    board: createTelegramBoard({ botToken: BOT_TOKEN, groupId: GROUP, apiUrl: house.fake.url, log: silentLog() }),
    our: { botId: BOT_TOKEN.split(':')[0] ?? '', groupId: GROUP },
    webhook: () => null,
    meter: { count: (name) => void counted.push(name), time: () => undefined },
  });
  house.machine.advance(60_000); // the lease of the first
  const { signal } = new AbortController();
  await house.fake.says(MARTA, topic, 'uno');
  expect(await work.listen(signal)).toBe(1);
  expect(counted).toEqual(['desk_updates_failed']);
  fault = new AppError('database_unavailable', 'away');
  await house.fake.says(MARTA, topic, 'dos');
  await expect(work.listen(signal)).rejects.toThrow('away');
  fault = null;
  expect(await work.listen(signal)).toBe(1);
  await house.settle();
  expect(house.ofAgents()).toEqual(['dos']);
  expect(counted).toHaveLength(1);
});

test('the loops by themselves: a handoff is shown, an answer by long polling is sent, and both stop when they are told to', async () => {
  house = await openDeskHouse(own.db);
  const stopping = new AbortController();
  const working = Promise.all([
    house.work.work(stopping.signal),
    house.app.conversations.work({ worker: true, sender: true }, stopping.signal),
  ]);
  await house.says('quiero hablar con una persona');
  await house.fake.until(() => house.fake.written.length === 1);
  await house.fake.says(MARTA, house.fake.topics[0]?.id ?? 0, 'Hola Ana.');
  await house.fake.until(() => house.card().edits === 1);
  expect(house.ofAgents()).toEqual(['Hola Ana.']);
  stopping.abort();
  await working;
  const next = await house.start(); // the lease was given back: another process goes on at once
  expect(await next.work.show()).toBe(0);
  await house.says('¿hola?');
  await settle(next.app);
  house.machine.advance(3_000);
  expect(await next.work.show()).toBe(1);
  await next.close();
});

test('a board that another process has is left to it until its lease ends', async () => {
  const topic = await asked();
  const next = await house.start();
  await house.fake.says(MARTA, topic, 'Hola Ana.');
  await house.hear();
  await settle(next.app);
  expect(await next.work.show()).toBe(0);
  house.machine.advance(50_000);
  expect(await next.work.show()).toBe(1);
  await next.close();
});

test('neither token, secret, group, names nor words of anybody reach the log, whatever Telegram answers', async () => {
  const topic = await asked();
  house.fake.fates.push(
    { method: 'sendMessage', kind: 'error', code: 400, description: 'Bad Request: can\'t parse entities: "mi abuela"' },
    { method: 'sendMessage', kind: 'reset', accepted: false },
    { method: 'editMessageText', kind: 'error', code: 403, description: 'Forbidden: bot was kicked' },
  );
  await house.heard(house.fake.says(MARTA, topic, 'mi abuela xilófona'));
  await house.says('mi abuela xilófona');
  await house.settle();
  house.machine.advance(100_000);
  await house.settle();
  const log = house.lines.join('\n');
  expect(log).toContain('telegram.failed');
  for (const secret of [BOT_TOKEN, BOT_TOKEN.slice(5), String(GROUP), 'abuela', 'Marta', 'Ana P', '+52555'])
    expect(log).not.toContain(secret);
});
