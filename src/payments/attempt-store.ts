import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { DebtId, DebtorId } from '../kernel/ids.ts';
import type { Currency } from '../kernel/money.ts';
import type { GoTo, PaySession } from './provider.ts';

/** One press of the Pay button. */
export interface AttemptRow {
  /** Also the reference that the provider gives back with the money. */
  _id: string;
  linkId: string;
  debtorId: DebtorId;
  debtIds: DebtId[];
  provider: string;
  account: string;
  amountMinor: bigint;
  currency: Currency;
  /** opening: the provider has not answered yet, or the process died before it did. Money for a cancelled one still counts. */
  state: 'opening' | 'open' | 'paid' | 'cancelled';
  sessionId: string | null;
  go: GoTo | null;
  sessionExpiresAt: Date | null;
  createdAt: Date;
}

const schema = new Schema<AttemptRow>(
  {
    _id: { type: String, required: true },
    linkId: { type: String, required: true },
    debtorId: { type: String, required: true },
    debtIds: { type: [String], required: true },
    provider: { type: String, required: true },
    account: { type: String, required: true },
    amountMinor: { type: BigInt, required: true },
    currency: { type: String, required: true },
    state: { type: String, required: true },
    sessionId: { type: String, default: null },
    go: { type: Schema.Types.Mixed, default: null },
    sessionExpiresAt: { type: Date, default: null },
    createdAt: { type: Date, required: true },
  },
  { collection: 'attempts', versionKey: false, autoCreate: false },
);
schema.index({ linkId: 1, createdAt: -1 });
schema.index({ provider: 1, sessionId: 1 });
schema.index({ debtorId: 1, state: 1 });

export function createAttemptStore(db: Connection) {
  const Attempt = db.model<AttemptRow>('attempt', schema);
  return {
    async prepare(): Promise<void> {
      await Attempt.createCollection();
      await Attempt.createIndexes();
    },
    insert: async (row: AttemptRow): Promise<void> => void (await Attempt.create([row])),
    /** A webhook may have come first: a paid attempt stays paid. */
    async opened(id: string, session: PaySession): Promise<void> {
      const { sessionId, go, expiresAt } = session;
      await Attempt.updateOne({ _id: id }, { $set: { sessionId, go, sessionExpiresAt: expiresAt } });
      await Attempt.updateOne({ _id: id, state: 'opening' }, { $set: { state: 'open' } });
    },
    paid: async (id: string, tx: Tx): Promise<void> =>
      void (await Attempt.updateOne({ _id: id }, { $set: { state: 'paid' } }, { session: tx })),
    find: (id: string): Promise<AttemptRow | null> => Attempt.findById(id).lean<AttemptRow>().exec(),
    /** By the reference the provider gave back, or else by its session. */
    async findFor(money: { provider: string; ref?: string; sessionId?: string }, tx?: Tx): Promise<AttemptRow | null> {
      const { provider, ref, sessionId } = money;
      const filter = ref !== undefined ? { _id: ref } : sessionId !== undefined ? { provider, sessionId } : null;
      return (
        filter &&
        Attempt.findOne(filter, null, tx ? { session: tx } : {})
          .lean<AttemptRow>()
          .exec()
      );
    },
    lastOf: (linkId: string): Promise<AttemptRow | null> =>
      Attempt.findOne({ linkId }).sort({ createdAt: -1, _id: -1 }).lean<AttemptRow>().exec(),
    /** Sessions of a debtor in which more could be paid than `owedMinor`. */
    openAbove: (debtorId: DebtorId, currency: Currency, owedMinor: bigint, now: Date): Promise<AttemptRow[]> =>
      Attempt.find({
        debtorId,
        state: 'open',
        currency,
        amountMinor: { $gt: owedMinor },
        sessionExpiresAt: { $gt: now },
      })
        .limit(20)
        .lean<AttemptRow[]>()
        .exec(),
    cancelled: async (id: string): Promise<void> =>
      void (await Attempt.updateOne({ _id: id, state: 'open' }, { $set: { state: 'cancelled' } })),
    /** An open session for the same link and amount that lives beyond `until`. */
    findOpen: (linkId: string, amountMinor: bigint, until: Date): Promise<AttemptRow | null> =>
      Attempt.findOne({ linkId, amountMinor, state: 'open', sessionExpiresAt: { $gt: until } })
        .sort({ createdAt: -1 })
        .lean<AttemptRow>()
        .exec(),
  };
}

export type AttemptStore = ReturnType<typeof createAttemptStore>;
