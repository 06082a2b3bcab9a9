import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { keepPageKey } from '../src/channels/whatsapp-page-key-store.ts';
import { type Config, readConfig } from '../src/config.ts';
import { createSpool } from '../src/inbox/spool.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { noCrash } from '../src/kernel/crash.ts';
import { conversationId, type InboxId, sortableId } from '../src/kernel/ids.ts';
import { silentLog } from '../src/kernel/log.ts';
import { type Service, startService } from '../src/main.ts';
import { ANA, OURS, seedCredentials } from './channels/whatsapp-house.ts';
import { openFakeWhatsapp } from './fakes/whatsapp-server.ts';
import { testDatabase } from './setup/database.ts';

/** The service as `acuerdo start` runs it, with the roles of one process among several. */
let base: Awaited<ReturnType<typeof testDatabase>>;
let dataDir: string;

beforeEach(async () => {
  base = await testDatabase();
  dataDir = mkdtempSync(path.join(tmpdir(), 'acuerdo-running-'));
});
afterEach(async () => {
  await base.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

function configOf(env: Record<string, string>): Config {
  return readConfig({ NODE_ENV: 'test', DEMO: 'off', PORT: '0', MONGODB_URI: base.uri, DATA_DIR: dataDir, ...env });
}

const start = (config: Config): Promise<Service> =>
  startService({
    config,
    database: Promise.resolve({ uri: base.uri, close: async () => undefined }),
    log: silentLog(),
  });

/** A message on the disk, as a process leaves it that died. */
async function leaveSpooled(id: string): Promise<string> {
  const dir = path.join(dataDir, 'spool');
  mkdirSync(dir, { recursive: true });
  const at = systemClock.now();
  const incoming = { kind: 'message', text: 'hola', channel: 'whatsapp', from: ANA.phone } as const;
  await createSpool({ dir, crash: noCrash, log: silentLog(), now: () => at }).append({
    ...{ _id: id as InboxId, conversationId: conversationId('whatsapp', ANA.phone), debtorId: null, incoming },
    ...{ receivedAt: at, seq: sortableId(at), state: 'new', attempts: 0, notBefore: at },
  });
  for (const name of readdirSync(dir)) utimesSync(path.join(dir, name), 0, 0);
  return dir;
}

test.each(['scheduler', 'whatsapp'])('a process with the role %s alone stores what waits on the disk', async (role) => {
  const dir = await leaveSpooled('wa:left:1');
  const service = await start(configOf({ ROLES: role }));
  const inbox = base.db.collection('inbox');
  while ((await inbox.countDocuments()) === 0) await systemClock.sleep(50);
  await service.stop();
  expect((await inbox.find({}).toArray()).map(({ _id }) => String(_id))).toEqual(['wa:left:1']);
  expect(readdirSync(dir)).toEqual([]);
});

const asked = async (port: number | null, where: string): Promise<{ status: number; body: string }> => {
  const answer = await fetch(`http://127.0.0.1:${port}${where}`);
  return { status: answer.status, body: await answer.text() };
};

test('a worker alone listens on METRICS_PORT and nowhere else: its health, its metrics, and no page', async () => {
  const service = await start(configOf({ ROLES: 'worker', METRICS_PORT: '0' }));
  const [ready, metrics, pay] = await Promise.all(
    ['/health/ready', '/metrics', '/p/abc'].map((where) => asked(service.metricsPort, where)),
  );
  const taken = configOf({ ROLES: 'sender', METRICS_PORT: String(service.metricsPort) });
  await expect(start(taken)).rejects.toThrow(
    expect.objectContaining({
      code: 'port_taken',
      message: expect.stringContaining('set METRICS_PORT to a free port'),
    }),
  );
  await service.stop();
  expect(service.port).toBeNull();
  expect(ready).toEqual({ status: 200, body: JSON.stringify({ ready: true, reasons: [] }) });
  expect(metrics?.body).toMatch(/^acuerdo_inbox_waiting 0$/m);
  expect(metrics?.body).toMatch(/^process_cpu_user_seconds_total /m);
  expect(pay?.status).toBe(404);
  await expect(asked(service.metricsPort, '/health/live')).rejects.toThrow('fetch failed');
});

test('metrics are on the public port unless they have one of their own; health is on both', async () => {
  const [open, apart] = await Promise.all([
    start(configOf({ ROLES: 'http' })),
    start(configOf({ ROLES: 'http', METRICS_PORT: '0' })),
  ]);
  const places = [open.port, apart.port, apart.metricsPort];
  const [metrics, health] = await Promise.all(
    ['/metrics', '/health/ready'].map((where) =>
      Promise.all(places.map(async (port) => (await asked(port, where)).status)),
    ),
  );
  await Promise.all([open.stop(), apart.stop()]);
  expect(open.metricsPort).toBeNull();
  expect({ metrics, health }).toEqual({ metrics: [200, 404, 200], health: [200, 200, 200] });
});

test('it stops while a message is on its way: WhatsApp’s word on it is still heard, and only then the socket ends', async () => {
  const server = await openFakeWhatsapp(OURS);
  server.trust();
  server.know(await seedCredentials(base.db));
  server.answers.push({ silent: true });
  const whatsapp = { WHATSAPP_NUMBER: OURS.number, WHATSAPP_SOCKET_URL: server.url };
  const service = await start(configOf({ ROLES: 'worker,whatsapp', ...whatsapp }));
  await server.until(server.isSettled);
  await server.write(server.phone(ANA), 'A1', 'hola');
  await server.until(() => server.taken.length === 1);
  const stopped = service.stop();
  const outbox = base.db.collection('outbox');
  expect((await outbox.findOne({}))?.['state']).toBe('sending');
  const [sent] = server.taken;
  server.send({ tag: 'ack', attrs: { class: 'message', id: sent?.id ?? '', from: sent?.to ?? '' } });
  await stopped;
  expect((await outbox.find({}).toArray()).map(({ state }) => String(state))).toEqual(['accepted']);
  expect(server.open()).toBe(0);
  await server.close();
}, 60_000);

test('the key of the WhatsApp page is one for all processes, and the same after a restart', async () => {
  const keys = await Promise.all(['one', 'two', 'three'].map((made) => keepPageKey(base.db, OURS.number, made)));
  expect(new Set(keys).size).toBe(1);
  expect(await keepPageKey(base.db, OURS.number, 'four')).toBe(keys[0]);
  const config = configOf({ ROLES: 'http', WHATSAPP_NUMBER: OURS.number });
  const service = await start(config);
  const opened = await fetch(`http://127.0.0.1:${service.port}/whatsapp`);
  await service.stop();
  expect([service.whatsappPath, opened.status]).toEqual([`/whatsapp?key=${keys[0]}`, 200]);
  const behindProxy = await start(configOf({ ...PROXIED, WHATSAPP_NUMBER: OURS.number }));
  const shut = await fetch(`http://127.0.0.1:${behindProxy.port}/whatsapp`);
  await behindProxy.stop();
  expect([behindProxy.whatsappPath, shut.status]).toEqual([service.whatsappPath, 404]);
});

const PROXIED = { ROLES: 'http', PUBLIC_URL: 'https://pay.example.com' };
