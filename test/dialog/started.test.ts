import { describe, expect, test } from '@jest/globals';
import type { Facts } from '../../src/dialog/facts.ts';
import type { Slots } from '../../src/dialog/state.ts';
import { civilDate } from '../../src/kernel/calendar.ts';
import { money } from '../../src/kernel/money.ts';
import { ANA, promised as aPromise, talk } from './talk.ts';

const UNKNOWN_YET = { ...ANA, verified: false };
const text = (value: string) => ({ type: 'text' as const, value });
const pesos = (amount: number) => ({ type: 'money' as const, value: money(BigInt(amount * 100), 'MXN') });

const NOT_DUE: Partial<Facts> = { overdue: money(0n, 'MXN'), daysLate: 0, nextDue: civilDate('2026-11-26') };
const PAID: Partial<Facts> = { overdue: money(0n, 'MXN'), total: money(0n, 'MXN'), debts: [] };
const PROMISED: Slots = {
  folio: text('K7M2QP'),
  amount: pesos(500),
  date: { type: 'date', value: civilDate('2026-11-27') },
};
const promised = (day: string): Partial<Facts> => ({ openPromise: aPromise('K7M2QP', [day, 50000n]) });
const flag = { type: 'flag', value: true } as const;
const RECEIPT: Slots = { amount: pesos(500), folio: text('R2D2XX'), balance: pesos(700) };

