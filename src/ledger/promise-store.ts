import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { PromiseId } from '../kernel/ids.ts';
import { type Money, money } from '../kernel/money.ts';
import { fromLong } from './journal-store.ts';
import type { PromiseToPay } from './promise.ts';

const promiseSchema = new Schema(
  {
    _id: String,
    arrangementId: String,
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
    source: new Schema({ text: String, rule: String, span: { type: [Number], default: null } }, { _id: false }),
  },
  { collection: 'promises', autoIndex: false, autoCreate: false, versionKey: false },
)
  .index({ debtorId: 1, createdAt: 1 })
  .index({ arrangementId: 1 })
  .index({ idemKey: 1 }, { unique: true });

type PromiseRow = Omit<PromiseToPay, 'id' | 'amount'> & Money & { _id: PromiseId; idemKey: string };

export function createPromiseStore(db: Connection) {
  const promises = db.model<PromiseRow>('Promise', promiseSchema);
  return {
    async prepare(): Promise<void> {
      await promises.createCollection();
      await promises.createIndexes();
    },
    /** By day. */
    async ofArrangement(id: PromiseId, tx: Tx): Promise<PromiseToPay[]> {
      const rows = await promises.find({ arrangementId: id }).sort({ date: 1, _id: 1 }).session(tx).lean();
      return rows.map(toPromise);
    },
    async byId(id: PromiseId, tx: Tx): Promise<PromiseToPay | null> {
      const row = await promises.findById(id).session(tx).lean();
      return row === null ? null : toPromise(row);
    },
    async insert(made: readonly { promise: PromiseToPay; idemKey: string }[], tx: Tx): Promise<void> {
      const rows = made.map(({ promise: { id, amount, ...rest }, idemKey }) => ({
        _id: id,
        idemKey,
        ...rest,
        ...amount,
      }));
      await promises.insertMany(rows, { session: tx });
    },
    async end(ids: readonly PromiseId[], as: 'replaced' | 'cancelled', now: Date, tx: Tx): Promise<void> {
      await promises.updateMany({ _id: { $in: ids }, endedAt: null }, { endedAt: now, endedAs: as }, { session: tx });
    },
  };
}

export function toPromise(r: PromiseRow): PromiseToPay {
  return {
    id: r._id,
    arrangementId: r.arrangementId ?? r._id, // made before there were arrangements
    folio: r.folio,
    debtorId: r.debtorId,
    amount: money(fromLong(r.amountMinor), r.currency),
    date: r.date,
    graceDays: r.graceDays,
    toleranceMinor: fromLong(r.toleranceMinor),
    createdAt: r.createdAt,
    endedAt: r.endedAt ?? null,
    endedAs: r.endedAs ?? null,
    source: { text: r.source.text, rule: r.source.rule, span: spanOf(r.source.span) },
  };
}

const spanOf = (span: readonly number[] | null | undefined): PromiseToPay['source']['span'] =>
  span?.[0] !== undefined && span[1] !== undefined ? [span[0], span[1]] : null;
