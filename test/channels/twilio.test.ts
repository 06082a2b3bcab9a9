import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SendResult } from '../../src/channels/channel.ts';
import { createTwilioChannels, isSignedByTwilio } from '../../src/channels/twilio.ts';
import { decodeBase64Text, readTwilioMessage, readTwilioStatus } from '../../src/channels/twilio-events.ts';
import { createLog } from '../../src/kernel/log.ts';
import { ACCOUNT, type Answer, type FakeTwilio, openFakeTwilio, sign } from '../fakes/twilio.ts';

const PHONE = '+525550177345';
const WORDS = 'palabras de Xilófono';
const message = { id: 'timer:a/b@2026-03-02T16:00:00.000Z:0', to: PHONE, text: WORDS, options: [] };

let fake: FakeTwilio;
let lines: string[] = [];
beforeAll(async () => {
  fake = await openFakeTwilio();
});
afterAll(() => fake.close());
beforeEach(() => {
  lines = [];
});

function channelsAt(apiUrl: string, timeoutMs?: number) {
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const publicUrl = () => 'https://pay.example.com';
  return createTwilioChannels({ ...ACCOUNT, apiUrl, publicUrl, log, ...(timeoutMs && { timeoutMs }) });
}

const sendOn = async (id: string, changes: object = {}, timeoutMs?: number): Promise<SendResult> => {
  const channel = channelsAt(fake.url, timeoutMs).find((each) => each.id === id);
  if (!channel) throw new Error(`there is no ${id}`);
  return channel.send({ ...message, ...changes });
};

describe('sending', () => {
  test('an SMS goes to the number; a WhatsApp message to whatsapp:number', async () => {
    await sendOn('twilio-sms');
    await sendOn('twilio-whatsapp');
    expect(fake.taken.slice(-2)).toMatchObject([
      { to: PHONE, from: ACCOUNT.smsFrom, body: WORDS },
      { to: `whatsapp:${PHONE}`, from: `whatsapp:${ACCOUNT.whatsappFrom}`, body: WORDS },
    ]);
  });

  test('the callback address carries the id of our row', async () => {
    await sendOn('twilio-sms');
    const callback = new URL(fake.taken.at(-1)?.statusCallback ?? '');
    expect(`${callback.origin}${callback.pathname}`).toBe('https://pay.example.com/webhooks/twilio/status');
    expect(callback.searchParams.get('oid')).toBe(message.id);
  });

  test('a template goes without a body of its own, which would make it free text', async () => {
    const template = { id: 'HX00000000000000000000000000000001', variables: { '1': 'Ana', '2': '$1,200.00' } };
    expect(await sendOn('twilio-whatsapp', { template })).toMatchObject({ outcome: 'accepted' });
    expect(fake.taken.at(-1)).toMatchObject({
      body: '',
      contentSid: template.id,
      contentVariables: template.variables,
    });
    await sendOn('twilio-whatsapp');
    expect(fake.taken.at(-1)).toMatchObject({ body: WORDS, contentSid: null, contentVariables: null });
  });

  test('an SMS counts its parts; its pace is what was configured, and none otherwise', () => {
    const [whatsapp, sms] = channelsAt(fake.url);
    expect([sms?.pace, whatsapp?.pace, whatsapp?.segments]).toEqual([undefined, undefined, undefined]);
    expect(['a'.repeat(160), 'a'.repeat(161), 'á'.repeat(71)].map((text) => sms?.segments?.(text))).toEqual([1, 2, 2]);
    const paced = { ...ACCOUNT, smsPerSecond: 1, apiUrl: null, publicUrl: () => '', log: createLog('silent') };
    expect(createTwilioChannels(paced).map(({ pace }) => pace?.perSecond)).toEqual([undefined, 1]);
  });

  test.each([
    [undefined, null],
    [3_600_000, 3600],
    [90_500, 90],
    [10, 1],
    [5 * 86_400_000, 36_000],
  ])('valid for %s ms is a validity period of %s s', async (validForMs, seconds) => {
    await sendOn('twilio-sms', validForMs === undefined ? {} : { validForMs });
    expect(fake.taken.at(-1)?.validityPeriod).toBe(seconds);
  });

  test('a channel for each number of ours, and the window of WhatsApp', () => {
    expect(channelsAt(fake.url).map(({ id, medium, windowHours }) => [id, medium, windowHours])).toEqual([
      ['twilio-whatsapp', 'whatsapp', 24],
      ['twilio-sms', 'sms', undefined],
    ]);
    const log = createLog('silent');
    const smsOnly = { ...ACCOUNT, whatsappFrom: null, apiUrl: null, publicUrl: () => '', log };
    expect(createTwilioChannels(smsOnly).map(({ id }) => id)).toEqual(['twilio-sms']);
  });
});

