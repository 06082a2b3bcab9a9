import { describe, expect, test } from '@jest/globals';
import { civilDate, isZone } from '../../src/kernel/calendar.ts';
import { creditorId, debtorId } from '../../src/kernel/ids.ts';
import { money } from '../../src/kernel/money.ts';
import { allocationOrderOf, effectiveOrder } from '../../src/ledger/allocation.ts';
import type { Concept } from '../../src/ledger/debt.ts';
import { documentDigitsOf, hashDocument, matchesDocument } from '../../src/ledger/identity.ts';
import { nearestOf } from '../../src/ledger/nearest.ts';
import { promiseVerdict } from '../../src/ledger/promise.ts';
import { PORTFOLIO_COUNTRIES, statesOf, zoneOf } from '../../src/ledger/zone-of.ts';

describe('the order within an instalment', () => {
  test.each<[string, Concept[], boolean, string]>([
    [
      'as the terms say',
      ['moratorio', 'tax', 'ordinary', 'costs', 'principal'],
      false,
      'moratorio tax ordinary costs principal',
    ],
    [
      'principal waits for all interest',
      ['principal', 'moratorio', 'ordinary', 'tax', 'costs'],
      false,
      'moratorio ordinary tax principal costs',
    ],
    ['unless the creditor consented', ['principal', 'moratorio'], true, 'principal moratorio costs ordinary tax'],
    [
      'what the terms forget goes before principal',
      ['moratorio', 'principal'],
      false,
      'moratorio costs ordinary tax principal',
    ],
    ['no terms at all', [], false, 'costs moratorio ordinary tax principal'],
  ])('%s', (_, order, principalFirst, expected) => {
    expect(effectiveOrder(order, principalFirst).join(' ')).toBe(expected);
  });
  test('Peru takes interest before costs', () => {
    expect([allocationOrderOf('mx')[0], allocationOrderOf('pe')[0], allocationOrderOf('pe').at(-1)]).toEqual([
      'costs',
      'moratorio',
      'principal',
    ]);
  });
});

describe('a promise', () => {
  const rules = { promiseDaysMax: 15, graceDays: 0, toleranceMinor: 0n };
  const today = civilDate('2026-11-23');
  const mxn = (minor: bigint) => money(minor, 'MXN');
  test.each<[string, bigint, string, boolean, boolean, bigint, string]>([
    ['today, all of it', 120_000n, '2026-11-23', false, false, 120_000n, 'ok'],
    ['on the last day', 1n, '2026-12-08', false, false, 120_000n, 'ok'],
    ['a day too far', 1n, '2026-12-09', false, false, 120_000n, 'date_too_far'],
    ['yesterday', 1n, '2026-11-22', false, false, 120_000n, 'date_past'],
    ['nothing', 0n, '2026-11-24', false, false, 120_000n, 'amount_not_positive'],
    ['more than is owed', 120_001n, '2026-11-24', false, false, 120_000n, 'amount_over_balance'],
    ['of no debt', 1n, '2026-11-24', false, false, 0n, 'nothing_owed'],
    ['while one is open', 1n, '2026-11-24', true, false, 120_000n, 'promise_open'],
    ['in place of the open one', 1n, '2026-11-24', true, true, 120_000n, 'ok'],
  ])('%s', (_, amount, date, isOpen, replaces, owed, expected) => {
    const verdict = promiseVerdict(
      { amount: mxn(amount), date: civilDate(date), replaces },
      mxn(owed),
      today,
      isOpen,
      rules,
    );
    expect(verdict.ok ? 'ok' : verdict.reason).toBe(expected);
  });
});

describe('the identity document', () => {
  test.each([
    ['LOPA850101MDF4417', 'mx', '8501014417'],
    ['12.345.678-5', 'cl', '12345678'],
    ['12.345.678-K', 'cl', '12345678'],
    ['12345678', 'cl', '12345678'],
    ['1.020.304.050', 'co', '1020304050'],
  ])('%s of %s has the digits %s', (document, country, digits) => {
    expect(documentDigitsOf(document, country)).toBe(digits);
  });

  const id = debtorId(creditorId('c'), 'd');
  const stored = (digits: string, country: string) => ({
    id,
    country,
    documentHash: hashDocument(id, digits),
    documentDigits: 4,
  });
  test.each([
    ['the last four', '5678', 'cl', true],
    ['all of them', '12345678', 'cl', true],
    ['all of them with the check digit', '123456785', 'cl', true],
    ['only three', '678', 'cl', false],
    ['others', '5679', 'cl', false],
    ['the right ones elsewhere', '56780', 'mx', false],
    ['all of them where there is no check digit', '123456785', 'mx', false],
    ['none', '', 'mx', false],
  ])('%s: %s in %s is %s', (_, digits, country, expected) => {
    expect(matchesDocument(stored('5678', country), digits)).toBe(expected);
  });

  test('equal digits of two debtors do not look equal', () => {
    expect(hashDocument(id, '5678')).not.toBe(hashDocument(debtorId(creditorId('c'), 'e'), '5678'));
  });
});

describe('zones', () => {
  test.each([
    ['mx', 'Baja California', 'America/Tijuana'],
    ['mx', 'Baja California Sur', 'America/Mazatlan'],
    ['mx', 'SONORA', 'America/Hermosillo'],
    ['mx', 'Q. Roo', 'America/Cancun'],
    ['mx', 'MX-NLE', 'America/Monterrey'],
    ['mx', 'Michoacán de Ocampo', 'America/Mexico_City'],
    ['cl', 'Región de Magallanes', 'America/Punta_Arenas'],
    ['cl', 'Isla de Pascua', 'Pacific/Easter'],
    ['cl', 'Región Metropolitana', 'America/Santiago'],
    ['cl', 'O’Higgins', 'America/Santiago'],
    ['cl', 'Región del Biobío', 'America/Santiago'],
    ['cl', 'Región de la Araucanía', 'America/Santiago'],
    ['co', 'Medellín', 'America/Bogota'],
    ['co', '', 'America/Bogota'],
    ['br', 'Amazonas', 'America/Manaus'],
    ['mx', 'Atlantis', null],
    ['mx', '', null],
    ['zz', 'CDMX', null],
  ])('%s, %s: %s', (country, state, zone) => {
    expect(zoneOf(country, state)).toBe(zone);
  });
  test('all of them exist', () => {
    for (const country of PORTFOLIO_COUNTRIES)
      for (const state of ['', ...statesOf(country)]) {
        const zone = zoneOf(country, state);
        expect(zone === null || isZone(zone)).toBe(true);
      }
  });
});

test.each([
  ['duedate', 'due_date'],
  ['debtorid', 'debtor_id'],
  ['monto', null],
])('the name nearest to %s is %s', (name, near) => {
  expect(nearestOf(name, ['due_date', 'debtor_id', 'debt_id', 'amount'])).toBe(near);
});
