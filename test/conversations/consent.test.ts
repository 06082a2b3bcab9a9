import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { conversationId } from '../../src/kernel/ids.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, ANA_CONVERSATION, ANA_PHONE, type House, openHouse } from './house.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: House;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const ELSEWHERE = conversationId('console', ANA_PHONE);
const stored = (id: string) => database.db.collection('conversations').findOne({ _id: id as never });

test.each([
  ['BAJA', 'in'],
  ['ya no me contacten por favor', 'out'],
])('"%s" on one channel leaves the other one %s', async (words, elsewhere) => {
  house = await openHouse(database.db);
  await house.app.conversations.link('console', ANA_PHONE, ANA);
  const before = await stored(ELSEWHERE);
  await house.says(words);
  await house.settle();
  expect((await stored(ANA_CONVERSATION))?.['consent']).toMatchObject({ state: 'out' });
  const after = await stored(ELSEWHERE);
  expect(after?.['consent']?.state ?? 'in').toBe(elsewhere);
  // A turn that was under way there must not write the old consent back.
  expect(after?.['version'] - before?.['version']).toBe(elsewhere === 'out' ? 1 : 0);
  expect((await house.app.conversations.followups({ debtorId: ANA, limit: 1 }))[0]?.silencedBy).toBe('opted_out');
});

test.each([
  ['BAJA', 'in'],
  ['ya no me contacten por favor', 'out'],
])('"%s" while a person holds the conversation binds as far, and nobody answers', async (words, elsewhere) => {
  house = await openHouse(database.db);
  await house.app.conversations.link('console', ANA_PHONE, ANA);
  await house.says('hola');
  await house.settle();
  const agent = { id: 'tg:42', name: 'Marta' };
  await house.app.conversations.agentActs(ANA_CONVERSATION, { key: 'a', agent, act: { act: 'take' } });
  await house.settle();
  const said = house.phone.length;
  await house.says(words);
  await house.settle();
  expect(house.phone).toHaveLength(said);
  expect((await stored(ANA_CONVERSATION))?.['consent']).toMatchObject({ state: 'out', words });
  expect((await stored(ELSEWHERE))?.['consent']?.state ?? 'in').toBe(elsewhere);
});
