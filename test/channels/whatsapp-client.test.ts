import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createBaileysSocket } from '../../src/channels/whatsapp-baileys.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { type FakeWhatsapp, openFakeWhatsapp } from '../fakes/whatsapp-server.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, OURS, openHouseOf, seedCredentials, type WaHouse } from './whatsapp-house.ts';

/** The real client, over Noise and Signal, against a server of our own. */
let server: FakeWhatsapp;
let base: Awaited<ReturnType<typeof testDatabase>>;
const houses: WaHouse[] = [];

beforeEach(async () => {
  [server, base] = await Promise.all([openFakeWhatsapp(OURS), testDatabase()]);
  server.trust();
});
afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.stop()));
  await server.close();
  await base.drop();
});

function openHouse(changes: Parameters<typeof openHouseOf>[2] = {}): WaHouse {
  const house = openHouseOf(base.db, createBaileysSocket(server.url), changes);
  houses.push(house);
  return house;
}

async function openPaired(changes: Parameters<typeof openHouseOf>[2] = {}): Promise<WaHouse> {
  server.know(await seedCredentials(base.db));
  const house = openHouse(changes);
  await untilOpen(house);
  return house;
}

async function untilOpen(house: WaHouse): Promise<void> {
  await house.untilSeen(({ state }) => state === 'open');
  await server.until(server.isSettled);
}

const out = (n: number, text = 'Hola') => ({ id: `inbox-1:${n}`, to: ANA.phone, text, options: [] });

test('it pairs by QR and starts again at 515 with its credentials saved; a second process needs no QR', async () => {
  const house = openHouse();
  const { qr } = await house.untilSeen(({ state }) => state === 'pairing');
  server.scan(qr ?? '');
  await untilOpen(house);
  expect(server.logins).toEqual(['registration', 'login']);
  await house.stop();
  const second = openHouse();
  await second.untilSeen(({ state, seenAt, since }) => state === 'open' && seenAt >= since);
  await server.until(() => server.logins.length === 3);
  await server.until(server.isSettled);
  expect(server.logins).toEqual(['registration', 'login', 'login']);
  expect(second.pairings).toEqual([]);
});

test('an encrypted message is heard once, and only then receipted', async () => {
  let mayStore = false;
  const stored: string[] = [];
  const house = await openPaired({
    async receive({ id, text }) {
      if (!mayStore) throw new AppError('database_unavailable', 'The database is away.');
      if (stored.includes(id)) return 'duplicate';
      stored.push(id, text);
      return 'stored';
    },
  });
  const ana = server.phone(ANA);
  await server.write(ana, 'A1', '¿Cuánto debo?');
  await server.write(ana, 'A2', 'gracias');
  await house.untilSeen(({ seenAt, since }) => seenAt > since); // a beat of the lease later
  expect(server.receipts).toEqual([]);
  mayStore = true;
  await server.until(() => server.receipts.length === 2);
  expect(stored).toEqual([
    expect.stringMatching(/^wa:[0-9a-f]{12}:A1$/),
    '¿Cuánto debo?',
    expect.any(String),
    'gracias',
  ]);
  expect(server.nacks).toEqual([]);
});

test('a LID with its phone is that phone, a bare LID is its own address until the pair is known, and then the phone', async () => {
  const house = await openPaired();
  const [ana, eva] = [server.phone(ANA), server.phone({ phone: '+525587654321', lid: '88000000000002' })];
  const writes = [
    [ana, 'A1', 'lid'],
    [eva, 'E1', 'bare_lid'],
    [eva, 'E2', 'lid'],
    [eva, 'E3', 'bare_lid'],
  ] as const;
  for (const [phone, id, as] of writes) {
    await server.write(phone, id, 'hola', as);
    await server.until(() => server.receipts.includes(id));
  }
  expect(house.heard.map(({ from }) => from)).toEqual([ANA.phone, `${eva.lid}`, '+525587654321', '+525587654321']);
});

test('a message goes out encrypted under our id, is accepted by its acknowledgement, and rises by receipts', async () => {
  const house = await openPaired();
  const ana = server.phone(ANA);
  await server.write(ana, 'A1', 'hola');
  await server.until(() => server.receipts.includes('A1'));
  const result = await house.channel.send(out(0, 'Tu saldo es de $1,200.00'));
  expect(result).toEqual({ outcome: 'accepted', providerId: expect.stringMatching(/^3EB0[0-9A-F]{18}$/) });
  await server.until(() => server.taken.length === 1);
  expect(server.taken).toEqual([
    { id: (result as { providerId: string }).providerId, to: ana.jid, text: 'Tu saldo es de $1,200.00' },
  ]);
  server.report(ana, server.taken[0]?.id ?? '');
  await house.until(() => house.statuses.some(({ status }) => status === 'delivered'));
  server.report(ana, server.taken[0]?.id ?? '', 'read');
  await house.until(() => house.statuses.some(({ status }) => status === 'read'));
  expect(house.statuses.map(({ id, status }) => `${id} ${status}`)).toEqual([
    'inbox-1:0 sent',
    'inbox-1:0 delivered',
    'inbox-1:0 read',
  ]);
  expect(await house.channel.find?.({ ...out(0, 'Tu saldo es de $1,200.00'), sentAfter: new Date(0) })).toMatchObject({
    outcome: 'found',
    status: 'read',
  });
});

