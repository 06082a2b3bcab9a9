import { expect, test } from '@jest/globals';
import { civilDate, weekdayOf } from '../../src/kernel/calendar.ts';
import {
  civilFromDay,
  dayFromCivil,
  dayOf,
  easterOf,
  plusMonths,
  weekdayOfDay,
  ymdOf,
} from '../../src/language/days.ts';
import { businessDayAfter, type Country, isBusinessDay, nationalHolidays } from '../../src/language/holidays.ts';

test.each<[Country, number, string]>([
  ['MX', 2026, '01-01 02-02 03-16 05-01 09-16 11-16 12-25'],
  ['MX', 2030, '01-01 02-04 03-18 05-01 09-16 10-01 11-18 12-25'],
  ['CL', 2026, '01-01 04-03 04-04 05-01 05-21 06-21 06-29 07-16 08-15 09-18 09-19 10-12 10-31 11-01 12-08 12-25'],
  [
    'CO',
    2026,
    '01-01 01-12 03-23 04-02 04-03 05-01 05-18 06-08 06-15 06-29 07-13 07-20 08-07 08-17 10-12 11-02 11-16 12-08 12-25',
  ],
  ['AR', 2026, '01-01 02-16 02-17 03-24 04-02 04-03 05-01 05-25 06-15 06-20 07-09 08-17 10-12 11-23 12-08 12-25'],
  ['BR', 2026, '01-01 02-16 02-17 04-03 04-21 05-01 06-04 09-07 10-12 11-02 11-15 11-20 12-25'],
  ['US', 2026, '01-01 01-19 02-16 05-25 06-19 07-03 09-07 10-12 11-11 11-26 12-25'],
])('national holidays of %s in %d', (country, year, days) => {
  expect(
    nationalHolidays(country, year)
      .map((day) => civilFromDay(day).slice(5))
      .join(' '),
  ).toBe(days);
});

test('a business day after a Friday before a Mexican long weekend is Tuesday', () => {
  const friday = dayFromCivil(civilDate('2026-11-13'));
  expect(civilFromDay(businessDayAfter(friday, 1, 'MX'))).toBe('2026-11-17');
  expect(isBusinessDay(dayFromCivil(civilDate('2026-11-14')), 'BR', true)).toBe(true);
});

test('days are whole numbers that go both ways, over four centuries', () => {
  for (let day = dayOf(1900, 1, 1); day < dayOf(2300, 1, 1); day += 13) {
    const { y, m, d } = ymdOf(day);
    expect(dayOf(y, m, d)).toBe(day);
    expect(weekdayOfDay(day)).toBe(weekdayOf(civilFromDay(day)));
  }
  expect(civilFromDay(plusMonths(dayOf(2026, 10, 31), 1))).toBe('2026-11-30');
});

test.each([
  [2024, '2024-03-31'],
  [2026, '2026-04-05'],
  [2027, '2027-03-28'],
  [2038, '2038-04-25'],
])('Easter of %d', (year, day) => {
  expect(civilFromDay(easterOf(year))).toBe(day);
});
