import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { isPhone } from '../../src/channels/whatsapp-address.ts';
import { openAuth, wipeAuth } from '../../src/channels/whatsapp-auth-store.ts';
import { createLeaseStore, LeaseLost } from '../../src/channels/whatsapp-lease-store.ts';
import type { Tx } from '../../src/database/transaction.ts';
import { createFakeSocket, type FakeSocket, waMessage } from '../fakes/whatsapp-socket.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, OURS, openHouseOf, seedCredentials, type WaHouse } from './whatsapp-house.ts';

let base: Awaited<ReturnType<typeof testDatabase>>;
const houses: WaHouse[] = [];

beforeEach(async () => {
  base = await testDatabase();
});
afterEach(async () => {
  await Promise.all(houses.splice(0).map((house) => house.stop()));
  await base.drop();
});

async function open(changes: Parameters<typeof openHouseOf>[2] = {}): Promise<{ house: WaHouse; socket: FakeSocket }> {
  await seedCredentials(base.db);
  const socket = createFakeSocket();
  const house = openHouseOf(base.db, socket.open, changes);
  houses.push(house);
  await house.untilSeen(({ state }) => state === 'open');
  return { house, socket };
}

const out = (n: number, to = ANA.phone) => ({ id: `inbox-1:${n}`, to, text: 'Hola', options: [] });

describe('the keys', () => {
  const NUMBER = OURS.number;
  const fenced = (fence: number) => (tx: Tx) => createLeaseStore(base.db).guard(NUMBER, fence, tx);

  test('come back as they were, null takes one away, any type is taken', async () => {
    const fence = (await createLeaseStore(base.db).take(NUMBER, 'one', new Date(), 15_000)) ?? 0;
    const { state } = await openAuth(base.db, NUMBER, fenced(fence));
    const session = Buffer.from([1, 2, 255]);
    await state.keys.set({
      session: { a: session, b: session },
      'lid-mapping': { 'x.0': 'y' },
      'new-type': { z: [1] },
    } as never);
    await state.keys.set({ session: { b: null } });
    expect(await state.keys.get('session', ['a', 'b', 'c'])).toEqual({ a: session });
    expect(await state.keys.get('lid-mapping', ['x.0'])).toEqual({ 'x.0': 'y' });
    await state.keys.set({ 'app-state-sync-key': { k: { keyData: session, timestamp: 5 } } });
    const key = (await state.keys.get('app-state-sync-key', ['k']))['k'];
    expect([key?.constructor.name, Buffer.from(key?.keyData as Uint8Array)]).toEqual(['AppStateSyncKeyData', session]);
  });

  test('a holder whose lease was taken writes neither keys nor credentials', async () => {
    const leases = createLeaseStore(base.db);
    const now = new Date();
    const first = (await leases.take(NUMBER, 'one', now, 15_000)) ?? 0;
    expect(await leases.take(NUMBER, 'two', now, 15_000)).toBeNull();
    const mine = await openAuth(base.db, NUMBER, fenced(first));
    await mine.state.keys.set({ 'lid-mapping': { x: 'before' } });
    const second = await leases.take(NUMBER, 'two', new Date(now.getTime() + 15_000), 15_000);
    expect(second).toBe(first + 1);
    await expect(mine.state.keys.set({ 'lid-mapping': { x: 'after' } }) as Promise<void>).rejects.toThrow(LeaseLost);
    await expect(mine.saveCreds()).rejects.toThrow(LeaseLost);
    await expect(wipeAuth(base.db, NUMBER, fenced(first))).rejects.toThrow(LeaseLost);
    expect(await leases.renew(NUMBER, first, now, 15_000)).toBe(false);
    expect(await mine.state.keys.get('lid-mapping', ['x'])).toEqual({ x: 'before' });
  });
});

