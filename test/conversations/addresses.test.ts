import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { DAY_MS } from '../../src/kernel/calendar.ts';
import { conversationId, creditorId, type DebtorId, debtorId } from '../../src/kernel/ids.ts';
import { importText } from '../chat/portfolio.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, ANA_CONVERSATION, ANA_PHONE, type House, openHouse, phoneOf } from './house.ts';

const NEW_PHONE = '+525550109999';
const NEW_CONVERSATION = conversationId('simulator', NEW_PHONE);
const NEIGHBOUR: DebtorId = debtorId(creditorId('banco'), 'd1');

let database: { db: Connection; drop(): Promise<void> };
let house: House;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openHouse(database.db, { debtors: 2 });
});

/** A later portfolio, with these phones by `debtor_id`. */
async function phonesBecome(phones: Record<string, string>): Promise<void> {
  const head =
    'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,phone,debt_id,concept,due_date,amount,currency';
  const rows = Object.entries(phones).map(
    ([id, phone]) =>
      `banco,Banco Uno,${id},Ana Prueba,900000001234,MX,America/Mexico_City,${phone},debt-${id},Crédito,2026-02-10,1200.00,MXN`,
  );
  await importText(house.app, database.db, [head, ...rows].join('\n'));
}

async function identified(): Promise<void> {
  for (const text of ['hola', '1234']) {
    await house.says(text);
    await house.settle();
  }
  house.phone.splice(0);
}

async function daysPass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    house.clock.advance(DAY_MS);
    await house.settle();
  }
}

const ownerOf = async (id: string) => (await house.app.conversations.find(id))?.debtorId;

describe('a debtor whose phone changes in a later portfolio', () => {
  test('is written to at the new one, and the old one is nobody', async () => {
    await phonesBecome({ ana: NEW_PHONE });
    expect(await ownerOf(ANA_CONVERSATION)).toBeNull();
    expect(await ownerOf(NEW_CONVERSATION)).toBe(ANA);
    await daysPass(14);
    const reached = new Set(house.phone.map(({ to }) => to));
    expect(reached).toContain(NEW_PHONE);
    expect(reached).not.toContain(ANA_PHONE);
  });

  test('is not known at the old one any more: who has it now reads nothing of the debt', async () => {
    await identified();
    await phonesBecome({ ana: NEW_PHONE });
    await house.says('cuánto debo');
    await house.settle();
    expect(house.phone.map(({ to }) => to)).toEqual([ANA_PHONE]);
    expect(house.phone[0]?.text).not.toMatch(/\$|1,200|Ana/);
  });

  test('what still waited for the old one does not go', async () => {
    await identified();
    await house.says('cuánto debo');
    await house.app.conversations.runTurns();
    await phonesBecome({ ana: NEW_PHONE });
    await house.settle();
    expect(house.phone).toEqual([]);
    const lines = await house.app.conversations.transcript(ANA_CONVERSATION, 50);
    expect(lines.at(-1)).toMatchObject({ from: 'bot', status: 'blocked', rule: 'address_untied' });
  });

  test('stays opted out', async () => {
    await house.says('BAJA');
    await house.settle();
    house.phone.splice(0);
    await phonesBecome({ ana: NEW_PHONE });
    const rows = await house.app.conversations.followups({ debtorId: ANA, limit: 5 });
    expect(rows.map(({ silencedBy }) => silencedBy)).toEqual(rows.map(() => 'opted_out'));
    await daysPass(14);
    expect(house.phone.map(({ to }) => to)).toEqual(house.phone.map(() => phoneOf(1)));
    expect(house.phone.length).toBeGreaterThan(0);
  });

  test('has none any more: nobody is written to', async () => {
    await phonesBecome({ ana: '' });
    expect(await ownerOf(ANA_CONVERSATION)).toBeNull();
    const [row] = await house.app.conversations.followups({ debtorId: ANA, limit: 1 });
    expect(row?.silencedBy).toBe('no channel to reach this debtor');
  });
});

test.each([
  ['before', ['ana', 'd1']],
  ['after', ['d1', 'ana']],
])('a number that is handed on goes to its new owner, who comes %s the old one loses it', async (_, order) => {
  const phones: Record<string, string> = { ana: NEW_PHONE, d1: ANA_PHONE };
  for (const id of order.toReversed()) await phonesBecome({ [id]: phones[id] ?? '' });
  expect(await ownerOf(ANA_CONVERSATION)).toBe(NEIGHBOUR);
  expect(await ownerOf(NEW_CONVERSATION)).toBe(ANA);
  expect(await ownerOf(conversationId('simulator', phoneOf(1)))).toBeNull();
});

test('the same portfolio again ties nothing anew', async () => {
  const before = await database.db.collection('conversations').find().sort({ _id: 1 }).toArray();
  await phonesBecome({ ana: ANA_PHONE, d1: phoneOf(1) });
  expect(await database.db.collection('conversations').find().sort({ _id: 1 }).toArray()).toEqual(before);
});
