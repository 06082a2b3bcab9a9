import { type Connection, createConnection } from 'mongoose';
import { AppError } from '../kernel/errors.ts';

export interface ConnectOptions {
  /** How long to look for a writable member before giving up. */
  selectMs?: number;
  /** Overrides the one in the address. */
  database?: string;
}

const DEFAULT_DATABASE = 'acuerdo';
/** What all our connections say of themselves. */
export const APP_NAME = 'acuerdo';

/**
 * Opens one connection pool. 64-bit integers come back as `bigint`, since amounts are never floats; transactions and reads wait for the
 * primary. The database is the one in the address, otherwise `acuerdo`.
 * @throws AppError database_unavailable naming the hosts, never the credentials.
 */
export async function connect(uri: string, options: ConnectOptions = {}): Promise<Connection> {
  const selectMs = options.selectMs ?? 10_000;
  const connection = createConnection(uri, {
    dbName: options.database ?? databaseOf(uri) ?? DEFAULT_DATABASE,
    useBigInt64: true,
    maxPoolSize: 50,
    minPoolSize: 2,
    serverSelectionTimeoutMS: selectMs,
    heartbeatFrequencyMS: 2_000, // a database that comes back is noticed soon
    connectTimeoutMS: 10_000,
    socketTimeoutMS: 60_000,
    waitQueueTimeoutMS: 20_000,
    w: 'majority',
    retryWrites: true,
    appName: APP_NAME,
  });
  try {
    return await connection.asPromise();
  } catch (err) {
    await connection.close(true).catch(() => undefined);
    const message = `MongoDB at ${hostsOf(uri)} did not answer within ${selectMs / 1000} s. Is it running, and is it a replica set?`;
    throw new AppError('database_unavailable', message, { cause: err });
  }
}

const AFTER_HOSTS = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)(?:\/([^?]*))?/;

export const hostsOf = (uri: string): string => AFTER_HOSTS.exec(uri)?.[1] ?? 'an address that is not mongodb://host';
const databaseOf = (uri: string): string | undefined => AFTER_HOSTS.exec(uri)?.[2] || undefined;
