import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { DebtorId } from '../kernel/ids.ts';
import type { Currency } from '../kernel/money.ts';
import type { NormalizedPayment } from './provider.ts';

/** The room's connection. Only stores know whose it is. */
export type Db = Connection;

/** What the ledger was told about a payment: each entry adds `amountMinor`, of which `reversedMinor` was taken back. */
export interface Posting {
  idemKey: string;
  folio: string;
  amountMinor: bigint;
  reversedMinor: bigint;
}

/** Why money waits for a person instead of being credited. */
export type PaymentException =
  | 'attempt_unknown'
  | 'provider_differs'
  | 'account_differs'
  | 'currency_differs'
  | 'parts_over_gross';

/** Credited, and worth a look. */
export type PaymentFlag = 'below_attempt' | 'above_attempt' | 'second_of_attempt';

/** A provider's payment, the last state of it that we know, and how far the ledger has it. */
export interface PaymentRow {
  /** `provider:account:paymentId` */
  _id: string;
  provider: string;
  paymentId: string;
  attemptId: string | null;
  debtorId: DebtorId | null;
  status: NormalizedPayment['status'];
  currency: Currency;
  grossMinor: bigint;
  refundedMinor: bigint;
  chargedBackMinor: bigint;
  method: string;
  paidAt: Date | null;
  version: string;
  /** Set: the money is in suspense. */
  exception: PaymentException | null;
  flags: PaymentFlag[];
  postings: Posting[];
  firstSeenAt: Date;
  updatedAt: Date;
}

const schema = new Schema<PaymentRow>(
  {
    _id: { type: String, required: true },
    provider: { type: String, required: true },
    paymentId: { type: String, required: true },
    attemptId: { type: String, default: null, index: true },
    debtorId: { type: String, default: null, index: true },
    status: { type: String, required: true },
    currency: { type: String, required: true },
    grossMinor: { type: BigInt, required: true },
    refundedMinor: { type: BigInt, required: true },
    chargedBackMinor: { type: BigInt, required: true },
    method: { type: String, required: true },
    paidAt: { type: Date, default: null },
    version: { type: String, required: true },
    exception: { type: String, default: null },
    flags: { type: [String], required: true },
    postings: {
      type: [{ _id: false, idemKey: String, folio: String, amountMinor: BigInt, reversedMinor: BigInt }],
      required: true,
    },
    firstSeenAt: { type: Date, required: true },
    updatedAt: { type: Date, required: true },
  },
  { collection: 'payments', versionKey: false, autoCreate: false },
);
schema.index({ provider: 1, status: 1, firstSeenAt: 1 });

export function createPaymentStore(db: Connection) {
  const Payment = db.model<PaymentRow>('payment', schema);
  return {
    async prepare(): Promise<void> {
      await Payment.createCollection();
      await Payment.createIndexes();
    },
    find: (key: string, tx: Tx): Promise<PaymentRow | null> =>
      Payment.findById(key, null, { session: tx }).lean<PaymentRow>().exec(),
    put: async (row: PaymentRow, tx: Tx): Promise<void> =>
      void (await Payment.replaceOne({ _id: row._id }, row, { upsert: true, session: tx })),
    ofAttempt: (attemptId: string, tx?: Tx): Promise<PaymentRow[]> =>
      Payment.find({ attemptId }, null, tx ? { session: tx } : {})
        .sort({ firstSeenAt: 1 })
        .lean<PaymentRow[]>()
        .exec(),
    /** Payments that may still change, such as a cash voucher that nobody has paid yet. */
    pending: (provider: string, since: Date, limit: number): Promise<PaymentRow[]> =>
      Payment.find({ provider, status: 'pending', firstSeenAt: { $gte: since } })
        .limit(limit)
        .lean<PaymentRow[]>()
        .exec(),
  };
}

export type PaymentStore = ReturnType<typeof createPaymentStore>;
