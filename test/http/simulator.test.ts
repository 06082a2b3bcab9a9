import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import express from 'express';
import { createSimulatorChannel } from '../../src/channels/simulator.ts';
import { answerFailure, noSuchRoute } from '../../src/http/failure.ts';
import { createSimulator } from '../../src/http/simulator.ts';
import { DAY_MS } from '../../src/kernel/calendar.ts';
import { standingClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { createSmallHouse, debtorOf } from './small-house.ts';

const ana = debtorOf('MX-001', 'Ana López');
const eva = debtorOf('MX-002', 'Eva Ruiz', null);
const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

async function start({ movable = true } = {}) {
  const clock = standingClock(new Date('2026-11-23T16:00:00Z'));
  const house = createSmallHouse([ana, eva], clock);
  const stop = new AbortController();
  const channel = createSimulatorChannel({ clock, log: silentLog(), onStatus: async () => {} });
  const router = createSimulator({
    app: house.app,
    channel,
    ...(movable ? { clock } : {}),
    demoHints: new Map([['MX-001', '4321']]),
    log: silentLog(),
    stopping: stop.signal,
  });
  const server = express().use('/simulator', router).use(noSuchRoute).use(answerFailure(silentLog())).listen(0);
  await once(server, 'listening');
  closers.push(() => {
    stop.abort();
    server.close();
    server.closeAllConnections();
  });
  const root = `http://127.0.0.1:${(server.address() as AddressInfo).port}/simulator`;
  const of = (id: string) => `${root}/api/debtors/${encodeURIComponent(id)}`;
  const post = (url: string, body: unknown) =>
    fetch(url, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
  return { ...house, clock, root, of, post, stop };
}

/** Reads server-sent events one after the other; comments are given as `{ event: 'comment' }`. */
async function* eventsOf(response: Response): AsyncGenerator<{ event: string; data: unknown }> {
  let rest = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    rest += decoder.decode(chunk, { stream: true });
    const blocks = rest.split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      if (event) yield { event, data: JSON.parse(/^data: (.*)$/m.exec(block)?.[1] ?? 'null') };
    }
  }
}

describe('the page', () => {
  test.each([
    ['/', 'text/html'],
    ['/page/page.js', 'text/javascript'],
    ['/page/chat.js', 'text/javascript'],
    ['/page/layout.css', 'text/css'],
    ['/page/icon.svg', 'image/svg+xml'],
  ])('%s is served as %s, and may run only what is served here', async (path, type) => {
    const { root } = await start();
    const response = await fetch(root + path);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toContain(type);
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; script-src 'self'");
    expect(await response.text()).not.toMatch(/(src|href)="https?:|@import|url\((?!#)/);
  });

  test('without its last slash the address is mended, since the page names its files relative to it', async () => {
    const { root } = await start();
    const response = await fetch(root, { redirect: 'manual' });
    expect(response.status).toBe(308);
    expect(response.headers.get('location')).toBe('/simulator/');
  });

  test('nothing outside the page is served', async () => {
    const { root } = await start();
    for (const path of ['/page/..%2fsimulator.ts', '/page/../simulator.ts', '/page/', '/api/nothing'])
      expect((await fetch(root + path)).status).toBe(404);
  });
});

describe('debtors', () => {
  test('are listed with what they owe today; one without a phone has none to simulate', async () => {
    const { root } = await start();
    expect(await (await fetch(`${root}/api/debtors`)).json()).toEqual({
      debtors: [
        {
          id: 'luz/MX-001',
          externalId: 'MX-001',
          name: 'Ana López',
          country: 'mx',
          zone: 'America/Mexico_City',
          daysLate: 22,
          owed: '$1,250.50',
          isPaid: false,
          isOverdue: true,
        },
      ],
    });
  });

  test('one is shown with debts, hint and what is to come, and never with the whole phone', async () => {
    const { of, plan } = await start();
    plan(ana, new Date('2026-11-25T16:00:00Z'), '24 days late');
    const response = await fetch(of(ana.id));
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      creditor: 'Financiera Luz',
      documentHint: '4321',
      documentDigits: 4,
      overdue: '$1,250.50',
      debts: [{ concept: 'Crédito personal', owed: '$1,250.50', dueDate: '2026-11-01', daysLate: 22 }],
      followups: [{ dueAt: '2026-11-25T16:00:00.000Z', why: '24 days late' }],
      conversation: null,
    });
    expect(text).not.toContain('5512345678');
  });

  test('that does not exist is a 404 with code and message', async () => {
    const { of } = await start();
    const response = await fetch(of('luz/NOPE'));
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({ code: 'debtor_unknown', message: expect.stringContaining('GET') });
  });
});

