import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { DebtId, DebtorId } from '../kernel/ids.ts';
import type { Currency } from '../kernel/money.ts';

export interface LinkRow {
  /** SHA-256 of the token. The token itself is only in the message that carried it. */
  _id: string;
  debtorId: DebtorId;
  /** Empty: all debts. */
  debtIds: DebtId[];
  amountMinor: bigint;
  currency: Currency;
  createdAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

const schema = new Schema<LinkRow>(
  {
    _id: { type: String, required: true },
    debtorId: { type: String, required: true, index: true },
    debtIds: { type: [String], required: true },
    amountMinor: { type: BigInt, required: true },
    currency: { type: String, required: true },
    createdAt: { type: Date, required: true },
    expiresAt: { type: Date, required: true },
    revokedAt: { type: Date, default: null },
  },
  { collection: 'pay_links', versionKey: false, autoCreate: false },
);

export function createLinkStore(db: Connection) {
  const Link = db.model<LinkRow>('pay_link', schema);
  return {
    async prepare(): Promise<void> {
      await Link.createCollection();
      await Link.createIndexes();
    },
    insert: async (row: LinkRow, tx: Tx): Promise<void> => void (await Link.create([row], { session: tx })),
    /** Whatever its state. */
    find: (id: string): Promise<LinkRow | null> => Link.findById(id).lean<LinkRow>().exec(),
    async revokeAll(debtorId: DebtorId, at: Date, tx: Tx): Promise<number> {
      const done = await Link.updateMany({ debtorId, revokedAt: null }, { $set: { revokedAt: at } }, { session: tx });
      return done.modifiedCount;
    },
  };
}

export type LinkStore = ReturnType<typeof createLinkStore>;
