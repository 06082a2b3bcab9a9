import { describe, expect, test } from '@jest/globals';
import Holidays from 'date-holidays';
import { easterSunday } from '../../src/compliance/holidays.ts';
import { civilDate } from '../../src/kernel/calendar.ts';
import { shippedPacks } from '../conformance/compliance-vectors.ts';

/** What date-holidays 3.37 has wrong or counts otherwise, each with its reason. `+`: a holiday that it lacks, `-`: one that is none. */
const CORRECTIONS: Record<string, readonly string[]> = {
  MX: [],
  CL: ['+2026-04-04', '+2027-03-27', '-2026-04-05', '-2027-03-28'], // Sábado Santo is one; Easter is a Sunday like any other
  CO: ['-2026-04-05', '-2027-03-28'],
  PE: ['-2026-04-05', '-2027-03-28', '+2026-06-06', '+2027-06-06'],
  AR: [],
  BR: [
    ...['+2026-02-16', '+2026-02-17', '+2026-06-04', '+2027-02-08', '+2027-02-09', '+2027-05-27'], // optional days, kept closed
    ...['-2026-10-04', '-2026-10-25'], // elections
  ],
  EC: [
    ...['-2026-04-02', '-2027-03-25'], // Jueves Santo is no legal holiday
    ...['-2026-09-10', '+2026-10-09', '-2027-09-10', '+2027-10-08'], // Guayaquil is 9 October; a Saturday in 2027
    ...['-2026-05-24', '+2026-05-25'], // Sunday to Monday
    ...['-2027-05-01', '+2027-04-30', '-2027-08-10', '+2027-08-09'], // Saturday to Friday, Tuesday to Monday
    ...['-2027-11-03', '+2027-11-01'], // 2 and 3 November move together
  ],
  ES: [],
  US: [],
};

describe.each(Object.keys(CORRECTIONS))('%s', (country) => {
  test.each([2026, 2027])('the table of %i is that of date-holidays, public days, with our corrections', (year) => {
    const theirs = new Set(
      new Holidays(country)
        .getHolidays(year, 'en')
        .filter((day) => day.type === 'public')
        .map((day) => day.date.slice(0, 10)),
    );
    for (const correction of CORRECTIONS[country] ?? []) {
      const day = correction.slice(1);
      if (!day.startsWith(String(year))) continue;
      expect({ correction, needed: theirs.has(day) === correction.startsWith('-') }).toEqual({
        correction,
        needed: true,
      });
      if (correction.startsWith('+')) theirs.add(day);
      else theirs.delete(day);
    }
    const pack = shippedPacks.all.find((one) => one.id === country.toLowerCase());
    expect(Object.keys(pack?.holidays.tables[year] ?? {}).sort()).toEqual([...theirs].sort());
  });
});

test('a year without a table is not known', () => {
  const pack = shippedPacks.inForce('mx', new Date('2026-11-24T12:00:00Z'));
  expect(pack?.calendar.years).toEqual([2026, 2027]);
  expect(pack?.calendar.isHoliday(civilDate('2028-01-01'))).toBeNull();
  expect(pack?.calendar.isHoliday(civilDate('2026-11-16'))).toBe(true);
  expect(pack?.calendar.isHoliday(civilDate('2026-11-20'))).toBe(false);
});

test('a place adds its own days to its country’s', () => {
  const isHoliday = (id: string, day: string) =>
    shippedPacks.all.find((pack) => pack.id === id)?.calendar.isHoliday(civilDate(day));
  expect(isHoliday('br-sp', '2027-07-09')).toBe(true);
  expect(isHoliday('br', '2027-07-09')).toBe(false);
  expect(isHoliday('br-rj', '2026-04-23')).toBe(true);
  expect(isHoliday('br-rj', '2026-04-21')).toBe(true);
});

test.each(['2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28', '2028-04-16', '2038-04-25', '2049-04-18'])(
  'Easter %s',
  (day) => {
    expect(easterSunday(Number(day.slice(0, 4)))).toBe(day);
  },
);
