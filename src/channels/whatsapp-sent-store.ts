import { type Connection, Schema } from 'mongoose';
import type { OutboxId } from '../kernel/ids.ts';
import type { DeliveryStatus } from './channel.ts';

/** A message of ours as it was handed to WhatsApp. Phones that could not read it ask for it again, so the text is kept as it went. */
export interface SentMessage {
  /** WhatsApp's id of it, which we chose. */
  _id: string;
  outboxId: OutboxId;
  jid: string;
  text: string;
  at: Date;
  /** WhatsApp's word on it; null while there is none. */
  status: DeliveryStatus | null;
}

const KEPT_DAYS = 30; // WhatsApp keeps what it could not deliver for so long

const schema = new Schema<SentMessage>(
  { _id: String, outboxId: String, jid: String, text: String, at: Date, status: { type: String, default: null } },
  { versionKey: false },
);
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_DAYS * 86_400 });

const RANK: DeliveryStatus[] = ['accepted', 'sent', 'delivered', 'read'];

export type SentStore = ReturnType<typeof createSentStore>;

export function createSentStore(db: Connection) {
  const model = db.model('whatsapp_sent', schema, 'whatsapp_sent');
  return {
    /** Before the socket has it. Safe to repeat. */
    async write({ _id, ...rest }: SentMessage): Promise<void> {
      const writeConcern = { w: 'majority', j: true } as const;
      await model.updateOne({ _id }, { $setOnInsert: rest }, { upsert: true, writeConcern });
    },
    /** It never left: as if it had not been written. */
    async forget(id: string): Promise<void> {
      await model.deleteOne({ _id: id, status: null });
    },
    /** The rank only rises. */
    async note(id: string, status: DeliveryStatus): Promise<void> {
      const lower = status === 'failed' ? RANK : RANK.slice(0, RANK.indexOf(status));
      await model.updateOne({ _id: id, status: { $in: [null, ...lower] } }, { $set: { status } });
    },
    find: (id: string): Promise<SentMessage | null> => model.findById(id).lean<SentMessage>().exec(),
  };
}
