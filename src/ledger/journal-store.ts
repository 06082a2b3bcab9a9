import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { DebtorId } from '../kernel/ids.ts';
import type { Balance } from './balance.ts';
import { assertBalanced, JOURNAL_KINDS, type JournalEntry } from './journal.ts';

export type Db = Connection;

const minor = { type: BigInt, required: true } as const;
const postingSchema = new Schema(
  { account: String, currency: String, amountMinor: minor, debtId: String, no: Number, concept: String },
  { _id: false },
);

const journalSchema = new Schema(
  {
    _id: String,
    stream: { type: String, required: true },
    seq: { type: Number, required: true },
    kind: { type: String, enum: JOURNAL_KINDS, required: true },
    idemKey: { type: String, required: true },
    effectiveAt: { type: Date, required: true },
    recordedAt: { type: Date, required: true },
    causedBy: { type: String, required: true },
    of: String,
    reason: String,
    postings: [postingSchema],
  },
  { collection: 'journal', autoIndex: false, autoCreate: false, versionKey: false },
)
  .index({ stream: 1, seq: 1 }, { unique: true })
  .index({ idemKey: 1 }, { unique: true });

const headSchema = new Schema(
  {
    _id: String,
    seq: { type: Number, required: true },
    /** Something is owed: what debtorsOwing looks for. */
    isOwing: { type: Boolean, required: true },
    owed: [
      new Schema({ debtId: String, no: Number, concept: String, currency: String, amountMinor: minor }, { _id: false }),
    ],
    credit: [new Schema({ currency: String, amountMinor: minor }, { _id: false })],
    payments: [
      new Schema(
        { idemKey: String, paidAt: Date, currency: String, amountMinor: minor, takenBackMinor: minor },
        { _id: false },
      ),
    ],
    /** Counts promises: writing it makes two of them at once conflict, and a promise with a payment. */
    promises: { type: Number, default: 0 },
  },
  { collection: 'account_heads', autoIndex: false, autoCreate: false, versionKey: false },
).index({ isOwing: 1, _id: 1 });

type JournalRow = JournalEntry & { _id: string };
type HeadRow = Balance & { _id: DebtorId; isOwing: boolean; promises: number };

export type JournalStore = ReturnType<typeof createJournalStore>;

/**
 * What is written goes to the driver directly, which takes a bigint for a Long: an import makes many small documents, and mongoose would cast every field of each.
 * The journal is only ever added to: no function here changes or removes an entry. Heads are a cache of its fold.
 */
export function createJournalStore(db: Connection) {
  const journal = db.model<JournalRow>('Journal', journalSchema);
  const heads = db.model<HeadRow>('AccountHead', headSchema);

  /** Each page is a question of its own: whoever takes an hour over them must not need a cursor that lives as long. */
  async function* pages(which: object, atOnce: number): AsyncIterable<DebtorId[]> {
    let last = '';
    for (;;) {
      const rows = await heads
        .find({ ...which, _id: { $gt: last as DebtorId } }, { _id: 1 }, { sort: { _id: 1 }, limit: atOnce })
        .lean();
      if (rows.length > 0) yield rows.map(({ _id }) => _id);
      if (rows.length < atOnce) return;
      last = rows.at(-1)?._id ?? last;
    }
  }

  return {
    async prepare(): Promise<void> {
      for (const model of [journal, heads]) {
        await model.createCollection();
        await model.createIndexes();
      }
    },
    async head(stream: DebtorId, tx?: Tx): Promise<Balance | null> {
      const row = await heads
        .findById(stream)
        .session(tx ?? null)
        .lean();
      return row === null ? null : toBalance(row);
    },
    async heads(streams: readonly DebtorId[], tx: Tx): Promise<Map<DebtorId, Balance>> {
      const rows = await heads
        .find({ _id: { $in: streams } })
        .session(tx)
        .lean();
      return new Map(rows.map((row) => [row._id, toBalance(row)]));
    },
    /** 0 for an empty stream. Answered from the index alone. */
    async lastSeq(stream: DebtorId, tx?: Tx): Promise<number> {
      const row = await journal
        .findOne({ stream }, { _id: 0, seq: 1 })
        .sort({ seq: -1 })
        .session(tx ?? null)
        .lean();
      return row?.seq ?? 0;
    },
    async entries(streams: readonly DebtorId[], tx?: Tx): Promise<JournalEntry[]> {
      const rows = await journal
        .find({ stream: { $in: streams } })
        .sort({ stream: 1, seq: 1 })
        .session(tx ?? null)
        .lean();
      return rows.map(toEntry);
    },
    async byKey(idemKey: string, tx: Tx): Promise<JournalEntry | null> {
      const row = await journal.findOne({ idemKey }).session(tx).lean();
      return row === null ? null : toEntry(row);
    },
    /** @throws a duplicate key or a transient conflict when one of the places in a stream is taken. */
    async append(entries: readonly JournalEntry[], tx: Tx): Promise<void> {
      for (const entry of entries) assertBalanced(entry);
      const rows = entries.map((entry) => ({ _id: `${entry.stream}#${entry.seq}`, ...entry }));
      if (rows.length > 0) await journal.collection.insertMany(rows as never[], { session: tx, ordered: true });
    },
    async saveHeads(balances: readonly { stream: DebtorId; balance: Balance }[], tx: Tx): Promise<void> {
      if (balances.length === 0) return;
      await heads.collection.bulkWrite(
        balances.map(({ stream, balance }) => ({
          updateOne: {
            filter: { _id: stream as never },
            update: { $set: { ...balance, isOwing: balance.owed.length > 0 }, $setOnInsert: { promises: 0 } },
            upsert: true,
          },
        })),
        { session: tx },
      );
    },
    /** Makes this transaction conflict with any other one that writes on the stream. */
    async countPromise(stream: DebtorId, tx: Tx): Promise<void> {
      await heads.updateOne({ _id: stream }, { $inc: { promises: 1 } }, { session: tx });
    },
    /** Every stream that has a head, in the order of their names, so many at a time. */
    streams: (atOnce: number): AsyncIterable<DebtorId[]> => pages({}, atOnce),
    owing: (atOnce: number): AsyncIterable<DebtorId[]> => pages({ isOwing: true }, atOnce),
  };
}

/** The driver gives a Long as number where that is exact, and as Long where it is not. */
export const fromLong = (value: unknown): bigint => (typeof value === 'bigint' ? value : BigInt(String(value)));

interface WithMinor {
  amountMinor: unknown;
}

function toEntry(row: unknown): JournalEntry {
  const { _id, postings, of, reason, ...entry } = row as JournalEntry & { _id: string };
  return { ...entry, of: of ?? null, reason: reason ?? null, postings: postings.map(exact) };
}

export function toBalance(row: unknown): Balance {
  const { seq, owed, credit, payments } = row as Balance;
  return {
    seq,
    owed: owed.map(exact),
    credit: credit.map(exact),
    payments: payments.map((p) => ({ ...exact(p), takenBackMinor: fromLong(p.takenBackMinor) })),
  };
}

const exact = <T extends WithMinor>(row: T): T => ({ ...row, amountMinor: fromLong(row.amountMinor) });
