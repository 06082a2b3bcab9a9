import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { findMongod } from '../../src/database/binary.ts';
import { connect } from '../../src/database/connect.ts';
import { type Embedded, openEmbedded } from '../../src/database/embedded.ts';
import { isFree } from '../../src/database/port.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';

const GRACE_MS = 400;
let dataDir: string;
let opened: { embedded: Embedded; db?: Connection }[] = [];

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), 'acuerdo-embedded-'));
});
afterEach(async () => {
  for (const one of opened.splice(0)) await close(one);
  await until(isFolderFree);
  await rm(dataDir, { recursive: true, force: true });
});

test('data survive a stop, a second start reuses them, and nothing is left running', async () => {
  const first = await open();
  await rowsOf(first).insertOne({ n: 1 });
  await close(first);
  await until(isFolderFree);
  const second = await open();
  expect(await rowsOf(second).countDocuments()).toBe(1);
});

test('several that open one folder at once share one mongod, and it stays until the last has gone', async () => {
  const [one, two, three] = await Promise.all([open(), open(), open()]);
  expect(new Set([one.embedded.uri, two.embedded.uri, three.embedded.uri]).size).toBe(1);
  const pid = await mongodPid();
  await close(one);
  await close(three);
  await systemClock.sleep(GRACE_MS * 2); // longer than the grace: that it still runs is what is asked
  await rowsOf(two).insertOne({ n: 1 });
  expect(await mongodPid()).toBe(pid);
});

test('a user that is killed in the middle of writing loses nothing that was acknowledged', async () => {
  const user = startWriter();
  const acknowledged = await linesUntil(user, 20);
  user.kill('SIGKILL');
  const next = await open();
  expect(await rowsOf(next).countDocuments()).toBeGreaterThanOrEqual(acknowledged);
});

test.each(['keeper', 'mongod', 'keeper and mongod'])(
  'when the %s is killed, a user that is still there goes on by itself',
  async (victim) => {
    const user = await open();
    await rowsOf(user).insertOne({ n: 1 });
    const pids = { keeper: await keeperPid(), mongod: await mongodPid() };
    if (victim.includes('keeper')) process.kill(pids.keeper, 'SIGKILL');
    if (victim.includes('mongod')) process.kill(pids.mongod, 'SIGKILL');
    await until(async () => (await mongodPid()) > 0 && (await mongodPid()) !== pids.mongod);
    await rowsOf(user).insertOne({ n: 2 });
    expect(await rowsOf(user).countDocuments()).toBe(2);
  },
);

test('a mongod whose keeper and user were killed is taken over by the next start', async () => {
  const first = await open();
  await rowsOf(first).insertOne({ n: 1 });
  const orphan = await mongodPid();
  const keeper = await keeperPid();
  await close(first);
  process.kill(keeper, 'SIGKILL');
  const next = await open();
  expect(await mongodPid()).not.toBe(orphan);
  expect(await rowsOf(next).countDocuments()).toBe(1);
});

test('a port that a stranger has taken meanwhile is given up, and the data come along', async () => {
  const first = await open();
  await rowsOf(first).insertOne({ n: 1 });
  await close(first);
  await until(isFolderFree);
  await until(async () => (await isFree(await portIn('mongod.port'))) && (await isFree(await portIn('keeper.port'))));
  const strangers = [await listenOn('mongod.port', true), await listenOn('keeper.port', false)];
  const next = await open();
  expect(next.embedded.uri).not.toBe(first.embedded.uri);
  expect(await rowsOf(next).countDocuments()).toBe(1);
  for (const leave of strangers) leave();
}, 90_000);

test('a folder that mongod cannot read is an error that names the folder and its log', async () => {
  const broken = openEmbedded({
    ...input(),
    findMongod: async () => ({ path: '/bin/false', version: '6.0.5', from: 'test' }),
  });
  await expect(broken).rejects.toMatchObject({ code: 'database_unavailable' });
  await expect(broken).rejects.toThrow(new RegExp(`${dataDir}.*keeper\\.log`, 's'));
});

function input() {
  const env = process.env;
  return { dataDir, env, log: silentLog(), graceMs: GRACE_MS, findMongod: () => findMongod(env, () => undefined) };
}

async function open(): Promise<{ embedded: Embedded; db: Connection }> {
  const embedded = await openEmbedded(input());
  const entry: (typeof opened)[number] = { embedded };
  opened.push(entry);
  const db = await connect(embedded.uri);
  entry.db = db;
  return { embedded, db };
}

async function close(one: { embedded: Embedded; db?: Connection }): Promise<void> {
  opened = opened.filter((other) => other.embedded !== one.embedded);
  await one.db?.close();
  await one.embedded.close();
}

const rowsOf = ({ db }: { db: Connection }) => db.collection('rows');

/** Another process, which writes a line for each row that the database has acknowledged. */
function startWriter(): ChildProcess {
  const script = path.join(import.meta.dirname, 'writer.ts');
  return spawn(process.execPath, ['--import', 'tsx', script, dataDir], { stdio: ['ignore', 'pipe', 'inherit'] });
}

async function linesUntil(child: ChildProcess, count: number): Promise<number> {
  let lines = 0;
  for await (const chunk of child.stdout ?? []) {
    lines += String(chunk).split('\n').length - 1;
    if (lines >= count) break;
  }
  return lines;
}

/** Somebody else's server on a port of ours. mongod asks the old address who it is, for 30 s when it gets no answer: this one hangs up. */
async function listenOn(file: string, hangsUp: boolean): Promise<() => void> {
  const port = await portIn(file);
  const guests = new Set<Socket>();
  const server = createServer((guest) => (hangsUp ? guest.destroy() : guests.add(guest)));
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  return () => {
    server.close();
    for (const guest of guests) guest.destroy();
  };
}

const portIn = async (file: string): Promise<number> => Number(await readFile(path.join(dataDir, file), 'utf8'));

async function mongodPid(): Promise<number> {
  return Number.parseInt(await readFile(path.join(dataDir, 'db', 'mongod.lock'), 'utf8').catch(() => '0'), 10) || 0;
}

async function keeperPid(): Promise<number> {
  const log = await readFile(path.join(dataDir, 'keeper.log'), 'utf8');
  return Number([...log.matchAll(/keeper (\d+) starts/g)].at(-1)?.[1]);
}

/** mongod empties its lock file when it ends well; a killed one leaves its number behind. */
async function isFolderFree(): Promise<boolean> {
  const pid = await mongodPid();
  return pid === 0 || !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  for (let i = 0; i < 1000; i += 1) {
    if (await isSo()) return;
    await systemClock.sleep(20);
  }
  throw new Error('waited 20 s in vain');
}
