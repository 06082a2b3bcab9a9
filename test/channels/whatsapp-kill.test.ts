import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type FakeWhatsapp, openFakeWhatsapp } from '../fakes/whatsapp-server.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, OURS, seedCredentials } from './whatsapp-house.ts';

/** The whole service in a process of its own, killed where it hurts, against WhatsApp as a local server that keeps what was not receipted. */
const ROOT = path.resolve(import.meta.dirname, '../..');
let server: FakeWhatsapp;
let base: Awaited<ReturnType<typeof testDatabase>>;
const children: ChildProcess[] = [];

beforeEach(async () => {
  [server, base] = await Promise.all([openFakeWhatsapp(OURS), testDatabase()]);
  server.know(await seedCredentials(base.db));
});
afterEach(async () => {
  // Not with -9: a transaction that nobody ends would hold the database for a minute.
  for (const child of children.splice(0))
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  await server.close();
  await base.drop();
}, 60_000);

function startService(roles: string, crashAt = ''): ChildProcess {
  const trust = path.join(import.meta.dirname, 'whatsapp-trust.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', trust, 'src/cli/acuerdo.js', 'start'], {
    cwd: ROOT,
    stdio: 'ignore',
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      MONGODB_URI: base.uri,
      DEMO: 'off',
      PORT: '0',
      ROLES: roles,
      WHATSAPP_NUMBER: OURS.number,
      WHATSAPP_SOCKET_URL: server.url,
      WHATSAPP_AUTHORITY: server.authority,
      CRASH_AT: crashAt,
    },
  });
  children.push(child);
  return child;
}

test.each([
  ['whatsapp.received', 'stored, its keys not used up yet, and not receipted'],
  ['whatsapp.handed_on', 'receipted, and only now handed on by Baileys: what loses it without the hook'],
])(
  'kill -9 at %s: %s; it is in the inbox once, answered, and receipted',
  async (point) => {
    const first = startService('whatsapp', point); // a dead worker would hold the conversation for 30 s more
    await server.until(server.isSettled);
    const ana = server.phone(ANA);
    await server.write(ana, 'A1', 'Hola, ¿cuánto debo?');
    const [, signal] = await once(first, 'exit');
    expect(signal).toBe('SIGKILL');
    const receiptedBefore = server.receipts.includes('A1');
    expect(receiptedBefore).toBe(point === 'whatsapp.handed_on');
    await base.db.collection('whatsapp_leases').updateMany({}, { $set: { until: new Date(0) } }); // 15 s later
    startService('worker,whatsapp');
    await server.until(() => server.taken.length > 0 && server.receipts.includes('A1'));
    const rows = await base.db.collection('inbox').find({}).toArray();
    expect(rows.map(({ _id, incoming }) => [String(_id).replace(/^wa:[0-9a-f]{12}:/, ''), incoming.text])).toEqual([
      ['A1', 'Hola, ¿cuánto debo?'],
    ]);
    expect(server.pending).toEqual([]);
    expect(server.nacks).toEqual([]);
  },
  90_000,
);
