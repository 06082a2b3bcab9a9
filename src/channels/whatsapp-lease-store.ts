import { type Connection, Schema } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate.ts';
import type { Tx } from '../database/transaction.ts';

/** Who holds a number's connection. Two holders would throw each other out and ruin the keys. */
interface NumberLease {
  /** The number. */
  _id: string;
  owner: string | null;
  /** Machine time. */
  until: Date;
  /** Rises with every taking: what an earlier holder still writes is refused. */
  fence: number;
  /** Rises with every guarded write, so that a taking and a write that cross cannot both go through. */
  writes: number;
}

const schema = new Schema<NumberLease>(
  {
    _id: String,
    owner: { type: String, default: null },
    until: Date,
    fence: Number,
    writes: { type: Number, default: 0 },
  },
  { versionKey: false },
);

/** Somebody else holds the number now: what this holder wanted to write was not written. */
export class LeaseLost extends Error {
  override name = 'LeaseLost';
  constructor() {
    super('this process does not hold the WhatsApp number any more');
  }
}

export type LeaseStore = ReturnType<typeof createLeaseStore>;

export function createLeaseStore(db: Connection) {
  const model = db.model('whatsapp_leases', schema, 'whatsapp_leases');
  return {
    /** @returns the fence of this taking; null when somebody else holds it */
    async take(number: string, owner: string, now: Date, leaseMs: number): Promise<number | null> {
      const until = new Date(now.getTime() + leaseMs);
      try {
        const held = await model
          .findOneAndUpdate(
            { _id: number, $or: [{ owner: null }, { until: { $lte: now } }] },
            { $set: { owner, until }, $inc: { fence: 1 } },
            { upsert: true, returnDocument: 'after', writeConcern: { w: 'majority', j: true } },
          )
          .lean<NumberLease>()
          .exec();
        return held?.fence ?? null;
      } catch (err) {
        if (isDuplicateKey(err)) return null; // it is there and not free, so the upsert ran into it
        throw err;
      }
    },

    /** @returns false when it is somebody else's by now */
    async renew(number: string, fence: number, now: Date, leaseMs: number): Promise<boolean> {
      const until = new Date(now.getTime() + leaseMs);
      return (await model.updateOne({ _id: number, fence }, { $set: { until } })).matchedCount === 1;
    },

    async release(number: string, fence: number): Promise<void> {
      await model.updateOne({ _id: number, fence }, { $set: { owner: null } });
    },

    /** Part of every write of keys: written, not only read, so that a taking in between makes one of the two fail. @throws LeaseLost */
    async guard(number: string, fence: number, tx: Tx): Promise<void> {
      const result = await model.updateOne({ _id: number, fence }, { $inc: { writes: 1 } }, { session: tx });
      if (result.matchedCount !== 1) throw new LeaseLost();
    },
  };
}