describe('what comes in', () => {
  test('all messages of a batch, live and from while it was away, each once', async () => {
    const { house, socket } = await open();
    const [one, two, three] = ['A', 'B', 'C'].map((id) => waMessage({ conversation: id }, { id }));
    socket.emit('messages.upsert', { messages: [one, two] as never, type: 'append' });
    socket.emit('messages.upsert', { messages: [two, three] as never, type: 'notify' });
    await house.until(() => house.heard.length === 3);
    expect(house.heard.map(({ text, from }) => `${text} ${from}`)).toEqual(
      ['A', 'B', 'C'].map((id) => `${id} ${ANA.phone}`),
    );
  });

  test('a placeholder is kept from the bot, and its words are heard under the same id', async () => {
    const { house, socket } = await open();
    socket.emit('messages.upsert', { messages: [waMessage(null, {}, { messageStubType: 2 })], type: 'notify' });
    await house.until(() => house.counted.some(({ name }) => name === 'whatsapp_unreadable'));
    expect([house.heard.length, await base.db.collection('whatsapp_placeholders').countDocuments()]).toEqual([0, 1]);
    socket.emit('messages.upsert', { messages: [waMessage({ conversation: 'hola' })], type: 'notify', requestId: 'r' });
    await house.until(() => house.counted.some(({ name }) => name === 'whatsapp_unreadable_resolved'));
    expect([house.heard.length, await base.db.collection('whatsapp_placeholders').countDocuments()]).toEqual([1, 0]);
  });

  test('what cannot be stored though the database is there is kept aside where it shows, and holds nobody up', async () => {
    let tries = 0;
    const heard: string[] = [];
    const { house, socket } = await open({
      async receive({ id, text }) {
        if (text === 'x') tries += 1;
        if (text === 'x') throw new TypeError('no text can be made of it');
        heard.push(id);
        return 'stored';
      },
    });
    const bad = waMessage({ conversation: 'x' }, { id: 'BAD' });
    const good = waMessage({ conversation: 'hola' }, { id: 'GOOD' });
    socket.emit('messages.upsert', { messages: [bad, good], type: 'notify' });
    await house.until(() => house.counted.some(({ name }) => name === 'whatsapp_failed'));
    while (heard.length === 0) await new Promise(setImmediate);
    expect([tries, heard]).toEqual([3, [expect.stringMatching(/:GOOD$/)]]);
    const aside = await base.db.collection('whatsapp_placeholders').find({}).toArray();
    expect(aside.map(({ _id }) => String(_id).split(':')[2])).toEqual(['BAD']);
  });

  test('placeholders older than two minutes are told', async () => {
    const { house } = await open({ leaseMs: 3_000 });
    const old = new Date(Date.now() - 3 * 60_000);
    await base.db
      .collection('whatsapp_placeholders')
      .insertOne({ _id: 'wa:x:1' as never, number: OURS.number, at: old });
    expect((await house.untilSeen(({ unreadable }) => unreadable > 0)).unreadable).toBe(1);
  });

  test('what somebody typed on the phone is told; our own message and notes to oneself are not', async () => {
    const { house, socket } = await open({ coldContact: true });
    socket.known.set(ANA.phone, '5215512345678@s.whatsapp.net');
    await house.channel.send(out(0));
    const mine = { fromMe: true };
    const echo = waMessage({ conversation: 'Hola' }, { ...mine, id: socket.sent[0]?.id ?? '' });
    const note = waMessage({ conversation: 'nota' }, { ...mine, id: 'N', remoteJid: '525500000009@s.whatsapp.net' });
    const typed = waMessage({ conversation: 'Soy Luis, le ayudo' }, { ...mine, id: 'T' });
    socket.emit('messages.upsert', { messages: [echo, note, typed], type: 'append' });
    await house.until(() => house.typed.length > 0);
    expect(house.typed).toMatchObject([{ channel: 'whatsapp', to: ANA.phone, text: 'Soy Luis, le ayudo' }]);
    expect(house.heard).toEqual([]);
  });

  test('a LID is known by its phone once WhatsApp has said so, also outside a message', async () => {
    const { house, socket } = await open();
    const lid = { remoteJid: '88000000000001@lid' };
    socket.emit('messages.upsert', {
      messages: [waMessage({ conversation: 'a' }, { ...lid, id: 'A' })],
      type: 'notify',
    });
    await house.until(() => house.heard.length === 1);
    socket.emit('lid-mapping.update', { lid: '88000000000001@lid', pn: '5215512345678@s.whatsapp.net' });
    const paired = () => base.db.collection('whatsapp_identities').findOne({ _id: 'lid:88000000000001@lid' as never });
    while (!(await paired()));
    socket.emit('messages.upsert', {
      messages: [waMessage({ conversation: 'b' }, { ...lid, id: 'B' })],
      type: 'notify',
    });
    await house.until(() => house.heard.length === 2);
    expect(house.heard.map(({ from }) => from)).toEqual(['88000000000001@lid', ANA.phone]);
  });
});

