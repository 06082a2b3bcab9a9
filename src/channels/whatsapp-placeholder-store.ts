import { type Connection, Schema } from 'mongoose';

/** A message that came but cannot be read yet. Its words follow under the same id, or never. */
interface Placeholder {
  /** As the inbox would name it. */
  _id: string;
  number: string;
  at: Date;
}

const KEPT_DAYS = 14; // longer than this WhatsApp sends none again

const schema = new Schema<Placeholder>({ _id: String, number: String, at: Date }, { versionKey: false });
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_DAYS * 86_400 });

export type PlaceholderStore = ReturnType<typeof createPlaceholderStore>;

export function createPlaceholderStore(db: Connection) {
  const model = db.model('whatsapp_placeholders', schema, 'whatsapp_placeholders');
  return {
    /** @returns false when it was there before */
    async add(id: string, number: string, at: Date): Promise<boolean> {
      const result = await model.updateOne({ _id: id }, { $setOnInsert: { number, at } }, { upsert: true });
      return result.upsertedCount === 1;
    },
    /** The words have come. @returns false when it was no placeholder */
    resolve: async (id: string): Promise<boolean> => (await model.deleteOne({ _id: id })).deletedCount === 1,
    /** Those that have waited since before `at`. */
    olderThan: (number: string, at: Date): Promise<number> => model.countDocuments({ number, at: { $lte: at } }),
  };
}