describe('a message', () => {
  test('is stored under the id that the page gave, once, after the conversation is opened', async () => {
    const { of, post, received, links } = await start();
    const first = await post(`${of(ana.id)}/messages`, { text: 'hola', id: 'abc-1' });
    expect(first.status).toBe(202);
    expect(await first.json()).toEqual({ id: 'simulator:abc-1', outcome: 'stored' });
    const again = await post(`${of(ana.id)}/messages`, { text: 'hola', id: 'abc-1' });
    expect(again.status).toBe(200);
    expect(await again.json()).toEqual({ id: 'simulator:abc-1', outcome: 'duplicate' });
    expect(received).toEqual([{ id: 'simulator:abc-1', channel: 'simulator', from: ana.phone, text: 'hola' }]);
    expect(links).toHaveLength(1);
  });

  test('without an id gets a new one', async () => {
    const { of, post, received } = await start();
    await post(`${of(ana.id)}/messages`, { text: 'hola' });
    await post(`${of(ana.id)}/messages`, { text: 'hola' });
    expect(new Set(received.map((message) => message.id)).size).toBe(2);
    expect(received[0]?.id).toMatch(/^simulator:[0-9a-f-]{36}$/);
  });

  test.each([
    ['emoji only', '🙏🙏🙏'],
    ['right to left', 'مرحبا، كم أدين؟'],
    ['binary', '\u0000\u0001\uFFFD\u007F'],
    ['64 KB', 'a'.repeat(65_536)],
    ['64 KB that JSON must escape', '\u0001'.repeat(65_536)],
  ])('of %s is stored as it came', async (_name, text) => {
    const { of, post, received } = await start();
    expect((await post(`${of(ana.id)}/messages`, { text })).status).toBe(202);
    expect(received[0]?.text).toBe(text);
  });

  test.each<[string, unknown, number, string, RegExp]>([
    ['empty', { text: '' }, 400, 'request_invalid', /empty/],
    ['blank', { text: ' \n ' }, 400, 'request_invalid', /empty/],
    ['no text', {}, 400, 'request_invalid', /text/],
    ['not a text', { text: 5 }, 400, 'request_invalid', /text/],
    ['a bad id', { text: 'hola', id: 'a b' }, 400, 'request_invalid', /^id: letters/],
    ['longer than 64 KB', { text: 'é'.repeat(40_000) }, 413, 'body_too_large', /65536/],
    ['far longer', { text: 'a'.repeat(600_000) }, 413, 'body_too_large', /longer/],
  ])('that is %s is refused and nothing is stored', async (_name, body, status, code, message) => {
    const { of, post, received } = await start();
    const response = await post(`${of(ana.id)}/messages`, body);
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ code, message: expect.stringMatching(message) });
    expect(received).toEqual([]);
  });

  test('that is broken JSON, or a form of another site, is refused', async () => {
    const { of, received } = await start();
    const json = { 'Content-Type': 'application/json' };
    const broken = await fetch(`${of(ana.id)}/messages`, { method: 'POST', headers: json, body: '{"text":' });
    expect(broken.status).toBe(400);
    expect(await broken.json()).toMatchObject({ code: 'request_invalid' });
    const form = await fetch(`${of(ana.id)}/messages`, { method: 'POST', body: new URLSearchParams({ text: 'hola' }) });
    expect(form.status).toBe(400);
    expect(received).toEqual([]);
  });

  test('of a debtor without a phone is refused', async () => {
    const { of, post } = await start();
    const response = await post(`${of(eva.id)}/messages`, { text: 'hola' });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ message: expect.stringContaining('no phone') });
  });
});

