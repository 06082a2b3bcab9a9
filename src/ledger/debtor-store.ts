import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { CreditorId, DebtId, DebtorId } from '../kernel/ids.ts';
import type { Debt } from './debt.ts';
import type { Creditor, Debtor } from './debtor.ts';

const options = { autoIndex: false, autoCreate: false, versionKey: false } as const;

const creditorSchema = new Schema({ _id: String, name: String }, { ...options, collection: 'creditors' });

const debtorSchema = new Schema(
  {
    _id: String,
    creditorId: String,
    externalId: String,
    name: String,
    documentHash: String,
    documentDigits: Number,
    country: String,
    zone: String,
    locale: String,
    phone: String,
    email: String,
    authorizedMedia: { type: [String], default: null },
    /** Lower case without accents: what a search by name and by debtor_id compares. */
    nameKey: String,
    externalKey: String,
    /** The import wrote it and has not yet told the rooms that react: it will be told by the next import. */
    isUnannounced: Boolean,
  },
  { ...options, collection: 'debtors' },
)
  .index({ phone: 1 })
  .index({ email: 1 }, { partialFilterExpression: { email: { $type: 'string' } } })
  .index({ nameKey: 1 })
  .index({ externalKey: 1 });

const debtSchema = new Schema(
  {
    _id: String,
    debtorId: String,
    creditorId: String,
    externalId: String,
    concept: String,
    currency: String,
    instalments: [new Schema({ no: Number, dueDate: String }, { _id: false })],
    terms: new Schema({ allocationOrder: [String], principalFirst: Boolean }, { _id: false }),
  },
  { ...options, collection: 'debts' },
).index({ debtorId: 1 });

type CreditorRow = Omit<Creditor, 'id'> & { _id: CreditorId };
type DebtorRow = Omit<Debtor, 'id'> & { _id: DebtorId; nameKey: string; externalKey: string; isUnannounced?: boolean };
type DebtRow = Omit<Debt, 'id'> & { _id: DebtId };

export type DebtorStore = ReturnType<typeof createDebtorStore>;

export function createDebtorStore(db: Connection) {
  const creditors = db.model<CreditorRow>('Creditor', creditorSchema);
  const debtors = db.model<DebtorRow>('Debtor', debtorSchema);
  const debts = db.model<DebtRow>('Debt', debtSchema);

  async function debtorsWhere(filter: Record<string, unknown>, limit: number): Promise<Debtor[]> {
    return (await debtors.find(filter).sort({ _id: 1 }).limit(limit).lean()).map(toDebtor);
  }

  return {
    async prepare(): Promise<void> {
      for (const model of [creditors, debtors, debts]) {
        await model.createCollection();
        await model.createIndexes();
      }
    },
    /** @returns each in the place of its id, null where there is none */
    async debtorsAt(ids: readonly DebtorId[]): Promise<(Debtor | null)[]> {
      const rows = await debtors.find({ _id: { $in: ids } }).lean();
      const byId = new Map(rows.map((row) => [row._id, toDebtor(row)]));
      return ids.map((id) => byId.get(id) ?? null);
    },
    async debtsOf(debtorId: DebtorId, tx?: Tx): Promise<Debt[]> {
      return (
        await debts
          .find({ debtorId })
          .session(tx ?? null)
          .lean()
      ).map(toDebt);
    },
    byPhone: (phone: string, limit: number): Promise<Debtor[]> => debtorsWhere({ phone }, limit),
    byEmail: (email: string, limit: number): Promise<Debtor[]> => debtorsWhere({ email }, limit),
    byExternalId: (text: string, limit: number): Promise<Debtor[]> =>
      debtorsWhere({ externalKey: searchKey(text) }, limit),
    byNameStart: (text: string, limit: number): Promise<Debtor[]> =>
      debtorsWhere({ nameKey: { $regex: `^${escapeRegex(searchKey(text))}` } }, limit),
    async isEmpty(): Promise<boolean> {
      return (await debtors.exists({})) === null;
    },

    async creditorsIn(ids: readonly CreditorId[], tx?: Tx): Promise<Creditor[]> {
      const rows = await creditors
        .find({ _id: { $in: ids } })
        .session(tx ?? null)
        .lean();
      return rows.map((row) => ({ id: row._id, name: row.name }));
    },
    async debtorsIn(ids: readonly DebtorId[], tx: Tx): Promise<{ debtor: Debtor; isUnannounced: boolean }[]> {
      const rows = await debtors
        .find({ _id: { $in: ids } })
        .session(tx)
        .lean();
      return rows.map((row) => ({ debtor: toDebtor(row), isUnannounced: row.isUnannounced === true }));
    },
    async debtsIn(ids: readonly DebtId[], tx?: Tx): Promise<Debt[]> {
      return (
        await debts
          .find({ _id: { $in: ids } })
          .session(tx ?? null)
          .lean()
      ).map(toDebt);
    },
    /** Which currency each of these debtors owes in. */
    async currenciesOf(ids: readonly DebtorId[]): Promise<Map<DebtorId, string>> {
      const rows = await debts.find({ debtorId: { $in: ids } }, { debtorId: 1, currency: 1 }).lean();
      return new Map(rows.map((row) => [row.debtorId, row.currency]));
    },
    async save(
      changed: { creditors: Creditor[]; debtors: Debtor[]; debts: Debt[]; touched: DebtorId[] },
      tx: Tx,
    ): Promise<void> {
      await put(creditors, changed.creditors, tx);
      await put(
        debtors,
        changed.debtors.map((d) => ({ ...d, nameKey: searchKey(d.name), externalKey: searchKey(d.externalId) })),
        tx,
      );
      await put(debts, changed.debts, tx);
      if (changed.touched.length > 0)
        await debtors.updateMany({ _id: { $in: changed.touched } }, { isUnannounced: true }, { session: tx });
    },
    async markAnnounced(ids: readonly DebtorId[]): Promise<void> {
      await debtors.updateMany({ _id: { $in: ids } }, { $unset: { isUnannounced: 1 } });
    },
  };
}

interface Bulk {
  bulkWrite(ops: object[], options: { session: Tx }): Promise<unknown>;
}

async function put(model: unknown, rows: readonly { id: string }[], tx: Tx): Promise<void> {
  if (rows.length === 0) return;
  const ops = rows.map(({ id, ...fields }) => ({
    updateOne: { filter: { _id: id }, update: { $set: fields }, upsert: true },
  }));
  await (model as Bulk).bulkWrite(ops, { session: tx });
}

export const searchKey = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

export function toDebtor(r: DebtorRow): Debtor {
  return {
    id: r._id,
    creditorId: r.creditorId,
    externalId: r.externalId,
    name: r.name,
    documentHash: r.documentHash,
    documentDigits: r.documentDigits,
    country: r.country,
    zone: r.zone,
    locale: r.locale,
    phone: r.phone ?? null,
    email: r.email ?? null,
    authorizedMedia: r.authorizedMedia ?? null,
  };
}

export function toDebt({ _id, ...debt }: DebtRow): Debt {
  return { ...debt, id: _id };
}
