import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { MongoMemoryServer } from 'mongodb-memory-server-core';
import type { mongo } from 'mongoose';
import { systemClock } from '../kernel/clock.ts';
import type { Mongod } from './binary.ts';
import { run } from './program.ts';

const HOST = '127.0.0.1';
const SET = 'acuerdo';
const PRIMARY_MS_MAX = 30_000;
const STOP_MS_MAX = 15_000;

export interface ReplicaSet {
  uri: string;
  /** Resolves when mongod has ended, wanted or not. */
  ended: Promise<void>;
  stop(): Promise<void>;
}

/**
 * Starts mongod on `dbPath` as a replica set of one, and resolves when it takes writes. The data are kept; a port other than the last one
 * is put into the set's configuration.
 */
export async function startReplicaSet(
  mongod: Pick<Mongod, 'path' | 'version'>,
  dbPath: string,
  port: number,
): Promise<ReplicaSet> {
  const loading = import('mongoose'); // its driver, while mongod starts
  loading.catch(() => undefined); // whoever awaits it is told
  const server = await MongoMemoryServer.create({
    binary: { systemBinary: mongod.path, version: mongod.version },
    instance: {
      ip: HOST,
      port,
      portGeneration: false,
      dbPath,
      replSet: SET,
      storageEngine: 'wiredTiger',
      launchTimeout: 60_000, // a journal to replay, a slow disk
      args: ['--wiredTigerCacheSizeGB', '0.5', '--setParameter', 'diagnosticDataCollectionEnabled=false'],
    },
  });
  const child = server.instanceInfo?.instance.mongodProcess;
  const ended = new Promise<void>((resolve) => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
  });
  const stop = async () => void (await server.stop({ doCleanup: false }));
  try {
    await becomePrimary(port, (await loading).mongo);
  } catch (err) {
    await stop();
    throw err;
  }
  return { uri: `mongodb://${HOST}:${port}/?replicaSet=${SET}`, ended, stop };
}

type Driver = Pick<typeof mongo, 'MongoClient' | 'MongoNetworkError'>;

async function becomePrimary(port: number, driver: Driver): Promise<void> {
  const host = `${HOST}:${port}`;
  const client = new driver.MongoClient(`mongodb://${host}/?directConnection=true`, {
    serverSelectionTimeoutMS: 10_000,
  });
  try {
    const admin = client.db('admin');
    const config = await currentConfig(admin);
    if (config === null) await admin.command({ replSetInitiate: { _id: SET, members: [{ _id: 0, host }] } });
    if (config !== null && config.members[0]?.host !== host) await moveTo(admin, host, config, driver);
    for (let waitedMs = 0; !(await admin.command({ hello: 1 }))['isWritablePrimary']; waitedMs += 20) {
      if (waitedMs > PRIMARY_MS_MAX)
        throw new Error(`mongod on port ${port} takes no writes after ${PRIMARY_MS_MAX / 1000} s`);
      await systemClock.sleep(20);
    }
  } finally {
    await client.close();
  }
}

/** A member that finds itself in its configuration again closes all connections, ours too: its answer may be lost, what it did is not. */
async function moveTo(admin: mongo.Db, host: string, { version }: SetConfig, driver: Driver): Promise<void> {
  const config = { _id: SET, version: version + 1, members: [{ _id: 0, host }] };
  await admin.command({ replSetReconfig: config, force: true }).catch((err) => {
    if (!(err instanceof driver.MongoNetworkError)) throw err;
  });
}

interface SetConfig {
  version: number;
  members: { _id: number; host: string }[];
}

async function currentConfig(admin: mongo.Db): Promise<SetConfig | null> {
  try {
    return (await admin.command({ replSetGetConfig: 1 }))['config'] as SetConfig;
  } catch (err) {
    if ((err as { codeName?: string }).codeName === 'NotYetInitialized') return null;
    throw err;
  }
}

/**
 * Ends a mongod that still holds `dbPath`: one whose keeper was killed. It is asked first, which leaves clean files, and killed when it
 * does not listen, which its journal survives.
 */
export async function freeFolder(dbPath: string): Promise<void> {
  const pid = Number.parseInt(await readFile(path.join(dbPath, 'mongod.lock'), 'utf8').catch(() => ''), 10);
  if (!(pid > 0) || !(await isMongodOf(pid, dbPath))) return;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    signalTo(pid, signal);
    for (let waitedMs = 0; waitedMs < STOP_MS_MAX; waitedMs += 50) {
      if (!signalTo(pid, 0)) return;
      await systemClock.sleep(50);
    }
  }
  throw new Error(`the mongod with process id ${pid} still holds ${dbPath} and cannot be ended`);
}

/** The lock file may outlive its process, and its number may have gone to another one. */
async function isMongodOf(pid: number, dbPath: string): Promise<boolean> {
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() =>
    run('ps', ['-o', 'args=', '-p', String(pid)], { timeoutMs: 5000 }).then(
      ({ stdout }) => stdout,
      () => '',
    ),
  );
  return commandLine.includes('mongod') && commandLine.includes(dbPath);
}

/** @returns whether the process was there. */
function signalTo(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}
