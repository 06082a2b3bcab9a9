import { Bug } from '../kernel/errors.ts';
import type { DebtId } from '../kernel/ids.ts';
import { type Currency, type Money, money } from '../kernel/money.ts';
import { type Allocated, lesser } from './allocation.ts';
import type { JournalDraft, JournalEntry, LedgerAccount, Posting } from './journal.ts';

interface InstalmentRef {
  debtId: DebtId;
  no: number;
}

/** The creditor bills an instalment: the debtor owes its principal. */
export function chargeEntry(ref: InstalmentRef, amount: Money, now: Date): JournalDraft {
  return draft('charge', `charge:${ref.debtId}:${ref.no}`, now, 'portfolio', [
    receivable({ ...ref, concept: 'principal', amountMinor: amount.amountMinor }, amount.currency, 1n),
    billed(ref, -amount.amountMinor, amount.currency),
  ]);
}

/**
 * The creditor bills more or less than before. Less than what is still open leaves the difference, already paid, as the debtor's credit.
 * @param change positive: more is owed
 * @param openMinor principal still open on the instalment
 * @param nth how many times this instalment was adjusted before
 */
export function adjustmentEntry(
  ref: InstalmentRef,
  change: Money,
  openMinor: bigint,
  nth: number,
  now: Date,
): JournalDraft {
  const { amountMinor, currency } = change;
  const onDebt = -lesser(-amountMinor, openMinor);
  return draft('adjustment', `adjust:${ref.debtId}:${ref.no}:${nth}`, now, 'portfolio', [
    receivable({ ...ref, concept: 'principal', amountMinor: onDebt }, currency, 1n),
    plain('credit', amountMinor - onDebt, currency),
    billed(ref, -amountMinor, currency),
  ]);
}

/** Money came in: `applied` pays what is owed, the rest is credit, or waits in suspense when it is of another currency than the debts. */
export function paymentEntry(
  payment: { idemKey: string; provider: string; amount: Money; paidAt: Date },
  applied: readonly Allocated[],
  rest: { account: 'credit' | 'suspense'; amountMinor: bigint },
  now: Date,
): JournalDraft {
  const { currency, amountMinor } = payment.amount;
  return {
    ...draft('payment', payment.idemKey, now, payment.provider, [
      plain('clearing', amountMinor, currency),
      ...applied.map((a) => receivable(a, currency, -1n)),
      plain(rest.account, -rest.amountMinor, currency),
    ]),
    effectiveAt: payment.paidAt,
  };
}

/**
 * Takes `takeMinor` of a payment back: its credit first, then what was applied last (the inverse order of imputation).
 * @param takenMinor what earlier reversals took; with `takeMinor` never more than the payment
 */
export function reversalEntry(
  payment: JournalEntry,
  takenMinor: bigint,
  takeMinor: bigint,
  reason: string,
  now: Date,
): JournalDraft {
  const [cash, ...parts] = payment.postings;
  if (cash?.account !== 'clearing') throw new Bug(`${payment.idemKey} is no payment`);
  if (takenMinor + takeMinor > cash.amountMinor)
    throw new Bug(`${payment.idemKey} would be reversed beyond its amount`);
  const mirrored: Posting[] = [];
  let skip = takenMinor;
  let left = takeMinor;
  for (const part of parts.reverse()) {
    const available = -part.amountMinor;
    const skipped = lesser(available, skip);
    skip -= skipped;
    const taken = lesser(available - skipped, left);
    left -= taken;
    if (taken > 0n) mirrored.push({ ...part, amountMinor: taken });
  }
  return {
    ...draft('reversal', `reversal:${payment.idemKey}:${takenMinor + takeMinor}`, now, payment.causedBy, [
      plain('clearing', -takeMinor, cash.currency),
      ...mirrored,
    ]),
    of: payment.idemKey,
    reason,
  };
}

function draft(
  kind: JournalDraft['kind'],
  idemKey: string,
  at: Date,
  causedBy: string,
  postings: Posting[],
): JournalDraft {
  return {
    kind,
    idemKey,
    effectiveAt: at,
    recordedAt: at,
    causedBy,
    of: null,
    reason: null,
    postings: postings.filter((p) => p.amountMinor !== 0n),
  };
}

function receivable(part: Allocated, currency: Currency, sign: 1n | -1n): Posting {
  return { account: 'receivable', currency, ...part, amountMinor: sign * part.amountMinor };
}

function billed(ref: InstalmentRef, amountMinor: bigint, currency: Currency): Posting {
  return { account: 'billed', currency, amountMinor, debtId: ref.debtId, no: ref.no, concept: null };
}

function plain(account: LedgerAccount, amountMinor: bigint, currency: Currency): Posting {
  return { account, currency, amountMinor, debtId: null, no: null, concept: null };
}

/** What the creditor bills now on each instalment, after all adjustments, and how often each was adjusted. Keys are `<debt>#<no>`. */
export function billedAmounts(entries: readonly JournalEntry[]): Map<string, { amount: Money; adjustments: number }> {
  const found = new Map<string, { amount: Money; adjustments: number }>();
  for (const entry of entries) {
    for (const p of entry.postings) {
      if (p.account !== 'billed' || p.debtId === null || p.no === null) continue;
      const key = instalmentKey(p.debtId, p.no);
      const before = found.get(key);
      found.set(key, {
        amount: money((before?.amount.amountMinor ?? 0n) - p.amountMinor, p.currency),
        adjustments: (before?.adjustments ?? 0) + (entry.kind === 'adjustment' ? 1 : 0),
      });
    }
  }
  return found;
}

export const instalmentKey = (debtId: DebtId, no: number): string => `${debtId}#${no}`;
