import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { mongo } from 'mongoose';
import { findMongod } from '../../src/database/binary.ts';

const HOST = '127.0.0.1';
export const SET = 'faults';
const READY_MS_MAX = 60_000;

/** A real mongod of our own, a replica set of one, that can be killed, stopped in its tracks and started again on its data. */
export interface Replica {
  /** For the harness itself: past every proxy. */
  client: mongo.MongoClient;
  pid(): number;
  /** kill -9, and up again. Resolves when it takes writes. */
  killAndRestart(): Promise<void>;
  pause(): void;
  resume(): void;
  /** `configureFailPoint` of test commands; resolves to a function that ends it. */
  failCommand(
    mode: object | 'alwaysOn',
    data: { failCommands: string[]; [option: string]: unknown },
  ): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

/**
 * @param port where it listens
 * @param advertisedPort where others are told to find it: a proxy before it
 */
export async function startReplica(dir: string, port: number, advertisedPort: number): Promise<Replica> {
  const { path: binary } = await findMongod(process.env, (line) => console.error(line));
  const dbPath = path.join(dir, 'db');
  await mkdir(dbPath, { recursive: true });
  const log = await open(path.join(dir, 'mongod.log'), 'a');
  const run = (): ChildProcess =>
    spawn(
      binary,
      [
        ...['--dbpath', dbPath, '--port', String(port), '--bind_ip', HOST, '--replSet', SET],
        ...['--wiredTigerCacheSizeGB', '0.4', '--setParameter', 'enableTestCommands=1'],
        ...['--setParameter', 'diagnosticDataCollectionEnabled=false'],
      ],
      { stdio: ['ignore', log.fd, log.fd] },
    );
  let child = run();
  const client = new mongo.MongoClient(`mongodb://${HOST}:${port}/?directConnection=true`, {
    serverSelectionTimeoutMS: 1_000,
    useBigInt64: true,
  });
  const admin = client.db('admin');
  await untilListening(port); // a client whose first connection fails is of no use any more
  await untilWritable(admin, { _id: SET, members: [{ _id: 0, host: `${HOST}:${advertisedPort}` }] });

  async function restart(): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    child = run();
    await untilWritable(admin, null);
  }

  return {
    client,
    pid: () => child.pid ?? 0,
    async killAndRestart() {
      child.kill('SIGKILL');
      await restart();
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async failCommand(mode, data) {
      const command = { configureFailPoint: 'failCommand', data: { appName: 'acuerdo', ...data } };
      await admin.command({ ...command, mode });
      return async () => void (await admin.command({ configureFailPoint: 'failCommand', mode: 'off' }));
    },
    async stop() {
      await client.close();
      child.kill('SIGCONT');
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      await log.close();
    },
  };
}

async function untilListening(port: number): Promise<void> {
  const until = Date.now() + READY_MS_MAX;
  const isThere = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, HOST, () => resolve(true)).on('error', () => resolve(false));
      socket.once('connect', () => socket.destroy());
    });
  while (!(await isThere())) {
    if (Date.now() > until) throw new Error(`mongod does not listen on port ${port}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function untilWritable(admin: mongo.Db, initiate: object | null): Promise<void> {
  const until = Date.now() + READY_MS_MAX;
  let asked = initiate === null;
  for (;;) {
    try {
      if (!asked) {
        await admin.command({ replSetInitiate: initiate });
        asked = true;
      }
      if ((await admin.command({ hello: 1 }))['isWritablePrimary']) return;
    } catch (err) {
      if (Date.now() > until) throw err;
    }
    if (Date.now() > until) throw new Error('mongod takes no writes');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
