import {
  type AuthenticationCreds,
  type AuthenticationState,
  BufferJSON,
  initAuthCreds,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
} from '@whiskeysockets/baileys';
import { type Connection, Schema } from 'mongoose';
import { inTransaction, type Tx } from '../database/transaction.ts';

interface AuthRow {
  /** `<number>:<type>:<id>` */
  _id: string;
  number: string;
  /** Whatever Baileys calls it: session, pre-key, lid-mapping, … Any is taken, since new ones come with its versions. */
  type: string;
  id: string;
  /** JSON, with buffers as Baileys' BufferJSON writes them. */
  value: string;
}

const schema = new Schema<AuthRow>(
  { _id: String, number: String, type: String, id: String, value: String },
  { versionKey: false },
);
schema.index({ number: 1, type: 1 });

const CREDS = 'creds';

/** The credentials and keys of one number, for one holder. */
export interface AuthStore {
  state: AuthenticationState;
  /** Writes the credentials as they stand now. Saves follow one another; resolves when this one is durable. @throws LeaseLost */
  saveCreds(): Promise<void>;
  /** Resolves when no write is under way. */
  idle(): Promise<void>;
}

/**
 * Baileys' auth state in MongoDB. No cache in front of it: one that is ahead of the database after a failed write would lose messages, and a
 * read costs a millisecond. Every write is a transaction with the lease, journaled on a majority: a holder that was paused writes nothing.
 * @param guard throws when this holder's lease is gone
 */
export async function openAuth(db: Connection, number: string, guard: (tx: Tx) => Promise<void>): Promise<AuthStore> {
  const model = modelOf(db);
  const idOf = (type: string, id: string) => `${number}:${type}:${id}`;
  let last: Promise<void> = Promise.resolve();

  /** One after the other: two at once would only make each other start again at the lease. */
  function write(changes: { type: string; id: string; value: unknown }[]): Promise<void> {
    if (changes.length === 0) return Promise.resolve();
    const rows = changes.map(({ type, id, value }) => ({ type, id, value: value == null ? null : encode(value) }));
    const ops = rows.map(({ type, id, value }) =>
      value === null
        ? { deleteOne: { filter: { _id: idOf(type, id) } } }
        : { replaceOne: { filter: { _id: idOf(type, id) }, replacement: { number, type, id, value }, upsert: true } },
    );
    const writing = last.then(() =>
      inTransaction(db, async (tx) => {
        await guard(tx);
        await model.bulkWrite(ops as never, { session: tx, ordered: true });
      }),
    );
    last = writing.catch(() => undefined);
    return writing;
  }

  const stored = await model.findById(idOf(CREDS, '')).lean<AuthRow>().exec();
  const creds = stored ? (decode(stored.value) as AuthenticationCreds) : initAuthCreds();

  return {
    state: {
      creds,
      keys: {
        async get<T extends keyof SignalDataTypeMap>(type: T, ids: string[]) {
          const rows = await model
            .find({ _id: { $in: ids.map((id) => idOf(type, id)) } })
            .lean<AuthRow[]>()
            .exec();
          return Object.fromEntries(rows.map((row) => [row.id, revive(type, decode(row.value))])) as {
            [id: string]: SignalDataTypeMap[T];
          };
        },
        set: (data: SignalDataSet) =>
          write(
            Object.entries(data).flatMap(([type, values]) =>
              Object.entries(values ?? {}).map(([id, value]) => ({ type, id, value })),
            ),
          ),
      },
    },
    saveCreds: () => write([{ type: CREDS, id: '', value: creds }]),
    idle: () => last,
  };
}

/** All of a number's keys, when the phone has let go of us. */
export async function wipeAuth(db: Connection, number: string, guard: (tx: Tx) => Promise<void>): Promise<void> {
  await inTransaction(db, async (tx) => {
    await guard(tx);
    await modelOf(db).deleteMany({ number }, { session: tx });
  });
}

/** Made once a connection, before its indexes are. */
export const modelOf = (db: Connection) => db.model('whatsapp_auth', schema, 'whatsapp_auth');

const encode = (value: unknown): string => JSON.stringify(value, BufferJSON.replacer);
const decode = (text: string): unknown => JSON.parse(text, BufferJSON.reviver);

/** This one type is a protobuf message, which Baileys asks for methods. */
const revive = (type: string, value: unknown): unknown =>
  type === 'app-state-sync-key' ? proto.Message.AppStateSyncKeyData.fromObject(value as object) : value;
