import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { addDays, civilDate } from '../../src/kernel/calendar.ts';
import { creditorId, debtorId, type PromiseId } from '../../src/kernel/ids.ts';
import { money } from '../../src/kernel/money.ts';
import type { PaymentMade } from '../../src/ledger/balance.ts';
import { arrangementVerdict, type PromiseToPay, promiseState, shareOut } from '../../src/ledger/promise.ts';

const ZONE = 'America/Mexico_City';
const TODAY = civilDate('2026-11-23');
const MADE_AT = new Date('2026-11-23T16:00:00Z');
const mxn = (pesos: number) => money(BigInt(pesos) * 100n, 'MXN');

/** `27 nov` is day 4. */
const promised = (n: number, day: number, pesos: number, more: Partial<PromiseToPay> = {}): PromiseToPay => ({
  id: `pr-${n}` as PromiseId,
  arrangementId: 'pr-0' as PromiseId,
  folio: 'ABCDEF',
  debtorId: debtorId(creditorId('c'), 'd'),
  amount: mxn(pesos),
  date: addDays(TODAY, day),
  graceDays: 1,
  toleranceMinor: 100n,
  createdAt: MADE_AT,
  endedAt: null,
  endedAs: null,
  source: { text: '', rule: '', span: null },
  ...more,
});
const paid = (day: number, pesos: number, backPesos = 0): PaymentMade => ({
  idemKey: `pay-${day}-${pesos}`,
  paidAt: new Date(MADE_AT.getTime() + (day * 24 + 1) * 3_600_000),
  currency: 'MXN',
  amountMinor: mxn(pesos).amountMinor,
  takenBackMinor: mxn(backPesos).amountMinor,
});
const sharesOf = (promises: PromiseToPay[], payments: PaymentMade[]): number[] =>
  shareOut(promises, payments, ZONE).map(({ payments: own }) =>
    Number(own.reduce((sum, p) => sum + p.amountMinor, 0n) / 100n),
  );

describe('money is shared out over promises', () => {
  const three = [promised(0, 4, 300), promised(1, 10, 200), promised(2, 20, 100)];
  test.each<[string, PromiseToPay[], PaymentMade[], number[]]>([
    ['to the earliest first', three, [paid(1, 250)], [250, 0, 0]],
    ['and what is over to the next', three, [paid(1, 350)], [300, 50, 0]],
    ['in the order of their days, whatever the order they stand in', three.toReversed(), [paid(1, 350)], [0, 50, 300]],
    ['all of it at once', three, [paid(1, 600)], [300, 200, 100]],
    ['what nobody lacks stays with the last', three, [paid(1, 700)], [300, 200, 200]],
    ['money after the grace of the first is for those to come', three, [paid(6, 250)], [0, 200, 50]],
    ['money after all of them is for none', three, [paid(40, 250)], [0, 0, 0]],
    ['a first that is kept but for its tolerance asks for no more', three, [paid(1, 299), paid(2, 200)], [299, 200, 0]],
    ['what was taken back is for none', three, [paid(1, 350, 100)], [250, 0, 0]],
    [
      'one that is over takes nothing from the one made since',
      [promised(0, 4, 300), promised(1, 9, 300)],
      [paid(3, 300), paid(3.5, 100)],
      [300, 100],
    ],
    [
      'one that was replaced keeps what came before',
      [
        promised(0, 4, 300, { endedAs: 'replaced', endedAt: paid(2, 0).paidAt }),
        promised(1, 9, 300, { createdAt: paid(2, 0).paidAt }),
      ],
      [paid(1, 50), paid(3, 100)],
      [50, 100],
    ],
    ['a promise alone has all of it', [promised(0, 4, 300)], [paid(1, 250), paid(2, 250)], [500]],
  ])('%s', (_name, promises, payments, expected) => {
    expect(sharesOf(promises, payments)).toEqual(expected);
    expect(sharesOf(promises, payments.toReversed())).toEqual(expected);
  });

  const promises = fc
    .array(fc.record({ day: fc.nat(30), pesos: fc.integer({ min: 1, max: 500 }), ended: fc.option(fc.nat(20)) }), {
      minLength: 1,
      maxLength: 6,
    })
    .map((rows) =>
      rows.map(({ day, pesos, ended }, n) =>
        promised(n, day, pesos, ended === null ? {} : { endedAs: 'replaced', endedAt: paid(ended, 0).paidAt }),
      ),
    );
  const payments = fc
    .array(
      fc
        .record({ day: fc.integer({ min: -2, max: 35 }), pesos: fc.integer({ min: 1, max: 900 }), back: fc.nat(100) })
        .map(({ day, pesos, back }) => paid(day, pesos, Math.floor((pesos * back) / 100))),
      { maxLength: 8 },
    )
    .map((rows) => rows.map((row, n) => ({ ...row, idemKey: `pay-${n}` })));

  test('each payment that counts for any promise is counted once, whatever the order in which it is told', () => {
    fc.assert(
      fc.property(promises, payments, fc.infiniteStream(fc.nat()), (made, come, chance) => {
        const shares = shareOut(made, come, ZONE);
        for (const payment of come) {
          const given = shares.flatMap((s) => s.payments.filter((p) => p.idemKey === payment.idemKey));
          const counts = made.some(
            (p) => promiseState(p, [{ ...payment, takenBackMinor: 0n }], ZONE, MADE_AT).fulfilled.amountMinor > 0n,
          );
          const net = payment.amountMinor - payment.takenBackMinor;
          expect(given.reduce((sum, p) => sum + p.amountMinor, 0n)).toBe(counts ? net : 0n);
        }
        const shuffled = come.map((p) => ({ p, at: chance.next().value })).sort((a, b) => a.at - b.at);
        expect(
          shareOut(
            made,
            shuffled.map(({ p }) => p),
            ZONE,
          ),
        ).toEqual(shares);
      }),
      { numRuns: 200 },
    );
  });

  test('a promise alone stands as the payments say', () => {
    fc.assert(
      fc.property(promises, payments, fc.nat(40), ([only], come, days) => {
        if (!only) return;
        const now = paid(days, 0).paidAt;
        const [share] = shareOut([only], come, ZONE);
        expect(promiseState(only, share?.payments ?? [], ZONE, now)).toEqual(promiseState(only, come, ZONE, now));
      }),
      { numRuns: 200 },
    );
  });
});