describe('what an answer means', () => {
  const error = (status: number, code?: number, accepted = false): Answer => ({
    kind: 'error',
    status,
    accepted,
    ...(code !== undefined && { code }),
  });
  test.each<[string, Answer, object]>([
    ['a number that is none', error(400, 21211), { outcome: 'refused', code: '21211' }],
    ['an opt-out', error(400, 21610), { outcome: 'refused', code: '21610', optedOut: true }],
    ['outside the window of WhatsApp', error(400, 63016), { outcome: 'refused', code: '63016' }],
    ['a token that was changed', error(401, 20003), { outcome: 'later', code: '20003', retryAfterMs: 60_000 }],
    ['a 404 of somebody in between', error(404), { outcome: 'refused', code: 'http_404' }],
    ['too many calls', error(429, 20429), { outcome: 'later', code: '20429', retryAfterMs: 5000 }],
    ['too many calls, without a code', error(429), { outcome: 'later', code: 'http_429', retryAfterMs: 5000 }],
    ['the limit of WhatsApp', error(400, 63018), { outcome: 'later', code: '63018', retryAfterMs: 60_000 }],
    ['an outage', error(503), { outcome: 'unknown', code: 'http_503' }],
    ['an outage after it was taken', error(500, 20500, true), { outcome: 'unknown', code: '20500' }],
    ['a redirect', error(302), { outcome: 'unknown', code: 'http_302' }],
    ['a cut before it was taken', { kind: 'reset', accepted: false }, { outcome: 'unknown', code: 'ECONNRESET' }],
    ['a cut after it was taken', { kind: 'reset', accepted: true }, { outcome: 'unknown', code: 'ECONNRESET' }],
    ['an answer that is not JSON', { kind: 'garbage', accepted: true }, { outcome: 'unknown' }],
  ])('%s', async (_name, answer, expected) => {
    fake.answers.push(answer);
    const calls = fake.callCount();
    expect(await sendOn('twilio-sms')).toMatchObject(expected);
    expect(fake.callCount()).toBe(calls + 1); // the client tries nothing again by itself
  });

  test('silence is unknown once the time is over', async () => {
    fake.answers.push({ kind: 'hang', accepted: true });
    expect(await sendOn('twilio-sms', {}, 200)).toMatchObject({ outcome: 'unknown', code: 'ECONNABORTED' });
  });

  test('a server that was never reached has nothing: later', async () => {
    const gone = await openFakeTwilio();
    await gone.close();
    const [channel] = channelsAt(gone.url);
    expect(await channel?.send(message)).toMatchObject({ outcome: 'later', code: 'ECONNREFUSED' });
  });
});

