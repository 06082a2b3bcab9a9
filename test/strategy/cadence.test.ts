import fs from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, civilDate, civilDateIn, wallTimeIn } from '../../src/kernel/calendar.ts';
import type { Account } from '../../src/ledger/ledger.ts';
import { planFollowups } from '../../src/strategy/cadence.ts';
import { loadStrategy } from '../../src/strategy/strategy.ts';
import { aDebt, anAccount, aPromise } from './an-account.ts';

const ZONE = 'America/Mexico_City';
const strategy = loadStrategy(fs.readFileSync('strategies/default.yaml', 'utf8'), 'strategies/default.yaml');
const plan = (account: Account, now: string) => planFollowups({ account, strategy, now: new Date(now) });
const calendar = (account: Account, now: string) =>
  plan(account, now).map(
    ({ dueAt, occurrence, flow }) =>
      `${civilDateIn(account.debtor.zone, dueAt)} ${wallTimeIn(account.debtor.zone, dueAt)} ${flow} ${occurrence}`,
  );

describe('reminders', () => {
  test('one debt, from before its due date to the horizon', () => {
    expect(calendar(anAccount([aDebt('a', [['2026-12-01', 100n]])]), '2026-11-22T12:00:00-06:00')).toEqual([
      '2026-11-28 10:00 reminder_before d-3',
      '2026-11-30 10:00 reminder_before d-1',
      '2026-12-02 10:00 reminder_after d+1',
      '2026-12-04 10:00 reminder_after d+3',
      '2026-12-08 10:00 reminder_after d+7',
      '2026-12-16 10:30 reminder_after d+15',
      '2026-12-31 10:30 reminder_after d+30',
    ]);
  });

  test('says who, what, when and why, under an id that does not change', () => {
    const account = anAccount([aDebt('a', [['2026-12-01', 100n]])]);
    const [first] = plan(account, '2026-11-28T09:00:00-06:00');
    expect(first).toEqual({
      id: 'acme/a#1:due_reminder:d-3',
      debtorId: 'acme/ana',
      debtId: 'acme/a',
      promiseId: null,
      kind: 'due_reminder',
      occurrence: 'd-3',
      dueAt: new Date('2026-11-28T10:00:00-06:00'),
      flow: 'reminder_before',
      tone: 'friendly',
      messageKind: 'preventive',
      why: 'due in 3 days, on 2026-12-01',
    });
    expect(plan(account, '2026-11-28T23:59:00-06:00')[0]).toEqual(first); // the hours of today that are over are still today
    expect(plan(account, '2026-11-29T00:00:00-06:00')[0]?.id).toBe('acme/a#1:due_reminder:d-1');
  });

  test('tone hardens with time, and ends', () => {
    const account = anAccount([aDebt('a', [['2026-09-01', 100n]])]);
    expect(plan(account, '2026-11-22T12:00:00-06:00').map(({ occurrence, tone }) => [occurrence, tone])).toEqual([
      ['d+90', 'firm'],
    ]);
    expect(plan(account, '2026-12-01T12:00:00-06:00')).toEqual([]);
  });

  test('on one day the oldest due date carries the contact', () => {
    const account = anAccount([aDebt('new', [['2026-11-24', 100n]]), aDebt('old', [['2026-11-20', 100n]])]);
    const ids = plan(account, '2026-11-22T12:00:00-06:00').map(({ id }) => id);
    expect(ids.slice(0, 4)).toEqual([
      'acme/old#1:due_reminder:d+3', // the 23rd: the new one's d-1 gives way
      'acme/new#1:due_reminder:d+1',
      'acme/old#1:due_reminder:d+7', // the 27th: the new one's d+3 gives way
      'acme/new#1:due_reminder:d+7',
    ]);
  });

  test('instalments that are paid give none; those that are not, each their own', () => {
    const account = anAccount([
      aDebt('a', [
        ['2026-10-25', 0n],
        ['2026-11-25', 100n],
        ['2026-12-25', 100n],
      ]),
    ]);
    expect(calendar(account, '2026-11-22T12:00:00-06:00').map((line) => line.slice(0, 10))).toEqual([
      '2026-11-22',
      '2026-11-24',
      '2026-11-26',
      '2026-11-28',
      '2026-12-02',
      '2026-12-10',
      '2026-12-22',
      '2026-12-24',
      '2026-12-25',
      '2026-12-26',
      '2026-12-28',
      '2027-01-01',
    ]);
  });

  test('nothing owed, nothing planned', () => {
    expect(
      plan(
        anAccount(
          [aDebt('a', [['2026-12-01', 0n]])],
          [aPromise('KEPT22', '2026-11-25', '2026-11-20T12:00:00Z', 'kept')],
        ),
        '2026-11-22T12:00:00-06:00',
      ),
    ).toEqual([]);
    expect(plan(anAccount([]), '2026-11-22T12:00:00-06:00')).toEqual([]);
  });

  test('times are those of the debtor’s wall, through a change of clocks', () => {
    const account = anAccount([aDebt('a', [['2026-09-06', 100n]])], [], 'America/Santiago');
    expect(
      plan(account, '2026-09-01T12:00:00Z')
        .slice(0, 3)
        .map(({ dueAt }) => dueAt.toISOString()),
    ).toEqual([
      '2026-09-03T14:00:00.000Z',
      '2026-09-05T14:00:00.000Z',
      '2026-09-07T13:00:00.000Z', // one hour earlier: summer time began on the 6th
    ]);
  });
});

