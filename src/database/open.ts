import type { Log } from '../kernel/log.ts';
import { findMongod } from './binary.ts';
import { openEmbedded } from './embedded.ts';
import type { Env, Progress } from './program.ts';

export interface OpenDatabaseInput {
  config: { mongodbUri: string | null; dataDir: string };
  env: Env;
  log: Log;
  /** Told of what takes more than a moment. By default stderr when it is a terminal, otherwise the log. */
  progress?: Progress;
}

export interface Database {
  uri: string;
  /** Lets go of it. Close the connections first. */
  close(): Promise<void>;
}

/**
 * The database of this configuration: MONGODB_URI when it is set, otherwise one of our own in DATA_DIR, started when it does not run yet.
 * @throws AppError mongod_not_found | database_unavailable
 */
export async function openDatabase(input: OpenDatabaseInput): Promise<Database> {
  const { config, env, log } = input;
  if (config.mongodbUri !== null) return { uri: config.mongodbUri, close: async () => undefined };
  const progress =
    input.progress ?? ((line) => (process.stderr.isTTY ? void process.stderr.write(`${line}\n`) : log.info(line)));
  return await openEmbedded({
    dataDir: config.dataDir,
    env,
    log,
    findMongod: async () => {
      const mongod = await findMongod(env, progress);
      log.debug({ version: mongod.version, from: mongod.from, path: mongod.path }, 'mongod found');
      return mongod;
    },
  });
}
