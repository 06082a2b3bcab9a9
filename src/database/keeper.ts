/**
 * A process of its own that keeps one mongod for all who use a DATA_DIR (docs/decisions/0001-database-room.md).
 * Its listening port is the lock: only one keeper can hold it. A client is an open connection: when a client dies, however it dies, the
 * connection closes. It says its state in lines of JSON and hears nothing.
 */
import { mkdir } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { monotonicMs, systemClock } from '../kernel/clock.ts';
import { type KeeperGreeting, type KeeperState, keeperPortFile } from './keeper-state.ts';
import { isFree, LOOPBACK, rememberedPort } from './port.ts';
import { freeFolder, type ReplicaSet, startReplicaSet } from './replica-set.ts';

const STARTS_MAX = 5; // within STARTS_MS: then something is wrong that starting again does not mend
const STARTS_MS = 60_000;

export interface KeeperInput {
  dataDir: string;
  mongod: { path: string; version: string };
  /** How long mongod stays when the last client has gone. */
  graceMs: number;
}

/** Runs until no client is left. Resolves with the process's exit code. */
export async function keep({ dataDir, mongod, graceMs }: KeeperInput): Promise<number> {
  const clients = new Set<Socket>();
  let current: KeeperState = { state: 'starting' };
  const running: { set?: ReplicaSet } = {};
  let end: (code: number) => void = () => undefined;
  const ending = new Promise<number>((resolve) => {
    end = resolve;
  });
  let grace = setTimeout(() => end(0), graceMs);

  const say = (next: KeeperState) => {
    current = next;
    note(JSON.stringify(next));
    for (const client of clients) client.write(`${JSON.stringify(next)}\n`);
  };
  const server = createServer((client) => {
    clearTimeout(grace);
    clients.add(client);
    client.on('error', () => undefined); // `close` follows
    client.on('close', () => {
      clients.delete(client);
      if (clients.size > 0) return;
      clearTimeout(grace);
      grace = setTimeout(() => end(0), graceMs);
    });
    const greeting: KeeperGreeting = { keeperOf: dataDir };
    client.write(`${JSON.stringify(greeting)}\n${JSON.stringify(current)}\n`);
    client.resume();
  });
  const isOurs = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.once('listening', () => resolve(true));
    rememberedPort(keeperPortFile(dataDir)).then((port) => server.listen(port, LOOPBACK));
  });
  if (!isOurs) {
    clearTimeout(grace);
    return 0; // another keeper was first
  }
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, () => end(0));

  note(`keeper ${process.pid} starts mongod ${mongod.version} from ${mongod.path}`);
  let isEnding = false;
  const tending = tend().catch((err: Error) => {
    say({ state: 'failed', reason: err.message });
    end(1);
  });
  const code = await ending;
  isEnding = true;
  server.close(); // from here on a new client starts a new keeper, which waits for our mongod to be gone
  for (const client of clients) client.end();
  await running.set?.stop();
  await tending;
  return code;

  /** Keeps mongod running. A start that fails is tried again too: a crash while the journal was replayed, a port that was late to be free. */
  async function tend(): Promise<void> {
    const starts: number[] = [];
    let reason = 'it keeps ending';
    while (!isEnding) {
      starts.push(monotonicMs());
      if (starts.length > STARTS_MAX && monotonicMs() - (starts.shift() ?? 0) < STARTS_MS) throw new Error(reason);
      try {
        running.set = await startOn(dataDir, mongod);
      } catch (err) {
        reason = (err as Error).message;
        note(reason);
        await systemClock.sleep(100);
        continue;
      }
      const { uri, ended, stop } = running.set;
      if (isEnding) return await stop();
      say({ state: 'ready', uri });
      await ended;
      if (!isEnding) say({ state: 'starting' });
    }
  }
}

async function startOn(dataDir: string, mongod: KeeperInput['mongod']): Promise<ReplicaSet> {
  const dbPath = path.join(dataDir, 'db');
  await mkdir(dbPath, { recursive: true });
  await freeFolder(dbPath);
  const portFile = path.join(dataDir, 'mongod.port');
  let port = await rememberedPort(portFile);
  for (let waitedMs = 0; !(await isFree(port)); waitedMs += 100) {
    if (waitedMs >= 3000) port = await rememberedPort(portFile, true); // a stranger's
    await systemClock.sleep(100);
  }
  return await startReplicaSet(mongod, dbPath, port);
}

function note(line: string): void {
  console.log(`${systemClock.now().toISOString()} ${line}`);
}
