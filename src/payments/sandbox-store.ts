import { type Connection, Schema } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate.ts';
import { inTransaction, type Tx } from '../database/transaction.ts';
import { newToken } from '../kernel/ids.ts';
import type { Currency } from '../kernel/money.ts';

/** A session of the sandbox's hosted page. */
export interface SandboxSession {
  _id: string;
  attemptId: string;
  ref: string;
  amountMinor: bigint;
  currency: Currency;
  concept: string;
  returnUrl: string;
  notifyUrl: string;
  expiresAt: Date;
  state: 'open' | 'paid' | 'cancelled';
}

/** A payment as the sandbox's own books have it. */
export interface SandboxPayment {
  _id: string;
  sessionId: string;
  ref: string;
  status: 'paid' | 'failed' | 'disputed';
  currency: Currency;
  grossMinor: bigint;
  refundedMinor: bigint;
  chargedBackMinor: bigint;
  /** The same key refunds once. */
  refundKeys: string[];
  paidAt: Date | null;
  /** Grows with every change of any payment: the order of the list. */
  change: number;
}

export type NewPayment = Omit<SandboxPayment, 'change'>;

interface Secret {
  _id: string;
  secret: string;
}
interface Counter {
  _id: string;
  last: number;
}

const text = { type: String, required: true };
const minor = { type: BigInt, required: true };

const sessionSchema = new Schema<SandboxSession>(
  {
    _id: text,
    attemptId: { ...text, unique: true },
    ref: text,
    amountMinor: minor,
    currency: text,
    concept: text,
    returnUrl: text,
    notifyUrl: text,
    expiresAt: { type: Date, required: true },
    state: text,
  },
  { collection: 'sandbox_sessions', versionKey: false, autoCreate: false },
);

const paymentSchema = new Schema<SandboxPayment>(
  {
    _id: text,
    sessionId: { ...text, index: true },
    ref: text,
    status: text,
    currency: text,
    grossMinor: minor,
    refundedMinor: minor,
    chargedBackMinor: minor,
    refundKeys: { type: [String], required: true },
    paidAt: { type: Date, default: null },
    change: { type: Number, required: true, index: true },
  },
  { collection: 'sandbox_payments', versionKey: false, autoCreate: false },
);

const secretSchema = new Schema<Secret>(
  { _id: text, secret: text },
  { collection: 'sandbox_secrets', versionKey: false, autoCreate: false },
);
const counterSchema = new Schema<Counter>(
  { _id: text, last: { type: Number, required: true } },
  { collection: 'sandbox_counters', versionKey: false, autoCreate: false },
);

