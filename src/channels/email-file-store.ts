import { type Connection, Schema } from 'mongoose';
import { asBuffer } from '../database/bytes.ts';
import type { FileRefusal } from './channel.ts';

/** A file that an e-mail brought: its bytes, or why they were not worth keeping. */
export interface EmailFile {
  /** `<message id>:<n>`, so that a mail that is delivered again brings the same ones. */
  _id: string;
  /** As the mail says. */
  type: string;
  bytes: Buffer | null;
  why: FileRefusal | null;
}

interface Row extends EmailFile {
  at: Date;
}

const KEPT_DAYS = 30; // a dead letter that is brought back to life still finds its files
const WRITE_MS = 5_000; // the mail server waits for 30 s

const schema = new Schema<Row>(
  { _id: String, type: String, bytes: { type: Buffer, default: null }, why: { type: String, default: null }, at: Date },
  { versionKey: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_DAYS * 86_400 });

export type EmailFileStore = ReturnType<typeof createEmailFileStore>;

/** Where the files of mails wait until they are fetched: a mail server deletes a message once it was acknowledged. */
export function createEmailFileStore(db: Connection) {
  const model = db.model('email_files', schema, 'email_files');
  return {
    /** Durable when it resolves; those that were there before stay as they are. @throws when the database is away */
    async keep(files: readonly EmailFile[], at: Date): Promise<void> {
      const options = { upsert: true, writeConcern: { w: 'majority', journal: true }, timeoutMS: WRITE_MS } as const;
      for (const { _id, ...rest } of files)
        await model.collection.updateOne({ _id: _id as never }, { $setOnInsert: { ...rest, at } }, options);
    },
    async find(id: string): Promise<EmailFile | null> {
      const row = await model.findById(id).lean<Row>().exec();
      return row && { ...row, bytes: row.bytes && asBuffer(row.bytes) };
    },
  };
}