describe('a flow that an event starts', () => {
  test.each<[string, string, Slots, Partial<Facts>, string[]]>([
    ['before the due date', 'reminder_before', { tone: text('friendly') }, NOT_DUE, ['reminder.before']],
    ['after it', 'reminder_after', { tone: text('firm') }, {}, ['reminder.after']],
    ['after it, paid meanwhile', 'reminder_after', { tone: text('firm') }, PAID, ['balance.nothing']],
    ['before the due date, read after it', 'reminder_before', {}, {}, ['balance.owed']],
    ['after it, with a promise made meanwhile', 'reminder_after', {}, promised('2026-11-27'), ['balance.promise']],
    ['the day before a promise', 'promise_eve', PROMISED, promised('2026-11-24'), ['followup.eve']],
    ['the day before a promise, read on its day', 'promise_eve', PROMISED, promised('2026-11-23'), ['followup.day']],
    ['the day of a promise', 'promise_day', PROMISED, promised('2026-11-23'), ['followup.day']],
    ['the day of a promise, moved meanwhile', 'promise_day', PROMISED, promised('2026-11-27'), ['balance.promise']],
    ['the day of a promise, settled meanwhile', 'promise_day', PROMISED, {}, ['balance.owed']],
    ['a promise kept', 'promise_check', { ...PROMISED, result: text('kept') }, {}, ['followup.kept']],
    ['a promise kept in part', 'promise_check', { ...PROMISED, result: text('partial') }, {}, ['followup.partial']],
    ['a promise broken', 'promise_check', { ...PROMISED, result: text('broken') }, {}, ['followup.broken']],
    [
      'a promise broken, paid late',
      'promise_check',
      { ...PROMISED, result: text('broken') },
      PAID,
      ['balance.nothing'],
    ],
    ['a receipt', 'receipt', RECEIPT, {}, ['receipt.received']],
    [
      'a receipt that keeps a promise',
      'receipt',
      { ...RECEIPT, promise: text('kept') },
      {},
      ['receipt.received', 'receipt.promise_kept'],
    ],
    [
      'a receipt for part of a promise',
      'receipt',
      { ...RECEIPT, promise: text('open'), promised: pesos(900), fulfilled: pesos(500) },
      {},
      ['receipt.received', 'receipt.promise_partial'],
    ],
    ['money taken back', 'payment_reversed', { amount: pesos(500), balance: pesos(1200) }, {}, ['receipt.reversed']],
    ['back from an agent', 'after_agent', {}, {}, ['neutral.after_agent']],
    ['handed to an agent', 'handed_over', {}, {}, ['neutral.handed_over']],
  ])('%s', (_name, flow, slots, facts, keys) => {
    const ana = talk({ ...ANA, ...facts });
    expect(ana.starts(flow, slots)).toEqual(keys);
    expect(ana.words().join()).not.toMatch(/\{|undefined|null/);
  });

  test.each<[string, Slots, Partial<Facts>, string[]]>([
    ['reminder_before', {}, NOT_DUE, ['reminder.before']],
    ['reminder_after', {}, {}, ['reminder.after']],
    ['promise_eve', PROMISED, promised('2026-11-24'), ['followup.eve']],
    ['promise_check', { ...PROMISED, result: text('broken') }, {}, ['followup.broken']],
    ['promise_check', { ...PROMISED, result: text('broken') }, promised('2026-11-27'), ['balance.promise']],
    ['promise_check', { ...PROMISED, result: text('broken'), more: flag }, promised('2026-12-15'), ['followup.broken']],
    ['payment_reversed', { amount: pesos(500) }, {}, ['receipt.reversed']],
  ])(
    '%s asks who it is first, names the creditor and how to stop, and is then delivered',
    (flow, slots, facts, keys) => {
      const ana = talk({ ...UNKNOWN_YET, ...facts });
      expect(ana.starts(flow, slots)).toEqual(['neutral.proactive', 'neutral.identity_ask']);
      expect(ana.words()[0]).toMatch(/Tiendas Luna.*BAJA/);
      expect(ana.last?.sayings.map((saying) => saying.kind)).toEqual(['reminder', 'reminder']);
      expect(ana.hears({ digits: '4521' })).toEqual(['neutral.identity_ok', ...keys]);
    },
  );

  test('a receipt needs no identity, and then tells no amount', () => {
    const ana = talk(UNKNOWN_YET);
    expect(ana.starts('receipt', RECEIPT, 'receipt')).toEqual(['neutral.receipt']);
    expect(ana.last?.sayings[0]?.kind).toBe('receipt');
    expect(ana.words()[0]).not.toMatch(/500|700/);
  });

  test('a receipt in the middle of a promise: the question comes back', () => {
    const ana = talk();
    ana.hears({ intents: ['promise'] });
    expect(ana.starts('receipt', RECEIPT, 'receipt')).toEqual(['receipt.received', 'promise.when_short']);
    expect(ana.hears({ day: '2026-11-27' })).toEqual(['promise.sum']);
  });

  test('a reminder gives up a question of a debtor who is long gone', () => {
    const ana = talk();
    ana.hears({ intents: ['promise'] });
    ana.facts = UNKNOWN_YET;
    ana.starts('reminder_after');
    expect(ana.hears({ digits: '4521' })).toEqual(['neutral.identity_ok', 'reminder.after']);
    expect(ana.state.stack.map((frame) => frame.flow)).toEqual(['reminder_after']);
  });

  test.each([
    [1, ['promise.when']],
    [2, ['pay.link']],
    [3, ['neutral.person']],
  ])('a broken promise offers a new day, a link, a person: %i', (choice, keys) => {
    const ana = talk();
    ana.starts('promise_check', { ...PROMISED, result: text('broken') });
    expect(ana.hears({ choice })).toEqual(keys);
  });

  test('a reminder is answered with a day at once', () => {
    const ana = talk();
    ana.starts('reminder_after');
    expect(ana.hears({ intents: ['promise'], day: '2026-11-27', amount: 500 })).toEqual(['promise.sure']);
    expect(ana.state.stack.map((frame) => frame.flow)).toEqual(['promise']);
  });

  test('a second reminder takes the place of the first', () => {
    const ana = talk();
    ana.starts('reminder_after', { tone: text('friendly') });
    ana.hears({ intents: ['promise'] });
    expect(ana.starts('reminder_after', { tone: text('firm') })).toEqual(['reminder.after']);
    expect(ana.words()[0]).toMatch(/Necesitamos acordar/);
  });

  test('the tones differ', () => {
    const said = ['friendly', 'neutral', 'firm'].map((tone) => {
      const ana = talk();
      ana.starts('reminder_after', { tone: text(tone) });
      return ana.words()[0];
    });
    expect(new Set(said).size).toBe(3);
  });

  test('a pay link proposes what is left of an open promise', () => {
    const openPromise = { ...aPromise('K7M2QP', ['2026-11-27', 50000n]), fulfilled: money(20000n, 'MXN') };
    const ana = talk({ ...ANA, openPromise });
    ana.hears({ intents: ['pay'] });
    expect(ana.words()).toEqual(['Puedes pagar $300.00 aquí: https://pay.test/p/abc']);
  });

  test('a missing slot is our mistake, said at once', () => {
    expect(() => talk().starts('receipt', { amount: pesos(500) })).toThrow('flow receipt needs the slot folio: text');
    expect(() => talk().starts('no_such_flow')).toThrow('no flow no_such_flow');
  });
});
