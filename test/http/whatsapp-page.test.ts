import { request as httpRequest } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { LinkView } from '../../src/channels/whatsapp-state-store.ts';
import { createServer, type WebServer } from '../../src/http/server.ts';
import { createWhatsappPage } from '../../src/http/whatsapp-page.ts';
import { standingClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';

const NOW = new Date('2026-11-23T16:00:00Z');
const KEY = 'k'.repeat(22);
const QR = 'https://wa.me/settings/linked_devices#ref,a,b,c,1';
let view: LinkView | null;
let asked: Date[];
let web: WebServer;
let port: number;

beforeEach(async () => {
  view = linkView({});
  asked = [];
  await serve(true);
});

async function serve(isOpenHere: boolean): Promise<void> {
  const page = createWhatsappPage({
    number: '+525500000009',
    key: KEY,
    isOpenHere,
    states: { find: async () => view, ask: async (_number, now) => void asked.push(now) },
    clock: standingClock(NOW),
  });
  web = createServer({ app: { payments: {} as never, sandbox: null }, log: silentLog(), whatsapp: page });
  port = await web.listen(0);
}
afterEach(() => web.close());

function linkView(changes: Partial<LinkView>): LinkView {
  return {
    _id: '+525500000009',
    state: 'open',
    qr: null,
    pairingCode: null,
    problem: null,
    since: NOW,
    seenAt: NOW,
    coldPausedUntil: null,
    coldPausedBy: null,
    newChats: null,
    unreadable: 0,
    askedAt: null,
    ...changes,
  };
}

/** By hand, since fetch lets nobody choose a Host. */
function call(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>((resolve, reject) => {
    const req = httpRequest({ port, host: '127.0.0.1', path, method, headers }, (res) => {
      let body = '';
      res.on('data', (chunk) => {
        body += chunk;
      });
      res.on('end', () => resolve({ status: res.statusCode ?? 0, body, headers: res.headers }));
    });
    req.on('error', reject).end();
  });
}

test('a browser of this machine sees the QR, on a page that loads itself again', async () => {
  view = linkView({ state: 'pairing', qr: QR });
  const { status, body } = await call('/whatsapp');
  expect(status).toBe(200);
  expect(body).toContain('<svg');
  expect(body).toContain('http-equiv="refresh" content="3"');
  expect(body).toContain('width=device-width');
});

test.each([
  ['another name', { host: 'pay.example.com' }],
  ['a proxy', { 'x-forwarded-for': '203.0.113.9' }],
  ['a wrong cookie', { host: 'pay.example.com', cookie: 'whatsapp_key=wrong' }],
])('from elsewhere (%s) there is nothing', async (_, headers) => {
  view = linkView({ state: 'pairing', qr: QR });
  const { status, body } = await call('/whatsapp', headers);
  expect([status, body.includes('<svg')]).toEqual([404, false]);
  expect((await call('/whatsapp/again', headers, 'POST')).status).toBe(404);
  expect((await call('/whatsapp?key=wrong', headers)).status).toBe(404);
  expect(asked).toEqual([]);
});

test('where a proxy may stand in front, a browser that looks like one of this machine needs the key too', async () => {
  await web.close();
  await serve(false);
  view = linkView({ state: 'pairing', qr: QR });
  const { status, body } = await call('/whatsapp', { host: 'localhost' });
  expect([status, body.includes('<svg')]).toEqual([404, false]);
  expect((await call('/whatsapp/again', { host: 'localhost' }, 'POST')).status).toBe(404);
  expect((await call('/whatsapp', { cookie: `whatsapp_key=${KEY}` })).status).toBe(200);
});

test('the key opens it from elsewhere, and leaves the address at once', async () => {
  const host = 'pay.example.com';
  const opened = await call(`/whatsapp?key=${KEY}`, { host });
  expect([opened.status, opened.headers['location']]).toEqual([303, '/whatsapp']);
  const cookie = String(opened.headers['set-cookie']);
  expect(cookie).toMatch(/HttpOnly/);
  expect(cookie).toMatch(/SameSite=Strict/);
  const { status, body } = await call('/whatsapp', { host, cookie: cookie.split(';')[0] ?? '' });
  expect([status, body.includes('WhatsApp conectado'), body.includes('…09')]).toEqual([200, true, true]);
  expect(body).not.toContain('5500000009');
});

test('what stopped is told, and a person asks for another try; a form of another site does not', async () => {
  view = linkView({ state: 'stopped', problem: 'replaced' });
  expect((await call('/whatsapp')).body).toContain('Otra sesión abrió este mismo número');
  expect((await call('/whatsapp/again', { 'sec-fetch-site': 'cross-site' }, 'POST')).status).toBe(400);
  expect((await call('/whatsapp/again', { 'sec-fetch-site': 'same-origin' }, 'POST')).status).toBe(303);
  expect(asked).toEqual([NOW]);
});

test('how many strangers may still be written to is told, on the page and to a monitor', async () => {
  view = linkView({ newChats: { used: 45, of: 50 } });
  expect((await call('/whatsapp')).body).toContain('en este ciclo de WhatsApp: 45 de 50');
  expect(JSON.parse((await call('/whatsapp/health')).body).newChats).toEqual({ used: 45, of: 50 });
});

test('a phone with another number is told, on the page and to a monitor', async () => {
  view = linkView({ state: 'stopped', problem: 'other_number' });
  expect((await call('/whatsapp')).body).toContain('El teléfono vinculado tiene otro número');
  const health = await call('/whatsapp/health');
  expect([health.status, JSON.parse(health.body).problem]).toEqual([503, 'other_number']);
});

test.each([
  ['well', {}, 200, { state: 'open', problem: null }],
  ['banned', { state: 'stopped', problem: 'banned' }, 503, { state: 'stopped', problem: 'banned' }],
  ['unreadable', { unreadable: 2 }, 503, { unreadable: 2 }],
  ['nobody holds it', { seenAt: new Date(NOW.getTime() - 31_000) }, 503, { state: 'nobody_holds_it' }],
] as const)('a monitor reads it from anywhere: %s', async (_, changes, status, expected) => {
  view = linkView(changes);
  const answer = await call('/whatsapp/health', { host: 'pay.example.com' });
  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body)).toMatchObject(expected);
});
