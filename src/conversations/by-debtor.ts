import type { DebtorId } from '../kernel/ids.ts';

/** Rows of many debtors, read at once, as each debtor's own, in the order in which they came. */
export function byDebtor<Row extends { debtorId: DebtorId | null }>(rows: readonly Row[]): Map<DebtorId, Row[]> {
  const own = new Map<DebtorId, Row[]>();
  for (const row of rows) {
    if (row.debtorId === null) continue;
    const known = own.get(row.debtorId);
    if (known) known.push(row);
    else own.set(row.debtorId, [row]);
  }
  return own;
}
