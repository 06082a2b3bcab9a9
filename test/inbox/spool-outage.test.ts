import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { connect } from '../../src/database/connect.ts';
import { rememberedPort } from '../../src/database/port.ts';
import { AS_IT_COMES } from '../../src/inbox/arrivals.ts';
import { monotonicMs, systemClock } from '../../src/kernel/clock.ts';
import { type House, openHouse, phoneOf } from '../conversations/house.ts';
import { type Replica, SET, startReplica } from '../faults/replica.ts';

const TWILIO_WAITS_MS = 15_000;
const DEBTORS = 4;
let folder: string;
let replica: Replica;
let db: Connection;
let house: House;
const stopping = new AbortController();
let working: Promise<void>;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'acuerdo-outage-'));
  const port = await rememberedPort(path.join(folder, 'port'));
  replica = await startReplica(folder, port, port);
  db = await connect(`mongodb://127.0.0.1:${port}/outage?replicaSet=${SET}`);
  const arrivals = { ...AS_IT_COMES, flood: null, spoolDir: path.join(folder, 'spool') };
  house = await openHouse(db, { debtors: DEBTORS, arrivals });
  working = house.app.conversations.work({ worker: true, sender: true }, stopping.signal);
}, 120_000);
afterAll(async () => {
  stopping.abort();
  await working;
  await db.close();
  await replica.stop();
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** A webhook. @returns milliseconds until it was acknowledged */
async function write(id: string, n: number): Promise<number> {
  const start = monotonicMs();
  await house.app.conversations.receive({ id, channel: 'simulator', from: phoneOf(n % DEBTORS), text: `hola ${id}` });
  return monotonicMs() - start;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds().catch(() => false))) await systemClock.sleep(100);
}

const doneIds = async (prefix: string): Promise<string[]> => {
  const rows = await db
    .collection('inbox')
    .find({ _id: new RegExp(`^${prefix}`) as never, state: 'done' })
    .sort({ seq: 1 })
    .toArray();
  return rows.map(({ _id }) => String(_id));
};
const ids = (prefix: string, count: number): string[] => Array.from({ length: count }, (_, n) => `${prefix}:${n}`);

test('a database that stands still: messages are acknowledged in time, and stored and answered when it moves again', async () => {
  await write('before:0', 0);
  await until(async () => (await doneIds('before')).length === 1);
  replica.pause();
  const first = await Promise.all([0, 1, 2].map((n) => write(`frozen:${n}`, n)));
  const later = [];
  for (let n = 3; n < 20; n += 1) later.push(await write(`frozen:${n}`, n));
  expect(house.app.conversations.isSpooling()).toBe(true);
  replica.resume();
  expect(Math.max(...first)).toBeLessThan(TWILIO_WAITS_MS / 2);
  expect(Math.max(...later)).toBeLessThan(2_000); // only the first waited for it
  await until(async () => (await doneIds('frozen')).length === 20);
  expect(await doneIds('frozen')).toEqual(ids('frozen', 20));
  expect([house.app.conversations.isSpooling(), readdirSync(path.join(folder, 'spool'))]).toEqual([false, []]);
}, 120_000);

test('a database that is killed under load and comes back: nothing acknowledged is lost, nothing is answered twice', async () => {
  const acknowledged: string[] = [];
  let isOver = false;
  const load = (async () => {
    for (let n = 0; !isOver; n += 1) {
      await write(`killed:${n}`, n);
      acknowledged.push(`killed:${n}`);
      await systemClock.sleep(5);
    }
  })();
  await until(async () => acknowledged.length > 20);
  await replica.killAndRestart();
  const atReturn = acknowledged.length;
  await until(async () => acknowledged.length > atReturn + 20 && !house.app.conversations.isSpooling());
  isOver = true;
  await load;
  await until(async () => (await doneIds('killed')).length >= acknowledged.length);
  expect((await doneIds('killed')).sort()).toEqual([...acknowledged].sort());
  const sent = house.phone.map(({ id }) => id).filter((id) => id.startsWith('killed:'));
  expect(new Set(sent).size).toBe(sent.length);
}, 120_000);
