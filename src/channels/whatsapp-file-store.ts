import { type Connection, Schema } from 'mongoose';
import { asBuffer } from '../database/bytes.ts';

/** Where WhatsApp keeps a file, encrypted, and the key to it. The bytes under `mediaKey` are as confidential as the file itself: never logged. */
export interface SealedFile {
  kind: 'image' | 'document';
  /** Path on WhatsApp's server of files. */
  directPath: string;
  mediaKey: Buffer;
  /** As the sender says; 0 where it does not. */
  sizeBytes: number;
}

/** A file of a message that came in. */
export interface WaFile extends SealedFile {
  /** The inbox row's id. */
  _id: string;
  /** WhatsApp's names of the message, to ask for the file again. */
  chat: string;
  messageId: string;
  at: Date;
}

const KEPT_DAYS = 30; // WhatsApp itself keeps a file about as long

const schema = new Schema<WaFile>(
  {
    _id: String,
    kind: String,
    directPath: String,
    mediaKey: Buffer,
    sizeBytes: Number,
    chat: String,
    messageId: String,
    at: Date,
  },
  { versionKey: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_DAYS * 86_400 });

export type WaFileStore = ReturnType<typeof createWaFileStore>;

export function createWaFileStore(db: Connection) {
  const model = db.model('whatsapp_files', schema, 'whatsapp_files');
  return {
    /** Safe to repeat: what was written first stays. */
    async write({ _id, ...rest }: WaFile): Promise<void> {
      const writeConcern = { w: 'majority', j: true } as const;
      await model.updateOne({ _id }, { $setOnInsert: rest }, { upsert: true, writeConcern });
    },
    async find(id: string): Promise<WaFile | null> {
      const row = await model.findById(id).lean<WaFile>().exec();
      return row && { ...row, mediaKey: asBuffer(row.mediaKey) };
    },
    /** The phone has put it elsewhere. */
    async moved(id: string, directPath: string): Promise<void> {
      await model.updateOne({ _id: id }, { $set: { directPath } });
    },
  };
}
