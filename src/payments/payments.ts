import type { Tx } from '../database/transaction.ts';
import type { DebtId, DebtorId } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Money } from '../kernel/money.ts';
import type { PaymentPosted } from '../ledger/ledger.ts';
import type { GoTo, RawWebhook } from './provider.ts';

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
  /** Of this one change: a payment may be followed by several partial refunds. */
  eventId: string;
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

/** What the pay page shows: what is owed at this moment on the debts of the link, and what is proposed. Nothing of the debtor. */
export interface PayQuote {
  locale: Locale;
  creditorName: string;
  proposed: Money;
  /** The most that can be paid; zero when nothing is owed any more. */
  total: Money;
}

export type PayRefusal = 'nothing_owed' | 'amount_unreadable' | 'amount_not_positive' | 'amount_over_total';

export type PayStart = { ok: true; attemptId: string; go: GoTo } | { ok: false; reason: PayRefusal; quote: PayQuote };

/** What became of an attempt. returned: paid, and given back in full. review: money came that does not fit the attempt, and a person looks at it. */
export interface PayStatus {
  locale: Locale;
  creditorName: string;
  state: 'confirming' | 'paid' | 'returned' | 'rejected' | 'review';
  amount: Money;
  /** Of the receipt; null until it is paid. */
  folio: string | null;
}

/** What the web server needs beside `Payments`. */
export interface PaymentsDoor extends Payments {
  /** Where a payer's browser may be sent by a form of ours. */
  payOrigins(): string[];
  /**
   * Checks a webhook and stores it. Once this resolves the news is durable: answer 2xx, then `settleDelivery`.
   * @throws AppError not_found (no such provider) | signature_invalid | request_invalid
   */
  receiveWebhook(provider: string, raw: RawWebhook): Promise<{ deliveryId: string; isNew: boolean }>;
  /** Asks the provider about the payment a stored webhook speaks of. Safe to repeat. */
  settleDelivery(deliveryId: string): Promise<void>;
  /** Reads only. Null for a token that is unknown, expired or revoked. */
  quote(token: string): Promise<PayQuote | null>;
  /**
   * Opens a session at the provider, or takes up the one that is open for the same amount.
   * `amountText` is what the payer typed; null takes what the link proposes. Null for a token that is unknown, expired or revoked.
   * @throws AppError payment_provider_failed
   */
  startPayment(token: string, amountText: string | null): Promise<PayStart | null>;
  /** Reads only, also after the link's end. Without an attempt: the last one of the link. */
  payStatus(token: string, attemptId: string | null): Promise<PayStatus | null>;
  /** Ends every link of a debtor: the number turned out to be someone else's. @returns how many. */
  revokeLinks(debtorId: DebtorId, now: Date, tx: Tx): Promise<number>;
  /** Builds the indexes. Await it before the first transaction. */
  prepare(): Promise<void>;
}