describe('what goes out', () => {
  test('nobody who never wrote is written to, unless that is allowed; WhatsApp’s limits pause that and nothing else', async () => {
    const closed = await open();
    expect(await closed.house.channel.send(out(0))).toEqual({ outcome: 'refused', code: 'cold_contact_off' });
    await closed.house.stop();
    const { house, socket } = await open({ coldContact: true });
    socket.known.set(ANA.phone, '5215512345678@s.whatsapp.net').set('+525587654321', '5215587654321@s.whatsapp.net');
    socket.emit('messages.upsert', { messages: [waMessage({ conversation: 'hola' })], type: 'notify' });
    await house.until(() => house.heard.length === 1);
    socket.fates.push({ error: '463' });
    expect(await house.channel.send(out(1, '+525587654321'))).toEqual({ outcome: 'refused', code: '463' });
    expect(await house.channel.send(out(2, '+525587654322'))).toMatchObject({
      outcome: 'later',
      code: 'cold_contact_paused',
    });
    expect((await house.channel.send(out(3))).outcome).toBe('accepted');
    const view = await house.untilSeen(({ coldPausedBy }) => coldPausedBy !== null);
    expect(view.coldPausedBy).toBe('463');
  });

  test('it is written down before it goes, and a phone that could not read it is sent the same again', async () => {
    const { socket, house } = await open({ coldContact: true });
    socket.known.set(ANA.phone, '5215512345678@s.whatsapp.net');
    socket.fates.push({ throws: new Error('some bytes are gone') });
    expect(await house.channel.send(out(0))).toEqual({ outcome: 'unknown', code: 'send_failed' });
    const row = await base.db.collection('whatsapp_sent').findOne({});
    expect(await socket.openings[0]?.sentContent(String(row?._id))).toEqual({ extendedTextMessage: { text: 'Hola' } });
    const closed = Object.assign(new Error('Connection Closed'), { output: { statusCode: 428 } });
    socket.fates.push({ throws: closed });
    expect(await house.channel.send(out(1))).toMatchObject({ outcome: 'later', code: 'not_connected' });
    expect(await house.channel.find?.({ ...out(1), sentAfter: new Date(0) })).toEqual({ outcome: 'absent' });
    expect(await house.channel.find?.({ ...out(0), sentAfter: new Date(0) })).toMatchObject({ outcome: 'unsure' });
  });

  test('a socket that ends leaves what had no answer unknown, and the next one is used', async () => {
    const { house, socket } = await open();
    socket.emit('messages.upsert', { messages: [waMessage({ conversation: 'hola' })], type: 'notify' });
    await house.until(() => house.heard.length === 1);
    socket.fates.push({ silent: true });
    const lost = house.channel.send(out(0));
    while (socket.sent.length === 0) await new Promise(setImmediate);
    socket.close(515);
    expect(await lost).toEqual({ outcome: 'unknown', code: 'no_ack' });
    while (!house.channel.isReady?.()) await new Promise(setImmediate);
    expect((await house.channel.send(out(1))).outcome).toBe('accepted');
    expect([socket.openings.length, socket.ends()]).toEqual([2, 1]);
  });
});

test('a phone with another number was linked: nothing is sent, it is told, and nobody comes back by themselves', async () => {
  const creds = await seedCredentials(base.db);
  expect(creds).toMatchObject({ me: { id: '525500000009:1@s.whatsapp.net' } });
  const socket = createFakeSocket();
  const house = openHouseOf(base.db, (input) => {
    Object.assign(input.auth.creds, { me: { id: '525500000008:1@s.whatsapp.net', name: 'Otra' } });
    return socket.open(input);
  });
  houses.push(house);
  const view = await house.untilSeen(({ state }) => state === 'stopped' || state === 'open');
  expect([view.state, view.problem]).toEqual(['stopped', 'other_number']);
  expect(await house.channel.send(out(0))).toMatchObject({ outcome: 'later', code: 'not_connected' });
  expect([socket.openings.length, socket.ends(), socket.sent]).toEqual([1, 1, []]);
});

test.each([
  ['525512345678:3@s.whatsapp.net', '+525512345678', true],
  ['5215512345678:3@s.whatsapp.net', '+525512345678', true],
  ['5215512345678@s.whatsapp.net', '+5215512345678', true],
  ['551187654321:1@s.whatsapp.net', '+5511987654321', true],
  ['5491123456789:1@s.whatsapp.net', '+541123456789', true],
  ['525512345679:3@s.whatsapp.net', '+525512345678', false],
  ['99000000000009:1@lid', '+525512345678', null],
  [undefined, '+525512345678', null],
])('%s is %s: %s', (jid, phone, expected) => {
  expect(isPhone(jid, phone)).toBe(expected);
});

test('a pairing code is asked for once, after the first QR', async () => {
  const socket = createFakeSocket();
  const house = openHouseOf(base.db, socket.open, { pairing: 'code' });
  houses.push(house);
  await house.untilSeen(({ state }) => state === 'open');
  socket.emit('connection.update', { qr: 'one' });
  socket.emit('connection.update', { qr: 'two' });
  const view = await house.untilSeen(({ state }) => state === 'pairing');
  expect([view.pairingCode, view.qr, house.pairings]).toEqual(['ABCD1234', null, [{ qr: null, code: 'ABCD1234' }]]);
});