describe('a promise', () => {
  const owing = [aDebt('a', [['2026-11-10', 100_000n]])];
  test('eve, day and the morning after its grace take the place of reminders of those days', () => {
    const account = anAccount(owing, [aPromise('AB23CD', '2026-11-27', '2026-11-22T18:00:00Z')]);
    expect(calendar(account, '2026-11-22T12:00:00-06:00').slice(0, 5)).toEqual([
      '2026-11-25 10:30 reminder_after d+15',
      '2026-11-26 17:00 promise_eve 2026-11-27',
      '2026-11-27 09:30 promise_day 2026-11-27',
      '2026-11-29 10:00 promise_check 2026-11-27',
      '2026-12-10 10:30 reminder_after d+30',
    ]);
    expect(plan(account, '2026-11-22T12:00:00-06:00')[1]).toMatchObject({
      id: 'acme/ana/AB23CD:promise_eve:2026-11-27',
      debtId: null,
      promiseId: 'acme/ana/AB23CD',
      messageKind: 'promise_followup',
      why: 'promise AB23CD falls due tomorrow',
    });
  });

  test.each([
    ['today', '2026-11-22', ['promise_check']],
    ['tomorrow', '2026-11-23', ['promise_day', 'promise_check']],
    ['in two days', '2026-11-24', ['promise_eve', 'promise_day', 'promise_check']],
  ])('made for %s: nothing on the day on which it was made', (_when, date, kinds) => {
    const account = anAccount(owing, [aPromise('AB23CD', date, '2026-11-22T18:00:00Z')]);
    expect(
      plan(account, '2026-11-22T12:00:00-06:00')
        .map(({ kind }) => kind)
        .filter((kind) => kind !== 'due_reminder'),
    ).toEqual(kinds);
  });

  test('that is over is still checked, that was replaced or cancelled is not', () => {
    const kinds = (state: 'broken' | 'partial' | 'kept' | 'replaced' | 'cancelled') =>
      plan(
        anAccount(owing, [aPromise('AB23CD', '2026-11-20', '2026-11-18T18:00:00Z', state)]),
        '2026-11-22T08:00:00-06:00',
      )
        .filter(({ kind }) => kind !== 'due_reminder')
        .map(({ id, why }) => [id, why]);
    expect(kinds('broken')).toEqual([
      ['acme/ana/AB23CD:promise_check:2026-11-20', 'promise AB23CD for 2026-11-20 is broken'],
    ]);
    expect(kinds('kept')).toHaveLength(1);
    expect(kinds('partial')).toHaveLength(1);
    expect(kinds('replaced')).toEqual([]);
    expect(kinds('cancelled')).toEqual([]);
  });

  const instalments = (first: 'open' | 'kept' | 'broken', secondDay: string) => [
    aPromise('AB23CD', '2026-11-27', '2026-11-22T18:00:00Z', first, 'AB23CD'),
    aPromise('AB23CD#2', secondDay, '2026-11-22T18:00:00Z', 'open', 'AB23CD'),
  ];
  test.each([
    [
      'each has its own eve, day and check',
      instalments('open', '2026-12-04'),
      ['11-26 eve', '11-27 day', '11-29 check', '12-03 eve', '12-04 day', '12-06 check'],
    ],
    [
      'on one day the check of one goes before the day of the next',
      instalments('open', '2026-11-29'),
      ['11-26 eve', '11-27 day', '11-28 eve', '11-29 check', '12-01 check'],
    ],
    [
      'and the day of the next before thanks',
      instalments('kept', '2026-11-29'),
      ['11-28 eve', '11-29 day', '12-01 check'],
    ],
    [
      'one that was missed is checked while another is open',
      instalments('broken', '2026-12-04'),
      ['11-29 check', '12-03 eve', '12-04 day', '12-06 check'],
    ],
  ])('instalments: %s', (_name, promises, expected) => {
    const planned = plan(anAccount(owing, promises), '2026-11-23T08:00:00-06:00').filter(
      ({ kind }) => kind !== 'due_reminder',
    );
    expect(planned.map(({ dueAt, kind }) => `${civilDateIn(ZONE, dueAt).slice(5)} ${kind.slice(8)}`)).toEqual(expected);
  });

  test('an open one silences the check of an older one', () => {
    const promises = [
      aPromise('OLD222', '2026-11-21', '2026-11-18T18:00:00Z', 'broken'),
      aPromise('NEW333', '2026-12-04', '2026-11-22T18:00:00Z'),
    ];
    const ids = plan(anAccount(owing, promises), '2026-11-22T20:00:00-06:00').map(({ id }) => id);
    expect(ids.some((id) => id.includes('OLD222'))).toBe(false);
    expect(ids.filter((id) => id.includes('NEW333'))).toHaveLength(3);
  });
});

