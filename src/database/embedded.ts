import { spawn } from 'node:child_process';
import { mkdir, open, realpath, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { connect as dial, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { monotonicMs, systemClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Mongod } from './binary.ts';
import { type KeeperGreeting, type KeeperState, keeperLogFile, keeperPortFile } from './keeper-state.ts';
import { LOOPBACK, rememberedPort } from './port.ts';
import type { Env } from './program.ts';

const OPEN_MS_MAX = 60_000;
const GREETING_MS_MAX = 2000;
const LOG_BYTES_MAX = 1_000_000;

export interface EmbeddedInput {
  dataDir: string;
  /** Asked only when no keeper runs yet. */
  findMongod: () => Promise<Mongod>;
  env: Env;
  log: Log;
  /** How long mongod stays after its last user: long enough for the next command, short enough not to be in the way. */
  graceMs?: number;
}

export interface Embedded {
  uri: string;
  /** Lets go of mongod. It ends by itself when nobody else holds it. */
  close(): Promise<void>;
}

/**
 * A replica set of one whose data stay in `dataDir`, shared by every process that opens the same folder: the service, `acuerdo chat`, any
 * command, in any order. Whoever comes first starts its keeper; while open, a keeper that dies is started again.
 * @throws AppError database_unavailable with the reason and the log file to read.
 */
export async function openEmbedded(input: EmbeddedInput): Promise<Embedded> {
  await mkdir(input.dataDir, { recursive: true }).catch((err) => {
    throw new AppError('database_unavailable', `DATA_DIR ${input.dataDir} cannot be made: ${err.message}`, {
      cause: err,
    });
  });
  const own = { ...input, dataDir: await realpath(input.dataDir) };
  let isClosed = false;
  let hold = await holdKeeper(own);
  const { uri } = hold;
  watch();
  return {
    uri,
    close: async () => {
      isClosed = true;
      hold.socket.destroy();
    },
  };

  function watch(): void {
    hold.socket.once('close', async () => {
      while (!isClosed) {
        own.log.warn('the database keeper is gone, starting it again');
        try {
          hold = await holdKeeper(own);
          if (isClosed) hold.socket.destroy();
          if (hold.uri !== uri) own.log.error('the database came back on another port: restart this process');
          return watch();
        } catch (err) {
          own.log.error({ err }, 'the database keeper does not start');
          await systemClock.sleep(1000);
        }
      }
    });
  }
}

interface Hold {
  socket: Socket;
  uri: string;
}

async function holdKeeper(input: EmbeddedInput): Promise<Hold> {
  const deadline = monotonicMs() + OPEN_MS_MAX;
  let keeper: { exitCode: number | null } | null = null;
  while (monotonicMs() < deadline) {
    const port = await rememberedPort(keeperPortFile(input.dataDir));
    const answer = await ask(port, input.dataDir, deadline);
    if (answer.kind === 'ready') return answer;
    if (answer.kind === 'failed') throw unavailable(input.dataDir, answer.reason);
    if (answer.kind === 'stranger') await rememberedPort(keeperPortFile(input.dataDir), true);
    if (answer.kind === 'nobody' && keeper?.exitCode) throw unavailable(input.dataDir, 'its keeper ended at once');
    // one that ended well was second to another keeper, or was ending as we came
    if (answer.kind === 'nobody' && keeper?.exitCode !== null) keeper = await spawnKeeper(input);
    await systemClock.sleep(25);
  }
  throw unavailable(input.dataDir, `it was not ready within ${OPEN_MS_MAX / 1000} s`);
}

type Answer =
  | ({ kind: 'ready' } & Hold)
  | { kind: 'failed'; reason: string }
  | { kind: 'stranger' | 'nobody' | 'gone' };

/** Connects and listens until the keeper is ready. The connection stays open: it is what makes us a client. */
function ask(port: number, dataDir: string, deadline: number): Promise<Answer> {
  return new Promise((resolve) => {
    const socket = dial(port, LOOPBACK);
    let isGreeted = false;
    const end = (answer: Answer) => {
      clearTimeout(timer);
      socket.removeAllListeners('close');
      if (answer.kind !== 'ready') socket.destroy();
      resolve(answer);
    };
    let timer = setTimeout(() => end({ kind: 'stranger' }), GREETING_MS_MAX);
    socket.on('error', () => undefined);
    socket.on('close', () => end({ kind: isGreeted ? 'gone' : 'nobody' }));
    const lines = createInterface({ input: socket });
    lines.on('error', () => undefined);
    lines.on('line', (line) => {
      const said = parse(line);
      if (!isGreeted && said.keeperOf !== dataDir) return end({ kind: 'stranger' });
      isGreeted = true;
      clearTimeout(timer);
      timer = setTimeout(() => end({ kind: 'failed', reason: 'mongod is still starting' }), deadline - monotonicMs());
      if (said.state === 'failed') return end({ kind: 'failed', reason: said.reason ?? 'unknown' });
      if (said.state !== 'ready' || said.uri === undefined) return;
      lines.removeAllListeners('line'); // what it says from here on is the database driver's business
      socket.unref(); // a command that has finished may end
      end({ kind: 'ready', socket, uri: said.uri });
    });
  });
}

type Said = Partial<KeeperGreeting> & { state?: KeeperState['state']; uri?: string; reason?: string };

function parse(line: string): Said {
  try {
    return JSON.parse(line) as Said;
  } catch {
    return {};
  }
}

/** Detached, in a session of its own: Ctrl-C in our terminal is not its business. */
async function spawnKeeper({ dataDir, findMongod, env, graceMs }: EmbeddedInput): Promise<{ exitCode: number | null }> {
  const mongod = await findMongod();
  const logFile = keeperLogFile(dataDir);
  const size = (await stat(logFile).catch(() => null))?.size ?? 0;
  const logged = await open(logFile, size > LOG_BYTES_MAX ? 'w' : 'a');
  const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href; // ours are modules; the packages' CommonJS is left alone
  const main = fileURLToPath(new URL('./keeper-main.ts', import.meta.url));
  const tsconfig = fileURLToPath(new URL('../../tsconfig.json', import.meta.url));
  const args = ['--import', tsx, main, dataDir, mongod.path, mongod.version, String(graceMs ?? 5000)];
  const child = spawn(process.execPath, args, {
    cwd: dataDir,
    detached: true,
    stdio: ['ignore', logged.fd, logged.fd],
    env: { ...env, TSX_TSCONFIG_PATH: tsconfig } as NodeJS.ProcessEnv, // ours, whatever lies around DATA_DIR
  });
  child.on('error', () => undefined); // asked again until the deadline
  child.unref();
  await logged.close();
  return child;
}

function unavailable(dataDir: string, reason: string): AppError {
  const message = `The database in ${dataDir} could not be started: ${reason}.\nIts log is ${keeperLogFile(dataDir)}. To use another database set MONGODB_URI.`;
  return new AppError('database_unavailable', message);
}
