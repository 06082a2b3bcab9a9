import type { IncomingHttpHeaders } from 'node:http';
import type { Currency, Money } from '../kernel/money.ts';

/** A webhook as it came off the wire. `url` keeps its query: some providers sign a part of it. */
export interface RawWebhook {
  rawBody: Buffer;
  headers: IncomingHttpHeaders;
  url: URL;
}

export interface SessionToOpen {
  /** Idempotency key: the same attempt never opens two sessions. */
  attemptId: string;
  /** Comes back with every payment of the session; by it the money finds its debtor. */
  ref: string;
  amount: Money;
  expiresAt: Date;
  /** What the payer reads: the creditor, never the debtor or the debt. */
  concept: string;
  returnUrl: URL;
  notifyUrl: URL;
}

/** Where the payer's browser goes: by a redirect, or by a form that carries fields. */
export type GoTo = { kind: 'redirect'; url: string } | { kind: 'post'; url: string; fields: Record<string, string> };

export interface PaySession {
  sessionId: string;
  go: GoTo;
  expiresAt: Date;
}

/**
 * One payment as the provider tells it now. `gross`, `refunded` and `chargedBack` are cumulative: the ledger posts the difference to
 * what it posted before, so that late, repeated and disordered news all end in the same place.
 */
export interface NormalizedPayment {
  provider: string;
  /** The account at the provider that received it. */
  account: string;
  paymentId: string;
  sessionId?: string;
  ref?: string;
  status: 'pending' | 'paid' | 'failed' | 'expired' | 'disputed';
  gross: Money;
  refunded: Money;
  chargedBack: Money;
  fee?: Money;
  method: string;
  /** When the payer paid, not when we heard: late interest stops here. */
  paidAt?: Date;
  /** Sorts as text: a later state of the payment never sorts before an earlier one. */
  version: string;
}

export interface ProviderCaps {
  currencies: readonly Currency[];
  methods: readonly string[];
  /** How long a session may live, in seconds. */
  ttlSec: { min: number; max: number | null };
  verify: 'hmac-body' | 'hmac-manifest' | 'rsa-body' | 'field-checksum' | 'basic-refetch' | 'mtls' | 'none-poll';
  /** A signature older or newer than this is refused. Null: the provider signs once and retries for days. */
  replayWindowSec: number | null;
  bodySigned: boolean;
  refunds: 'none' | 'full' | 'partial';
  cancel: boolean;
}

/** The port that every payment provider fills. A webhook is a hint: `fetchPayment` is the only source of truth. */
export interface PayLinkProvider {
  readonly id: string;
  /** The account of ours that money must arrive in. */
  readonly account: string;
  readonly caps: ProviderCaps;
  /** Where a payer's browser may be sent; any other address is refused. */
  origins(): readonly string[];
  /** @throws AppError payment_provider_failed */
  createSession(input: SessionToOpen): Promise<PaySession>;
  /**
   * Checks the signature, and reads the body only after it.
   * @throws AppError signature_invalid | request_invalid (signed, but not in the form we know)
   */
  verify(raw: RawWebhook, now: Date): { deliveryKey: string; paymentId?: string; type: string };
  /** @throws AppError payment_provider_failed */
  fetchPayment(paymentId: string): Promise<NormalizedPayment>;
  /** A session that is paid or gone already is left as it is. */
  cancelSession(sessionId: string): Promise<void>;
  /**
   * Gives money back: all that is left of it when `amount` is left out. The same `refundKey` refunds once.
   * @throws AppError request_invalid when it is more than what is left.
   */
  refund(input: { paymentId: string; refundKey: string; amount?: Money }): Promise<NormalizedPayment>;
  /**
   * Payments that changed since `cursor` (the `version` of the last one seen, or '' for all), in the order of their versions.
   * May repeat some before it. The sweeper finds lost webhooks by it.
   */
  listSince?(cursor: string): AsyncIterable<NormalizedPayment>;
}

/** The money key: one payment, whatever the number of events, polls and bank lines that report it. */
export const paymentKeyOf = (p: { provider: string; account: string; paymentId: string }): string =>
  `${p.provider}:${p.account}:${p.paymentId}`;
