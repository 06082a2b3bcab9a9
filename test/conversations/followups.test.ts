import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { DAY_MS } from '../../src/kernel/calendar.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, ANA_CONVERSATION, ANA_PHONE, type House, openApp, openHouse } from './house.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: House;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openHouse(database.db, { debtors: 4 });
});

const scheduled = () => house.app.conversations.followups({ debtorId: ANA, limit: 50 });

describe('follow-ups', () => {
  test('planning again changes nothing', async () => {
    const before = await scheduled();
    expect(before.length).toBeGreaterThan(0);
    expect(await house.app.conversations.planFollowups([ANA])).toEqual({ scheduled: 0, cancelled: 0 });
    expect(await scheduled()).toEqual(before);
  });

  test('two sweeps at once make each due row into one turn', async () => {
    const other = await openApp(database.db, house.clock, []);
    house.clock.advance(14 * DAY_MS);
    const due = await database.db
      .collection('followups')
      .countDocuments({ dueAt: { $lte: house.clock.now() }, state: 'scheduled' });
    expect(due).toBeGreaterThan(0);
    await Promise.all([house.app.conversations.sweepFollowups(), other.conversations.sweepFollowups()]);
    expect(await database.db.collection('inbox').countDocuments({ _id: /^timer:/ as never })).toBe(due);
    expect(await database.db.collection('followups').countDocuments({ state: 'fired' })).toBe(due);
  });

  test('the list says for whom, when, why, and what silences it', async () => {
    const open = (await scheduled())[0];
    expect(open).toMatchObject({ debtorId: ANA, debtorName: 'Ana Prueba', flow: 'reminder_after', silencedBy: null });
    expect(open?.why).toMatch(/\S/);
    await house.says('hola');
    await house.says('1234');
    await house.says('BAJA');
    await house.settle();
    expect((await scheduled())[0]?.silencedBy).toBe('opted_out');
  });

  test('they come to the terminal of whoever chats there, and to the phone when nobody does', async () => {
    const { conversations } = house.app;
    const terminal = await conversations.link('console', ANA_PHONE, ANA);
    const owners = () => database.db.collection('inbox').distinct('conversationId', { debtorId: ANA });
    house.clock.advance(11 * DAY_MS);
    await conversations.sweepFollowups(terminal);
    expect(await owners()).toEqual([terminal]);
    house.clock.advance(16 * DAY_MS);
    await conversations.sweepFollowups();
    expect((await owners()).sort()).toEqual([ANA_CONVERSATION, terminal].sort());
  });

  test('a follow-up of a debtor without a channel is skipped and says so', async () => {
    await database.db.collection('conversations').deleteMany({ debtorId: ANA });
    house.clock.advance(14 * DAY_MS);
    await house.app.conversations.sweepFollowups();
    const rows = await database.db.collection('followups').find({ debtorId: ANA, state: 'skipped' }).toArray();
    expect(rows.length).toBeGreaterThan(0);
    expect(rows[0]).toMatchObject({ reason: 'no channel to reach this debtor' });
  });
});