test('an error is refused with its code; silence is unknown, and a later receipt settles it', async () => {
  const house = await openPaired();
  const ana = server.phone(ANA);
  await server.write(ana, 'A1', 'hola');
  await server.until(() => server.receipts.includes('A1'));
  server.answers.push({ error: '479' }, { silent: true });
  expect(await house.channel.send(out(0))).toEqual({ outcome: 'refused', code: '479' });
  expect(await house.channel.send(out(1))).toEqual({ outcome: 'unknown', code: 'no_ack' });
  expect(await house.channel.find?.({ ...out(1), sentAfter: new Date(0) })).toMatchObject({ outcome: 'unsure' });
  server.report(ana, server.taken[0]?.id ?? '');
  await house.until(() => house.statuses.some(({ id, status }) => id === 'inbox-1:1' && status === 'delivered'));
});

test('somebody new is written to only where that is allowed, under the name that WhatsApp has for the phone', async () => {
  const house = await openPaired({ coldContact: true });
  server.phone(ANA);
  expect(await house.channel.send({ ...out(0), to: '+525500000404' })).toEqual({
    outcome: 'refused',
    code: 'not_on_whatsapp',
  });
  expect((await house.channel.send(out(1, 'Hola Ana'))).outcome).toBe('accepted');
  await server.until(() => server.taken.length === 1);
  expect(server.taken).toMatchObject([{ text: 'Hola Ana' }]);
});

test('after 503 it comes back by itself on a new socket, and what was written meanwhile is heard once', async () => {
  const house = await openPaired();
  const ana = server.phone(ANA);
  await server.write(ana, 'A1', 'uno');
  await server.until(() => server.receipts.includes('A1'));
  server.endWith(503);
  await server.until(() => server.open() === 0);
  await server.write(ana, 'A2', 'dos');
  await server.until(() => server.receipts.includes('A2'));
  expect(house.heard.map(({ text }) => text)).toEqual(['uno', 'dos']);
  expect([server.logins.length, server.open(), server.pending.length]).toEqual([2, 1, 0]);
});

test('440 stops it, and a person who asks starts it again', async () => {
  const house = await openPaired();
  server.endWith(440);
  const view = await house.untilSeen(({ state }) => state === 'stopped');
  expect([view.problem, server.logins.length, server.open()]).toEqual(['replaced', 1, 0]);
  await house.states.ask(OURS.number, new Date());
  await untilOpen(house);
  expect(server.logins.length).toBe(2);
});

test('401 wipes the keys and shows a QR; no more QRs stop it', async () => {
  const house = await openPaired();
  server.offerQrs(0);
  server.endWith(401);
  const view = await house.untilSeen(({ state }) => state === 'stopped');
  expect(view.problem).toBe('not_paired');
  expect(server.logins).toEqual(['login', 'registration']);
});

test('groups, broadcasts and the status are acknowledged unread and counted', async () => {
  const house = await openPaired();
  for (const from of ['120363000000000000@g.us', 'status@broadcast', '5215512345678-1@broadcast', '120363@newsletter'])
    server.send({
      tag: 'message',
      attrs: { from, id: `X-${from}`, participant: '1@s.whatsapp.net', t: '1', type: 'text' },
      content: [],
    });
  await server.until(() => server.nacks.length === 4);
  expect(house.counted.map(({ labels }) => labels['why'])).toEqual(['group', 'status', 'broadcast', 'newsletter']);
  expect(house.heard).toEqual([]);
});

test('two processes, one number: one stands by, and takes over when the other is gone', async () => {
  const first = await openPaired();
  const second = openHouse();
  expect(second.channel.isReady?.()).toBe(false);
  expect(await second.channel.send(out(0))).toMatchObject({ outcome: 'later', code: 'not_connected' });
  await first.stop();
  await server.until(() => server.logins.length === 2);
  const ana = server.phone(ANA);
  await server.write(ana, 'A1', 'hola');
  await second.until(() => second.heard.length === 1);
  expect([first.heard.length, server.open()]).toEqual([0, 1]);
});

test('WhatsApp’s limits on new chats are asked for after each login: what is left, a used-up cap, a lock and its end', async () => {
  const ends = Math.floor(Date.UTC(2030, 0, 1) / 1000);
  server.limits.newChats = {
    used_quota: 50,
    total_quota: 50,
    capping_status: 'CAPPED',
    cycle_end_timestamp: `${ends}`,
  };
  const house = await openPaired({ coldContact: true });
  const capped = await house.untilSeen(({ newChats, coldPausedBy }) => newChats !== null && coldPausedBy !== null);
  expect(capped).toMatchObject({ newChats: { used: 50, of: 50 }, coldPausedBy: 'new_chat_cap' });
  expect(capped.coldPausedUntil).toEqual(new Date(ends * 1000));
  await untilOpen(house); // a login that is cut off in its middle is another story

  server.limits.newChats = { used_quota: 3, total_quota: 50, capping_status: 'NONE' };
  server.limits.timelock = { is_active: true, time_enforcement_ends: `${ends}`, enforcement_type: 'BIZ_QUALITY' };
  server.endWith(515);
  await house.untilSeen(({ coldPausedBy, newChats }) => coldPausedBy === 'reachout_timelock' && newChats?.used === 3);
  await untilOpen(house);
  expect(await house.channel.send(out(0))).toMatchObject({ outcome: 'later', code: 'cold_contact_paused' });

  server.limits.timelock = { is_active: false };
  server.endWith(515);
  const free = await house.untilSeen(({ coldPausedBy }) => coldPausedBy === null);
  expect(free.coldPausedUntil).toBeNull();
  server.phone(ANA);
  await untilOpen(house);
  expect((await house.channel.send(out(1))).outcome).toBe('accepted');
});
