import { type Connection, Schema } from 'mongoose';

/** Up to when the messages to one of our numbers were looked through. */
interface Look {
  /** The channel's id. */
  _id: string;
  until: Date;
}

const schema = new Schema<Look>({ _id: String, until: Date }, { versionKey: false });

export type LookStore = ReturnType<typeof createLookStore>;

export function createLookStore(db: Connection) {
  const model = db.model('channel_looks', schema, 'channel_looks');
  return {
    until: async (channel: string): Promise<Date | null> =>
      (await model.findById(channel).lean<Look>().exec())?.until ?? null,

    /** Two processes that look at once: the later mark stays. */
    async mark(channel: string, until: Date): Promise<void> {
      await model.updateOne({ _id: channel }, { $max: { until } }, { upsert: true });
    },
  };
}
