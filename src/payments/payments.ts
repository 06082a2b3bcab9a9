import type { Tx } from '../database/transaction.ts';
import type { DebtId, DebtorId } from '../kernel/ids.ts';
import type { Money } from '../kernel/money.ts';
import type { PaymentPosted } from '../ledger/ledger.ts';

export interface LinkToIssue {
  debtorId: DebtorId;
  /** Empty: all debts. */
  debtIds: DebtId[];
  /** What the page proposes. The page shows what is owed when it is opened. */
  amount: Money;
  expiresAt: Date;
}

/** Money that a provider reported and the ledger posted: what the rest of the house reacts to. */
export interface PaymentSettled {
  /** `provider:account:paymentId` */
  paymentKey: string;
  debtorId: DebtorId;
  amount: Money;
  /** What this event adds: the amount, or what was taken back. */
  change: 'paid' | 'reversed';
  paidAt: Date;
  posted: PaymentPosted;
}

/** Called in the transaction that posts the money, so that the receipt is owed if and only if the money is posted. */
export type OnSettled = (event: PaymentSettled, tx: Tx) => Promise<void>;

export interface Payments {
  /** @returns the debtor's link, `<PUBLIC_URL>/p/<token>`. Only the token's hash is stored. */
  issueLink(input: LinkToIssue, now: Date, tx: Tx): Promise<{ url: string }>;
  /** Asks the provider about a payment and posts what it says. Safe to repeat. */
  settle(provider: string, paymentId: string): Promise<void>;
  /** Finds payments whose webhook never came. @returns how many were found. */
  sweepAttempts(): Promise<number>;
}