export function createSandboxStore(db: Connection) {
  const Session = db.model<SandboxSession>('sandbox_session', sessionSchema);
  const Payment = db.model<SandboxPayment>('sandbox_payment', paymentSchema);
  const Secrets = db.model<Secret>('sandbox_secret', secretSchema);
  const Counters = db.model<Counter>('sandbox_counter', counterSchema);

  const findPayment = (id: string) => Payment.findById(id).lean<SandboxPayment>().exec();
  const nextChange = async (tx?: Tx): Promise<number> => {
    const options = { upsert: true, returnDocument: 'after' as const, ...(tx && { session: tx }) };
    const counter = await Counters.findOneAndUpdate(
      { _id: 'payments' },
      { $inc: { last: 1 } },
      options,
    ).lean<Counter>();
    return counter?.last ?? 0;
  };
  const insertPayments = async (payments: readonly NewPayment[], tx?: Tx): Promise<void> => {
    for (const payment of payments) {
      const row = { ...payment, change: await nextChange(tx) };
      await Payment.create([row], tx ? { session: tx } : {});
    }
  };

  return {
    async prepare(): Promise<void> {
      for (const model of [Session, Payment, Secrets, Counters]) await model.createCollection();
      await Promise.all([Session.createIndexes(), Payment.createIndexes()]);
    },

    /** Drawn once and then shared by every process on this database, so that they can check each other's webhooks. */
    async secret(): Promise<string> {
      await Secrets.updateOne({ _id: 'webhook' }, { $setOnInsert: { secret: newToken() } }, { upsert: true }).catch(
        ignoreDuplicate,
      );
      return (await Secrets.findById('webhook').lean<Secret>().orFail().exec()).secret;
    },

    /** @returns the one that was opened first for this attempt. */
    async openSession(session: SandboxSession): Promise<SandboxSession> {
      const { attemptId } = session;
      await Session.updateOne({ attemptId }, { $setOnInsert: session }, { upsert: true }).catch(ignoreDuplicate);
      return Session.findOne({ attemptId }).lean<SandboxSession>().orFail().exec();
    },
    findSession: (id: string): Promise<SandboxSession | null> => Session.findById(id).lean<SandboxSession>().exec(),
    cancelSession: async (id: string): Promise<void> =>
      void (await Session.updateOne({ _id: id, state: 'open' }, { $set: { state: 'cancelled' } })),
    /** Closes the session with its payments, or does neither. @returns false when it was closed before, or has expired. */
    settleSession: (id: string, payments: readonly NewPayment[], now: Date): Promise<boolean> =>
      inTransaction(db, async (tx) => {
        const filter = { _id: id, state: 'open' as const, expiresAt: { $gt: now } };
        const closed = await Session.updateOne(filter, { $set: { state: 'paid' } }, { session: tx });
        if (closed.modifiedCount === 0) return false;
        await insertPayments(payments, tx);
        return true;
      }),
    addRejected: (payment: NewPayment): Promise<void> => insertPayments([payment]),
    findPayment,
    paymentsOf: (sessionId: string): Promise<SandboxPayment[]> =>
      Payment.find({ sessionId }).sort({ _id: 1 }).lean<SandboxPayment[]>().exec(),

    /** @returns null when it is more than what is left, the payment as it is when this refund was made before. */
    async refund(id: string, refundKey: string, amountMinor: bigint): Promise<SandboxPayment | null> {
      const before = await findPayment(id);
      if (before?.refundKeys.includes(refundKey)) return before;
      return Payment.findOneAndUpdate(
        { _id: id, status: 'paid', refundKeys: { $ne: refundKey }, $expr: fits(amountMinor) },
        {
          $inc: { refundedMinor: amountMinor },
          $push: { refundKeys: refundKey },
          $set: { change: await nextChange() },
        },
        { returnDocument: 'after' },
      )
        .lean<SandboxPayment>()
        .exec();
    },

    /** The payer's bank takes all that is left, or gives it back when we win. Null when there is nothing to take or to win. */
    async dispute(id: string, outcome: 'opened' | 'won'): Promise<SandboxPayment | null> {
      const change = await nextChange();
      const open = outcome === 'opened';
      const left = { $subtract: ['$grossMinor', '$refundedMinor'] };
      return Payment.findOneAndUpdate(
        { _id: id, status: open ? 'paid' : 'disputed' },
        [{ $set: { status: open ? 'disputed' : 'paid', chargedBackMinor: open ? left : 0n, change } }],
        { returnDocument: 'after', updatePipeline: true },
      )
        .lean<SandboxPayment>()
        .exec();
    },

    changedSince: (change: number): AsyncIterable<SandboxPayment> =>
      Payment.find({ change: { $gte: change } })
        .sort({ change: 1 })
        .lean<SandboxPayment>()
        .cursor(),
  };
}

const fits = (amountMinor: bigint) => ({
  $lte: [amountMinor, { $subtract: ['$grossMinor', { $add: ['$refundedMinor', '$chargedBackMinor'] }] }],
});

/** Two processes did the same at the same instant: the other one's is as good. */
function ignoreDuplicate(error: { code?: number }): void {
  if (!isDuplicateKey(error)) throw error;
}
