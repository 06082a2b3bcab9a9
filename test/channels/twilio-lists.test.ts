import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { Channel, InboundMessage } from '../../src/channels/channel.ts';
import { createTwilioChannels, createTwilioLists } from '../../src/channels/twilio.ts';
import { createLookStore } from '../../src/channels/twilio-look-store.ts';
import { createMissedLook } from '../../src/channels/twilio-missed.ts';
import { type MovableClock, standingClock } from '../../src/kernel/clock.ts';
import { createLog, silentLog } from '../../src/kernel/log.ts';
import { noMeter } from '../../src/kernel/meter.ts';
import { ACCOUNT, type FakeTwilio, openFakeTwilio } from '../fakes/twilio.ts';
import { testDatabase } from '../setup/database.ts';

const PHONE = '+525550177345';
const START = new Date('2026-03-02T16:00:00Z');

let fake: FakeTwilio;
let clock: MovableClock;
beforeEach(async () => {
  fake = await openFakeTwilio();
  clock = standingClock(START);
  fake.world.now = () => clock.now();
});
afterEach(() => fake.close());

describe('a message whose answer was lost', () => {
  const row = { id: 'timer:a:0', to: PHONE, text: 'Hola Ana, ¿qué prefieres?\n1) Pagar', options: [] };
  const template = { id: 'HX00000000000000000000000000000001', variables: { '1': 'Ana' } };
  const on = (id: string, log = silentLog()): Channel => {
    const channels = createTwilioChannels({
      ...ACCOUNT,
      apiUrl: fake.url,
      publicUrl: () => 'https://pay.example.com',
      log,
    });
    const channel = channels.find((each) => each.id === id);
    if (!channel) throw new Error(`there is no ${id}`);
    return channel;
  };
  const lost = async (id: string, changes: object = {}) => {
    fake.answers.push({ kind: 'reset', accepted: true });
    expect(await on(id).send({ ...row, ...changes })).toMatchObject({ outcome: 'unknown' });
    return fake.taken.at(-1)?.sid;
  };
  const look = (id: string, changes: object = {}) => on(id).find?.({ ...row, sentAfter: START, ...changes });

  test.each(['twilio-sms', 'twilio-whatsapp'])('on %s is found by its words', async (id) => {
    const sid = await lost(id);
    expect(await look(id)).toEqual({ outcome: 'found', providerId: sid, status: 'sent' });
  });

  test('is found while it still waits in the queue of Twilio', async () => {
    fake.world.holdsQueue = true;
    const sid = await lost('twilio-sms');
    expect(await look('twilio-sms')).toEqual({ outcome: 'found', providerId: sid, status: 'accepted' });
  });

  test('is absent when Twilio never got it, whatever went to others, went before, or says something else', async () => {
    await on('twilio-sms').send(row);
    clock.advance(301_000);
    await on('twilio-sms').send({ ...row, text: 'otra cosa' });
    await on('twilio-sms').send({ ...row, to: '+525550177346' });
    await on('twilio-whatsapp').send(row);
    expect(await look('twilio-sms', { sentAfter: clock.now() })).toEqual({ outcome: 'absent' });
  });

  test('of two with the same words the one that was sent then is taken', async () => {
    const sid = await lost('twilio-sms');
    clock.advance(30_000);
    await on('twilio-sms').send(row);
    expect(await look('twilio-sms')).toMatchObject({ providerId: sid });
  });

  test('nor is one taken that went a moment before with the same words', async () => {
    await on('twilio-sms').send(row);
    clock.advance(3_000);
    const sid = await lost('twilio-sms');
    expect(await look('twilio-sms', { sentAfter: clock.now() })).toMatchObject({ providerId: sid });
  });

  test('is found though the clock of Twilio is minutes behind ours', async () => {
    const sid = await lost('twilio-sms');
    const sentAfter = new Date(START.getTime() + 4 * 60_000);
    expect(await look('twilio-sms', { sentAfter })).toMatchObject({ outcome: 'found', providerId: sid });
  });

  test('of many with the same words those that are known to be others are passed by', async () => {
    const sid = await lost('twilio-sms');
    clock.advance(60_000);
    const others: string[] = [];
    for (let n = 0; n < 2; n += 1) {
      await on('twilio-sms').send(row);
      others.push(fake.taken.at(-1)?.sid ?? '');
    }
    const isAnother = async (id: string) => others.includes(id);
    expect(await look('twilio-sms', { sentAfter: clock.now(), isAnother })).toMatchObject({ providerId: sid });
    others.push(sid ?? '');
    expect(await look('twilio-sms', { sentAfter: clock.now(), isAnother })).toEqual({ outcome: 'absent' });
  });

  test('a template is not known by its words: nobody can say, unless nothing at all went there', async () => {
    expect(await look('twilio-whatsapp', { template })).toEqual({ outcome: 'absent' });
    await lost('twilio-whatsapp', { template });
    expect(await look('twilio-whatsapp', { template })).toMatchObject({ outcome: 'unsure' });
    const isAnother = async () => true;
    expect(await look('twilio-whatsapp', { template, isAnother })).toEqual({ outcome: 'absent' });
  });

  test.each([
    ['an outage', 503],
    ['an answer that is not JSON', 200],
    ['a token that was changed', 401],
  ])('%s: nobody can say, and nothing of it is logged but a code', async (_name, status) => {
    const lines: string[] = [];
    fake.world.failsLists = status;
    const channel = on('twilio-sms', createLog('trace', { write: (line) => void lines.push(line) }));
    expect(await channel.find?.({ ...row, sentAfter: START })).toMatchObject({ outcome: 'unsure' });
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toMatch(/50177345|Hola|AC0000|f4k3/);
  });

  test('more messages than are looked at leave it open', async () => {
    for (let n = 0; n < 201; n += 1) await on('twilio-sms').send({ ...row, text: `otra ${n}` });
    expect(await look('twilio-sms')).toMatchObject({ outcome: 'unsure', code: 'too_many_to_look_at' });
  });
});

