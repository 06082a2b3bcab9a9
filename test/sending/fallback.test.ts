import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { HOUR_MS } from '../../src/kernel/calendar.ts';
import { conversationId, type OutboxId } from '../../src/kernel/ids.ts';
import type { OutboxRow } from '../../src/outbox/outbox-store.ts';
import { phoneOf } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';
import { type FakeChannel, fakeChannel, openSendingHouse, type SendingHouse } from './sending-house.ts';

let database: { db: Connection; drop(): Promise<void> };
let house: SendingHouse;
let whatsapp: FakeChannel;
let sms: FakeChannel;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

const WHATSAPP = {
  id: 'twilio-whatsapp',
  medium: 'whatsapp',
  capabilities: { buttons: true, lengthMax: 4096 },
} as const;
const refused = (code: string) => ({ outcome: 'refused' as const, code });
const onSms = (id: OutboxId) => `${id}~1` as OutboxId;

async function open(options: { country?: string; windowHours?: number } = {}): Promise<void> {
  house = await openSendingHouse(database.db, options);
  whatsapp = fakeChannel({ ...WHATSAPP, ...(options.windowHours && { windowHours: options.windowHours }) });
  sms = fakeChannel({ id: 'twilio-sms', medium: 'sms' });
  await house.talks('twilio-whatsapp');
  await house.talks('twilio-sms');
}

async function run(): Promise<void> {
  const sender = house.sender([whatsapp, sms]);
  for (let round = 0; round < 4; round += 1) {
    await sender.dispatchAll();
    await sender.reconcile();
  }
}

const TEXT = 'Ana, ¿cómo estás? Tu próximo pago vence mañana. BAJA detiene los mensajes.';
const reminder = (changes: Partial<OutboxRow> = {}) =>
  house.writes('twilio-whatsapp', { kind: 'reminder', text: TEXT, options: ['Pagar', 'Después'], ...changes });

describe('a message that cannot reach the debtor there', () => {
  beforeEach(() => open());

  test('is said on the next channel, in the words of that channel, once', async () => {
    whatsapp.fates.push(refused('63024'));
    const id = await reminder();
    await Promise.all([run(), run()]);
    expect(await house.row(id)).toMatchObject({ state: 'refused', rule: '63024', checkAt: null });
    expect(sms.took).toMatchObject([
      {
        id: onSms(id),
        to: phoneOf(0),
        text: 'Ana, ¿como estas? Tu proximo pago vence mañana. BAJA detiene los mensajes.\n1) Pagar\n2) Después',
      },
    ]);
    expect(await house.row(onSms(id))).toMatchObject({
      ...{ state: 'accepted', conversationId: conversationId('twilio-sms', phoneOf(0)), kind: 'reminder' },
      ...{ fallbackOf: id, template: null, medium: 'sms' },
    });
    expect(house.counted.filter((line) => line.startsWith('fallbacks'))).toEqual([
      'fallbacks twilio-whatsapp twilio-sms',
    ]);
  });

  test('keeps its place in the order, whichever failure is dealt with first', async () => {
    const [first, second] = [await reminder(), await reminder()];
    whatsapp.fates.push(refused('63024'), refused('63024'));
    await run();
    expect((await house.row(onSms(first))).seq).toBe((await house.row(first)).seq);
    expect((await house.row(onSms(first))).seq < (await house.row(onSms(second))).seq).toBe(true);
  });

  test('when a report says so, too', async () => {
    const id = await reminder();
    await run();
    expect(sms.took).toEqual([]);
    await house.reports(id, 'failed', '63003', (await house.row(id)).providerId ?? '');
    await run();
    expect(sms.took.map((message) => message.id)).toEqual([onSms(id)]);
    await house.reports(id, 'failed', '63003', (await house.row(id)).providerId ?? '');
    await run();
    expect(sms.took).toHaveLength(1);
  });

  test.each([
    ['the debtor opted out', () => whatsapp.fates.push({ outcome: 'refused', code: '21610', optedOut: true })],
    ['its words were filtered', () => whatsapp.fates.push(refused('30007'))],
    ['our number is wrong', () => whatsapp.fates.push(refused('21606'))],
    ['the other channel is not there', async () => void (await untie())],
    ['the debtor stopped messages there', async () => void (await optOutOnSms())],
  ])('is not said again when %s', async (_what, make) => {
    await make();
    if (whatsapp.fates.length === 0) whatsapp.fates.push(refused('63024'));
    const id = await reminder();
    await run();
    expect(sms.took).toEqual([]);
    expect(await house.row(id)).toMatchObject({ state: 'refused', checkAt: null });
  });

  test('an acknowledgement of an opt-out stays where it was heard', async () => {
    const consent = { state: 'out', at: house.clock.now(), words: 'BAJA' };
    await database.db.collection('conversations').updateMany({ channel: 'twilio-whatsapp' }, { $set: { consent } });
    whatsapp.fates.push(refused('63024'));
    const id = await house.writes('twilio-whatsapp', { kind: 'opt_out_ack', text: 'Listo' });
    await run();
    expect([(await house.row(id)).rule, sms.took]).toEqual(['63024', []]);
  });

  test('fails on the last channel for good', async () => {
    whatsapp.fates.push(refused('63024'));
    sms.fates.push(refused('30005'));
    const id = await reminder();
    await run();
    await run();
    expect(await house.row(onSms(id))).toMatchObject({ state: 'refused', rule: '30005', checkAt: null });
    expect(await house.stores.outbox.find(`${id}~2` as OutboxId)).toBeNull();
    expect(whatsapp.calls).toHaveLength(1);
  });

  test.each([
    ['before the other was written', 0],
    ['before the other has gone', 1],
  ])('and is delivered after all %s: nothing more is sent', async (_when, looks) => {
    const id = await reminder();
    const sender = house.sender([whatsapp, sms]);
    await sender.dispatchAll();
    const { providerId } = await house.row(id);
    await house.reports(id, 'failed', '63024', providerId ?? '');
    for (let look = 0; look < looks; look += 1) await sender.reconcile();
    await house.reports(id, 'delivered', null, providerId ?? '');
    await run();
    expect(sms.took).toEqual([]);
    expect(await house.row(id)).toMatchObject({ state: 'accepted', status: 'delivered', rule: null });
    const other = await house.stores.outbox.find(onSms(id));
    expect(other && [other.state, other.rule]).toEqual(looks ? ['expired', 'delivered_after_all'] : null);
  });
});