test('whatever is owed: one contact a day, none before today or after the horizon, ids of their own, the same each time', () => {
  const due = fc.integer({ min: -120, max: 60 }).map((n) => addDays(civilDate('2026-11-22'), n));
  const debts = fc.array(fc.array(fc.tuple(due, fc.constantFrom(0n, 100n)), { minLength: 1, maxLength: 6 }), {
    minLength: 1,
    maxLength: 4,
  });
  const promise = fc.option(fc.tuple(due, fc.constantFrom('open' as const, 'broken' as const, 'kept' as const)), {
    nil: null,
  });
  fc.assert(
    fc.property(debts, promise, fc.integer({ min: 0, max: 1439 }), (items, promised, minute) => {
      const now = new Date(Date.parse('2026-11-22T06:00:00Z') + minute * 60_000);
      const promises = promised ? [aPromise('AB23CD', promised[0], '2026-11-10T18:00:00Z', promised[1])] : [];
      const account = anAccount(
        items.map((item, i) => aDebt(`d${i}`, item)),
        promises,
      );
      const plans = planFollowups({ account, strategy, now });
      const days = plans.map(({ dueAt }) => civilDateIn(ZONE, dueAt));
      const today = civilDateIn(ZONE, now);
      expect(new Set(days).size).toBe(days.length);
      expect(days).toEqual([...days].sort());
      expect(days.every((day) => day >= today && day <= addDays(today, 45))).toBe(true);
      expect(new Set(plans.map(({ id }) => id)).size).toBe(plans.length);
      expect(planFollowups({ account: { ...account, debts: account.debts.toReversed() }, strategy, now })).toEqual(
        plans,
      );
    }),
    { numRuns: 40 },
  );
});
