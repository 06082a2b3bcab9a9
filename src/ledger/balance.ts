import { type CivilDate, daysBetween } from '../kernel/calendar.ts';
import { Bug } from '../kernel/errors.ts';
import type { DebtId } from '../kernel/ids.ts';
import type { Currency } from '../kernel/money.ts';
import type { OpenItem } from './allocation.ts';
import type { Concept, Debt, DebtBalance } from './debt.ts';
import type { JournalEntry } from './journal.ts';

/** A payment with what was taken back of it since. */
export interface PaymentMade {
  idemKey: string;
  paidAt: Date;
  currency: Currency;
  amountMinor: bigint;
  takenBackMinor: bigint;
}

/** The fold of one stream: plain data, so that it can be kept as a snapshot. */
export interface Balance {
  /** Highest sequence number that was folded in; 0 for an empty stream. */
  seq: number;
  /** What is open; nothing that is zero. */
  owed: { debtId: DebtId; no: number; concept: Concept; currency: Currency; amountMinor: bigint }[];
  credit: { currency: Currency; amountMinor: bigint }[];
  payments: PaymentMade[];
}

export const EMPTY_BALANCE: Balance = { seq: 0, owed: [], credit: [], payments: [] };

/**
 * Adds entries up. The order in which they come does not matter and one that comes twice counts once.
 * @param from a snapshot to go on from; entries that it already holds are skipped
 * @throws Bug when something would be owed below zero
 */
export function foldJournal(entries: readonly JournalEntry[], from: Balance = EMPTY_BALANCE): Balance {
  const owed = new Map(from.owed.map((o) => [owedKey(o), { ...o }]));
  const credit = new Map(from.credit.map((c) => [c.currency, c.amountMinor]));
  const payments = new Map(from.payments.map((p) => [p.idemKey, { ...p }]));
  let seq = from.seq;
  for (const entry of inOrder(entries, from.seq)) {
    seq = Math.max(seq, entry.seq);
    for (const p of entry.postings) {
      if (p.account === 'credit') credit.set(p.currency, (credit.get(p.currency) ?? 0n) - p.amountMinor);
      if (p.account === 'clearing') countPayment(payments, entry, p.currency, p.amountMinor);
      if (p.account !== 'receivable' || p.debtId === null || p.no === null || p.concept === null) continue;
      const item = { debtId: p.debtId, no: p.no, concept: p.concept, currency: p.currency };
      const before = owed.get(owedKey(item))?.amountMinor ?? 0n;
      owed.set(owedKey(item), { ...item, amountMinor: before + p.amountMinor });
    }
  }
  const balance = {
    seq,
    owed: [...owed.values()].filter((o) => o.amountMinor !== 0n),
    credit: [...credit]
      .map(([currency, amountMinor]) => ({ currency, amountMinor }))
      .filter((c) => c.amountMinor !== 0n),
    payments: [...payments.values()],
  };
  if ([...balance.owed, ...balance.credit].some((x) => x.amountMinor < 0n))
    throw new Bug(`the journal folds below zero at entry ${seq}`);
  return balance;
}

/** One debt of the fold, as of `today` in the debtor's zone. */
export function debtBalance(debt: Debt, balance: Balance, today: CivilDate): DebtBalance {
  const items = openItems(debt, balance).map(({ no, dueDate, owed }) => ({
    no,
    dueDate,
    owed,
    owedMinor: total(owed),
  }));
  const open = items.filter((i) => i.owedMinor > 0n);
  const dueDate = open.reduce<CivilDate | null>(
    (least, i) => (least === null || i.dueDate < least ? i.dueDate : least),
    null,
  );
  return {
    debt,
    items,
    owedMinor: open.reduce((sum, i) => sum + i.owedMinor, 0n),
    overdueMinor: open.reduce((sum, i) => (i.dueDate < today ? sum + i.owedMinor : sum), 0n),
    daysLate: dueDate === null ? 0 : Math.max(0, daysBetween(dueDate, today)),
    dueDate,
  };
}

/** Every instalment of a debt, paid ones with nothing owed, by number. */
export function openItems(debt: Debt, balance: Balance): OpenItem[] {
  return [...debt.instalments]
    .sort((a, b) => a.no - b.no)
    .map(({ no, dueDate }) => {
      const owed: Partial<Record<Concept, bigint>> = {};
      for (const o of balance.owed) if (o.debtId === debt.id && o.no === no) owed[o.concept] = o.amountMinor;
      return {
        debtId: debt.id,
        no,
        dueDate,
        owed,
        order: debt.terms.allocationOrder,
        principalFirst: debt.terms.principalFirst ?? false,
      };
    });
}

function inOrder(entries: readonly JournalEntry[], afterSeq: number): JournalEntry[] {
  const once = new Map(entries.filter((e) => e.seq > afterSeq).map((e) => [e.idemKey, e]));
  return [...once.values()].sort((a, b) => a.effectiveAt.getTime() - b.effectiveAt.getTime() || a.seq - b.seq);
}

/** A reversal may be folded before its payment (it counts from another instant), so either one opens the record. */
function countPayment(
  payments: Map<string, PaymentMade>,
  entry: JournalEntry,
  currency: Currency,
  cashMinor: bigint,
): void {
  const idemKey = entry.of ?? entry.idemKey;
  const before = payments.get(idemKey) ?? {
    idemKey,
    paidAt: entry.effectiveAt,
    currency,
    amountMinor: 0n,
    takenBackMinor: 0n,
  };
  const after =
    entry.kind === 'payment'
      ? { ...before, paidAt: entry.effectiveAt, amountMinor: before.amountMinor + cashMinor }
      : { ...before, takenBackMinor: before.takenBackMinor - cashMinor };
  payments.set(idemKey, after);
}

const owedKey = (o: { debtId: DebtId; no: number; concept: Concept }): string => `${o.debtId}#${o.no}#${o.concept}`;
const total = (owed: Partial<Record<Concept, bigint>>): bigint =>
  Object.values(owed).reduce((sum, amount) => sum + amount, 0n);