describe('messages whose webhook never came', () => {
  let db: Connection;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    ({ db, drop } = await testDatabase());
  });
  afterAll(() => drop());
  afterEach(() => db.collection('channel_looks').deleteMany({}));

  function house() {
    const got: InboundMessage[] = [];
    const account = { ...ACCOUNT, apiUrl: fake.url, publicUrl: () => '', log: silentLog() };
    const look = createMissedLook({
      ours: ACCOUNT,
      lists: createTwilioLists(account),
      looks: createLookStore(db),
      known: async (ids) => new Set(ids.filter((id) => got.some((message) => message.id === id))),
      receive: async (message) => void got.push(message),
      clock,
      log: silentLog(),
      meter: noMeter,
    });
    return { got, look };
  }

  test('are found once they are older than a webhook can be late, in order, and once', async () => {
    const { got, look } = house();
    const first = fake.inbound('sms', PHONE, 'uno');
    clock.advance(1000);
    const second = fake.inbound('sms', PHONE, 'dos');
    const third = fake.inbound('whatsapp', PHONE, 'tres');
    expect(await look()).toBe(0);
    clock.advance(60_000);
    expect([await look(), await look()]).toEqual([3, 0]);
    expect(got).toEqual([
      { id: `twilio:${first.MessageSid}`, channel: 'twilio-sms', from: PHONE, text: 'uno', sentAt: START },
      { id: `twilio:${second.MessageSid}`, channel: 'twilio-sms', from: PHONE, text: 'dos', sentAt: expect.any(Date) },
      {
        id: `twilio:${third.MessageSid}`,
        channel: 'twilio-whatsapp',
        from: PHONE,
        text: 'tres',
        sentAt: expect.any(Date),
      },
    ]);
  });

  test('cost one call a number when nothing is missing', async () => {
    const { look } = house();
    await look();
    const before = fake.world.lists;
    clock.advance(60_000);
    await look();
    expect(fake.world.lists - before).toBe(2);
  });

  test('of a whole night are found in the morning, more than one page of them', async () => {
    const { got, look } = house();
    await look();
    for (let n = 0; n < 1500; n += 1) {
      clock.advance(20_000);
      fake.inbound('sms', PHONE, `mensaje ${n}`);
    }
    clock.advance(60_000);
    await look();
    expect(got.map(({ text }) => text)).toEqual(Array.from({ length: 1500 }, (_, n) => `mensaje ${n}`));
  });

  test('an outage of the list leaves the mark where it was: the next look finds them', async () => {
    const { look } = house();
    await look();
    fake.inbound('sms', PHONE, 'hola');
    clock.advance(60_000);
    fake.world.failsLists = 503;
    expect(await look()).toBe(0);
    clock.advance(3_600_000);
    fake.world.failsLists = null;
    expect(await look()).toBe(1);
  });

  test('what a service that never looked finds is of the last minutes, not of the years before', async () => {
    const { got, look } = house();
    fake.inbound('sms', PHONE, 'hace una hora');
    clock.advance(3_600_000);
    fake.inbound('sms', PHONE, 'ahora');
    clock.advance(60_000);
    await look();
    expect(got.map(({ text }) => text)).toEqual(['ahora']);
  });

  test('files come along', async () => {
    const { got, look } = house();
    fake.withFiles(fake.inbound('whatsapp', PHONE, ''), [{ type: 'image/jpeg', bytes: Buffer.from([1]) }]);
    clock.advance(60_000);
    await look();
    expect(got[0]?.media).toEqual([
      { url: expect.stringMatching(/^https:\/\/api\.twilio\.com\/.*\/Media\/ME0$/), type: 'image/jpeg' },
    ]);
  });
});
