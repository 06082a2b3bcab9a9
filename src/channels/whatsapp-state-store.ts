import { type Connection, Schema } from 'mongoose';
import type { Problem } from './whatsapp-reconnect.ts';

export type LinkState = 'connecting' | 'pairing' | 'open' | 'reconnecting' | 'stopped';

/** How a number's connection stands, for whoever looks: written by its holder, read by any process. */
export interface LinkView {
  /** The number. */
  _id: string;
  state: LinkState;
  /** To be scanned, while it is being paired. */
  qr: string | null;
  /** To be typed on the phone instead. */
  pairingCode: string | null;
  problem: Problem | null;
  since: Date;
  /** The holder's last sign of life. */
  seenAt: Date;
  /** WhatsApp restricts writing to people who never wrote: no cold message leaves until then. */
  coldPausedUntil: Date | null;
  /** Why it does. */
  coldPausedBy: string | null;
  /** People who never wrote and whom we wrote to in WhatsApp's cycle, of how many we may; null where it does not say. */
  newChats: { used: number; of: number } | null;
  /** Messages that have waited for their words for over two minutes. */
  unreadable: number;
  /** When a person last asked for another try. */
  askedAt: Date | null;
}

const schema = new Schema<LinkView>(
  {
    _id: String,
    state: String,
    qr: { type: String, default: null },
    pairingCode: { type: String, default: null },
    problem: { type: String, default: null },
    since: Date,
    seenAt: Date,
    coldPausedUntil: { type: Date, default: null },
    coldPausedBy: { type: String, default: null },
    newChats: { type: Schema.Types.Mixed, default: null },
    unreadable: { type: Number, default: 0 },
    askedAt: { type: Date, default: null },
  },
  { versionKey: false },
);

export type StateStore = ReturnType<typeof createStateStore>;

export function createStateStore(db: Connection) {
  const model = db.model('whatsapp_links', schema, 'whatsapp_links');
  return {
    find: (number: string): Promise<LinkView | null> => model.findById(number).lean<LinkView>().exec(),
    async show(number: string, changes: Partial<Omit<LinkView, '_id'>>): Promise<void> {
      await model.updateOne({ _id: number }, { $set: changes }, { upsert: true });
    },
    /** A person wants another try: the holder finds it. */
    async ask(number: string, now: Date): Promise<void> {
      await model.updateOne({ _id: number }, { $set: { askedAt: now } });
    },
  };
}
