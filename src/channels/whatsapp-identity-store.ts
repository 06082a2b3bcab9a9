import { type Connection, Schema } from 'mongoose';

interface IdentityRow {
  /** `lid:<jid>` → the phone's jid, or `address:<phone or LID>` → the jid under which that person is written to. */
  _id: string;
  /** Null: WhatsApp said that nobody has this phone there. */
  jid: string | null;
  at: Date;
  /** Since when this person has written to us; null: never. */
  wroteAt: Date | null;
}

const schema = new Schema<IdentityRow>(
  { _id: String, jid: { type: String, default: null }, at: Date, wroteAt: { type: Date, default: null } },
  { versionKey: false },
);

const ABSENT_FOR_MS = 24 * 3_600_000; // people join: a phone that is not there is asked for again the next day

export type IdentityStore = ReturnType<typeof createIdentityStore>;

/** Who is who on WhatsApp: the same person writes under a LID, which hides the phone, or under the phone; and a phone may be written in two ways. */
export function createIdentityStore(db: Connection) {
  const model = db.model('whatsapp_identities', schema, 'whatsapp_identities');
  const find = (_id: string): Promise<IdentityRow | null> => model.findById(_id).lean<IdentityRow>().exec();
  const set = async (_id: string, changes: Partial<IdentityRow>): Promise<void> => {
    await model.updateOne({ _id }, { $set: changes }, { upsert: true, writeConcern: { w: 'majority', j: true } });
  };
  return {
    /** A LID and the phone's jid are one person. LIDs may change: the latest word counts. */
    async pair(lid: string, phoneJid: string, at: Date): Promise<void> {
      if ((await find(`lid:${lid}`))?.jid !== phoneJid) await set(`lid:${lid}`, { jid: phoneJid, at });
    },
    async phoneJidOf(lid: string): Promise<string | null> {
      return (await find(`lid:${lid}`))?.jid ?? null;
    },

    /** Whoever has this address wrote from `jid`: there they are answered. */
    async wrote(address: string, jid: string, at: Date): Promise<void> {
      const known = await find(`address:${address}`);
      if (!known?.wroteAt || known.jid !== jid) await set(`address:${address}`, { jid, at, wroteAt: at });
    },
    /** What WhatsApp said of an address when it was asked. */
    looked: (address: string, jid: string | null, at: Date): Promise<void> => set(`address:${address}`, { jid, at }),
    /** Null when nothing is known of it, or only that it was not there more than a day ago. */
    async find(address: string, now: Date): Promise<Pick<IdentityRow, 'jid' | 'wroteAt'> | null> {
      const row = await find(`address:${address}`);
      const isOld = row?.jid === null && now.getTime() - row.at.getTime() > ABSENT_FOR_MS;
      return isOld ? null : row;
    },
  };
}
