import { type Connection, Schema } from 'mongoose';

interface PageKey {
  /** The number. */
  _id: string;
  key: string;
}

const schema = new Schema<PageKey>({ _id: String, key: String }, { versionKey: false });

/**
 * The key of a number's page: the first that any process made, so that all of them open to the same one, also after a restart. It lies beside the
 * number's own keys, which are worth more.
 * @param made taken when there is none yet
 */
export async function keepPageKey(db: Connection, number: string, made: string): Promise<string> {
  const model = db.model('whatsapp_page_keys', schema, 'whatsapp_page_keys');
  await model.updateOne({ _id: number }, { $setOnInsert: { key: made } }, { upsert: true });
  return (await model.findById(number).lean<PageKey>().orFail().exec()).key;
}
