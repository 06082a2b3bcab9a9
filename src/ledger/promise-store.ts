import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { DebtorId, PromiseId } from '../kernel/ids.ts';
import { type Money, money } from '../kernel/money.ts';
import { fromLong } from './journal-store.ts';
import type { PromiseToPay } from './promise.ts';

const promiseSchema = new Schema(
  {
    _id: String,
    idemKey: { type: String, required: true },
    folio: String,
    debtorId: { type: String, required: true },
    amountMinor: { type: BigInt, required: true },
    currency: String,
    date: String,
    graceDays: Number,
    toleranceMinor: { type: BigInt, required: true },
    createdAt: Date,
    endedAt: Date,
    endedAs: String,
    source: new Schema({ text: String, rule: String }, { _id: false }),
  },
  { collection: 'promises', autoIndex: false, autoCreate: false, versionKey: false },
)
  .index({ debtorId: 1, createdAt: 1 })
  .index({ idemKey: 1 }, { unique: true });

type PromiseRow = Omit<PromiseToPay, 'id' | 'amount'> & Money & { _id: PromiseId; idemKey: string };

export type PromiseStore = ReturnType<typeof createPromiseStore>;

export function createPromiseStore(db: Connection) {
  const promises = db.model<PromiseRow>('Promise', promiseSchema);
  return {
    async prepare(): Promise<void> {
      await promises.createCollection();
      await promises.createIndexes();
    },
    /** Oldest first. */
    async ofDebtor(debtorId: DebtorId, tx?: Tx): Promise<PromiseToPay[]> {
      const rows = await promises
        .find({ debtorId })
        .sort({ createdAt: 1 })
        .session(tx ?? null)
        .lean();
      return rows.map(toPromise);
    },
    async byId(id: PromiseId, tx: Tx): Promise<PromiseToPay | null> {
      const row = await promises.findById(id).session(tx).lean();
      return row === null ? null : toPromise(row);
    },
    async insert(promise: PromiseToPay, idemKey: string, tx: Tx): Promise<void> {
      const { id, amount, ...rest } = promise;
      await promises.insertMany([{ _id: id, idemKey, ...rest, ...amount }], { session: tx });
    },
    /** @returns false when it had ended before. */
    async end(id: PromiseId, as: 'replaced' | 'cancelled', now: Date, tx: Tx): Promise<boolean> {
      const done = await promises.updateOne({ _id: id, endedAt: null }, { endedAt: now, endedAs: as }, { session: tx });
      return done.modifiedCount === 1;
    },
  };
}

export function toPromise(r: PromiseRow): PromiseToPay {
  return {
    id: r._id,
    folio: r.folio,
    debtorId: r.debtorId,
    amount: money(fromLong(r.amountMinor), r.currency),
    date: r.date,
    graceDays: r.graceDays,
    toleranceMinor: fromLong(r.toleranceMinor),
    createdAt: r.createdAt,
    endedAt: r.endedAt ?? null,
    endedAs: r.endedAs ?? null,
    source: { text: r.source.text, rule: r.source.rule },
  };
}
