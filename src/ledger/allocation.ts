import type { CivilDate } from '../kernel/calendar.ts';
import type { DebtId } from '../kernel/ids.ts';
import { CONCEPTS, type Concept } from './debt.ts';

/** The part of what is owed that earns no interest by itself goes last (MX CCF 2094, CL CC 1595, CO CC 1653): never principal while interest is due. */
const INTEREST: ReadonlySet<Concept> = new Set(['moratorio', 'ordinary', 'tax']);

/** Where costs do not go first: Peru takes interest before them (CC 1257). */
const ORDER_BY_COUNTRY: Readonly<Record<string, readonly Concept[]>> = {
  pe: ['moratorio', 'ordinary', 'tax', 'costs', 'principal'],
};

/** The legal default, for debts whose contract says nothing. @param country ISO alpha-2, lower case */
export const allocationOrderOf = (country: string): Concept[] => [...(ORDER_BY_COUNTRY[country] ?? CONCEPTS)];

/** One instalment of one debt with what is open on it. */
export interface OpenItem {
  debtId: DebtId;
  no: number;
  dueDate: CivilDate;
  owed: Partial<Record<Concept, bigint>>;
  /** As the terms of its debt say. */
  order: readonly Concept[];
  /** The creditor agreed in writing that principal may be paid before interest. */
  principalFirst: boolean;
}

export interface Allocated {
  debtId: DebtId;
  no: number;
  concept: Concept;
  amountMinor: bigint;
}

/**
 * Spreads a payment: the chosen debts first, then the oldest due date, an instalment at a time, and within it by the order of its debt.
 * @param amountMinor above zero
 * @returns what was applied, in order, and the rest that nothing is owed for
 */
export function allocatePayment(
  amountMinor: bigint,
  items: readonly OpenItem[],
  first: readonly DebtId[],
): { applied: Allocated[]; restMinor: bigint } {
  const applied: Allocated[] = [];
  let restMinor = amountMinor;
  for (const item of [...items].sort(byPrecedence(first))) {
    const within = allocateWithin(restMinor, item.owed, effectiveOrder(item.order, item.principalFirst));
    for (const [concept, part] of within.applied)
      applied.push({ debtId: item.debtId, no: item.no, concept, amountMinor: part });
    restMinor = within.restMinor;
  }
  return { applied, restMinor };
}

/** Pays each concept whole before the next one. Concepts get at most what is owed on them. */
export function allocateWithin<C extends string>(
  amountMinor: bigint,
  owed: Partial<Record<C, bigint>>,
  order: readonly C[],
): { applied: [C, bigint][]; restMinor: bigint } {
  const applied: [C, bigint][] = [];
  let restMinor = amountMinor;
  for (const concept of order) {
    const open = owed[concept] ?? 0n;
    const part = lesser(open, restMinor);
    if (part <= 0n) continue;
    applied.push([concept, part]);
    restMinor -= part;
  }
  return { applied, restMinor };
}

/** The order of the terms, completed with the concepts it forgets, and with principal moved behind all interest unless the creditor consented. */
export function effectiveOrder(order: readonly Concept[], principalFirst: boolean): Concept[] {
  const named = [...new Set(order)];
  const forgotten = CONCEPTS.filter((c) => !named.includes(c));
  if (principalFirst) return [...named, ...forgotten];
  const before = named.includes('principal') ? named.indexOf('principal') : named.length;
  const complete = [...named.slice(0, before), ...forgotten, ...named.slice(before)];
  return principalBehindInterest(complete, 'principal', (c) => INTEREST.has(c));
}

/** Obeys an order, except that principal waits for every concept that is interest. */
export function principalBehindInterest<C extends string>(
  order: readonly C[],
  principal: C,
  isInterest: (concept: C) => boolean,
): C[] {
  const lastInterest = order.findLastIndex(isInterest);
  if (!order.includes(principal) || order.indexOf(principal) > lastInterest) return [...order];
  const others = order.filter((c) => c !== principal);
  return [...others.slice(0, lastInterest), principal, ...others.slice(lastInterest)];
}

function byPrecedence(first: readonly DebtId[]) {
  const rank = (item: OpenItem) => (first.includes(item.debtId) ? 0 : 1);
  return (a: OpenItem, b: OpenItem): number =>
    rank(a) - rank(b) || compareText(a.dueDate, b.dueDate) || compareText(a.debtId, b.debtId) || a.no - b.no;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Math.min for bigint. */
export function lesser(a: bigint, b: bigint): bigint {
  if (a < b) return a;
  return b;
}
