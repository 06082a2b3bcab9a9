import type { Connection } from 'mongoose';
import type { App } from '../app.ts';
import type { Channel } from '../channels/channel.ts';
import { readConfig } from '../config.ts';
import { type Database, type OpenDatabaseInput, openDatabase } from '../database/open.ts';
import type { Env } from '../database/program.ts';
import { createLog } from '../kernel/log.ts';

/** Opens the database and the rooms for one command. Close it: the database may be ours to let go. */
export type OpenApp = (options?: {
  channels?: Channel[];
}) => Promise<{ app: App; db: Connection; close(): Promise<void> }>;

/**
 * Commands log to stderr, and less than the service unless LOG_LEVEL asks for it: their output is for people and pipes.
 * `withSample` gives the empty database of a demo the sample portfolio: for those who would find nobody to talk to.
 */
export const createOpenApp =
  (env: Env, { withSample = false } = {}): OpenApp =>
  async ({ channels = [] } = {}) => {
    const config = readConfig(env);
    const log = createLog(env['LOG_LEVEL'] ? config.logLevel : 'error', process.stderr);
    const publicUrl = () => config.publicUrl ?? `http://localhost:${config.port}`;
    const database = openEarly({ config, env, log });
    const { openHouse } = await import('../house.ts'); // loaded when it is needed: --help is quick
    const { app, db, close } = await openHouse({
      config,
      database,
      log,
      withSample,
      channels: () => channels,
      publicUrl,
    });
    return { app, db, close };
  };

/** Begins to open the database while the code that will use it is loaded. Whoever awaits the result is told of a failure. */
export function openEarly(input: OpenDatabaseInput): Promise<Database> {
  const opening = openDatabase(input);
  opening.catch(() => undefined);
  return opening;
}