test('no credential, phone or word is logged, whatever fails', async () => {
  const failures: Answer[] = [
    { kind: 'error', status: 400, code: 21211 },
    { kind: 'error', status: 500 },
    { kind: 'error', status: 401, code: 20003 },
    { kind: 'reset', accepted: true },
    { kind: 'garbage', accepted: true },
    { kind: 'hang', accepted: true },
  ];
  for (const failure of failures) {
    fake.answers.push(failure);
    await sendOn('twilio-sms', {}, 200);
  }
  const gone = await openFakeTwilio();
  await gone.close();
  for (const channel of channelsAt(gone.url)) await channel.send(message);
  expect(lines).toHaveLength(failures.length + 2);
  const basic = Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString('base64');
  const secrets = [ACCOUNT.authToken, ACCOUNT.accountSid, basic, '50177345', 'Xil', 'palabras'];
  expect(lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
});

describe('signatures', () => {
  const url = 'https://pay.example.com/webhooks/twilio/sms?oid=a%3A0%40b';
  const params = { Body: 'sí, ¿cuánto?', From: PHONE, To: ACCOUNT.smsFrom };
  const signature = sign(ACCOUNT.authToken, url, params);
  test.each<[string, boolean, { signature: string | undefined; url: string; params: Record<string, string> }]>([
    ['the right one', true, { signature, url, params }],
    ['none', false, { signature: undefined, url, params }],
    ['an empty one', false, { signature: '', url, params }],
    ['of another body', false, { signature, url, params: { ...params, Body: 'no' } }],
    ['of another address', false, { signature, url: url.replace('pay.', 'evil.'), params }],
    ['by another token', false, { signature: sign('another', url, params), url, params }],
  ])('%s', (_name, expected, request) => {
    expect(isSignedByTwilio(ACCOUNT.authToken, request)).toBe(expected);
  });
});

describe('what comes in', () => {
  const given = (changes: Record<string, string>) => ({
    MessageSid: 'SM1',
    From: PHONE,
    To: ACCOUNT.smsFrom,
    Body: 'hola',
    ...changes,
  });
  const onWhatsapp = { From: `whatsapp:${PHONE}`, To: `whatsapp:${ACCOUNT.whatsappFrom}` };
  const base64 = Buffer.from(
    'Hola, quiero saber cuánto debo y hasta cuándo puedo pagar mi crédito, por favor',
  ).toString('base64');

  test.each<[string, Record<string, string>, object]>([
    ['an SMS', {}, { id: 'twilio:SM1', channel: 'twilio-sms', from: PHONE, text: 'hola' }],
    ['WhatsApp', onWhatsapp, { id: 'twilio:SM1', channel: 'twilio-whatsapp', from: PHONE, text: 'hola' }],
    ['the old 1 of Mexican mobiles', { ...onWhatsapp, From: 'whatsapp:+5215550177345' }, { from: PHONE }],
    ['a tapped button', { ...onWhatsapp, ButtonText: 'Sí', ButtonPayload: 'yes' }, { text: 'Sí', tapped: true }],
    ['a button without a label', { ...onWhatsapp, Body: '', ButtonPayload: 'yes' }, { text: 'yes', tapped: true }],
    ['a list item', { ...onWhatsapp, ListTitle: 'Hoy', ListId: '1' }, { text: 'Hoy', tapped: true }],
    ['a list item without a title', { ...onWhatsapp, Body: 'Hoy', ListId: '1' }, { text: 'Hoy', tapped: true }],
    ['base64', { Body: base64 }, { text: expect.stringMatching(/^Hola, quiero saber cuánto debo/) }],
    ['no text', { Body: '' }, { text: '' }],
  ])('%s', (_name, changes, expected) => {
    expect(readTwilioMessage(given(changes), ACCOUNT)).toMatchObject({ kind: 'message', message: expected });
  });

  test('words are not tapped, and bring no files', () => {
    const read = readTwilioMessage(given({}), ACCOUNT);
    expect(read.kind === 'message' && Object.keys(read.message)).toEqual(['id', 'channel', 'from', 'text']);
  });

  test('files, ten at most whatever it says', () => {
    const files = { NumMedia: '99', MediaUrl0: 'https://api.twilio.com/a', MediaContentType0: 'Image/JPEG' };
    const read = readTwilioMessage(given(files), ACCOUNT);
    const media = read.kind === 'message' ? (read.message.media ?? []) : [];
    expect([media.length, media[0]]).toEqual([10, { url: 'https://api.twilio.com/a', type: 'image/jpeg' }]);
  });

  test.each<[string, Record<string, string | string[]>, object]>([
    ['another number', { To: '+525500000099' }, { kind: 'ignored', why: 'not_our_number' }],
    ['our SMS number on WhatsApp', { To: `whatsapp:${ACCOUNT.smsFrom}` }, { kind: 'ignored', why: 'not_our_number' }],
    ['ourselves', { From: ACCOUNT.smsFrom }, { kind: 'ignored', why: 'from_ourselves' }],
    ['no id', { MessageSid: '' }, { kind: 'invalid', fields: ['MessageSid'] }],
    ['an id given twice', { MessageSid: ['SM1', 'SM2'] }, { kind: 'invalid', fields: ['MessageSid'] }],
    ['a sender of 1 KB', { From: '1'.repeat(1024) }, { kind: 'invalid', fields: ['From'] }],
  ])('%s', (_name, changes, expected) => {
    expect(readTwilioMessage({ ...given({}), ...changes }, ACCOUNT)).toEqual(expected);
  });

  test.each([
    ['hola', 'hola'],
    ['x'.repeat(64), 'x'.repeat(64)],
    [
      'SiempreQuePuedoPagoPeroEsteMesNoMeAlcanzaPorqueMeQuedeSinTrab',
      'SiempreQuePuedoPagoPeroEsteMesNoMeAlcanzaPorqueMeQuedeSinTrab',
    ],
    [Buffer.from([...Array(48).keys()]).toString('base64'), Buffer.from([...Array(48).keys()]).toString('base64')],
  ])('what only looks like base64 stays: %s', (body, expected) => {
    expect(decodeBase64Text(body)).toBe(expected);
  });

  test.each([
    ['queued', 'accepted'],
    ['sending', 'accepted'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'read'],
    ['undelivered', 'failed'],
    ['failed', 'failed'],
  ])('status %s is %s', (said, status) => {
    expect(readTwilioStatus({ MessageSid: 'SM1', MessageStatus: said, From: ACCOUNT.smsFrom })).toEqual({
      sid: 'SM1',
      channel: 'twilio-sms',
      status,
      code: null,
    });
  });

  test('a status that is none of a message is nothing', () => {
    expect(readTwilioStatus({ MessageSid: 'SM1', MessageStatus: 'receiving' })).toBeNull();
    expect(readTwilioStatus({ MessageStatus: 'sent' })).toBeNull();
  });
});
