import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { DebtorId } from '../kernel/ids.ts';

/** A debtor's word that the books are wrong: already paid, or not owed. It silences reminders until it is answered or its time is up. */
export interface Claim {
  /** turnId:step: the same word is written once. */
  _id: string;
  debtorId: DebtorId;
  kind: 'already_paid' | 'dispute';
  at: Date;
  until: Date;
  text: string;
  /** Inbox ids of messages whose files are said to prove it. */
  evidence: string[];
}

const schema = new Schema<Claim>(
  {
    _id: String,
    debtorId: { type: String, required: true },
    kind: String,
    at: Date,
    until: Date,
    text: String,
    evidence: [String],
  },
  { versionKey: false },
);
schema.index({ debtorId: 1, until: -1 });

export type ClaimStore = ReturnType<typeof createClaimStore>;

export function createClaimStore(db: Connection) {
  const model = db.model('claims', schema, 'claims');
  return {
    async record({ _id, ...claim }: Claim, tx: Tx): Promise<void> {
      await model.updateOne({ _id }, { $setOnInsert: claim }, { upsert: true, session: tx });
    },
    hasOpen: async (debtorId: DebtorId, now: Date): Promise<boolean> =>
      (await model.exists({ debtorId, until: { $gt: now } })) !== null,

    /** Those of them that have one open. */
    openOf: async (debtorIds: DebtorId[], now: Date): Promise<Set<DebtorId>> =>
      new Set(await model.distinct('debtorId', { debtorId: { $in: debtorIds }, until: { $gt: now } })),
  };
}
