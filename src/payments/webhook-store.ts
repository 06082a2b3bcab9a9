import { type Connection, Schema } from 'mongoose';
import { isDuplicateKey } from '../database/duplicate.ts';

/** A webhook that was verified. Kept for longer than a provider may send it again, so that it is known when it comes back. */
export interface DeliveryRow {
  /** `provider:deliveryKey` */
  _id: string;
  provider: string;
  paymentId: string | null;
  type: string;
  receivedAt: Date;
  settledAt: Date | null;
  tries: number;
}

const KEPT_SECONDS = 30 * 86_400; // longer than any provider retries (Mercado Pago: 96 h)

const schema = new Schema<DeliveryRow>(
  {
    _id: { type: String, required: true },
    provider: { type: String, required: true },
    paymentId: { type: String, default: null },
    type: { type: String, required: true },
    receivedAt: { type: Date, required: true },
    settledAt: { type: Date, default: null },
    tries: { type: Number, required: true },
  },
  { collection: 'payment_webhooks', versionKey: false, autoCreate: false },
);
schema.index({ receivedAt: 1 }, { expireAfterSeconds: KEPT_SECONDS });
schema.index({ settledAt: 1, tries: 1 });

/** How far the sweeper has read each provider's list. */
interface CursorRow {
  _id: string;
  cursor: string;
}
const cursorSchema = new Schema<CursorRow>(
  { _id: { type: String, required: true }, cursor: { type: String, required: true } },
  { collection: 'payment_cursors', versionKey: false, autoCreate: false },
);

export function createWebhookStore(db: Connection) {
  const Delivery = db.model<DeliveryRow>('payment_webhook', schema);
  const Cursor = db.model<CursorRow>('payment_cursor', cursorSchema);
  return {
    async prepare(): Promise<void> {
      await Promise.all([Delivery.createCollection(), Cursor.createCollection()]);
      await Delivery.createIndexes();
    },
    /** @returns false when it was stored before. */
    async insert(row: DeliveryRow): Promise<boolean> {
      const { _id, ...rest } = row;
      const done = await Delivery.updateOne(
        { _id },
        { $setOnInsert: rest },
        { upsert: true, writeConcern: { w: 'majority', j: true } },
      ).catch((error: { code?: number }) => {
        if (isDuplicateKey(error)) return { upsertedCount: 0 }; // two at the same instant: the other one stored it
        throw error;
      });
      return done.upsertedCount === 1;
    },
    find: (id: string): Promise<DeliveryRow | null> => Delivery.findById(id).lean<DeliveryRow>().exec(),
    settled: async (id: string, at: Date): Promise<void> =>
      void (await Delivery.updateOne({ _id: id }, { $set: { settledAt: at } })),
    tried: async (id: string): Promise<void> => void (await Delivery.updateOne({ _id: id }, { $inc: { tries: 1 } })),
    /** Those tried least often first, so that one that always fails keeps nobody waiting. */
    unsettled: (since: Date, limit: number): Promise<DeliveryRow[]> =>
      Delivery.find({ settledAt: null, receivedAt: { $gte: since } })
        .sort({ tries: 1, receivedAt: 1 })
        .limit(limit)
        .lean<DeliveryRow[]>()
        .exec(),
    cursor: async (provider: string): Promise<string> =>
      (await Cursor.findById(provider).lean<CursorRow>().exec())?.cursor ?? '',
    moveCursor: async (provider: string, cursor: string): Promise<void> =>
      void (await Cursor.updateOne({ _id: provider }, { $set: { cursor } }, { upsert: true })),
  };
}

export type WebhookStore = ReturnType<typeof createWebhookStore>;
