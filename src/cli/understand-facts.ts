import { type Command, InvalidArgumentError } from 'commander';
import { type CivilDate, civilDate, isCivilDate } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { type Currency, type Money, parseDecimal } from '../kernel/money.ts';
import type { KnownFacts, Standing } from '../language/heard.ts';
import { printable } from './terminal.ts';

/** What is known of the debtor, as it is typed: sums in major units, days as YYYY-MM-DD. */
export interface FactOptions {
  balance?: string;
  overdue?: string;
  minimum?: string;
  instalment?: string;
  due?: CivilDate;
  promised?: [day: CivilDate, amount: string][];
}

export const addFactOptions = (command: Command): Command =>
  command
    .option('--balance <sum>', 'all that is owed: what “all”, “half” and “the rest” are taken of')
    .option('--overdue <sum>', 'what of it is past its day: then shares are taken of this')
    .option('--minimum <sum>', 'the least that is taken as a promise')
    .option('--instalment <sum>', 'what one instalment comes to')
    .option('--due <day>', 'the next due day, 2026-11-30', dayNamed)
    .option('--promised <day:sum>', 'a payment that stands, 2026-11-27:500; once each for instalments', promisedNamed);

/** @throws AppError usage when a sum is none of that currency. @returns undefined when nothing is known */
export function factsIn(options: FactOptions, currency: Currency): KnownFacts | undefined {
  const sum = (name: string, text: string): Money => {
    const read = parseDecimal(text, currency);
    if (read === null || read.amountMinor < 0n)
      throw new AppError('usage', `--${name} ${printable(text)} is no sum in ${currency}; write 1200 or 1200.50`);
    return read;
  };
  const { balance, overdue, minimum, instalment, due, promised } = options;
  const facts: KnownFacts = {
    ...(balance === undefined ? {} : { balance: sum('balance', balance) }),
    ...(overdue === undefined ? {} : { overdue: sum('overdue', overdue) }),
    ...(minimum === undefined ? {} : { minimum: sum('minimum', minimum) }),
    ...(instalment === undefined ? {} : { instalment: sum('instalment', instalment) }),
    ...(due === undefined ? {} : { dueDate: due }),
    ...(promised === undefined
      ? {}
      : { standing: promised.map(([date, amount]): Standing => ({ date, amount: sum('promised', amount) })) }),
  };
  return Object.keys(facts).length > 0 ? facts : undefined;
}

function dayNamed(text: string): CivilDate {
  if (!isCivilDate(text)) throw new InvalidArgumentError('It is a day such as 2026-11-30.');
  return civilDate(text);
}

function promisedNamed(text: string, before: [CivilDate, string][] = []): [day: CivilDate, amount: string][] {
  const [, day = '', amount = ''] = /^([\d-]{10}):(.+)$/.exec(text) ?? [];
  if (!isCivilDate(day)) throw new InvalidArgumentError('It is a day and a sum such as 2026-11-27:500.');
  return [...before, [civilDate(day), amount]];
}