describe('an arrangement', () => {
  const rules = { promiseDaysMax: 30, graceDays: 1, toleranceMinor: 100n };
  const many = (count: number) => Array.from({ length: count }, (_, n): [number, number] => [n + 1, 100]);
  test.each<[string, [day: number, pesos: number][], boolean, boolean, string]>([
    [
      'of two',
      [
        [4, 300],
        [22, 200],
      ],
      false,
      false,
      'ok',
    ],
    [
      'of all that is owed',
      [
        [4, 700],
        [22, 500],
      ],
      false,
      false,
      'ok',
    ],
    [
      'of more than is owed, each less',
      [
        [4, 700],
        [22, 501],
      ],
      false,
      false,
      'amount_over_balance',
    ],
    [
      'with a day that is over',
      [
        [4, 300],
        [-1, 200],
      ],
      false,
      false,
      'date_past',
    ],
    [
      'with a day too far',
      [
        [4, 300],
        [31, 200],
      ],
      false,
      false,
      'date_too_far',
    ],
    [
      'with nothing on a day',
      [
        [4, 300],
        [22, 0],
      ],
      false,
      false,
      'amount_not_positive',
    ],
    ['of six', many(6), false, false, 'ok'],
    ['of seven', many(7), false, false, 'too_many_parts'],
    [
      'while one is open',
      [
        [4, 300],
        [22, 200],
      ],
      true,
      false,
      'promise_open',
    ],
    [
      'in place of what is open',
      [
        [4, 300],
        [22, 200],
      ],
      true,
      true,
      'ok',
    ],
  ])('%s', (_name, rows, isOneOpen, replaces, expected) => {
    const parts = rows.map(([day, pesos]) => ({ date: addDays(TODAY, day), amount: mxn(pesos) }));
    const verdict = arrangementVerdict({ parts, replaces }, mxn(1200), TODAY, isOneOpen, rules);
    expect(verdict.ok ? 'ok' : verdict.reason).toBe(expected);
  });
});
