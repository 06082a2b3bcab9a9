import { type Connection, Schema } from 'mongoose';
import { asBuffer } from '../database/bytes.ts';
import type { Tx } from '../database/transaction.ts';
import type { FileRefusal, FileType } from './channel.ts';

/** A file that came with a message: first only where it is, then its bytes, or why it was not taken. */
export interface MediaFile {
  /** `<inbox id>:<n>`, so that a turn that is run again waits for the same files. */
  _id: string;
  inboxId: string;
  conversationId: string;
  debtorId: string | null;
  channel: string;
  url: string;
  /** As the provider says until the bytes are there. */
  type: string;
  state: 'waiting' | 'kept' | 'refused';
  why: FileRefusal | null;
  receivedAt: Date;
  attempts: number;
  /** By the service's clock. */
  notBefore: Date;
  sha256: string | null;
  sizeBytes: number | null;
  bytes: Buffer | null;
}

const schema = new Schema<MediaFile>(
  {
    _id: String,
    inboxId: { type: String, required: true },
    conversationId: String,
    debtorId: { type: String, default: null },
    channel: String,
    url: String,
    type: String,
    state: String,
    why: { type: String, default: null },
    receivedAt: Date,
    attempts: Number,
    notBefore: Date,
    sha256: { type: String, default: null },
    sizeBytes: { type: Number, default: null },
    bytes: { type: Buffer, default: null },
  },
  { versionKey: false },
);
schema.index({ notBefore: 1 }, { partialFilterExpression: { state: 'waiting' }, name: 'waiting' });
schema.index({ inboxId: 1 });
schema.index({ conversationId: 1, receivedAt: -1 });
schema.index({ debtorId: 1, receivedAt: -1 });

export type MediaStore = ReturnType<typeof createMediaStore>;

export function createMediaStore(db: Connection) {
  const model = db.model('media', schema, 'media');
  return {
    async expect(files: MediaFile[], tx: Tx): Promise<void> {
      if (files.length > 0) await model.insertMany(files, { session: tx });
    },

    /** Takes the one that waits longest, for `leaseMs`: a process that dies over it gives it back by that. */
    take: (channels: string[], now: Date, leaseMs: number): Promise<MediaFile | null> =>
      model
        .findOneAndUpdate(
          { state: 'waiting', channel: { $in: channels }, notBefore: { $lte: now } },
          { $set: { notBefore: new Date(now.getTime() + leaseMs) }, $inc: { attempts: 1 } },
          { sort: { notBefore: 1 }, returnDocument: 'after' },
        )
        .lean<MediaFile>()
        .exec(),

    /** @returns false when somebody else settled it */
    async keep(id: string, file: { type: FileType; bytes: Uint8Array; sha256: string }, tx: Tx): Promise<boolean> {
      const { type, bytes, sha256 } = file;
      const kept = { state: 'kept', type, bytes: Buffer.from(bytes), sha256, sizeBytes: bytes.byteLength } as const;
      const result = await model.updateOne({ _id: id, state: 'waiting' }, { $set: kept }, { session: tx });
      return result.modifiedCount === 1;
    },

    /** @returns false when somebody else settled it */
    async refuse(id: string, why: FileRefusal, tx: Tx): Promise<boolean> {
      const refused = { state: 'refused', why } as const;
      const result = await model.updateOne({ _id: id, state: 'waiting' }, { $set: refused }, { session: tx });
      return result.modifiedCount === 1;
    },

    /** A file that was kept; null for any other. */
    async find(id: string): Promise<{ type: FileType; bytes: Buffer } | null> {
      const row = await model.findOne({ _id: id, state: 'kept' }, { type: 1, bytes: 1 }).lean<MediaFile>().exec();
      return row?.bytes ? { type: row.type as FileType, bytes: asBuffer(row.bytes) } : null;
    },

    /** The latest files of a conversation that were kept, oldest first. */
    async keptIn(conversationId: string, since: Date, limit: number): Promise<string[]> {
      const rows = await model
        .find({ conversationId, state: 'kept', receivedAt: { $gte: since } }, { _id: 1 })
        .sort({ receivedAt: -1, _id: -1 })
        .limit(limit)
        .lean<Pick<MediaFile, '_id'>[]>()
        .exec();
      return rows.map(({ _id }) => _id).reverse();
    },

    async later(id: string, notBefore: Date): Promise<void> {
      await model.updateOne({ _id: id, state: 'waiting' }, { $set: { notBefore } });
    },
  };
}
