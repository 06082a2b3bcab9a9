import { Bug } from '../kernel/errors.ts';
import type { DebtId, DebtorId } from '../kernel/ids.ts';
import { type Currency, type Money, money } from '../kernel/money.ts';
import type { Concept } from './debt.ts';

/** What can happen to an account. Late interest, discounts and plans will enter as charges, adjustments and write-offs. */
export const JOURNAL_KINDS = ['charge', 'payment', 'reversal', 'adjustment', 'write_off'] as const;
export type JournalKind = (typeof JOURNAL_KINDS)[number];

/**
 * receivable: what the debtor owes. credit: what the debtor paid over it. clearing: money on its way from a provider.
 * billed: the creditor's claim as the portfolio states it. suspense: money that fits no debt yet.
 */
export const LEDGER_ACCOUNTS = ['receivable', 'credit', 'clearing', 'billed', 'suspense'] as const;
export type LedgerAccount = (typeof LEDGER_ACCOUNTS)[number];

/** One side of an operation, in minor units. Debit is positive: a receivable grows with it, credit shrinks. */
export interface Posting {
  account: LedgerAccount;
  currency: Currency;
  amountMinor: bigint;
  /** Set on receivable and billed. */
  debtId: DebtId | null;
  /** Number of the instalment; set on receivable and billed. */
  no: number | null;
  /** Set on receivable. */
  concept: Concept | null;
}

/** One business operation with all its postings. Written once, never changed: a correction is another entry. */
export interface JournalEntry {
  stream: DebtorId;
  /** Counted from 1 within the stream, without gaps. Unique: inserting is the optimistic lock. */
  seq: number;
  kind: JournalKind;
  /** Unique over the whole journal: the same operation is never written twice. */
  idemKey: string;
  /** When it counts from: the instant a payment was made, not the one at which we heard of it. */
  effectiveAt: Date;
  recordedAt: Date;
  causedBy: string;
  /** The entry that this one takes back, by its idemKey. */
  of: string | null;
  reason: string | null;
  postings: Posting[];
}

/** An entry before it has its place in a stream. */
export type JournalDraft = Omit<JournalEntry, 'stream' | 'seq'>;

/** @throws Bug when an entry is empty, or its postings do not sum to zero in each currency. */
export function assertBalanced(entry: Pick<JournalEntry, 'idemKey' | 'postings'>): void {
  const sums = new Map<Currency, bigint>();
  for (const p of entry.postings) sums.set(p.currency, (sums.get(p.currency) ?? 0n) + p.amountMinor);
  if (sums.size === 0) throw new Bug(`journal entry ${entry.idemKey} has no postings`);
  for (const [currency, sum] of sums)
    if (sum !== 0n) throw new Bug(`journal entry ${entry.idemKey} is out of balance by ${sum} ${currency}`);
}

/** What one payment came to, read back from its postings in the order in which it was applied. */
export function appliedBy(entry: JournalEntry): { debtId: DebtId; no: number; concept: Concept; amount: Money }[] {
  return entry.postings.flatMap((p) =>
    p.account === 'receivable' && p.debtId !== null && p.no !== null && p.concept !== null
      ? [{ debtId: p.debtId, no: p.no, concept: p.concept, amount: money(-p.amountMinor, p.currency) }]
      : [],
  );
}
