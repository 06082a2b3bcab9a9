import { type Connection, Schema } from 'mongoose';

/** Where the talk with one address stands: what an answer refers to. */
export interface EmailThread {
  /** `Message-ID` of the debtor's last message. */
  lastId: string;
  /** What that message referred to, oldest first. */
  references: string[];
}

type ThreadRow = EmailThread & { _id: string };

const schema = new Schema<ThreadRow>(
  { _id: String, lastId: { type: String, required: true }, references: [String] },
  { versionKey: false },
);

export type EmailThreadStore = ReturnType<typeof createEmailThreadStore>;

export function createEmailThreadStore(db: Connection) {
  const model = db.model<ThreadRow>('email_threads', schema, 'email_threads');
  return {
    find: (address: string): Promise<EmailThread | null> => model.findById(address).lean<ThreadRow>().exec(),
    async remember(address: string, { lastId, references }: EmailThread): Promise<void> {
      await model.updateOne({ _id: address }, { $set: { lastId, references } }, { upsert: true });
    },
  };
}