describe('the stream', () => {
  test('gives the transcript, then what is new or changed, then the mode', async () => {
    const { of, post, say, change, setMode } = await start();
    await post(`${of(ana.id)}/messages`, { text: 'hola', id: '1' });
    const events = eventsOf(await fetch(`${of(ana.id)}/stream`));
    expect((await events.next()).value).toMatchObject({ event: 'lines', data: [{ id: 'simulator:1', text: 'hola' }] });
    expect((await events.next()).value).toMatchObject({ event: 'conversation', data: { mode: 'bot', reason: null } });
    say(ana, { id: 'simulator:1:0', text: '¡Hola, Ana!', options: ['Sí', 'No'] });
    expect((await events.next()).value).toMatchObject({
      event: 'lines',
      data: [{ id: 'simulator:1:0', status: 'accepted', options: ['Sí', 'No'] }],
    });
    change(ana, 'simulator:1:0', { status: 'delivered' });
    expect((await events.next()).value).toMatchObject({ data: [{ id: 'simulator:1:0', status: 'delivered' }] });
    setMode(ana, 'pending', 'asked');
    expect((await events.next()).value).toMatchObject({
      event: 'conversation',
      data: { mode: 'pending', reason: 'asked' },
    });
    await events.return(undefined);
  });

  test('begins with an empty transcript where nothing was said', async () => {
    const { of } = await start();
    const response = await fetch(`${of(ana.id)}/stream`);
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = eventsOf(response);
    expect((await events.next()).value).toEqual({ event: 'lines', data: [] });
    await events.return(undefined);
  });

  test('ends when the process stops', async () => {
    const { of, stop } = await start();
    const events = eventsOf(await fetch(`${of(ana.id)}/stream`));
    await events.next();
    stop.abort();
    let isDone = false;
    while (!isDone) isDone = (await events.next()).done === true;
  });

  test('of an unknown debtor is a 404', async () => {
    const { of } = await start();
    expect((await fetch(`${of('luz/NOPE')}/stream`)).status).toBe(404);
  });
});

test('what the page shows is marked as read under the provider id of each row', async () => {
  const { of, post, statuses } = await start();
  expect((await post(`${of(ana.id)}/read`, { ids: ['simulator:1:0'] })).status).toBe(204);
  expect(statuses).toEqual(['sim:simulator:1:0 read']);
  expect((await post(`${of(ana.id)}/read`, { ids: 'all' })).status).toBe(400);
});

describe('the clock', () => {
  test('moves by an hour or a day and by nothing else', async () => {
    const { root, post, clock } = await start();
    expect(await (await fetch(`${root}/api/clock`)).json()).toEqual({ now: '2026-11-23T16:00:00.000Z', canMove: true });
    expect(await (await post(`${root}/api/clock`, { advanceMs: DAY_MS })).json()).toMatchObject({
      now: '2026-11-24T16:00:00.000Z',
    });
    for (const advanceMs of [-DAY_MS, 1, '3600000', null])
      expect((await post(`${root}/api/clock`, { advanceMs })).status).toBe(400);
    expect(clock.now().toISOString()).toBe('2026-11-24T16:00:00.000Z');
  });

  test('of the machine cannot be moved', async () => {
    const { root, post } = await start({ movable: false });
    expect(await (await fetch(`${root}/api/clock`)).json()).toMatchObject({ canMove: false });
    const response = await post(`${root}/api/clock`, { advanceMs: DAY_MS });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ code: 'not_found' });
  });
});
