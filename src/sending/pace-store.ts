import { type Connection, Schema } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { Bucket } from './pacing.ts';

/** `sender:<channel>`, or `to:<conversation>`: no address in it. */
export type PaceKey = `sender:${string}` | `to:${ConversationId}`;

export interface PaceRow extends Bucket {
  _id: PaceKey;
  /** Rises with every change: whoever read an older one reads again. */
  version: number;
}

const RECIPIENT_KEPT_SECONDS = 86_400; // full again long before

const schema = new Schema<PaceRow & { forgetAt: Date }>(
  {
    _id: String,
    tokens: Number,
    at: Date,
    closedUntil: { type: Date, default: null },
    version: Number,
    forgetAt: Date,
  },
  { versionKey: false },
);
schema.index({ forgetAt: 1 }, { expireAfterSeconds: RECIPIENT_KEPT_SECONDS, name: 'forget' });

export type PaceStore = ReturnType<typeof createPaceStore>;

/** How fast each sender and each recipient may be written to, shared by all processes. */
export function createPaceStore(db: Connection) {
  const model = db.model('pace', schema, 'pace');
  return {
    async read(keys: readonly PaceKey[]): Promise<Map<PaceKey, PaceRow>> {
      if (keys.length === 0) return new Map();
      const rows = (await model.collection
        .find({ _id: { $in: keys as never[] } })
        .toArray()) as unknown as (Partial<PaceRow> & { _id: PaceKey })[];
      return new Map(
        rows.map((row) => [
          row._id,
          { ...row, closedUntil: row.closedUntil ?? null, version: row.version ?? 0 } as PaceRow,
        ]),
      );
    },

    /** @param seen the version that was read, null when there was none @returns false when somebody else was faster: nothing was written */
    async replace(key: PaceKey, seen: number | null, { tokens, at }: Bucket): Promise<boolean> {
      if (seen === null) return inserted(model.collection.insertOne({ _id: key as never, tokens, at, version: 1 }));
      const result = await model.collection.updateOne(
        { _id: key as never, version: seen },
        { $set: { tokens, at }, $inc: { version: 1 } },
      );
      return result.modifiedCount === 1;
    },

    /** Recipients are written to by one process at a time, which holds their conversation. */
    async putRecipients(buckets: readonly (readonly [PaceKey, Bucket])[]): Promise<void> {
      if (buckets.length === 0) return;
      const writes = buckets.map(([_id, { tokens, at }]) => ({
        updateOne: {
          filter: { _id },
          update: { $set: { tokens, at, forgetAt: at }, $inc: { version: 1 } },
          upsert: true,
        },
      }));
      await model.collection.bulkWrite(writes as never, { ordered: false });
    },

    /** Nothing of this sender goes before `until`, whoever sends it. */
    async close(key: PaceKey, until: Date, full: Bucket): Promise<void> {
      await model.collection.updateOne(
        { _id: key as never },
        {
          $max: { closedUntil: until },
          $inc: { version: 1 },
          $setOnInsert: { tokens: full.tokens, at: full.at },
        },
        { upsert: true },
      );
    },
  };
}

async function inserted(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (err) {
    if (isDuplicateKey(err)) return false;
    throw err;
  }
}