describe('before the law', () => {
  const another = (changes: Partial<OutboxRow> = {}) =>
    house.writes('twilio-sms', { kind: 'reminder', text: TEXT, ...changes });

  test('what reached nobody is no contact: the other goes at once, and is the only one of the day', async () => {
    await open({ country: 'CO' }); // one contact a day, on whatever channel
    whatsapp.fates.push(refused('63024'));
    const id = await reminder();
    await run();
    expect(sms.took.map((message) => message.id)).toEqual([onSms(id)]);
    house.wait(3 * 3600);
    const second = await another();
    await run();
    expect(sms.took).toHaveLength(1);
    expect((await house.row(second)).rule).toMatch(/^(cap|lock|gap)$/);
  });

  test('and if it had arrived, the same message elsewhere would have been a second one', async () => {
    await open({ country: 'CO' });
    await reminder();
    await run();
    house.wait(3 * 3600);
    const second = await another();
    await run();
    expect(sms.took).toEqual([]);
    expect((await house.row(second)).rule).toMatch(/^(cap|lock|gap)$/);
  });
});

describe('outside the window of a channel', () => {
  const template = { id: 'HX1', variables: { '1': 'Ana' } };
  beforeEach(async () => {
    await open({ windowHours: 24 });
    house.wait((25 * HOUR_MS) / 1000);
  });

  test('a message goes as its template, where the channel has templates', async () => {
    whatsapp = withTemplates(true);
    const id = await reminder({ template });
    await run();
    expect(whatsapp.took).toMatchObject([{ id, template }]);
    expect(await house.row(id)).toMatchObject({ state: 'accepted', asTemplate: true });
    expect(sms.took).toEqual([]);
  });

  test('within it, it goes as it is', async () => {
    await house.talks('twilio-whatsapp');
    whatsapp = withTemplates(true);
    await reminder({ template });
    await run();
    expect(whatsapp.took).toHaveLength(1);
    expect(whatsapp.took[0]).not.toHaveProperty('template');
  });

  test.each([
    ['the message has none', null, true],
    ['the channel has none', template, false],
  ])('without a template, since %s, it is not tried there, and goes by SMS', async (_what, given, templates) => {
    whatsapp = withTemplates(templates);
    const id = await reminder({ template: given });
    await run();
    expect(whatsapp.calls).toEqual([]);
    expect(await house.row(id)).toMatchObject({ state: 'refused', rule: 'window_closed' });
    expect(sms.took.map((message) => message.id)).toEqual([onSms(id)]);
  });
});

const withTemplates = (templates: boolean) =>
  fakeChannel({ ...WHATSAPP, windowHours: 24, capabilities: { ...WHATSAPP.capabilities, templates } });

const untie = () =>
  database.db.collection('conversations').updateMany({ channel: 'twilio-sms' }, { $set: { debtorId: null } });

const optOutOnSms = () =>
  database.db
    .collection('conversations')
    .updateMany(
      { channel: 'twilio-sms' },
      { $set: { consent: { state: 'out', at: house.clock.now(), words: 'BAJA' } } },
    );
