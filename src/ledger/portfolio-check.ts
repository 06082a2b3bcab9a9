import { digest } from '../kernel/ids.ts';
import type { Column, Fault, PortfolioRow } from './portfolio.ts';

const ID_BYTES = 12;
const MARK_BYTES = 4;

/**
 * What the rows of one file must agree on. Remembers a few dozen bytes a row, never the rows:
 * ids as 96-bit digests, values as 32-bit ones (they only have to tell two values of one id apart).
 */
export function createAgreement() {
  const instalments = new Map<string, number>();
  const facts = new Map<string, { line: number; marks: string }>();

  /** All rows of one id must give these columns the same value. */
  function agree(id: string, line: number, values: readonly (readonly [Column, string])[]): Fault[] {
    const marks = values.map(([, value]) => short(value, MARK_BYTES));
    const before = facts.get(id);
    if (before === undefined) {
      facts.set(id, { line, marks: marks.join('') });
      return [];
    }
    return values.flatMap(([column], i) =>
      before.marks.slice(i * MARK_BYTES, (i + 1) * MARK_BYTES) === marks[i]
        ? []
        : [
            {
              line,
              column,
              reason: `is not the same as on line ${before.line}, for the same ${id.slice(0, id.indexOf(' '))}`,
            },
          ],
    );
  }

  return (row: PortfolioRow, line: number): Fault[] => {
    const { creditor, debtor, debt } = row;
    const faults = [
      ...agree(`creditor_id ${short(creditor.id)}`, line, [['creditor_name', creditor.name]]),
      ...agree(`debtor_id ${short(debtor.id)}`, line, [
        ['debtor_name', debtor.name],
        ['document', debtor.documentHash],
        ['country', debtor.country],
        ['state', debtor.zone],
        ['locale', debtor.locale],
        ['phone', debtor.phone ?? ''],
        ['email', debtor.email ?? ''],
        ['authorized_channels', (debtor.authorizedMedia ?? []).join('|')],
        ['currency', debt.currency],
      ]),
      ...agree(`debt_id ${short(debt.id)}`, line, [
        ['debtor_id', debtor.id],
        ['concept', debt.concept],
      ]),
    ];
    const key = short(`${debt.id}#${row.no}`);
    const earlier = instalments.get(key);
    if (earlier === undefined) instalments.set(key, line);
    else
      faults.push({
        line,
        column: 'debt_id',
        reason: `debt "${debt.externalId}", instalment ${row.no}, is already on line ${earlier}; each instalment stands in one row`,
      });
    return faults;
  };
}

/** A string of one character a byte: the smallest that V8 keeps. */
const short = (text: string, bytes = ID_BYTES): string =>
  Buffer.from(digest(text).slice(0, bytes * 2), 'hex').toString('latin1');
