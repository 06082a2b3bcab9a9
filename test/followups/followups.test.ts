import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { DAY_MS, HOUR_MS } from '../../src/kernel/calendar.ts';
import { ANA, ANA_CONVERSATION, ANA_PHONE, type House, openApp, openHouse } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

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

/** Reminders of nobody's plan, for Ana. */
async function addFollowups(count: number, name: string, dueAt: Date): Promise<void> {
  const planned = await database.db.collection('followups').findOne({ debtorId: ANA });
  const rows = Array.from({ length: count }, (_, n) => ({
    ...planned,
    _id: `${name}:${n}`,
    dueAt,
    state: 'scheduled',
  }));
  await database.db.collection('followups').insertMany(rows as never[]);
}

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

  test('a backlog is swept in one go, and read off the index of what is due, whatever is parked behind it', async () => {
    await addFollowups(1_200, 'due', house.clock.now());
    await addFollowups(3_000, 'parked', new Date(house.clock.now().getTime() + 30 * DAY_MS));
    expect(await house.app.conversations.sweepFollowups()).toBe(1_200);
    expect(await database.db.collection('inbox').countDocuments({ _id: /^timer:due/ as never })).toBe(1_200);
    expect(await house.app.conversations.sweepFollowups()).toBe(0);
    const rows = database.db.collection('followups');
    const found = await rows
      .find({ state: 'scheduled', dueAt: { $lte: house.clock.now() } }, { sort: { dueAt: 1 }, limit: 500, hint: 'due' })
      .explain('executionStats');
    expect(found['executionStats']).toMatchObject({ totalKeysExamined: 0, totalDocsExamined: 0 });
  });

  test('whoever writes is answered before what falls due', async () => {
    await addFollowups(300, 'due', house.clock.now());
    await house.app.conversations.sweepFollowups();
    await house.says('hola');
    const [first] = await database.db.collection('inbox').find({ state: 'new' }).sort({ seq: 1 }).limit(1).toArray();
    expect(first?.['incoming']).toMatchObject({ kind: 'message', text: 'hola' });
  });

  test('turns that are taken together are each one turn, and one that cannot be taken spoils no other', async () => {
    house.clock.advance(10 * DAY_MS + HOUR_MS); // the thirtieth day, half an hour after they fell due
    const conversations = database.db.collection('conversations');
    await conversations.updateOne({ _id: ANA_CONVERSATION as never }, { $set: { dialog: null } });
    await house.app.conversations.sweepFollowups();
    const due = await database.db.collection('inbox').distinct('debtorId', { _id: /^timer:/ as never });
    await house.app.conversations.runTurns();
    const done = { _id: /^timer:/ as never, state: 'done' };
    expect(due.length).toBe(4);
    expect((await database.db.collection('inbox').distinct('debtorId', done)).sort()).toEqual(
      due.filter((id) => id !== ANA).sort(),
    );
    expect(await database.db.collection('outbox').distinct('debtorId')).toHaveLength(3);
    const failed = await database.db.collection('inbox').findOne({ debtorId: ANA, state: 'new' });
    expect(failed?.['attempts']).toBeGreaterThan(0);
    const taken = await conversations.find({ _id: { $ne: ANA_CONVERSATION as never } }).toArray();
    expect(taken.every(({ version, lease }) => version > 0 && lease === null)).toBe(true);
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
