import type { CivilDate } from '../kernel/calendar.ts';
import { allocateWithin, lesser } from './allocation.ts';

/** How instalments are worked through: each one whole (IP IP IP), or one concept over all of them before the next (III PPP). */
export type InstalmentMode = 'instalment-by-instalment' | 'concept-by-concept';

/**
 * Applies a payment to instalments, oldest due date first.
 * @returns what is left on each, in the order given, and the rest of the payment
 */
export function allocateAcrossInstalments<C extends string>(
  amountMinor: bigint,
  instalments: readonly { dueDate: CivilDate; no: number; owed: Partial<Record<C, bigint>> }[],
  order: readonly C[],
  mode: InstalmentMode,
): { left: Partial<Record<C, bigint>>[]; restMinor: bigint } {
  const left = instalments.map((i) => ({ ...i.owed }));
  const oldestFirst = instalments
    .map((instalment, index) => ({ instalment, index }))
    .sort((a, b) => compare(a.instalment.dueDate, b.instalment.dueDate) || a.instalment.no - b.instalment.no);
  let restMinor = amountMinor;
  for (const concepts of mode === 'concept-by-concept' ? order.map((c) => [c]) : [order]) {
    for (const { index } of oldestFirst) {
      const open = left[index] ?? ({} as Partial<Record<C, bigint>>);
      const paid = allocateWithin(restMinor, open, concepts);
      for (const [concept, part] of paid.applied) open[concept] = (open[concept] ?? 0n) - part;
      restMinor = paid.restMinor;
    }
  }
  return { left, restMinor };
}

export interface ImputedDebt {
  id: string;
  currency: string;
  balanceMinor: bigint;
  /** Millionths of a percent a year, so that rates compare exactly. */
  annualRateMicro: bigint;
  dueDate: CivilDate;
}

export const LEGAL_CRITERIA = ['due-first', 'most-onerous', 'oldest', 'pro-rata'] as const;
export type LegalCriterion = (typeof LEGAL_CRITERIA)[number];
export type ElectionRefusal = 'currency_mismatch' | 'unknown_debt' | 'not_due';

/**
 * Which debts a payment goes to: the one that the debtor elects, then by the legal default (MX CCF 2092-2093, CL CC 1596-1597, CO CC 1654-1655).
 * Debts that all criteria find equal share in proportion to what they owe; residue units go one each to the first of them.
 * An election of a debt that is not due, against due ones, is refused and the default applies. Debts of another currency get nothing.
 */
export function allocateAcrossDebts(
  payment: { amountMinor: bigint; currency: string; elects: string | null },
  debts: readonly ImputedDebt[],
  legalDefault: readonly LegalCriterion[],
  asOf: CivilDate,
): { applied: Map<string, bigint>; restMinor: bigint; exception: ElectionRefusal | null } {
  const applied = new Map(debts.map((debt) => [debt.id, 0n]));
  const payable = debts.filter((debt) => debt.currency === payment.currency);
  const exception = refusalOf(payment, debts, asOf);
  const elected = exception === null ? payable.filter((debt) => debt.id === payment.elects) : [];
  let restMinor = payment.amountMinor;
  for (const group of [
    elected,
    ...ranked(
      payable.filter((debt) => !elected.includes(debt)),
      legalDefault,
      asOf,
    ),
  ]) {
    for (const [id, part] of shareOut(restMinor, group)) applied.set(id, part);
    restMinor -= group.reduce((sum, debt) => sum + (applied.get(debt.id) ?? 0n), 0n);
  }
  return { applied, restMinor, exception };
}

function refusalOf(
  payment: { currency: string; elects: string | null },
  debts: readonly ImputedDebt[],
  asOf: CivilDate,
): ElectionRefusal | null {
  if (payment.elects === null)
    return debts.every((debt) => debt.currency !== payment.currency) ? 'currency_mismatch' : null;
  const elected = debts.find((debt) => debt.id === payment.elects);
  if (elected === undefined) return 'unknown_debt';
  if (elected.currency !== payment.currency) return 'currency_mismatch';
  const othersAreDue = debts.some((debt) => debt.dueDate <= asOf && debt.balanceMinor > 0n);
  return elected.dueDate > asOf && othersAreDue ? 'not_due' : null;
}

/** Groups of equals, in the order in which they are paid. Without pro-rata no two are equal: the order given decides. */
function ranked(debts: readonly ImputedDebt[], criteria: readonly LegalCriterion[], asOf: CivilDate): ImputedDebt[][] {
  const order = (a: ImputedDebt, b: ImputedDebt): number => {
    for (const criterion of criteria) {
      const by = compareBy(criterion, a, b, asOf);
      if (by !== 0) return by;
    }
    return 0;
  };
  const groups: ImputedDebt[][] = [];
  for (const debt of [...debts].sort(order)) {
    const last = groups.at(-1);
    const [first] = last ?? [];
    if (last && first && criteria.includes('pro-rata') && order(first, debt) === 0) last.push(debt);
    else groups.push([debt]);
  }
  return groups;
}

function compareBy(criterion: LegalCriterion, a: ImputedDebt, b: ImputedDebt, asOf: CivilDate): number {
  if (criterion === 'due-first') return Number(a.dueDate > asOf) - Number(b.dueDate > asOf);
  if (criterion === 'most-onerous') return compare(b.annualRateMicro, a.annualRateMicro);
  return criterion === 'oldest' ? compare(a.dueDate, b.dueDate) : 0;
}

function shareOut(amountMinor: bigint, group: readonly ImputedDebt[]): [string, bigint][] {
  const owed = group.reduce((sum, debt) => sum + debt.balanceMinor, 0n);
  const total = lesser(amountMinor, owed);
  if (total <= 0n) return [];
  const shares = group.map((debt): [string, bigint] => [debt.id, (total * debt.balanceMinor) / owed]);
  let residue = total - shares.reduce((sum, [, part]) => sum + part, 0n);
  return shares.map(([id, part], i) => {
    if (residue === 0n || (group[i]?.balanceMinor ?? 0n) <= part) return [id, part];
    residue -= 1n;
    return [id, part + 1n];
  });
}

function compare<T extends string | bigint>(a: T, b: T): number {
  if (a < b) return -1;
  return a > b ? 1 : 0;
}
