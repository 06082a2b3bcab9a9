import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { readConfig } from '../../src/config.ts';
import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';
import { HOUR_MS } from '../../src/kernel/calendar.ts';
import { conversationId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { startService } from '../../src/main.ts';
import { ACCOUNT, sign } from '../fakes/twilio.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, openTwilioHouse, PUBLIC_URL, type TwilioHouse } from './twilio-house.ts';

let db: Connection;
let uri: string;
let drop: () => Promise<void>;
let house: TwilioHouse;
beforeAll(async () => {
  ({ db, uri, drop } = await testDatabase());
});
afterAll(() => drop());
beforeEach(async () => {
  house = await openTwilioHouse(db);
});
afterEach(() => house.close());

const ON_WHATSAPP = conversationId('twilio-whatsapp', ANA);
const ON_SMS = conversationId('twilio-sms', ANA);
const storedCount = () => db.collection('inbox').countDocuments();
const botLines = async (id = ON_WHATSAPP) =>
  (await house.app.conversations.transcript(id, 50)).filter(({ from }) => from === 'bot');
const logged = (event: string) => house.lines.filter((line) => line.includes(`"msg":"${event}"`));
const consentOf = async (id: string) =>
  (await db.collection('conversations').findOne({ _id: id as never }))?.['consent'];

describe('from a webhook to an answer', () => {
  test('an import ties the phone to both channels; a WhatsApp message is answered by REST, where it came from', async () => {
    expect(house.app.proactiveChannels).toEqual(['twilio-whatsapp', 'twilio-sms']);
    const { fake } = house;
    const answer = await fake.post('/webhooks/twilio/whatsapp', fake.inbound('whatsapp', ANA, 'hola'));
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, expect.stringContaining('text/xml')]);
    expect(await answer.text()).toMatch(/<Response\/>$/);
    await house.settle();
    expect(fake.taken.length).toBeGreaterThan(0);
    for (const sent of fake.taken)
      expect(sent).toMatchObject({ to: `whatsapp:${ANA}`, from: `whatsapp:${ACCOUNT.whatsappFrom}` });
    const lines = await botLines();
    expect(lines.map(({ status }) => status)).toEqual(lines.map(() => 'accepted'));
    expect(fake.taken.map(({ statusCallback }) => new URL(statusCallback).searchParams.get('oid'))).toEqual(
      lines.map(({ id }) => id),
    );
  });

  test('an SMS is answered in GSM-7, and is worth nothing to anybody after hours', async () => {
    await house.says('sms', 'hola');
    const lines = await botLines(ON_SMS);
    expect(lines.map(({ text }) => text).join()).toMatch(/[áíóú]/); // or this shows nothing
    expect(house.fake.taken).toHaveLength(lines.length);
    for (const { body, validityPeriod } of house.fake.taken) {
      expect(body).not.toMatch(/[áíóúÁÍÓÚ“”…]/);
      expect(validityPeriod).toBe(36_000); // 22:00 is twelve hours away, ten is the most that Twilio holds one
    }
  });

  test('an answer at night may arrive as long as the debtor may still be there', async () => {
    house.clock.advance(14 * HOUR_MS); // Tuesday 00:00
    await house.says('sms', 'hola');
    expect(house.fake.taken.map(({ validityPeriod }) => validityPeriod)).toEqual(
      house.fake.taken.map(() => 30 * 60), // quiet_reply_minutes of the pack
    );
    expect(house.fake.taken.length).toBeGreaterThan(0);
  });

  test('a number that Twilio is slow to take is tried again, in order', async () => {
    house.fake.answers.push({ kind: 'error', status: 429, code: 20429 });
    await house.says('sms', 'hola');
    expect(house.fake.taken).toEqual([]);
    house.clock.advance(5000);
    await house.settle();
    const ids = (await botLines(ON_SMS)).map(({ id }) => id);
    expect(house.fake.taken.map(({ statusCallback }) => new URL(statusCallback).searchParams.get('oid'))).toEqual(ids);
  });

  test('the same message a hundred times at once, on both addresses, is one message', async () => {
    const { fake } = house;
    const message = fake.inbound('sms', ANA, 'hola');
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_each, n) =>
        fake.post(n % 2 === 0 ? '/webhooks/twilio/sms' : '/webhooks/twilio/fallback', message),
      ),
    );
    expect(answers.filter(({ status }) => status !== 200)).toEqual([]);
    expect(await storedCount()).toBe(1);
    await house.settle();
    const count = fake.taken.length;
    await fake.post('/webhooks/twilio/sms', message);
    await house.settle();
    expect(fake.taken).toHaveLength(count);
  });

  test('a stranger is answered, and told nothing of anybody', async () => {
    const stranger = '+525550999999';
    await house.says('whatsapp', 'cuánto debo', stranger);
    expect(house.fake.taken.map(({ to }) => to)).toContain(`whatsapp:${stranger}`);
    expect(house.fake.taken.map(({ body }) => body).join()).not.toMatch(/1,200|Ana/);
  });
});

describe('what is not believed or not wanted is stored nowhere', () => {
  const message = () => house.fake.inbound('sms', ANA, 'hola');
  test.each<[string, (path: string) => Promise<Response>]>([
    ['no signature', (path) => house.fake.post(path, message(), { signature: null })],
    ['a wrong one', (path) => house.fake.post(path, message(), { signature: 'bm8=' })],
    ['one of another body', (path) => house.fake.post(path, message(), { signed: { Body: 'otra' } })],
    [
      'one over the address in Host instead of ours',
      (path) => {
        const params = message();
        const signature = sign(ACCOUNT.authToken, `http://evil.example${path}`, params);
        return house.fake.post(path, params, { signature, headers: { 'X-Forwarded-Host': 'evil.example' } });
      },
    ],
    [
      'one of another route',
      (path) => {
        const params = message();
        const signature = sign(ACCOUNT.authToken, `${PUBLIC_URL}/webhooks/twilio/other`, params);
        return house.fake.post(path, params, { signature });
      },
    ],
  ])('%s: 403', async (_name, send) => {
    for (const path of ['sms', 'whatsapp', 'fallback', 'status']) {
      const answer = await send(`/webhooks/twilio/${path}`);
      expect([answer.status, await answer.json()]).toEqual([
        403,
        expect.objectContaining({ code: 'webhook_forbidden' }),
      ]);
    }
    expect(await storedCount()).toBe(0);
  });

  test('a body of 1 MB: 413', async () => {
    const params = { ...message(), Body: 'a'.repeat(1024 * 1024) };
    expect((await house.fake.post('/webhooks/twilio/sms', params)).status).toBe(413);
    expect(await storedCount()).toBe(0);
  });

  test('signed, but no message: 400', async () => {
    expect((await house.fake.post('/webhooks/twilio/sms', { Body: 'hola' })).status).toBe(400);
    expect(await storedCount()).toBe(0);
  });

  test('a number that is not ours: 200, ignored, logged by name', async () => {
    const params = { ...message(), To: '+525500000099' };
    expect((await house.fake.post('/webhooks/twilio/sms', params)).status).toBe(200);
    expect(await storedCount()).toBe(0);
    expect(logged('twilio.message_ignored').join()).toContain('"why":"not_our_number"');
  });
});

describe('what Twilio says of a message', () => {
  test('only rises, in whatever order and however often it comes', async () => {
    await house.says('whatsapp', 'hola');
    const [sent] = house.fake.taken;
    if (!sent) throw new Error('nothing was sent');
    for (const [said, then] of [
      ['delivered', 'delivered'],
      ['sent', 'delivered'],
      ['queued', 'delivered'],
      ['read', 'read'],
      ['read', 'read'],
      ['failed', 'read'],
    ] as const) {
      expect((await house.fake.report(sent, { status: said })).status).toBe(200);
      expect((await botLines())[0]?.status).toBe(then);
    }
  });

  test.each([
    ['delivered', undefined, { status: 'delivered', rule: null }],
    ['failed', '30007', { status: 'failed', rule: '30007' }],
  ])('%s before the call is answered stays so', async (status, errorCode, expected) => {
    house.fake.answers.push({ kind: 'accept', early: { status, ...(errorCode && { errorCode }) } });
    await house.says('whatsapp', 'hola');
    expect((await botLines())[0]).toMatchObject(expected);
  });

  test('before the answer is lost is believed more than the loss', async () => {
    house.fake.answers.push({ kind: 'reset', accepted: true, early: { status: 'sent' } });
    await house.says('whatsapp', 'hola');
    expect((await botLines())[0]).toMatchObject({ status: 'sent', rule: null });
  });

  test('settles a send whose answer was lost, which is never made twice', async () => {
    house.fake.answers.push({ kind: 'reset', accepted: true });
    await house.says('whatsapp', 'hola');
    const [first] = await botLines();
    expect(first).toMatchObject({ status: 'unknown', rule: 'ECONNRESET' });
    const [sent] = house.fake.taken;
    if (!sent) throw new Error('nothing was taken');
    await house.fake.report(sent, { status: 'sent' });
    expect((await botLines())[0]).toMatchObject({ status: 'sent', rule: null });
    house.clock.advance(HOUR_MS);
    await house.settle();
    const ofFirst = house.fake.taken.filter(
      ({ statusCallback }) => new URL(statusCallback).searchParams.get('oid') === first?.id,
    );
    expect(ofFirst).toHaveLength(1);
  });

  test('of an unknown message, or by an id that is not its own, is ignored by name', async () => {
    await house.says('whatsapp', 'hola');
    const [sent] = house.fake.taken;
    if (!sent) throw new Error('nothing was sent');
    const before = await botLines();
    const elsewhere = { ...sent, statusCallback: `${PUBLIC_URL}/webhooks/twilio/status?oid=twilio%3ASMnone%3A0` };
    expect((await house.fake.report(elsewhere, { status: 'read' })).status).toBe(200);
    expect((await house.fake.report(sent, { status: 'read', sid: 'SMother' })).status).toBe(200);
    const unnamed = { ...sent, statusCallback: `${PUBLIC_URL}/webhooks/twilio/status` };
    expect((await house.fake.report(unnamed, { status: 'read', sid: 'SMother' })).status).toBe(200);
    expect(await botLines()).toEqual(before);
    expect(logged('twilio.status_ignored')).toHaveLength(2);
  });

  test('without our id is found by its own', async () => {
    await house.says('sms', 'hola');
    const [sent] = house.fake.taken;
    if (!sent) throw new Error('nothing was sent');
    await house.fake.report(
      { ...sent, statusCallback: `${PUBLIC_URL}/webhooks/twilio/status` },
      { status: 'delivered' },
    );
    expect((await botLines(ON_SMS))[0]?.status).toBe('delivered');
  });
});

describe('an opt-out that only Twilio heard', () => {
  test.each<[string, () => void, () => Promise<void>]>([
    [
      'on sending',
      () => void house.fake.answers.push({ kind: 'error', status: 400, code: 21610 }),
      async () => undefined,
    ],
    [
      'in a report',
      () => undefined,
      async () => {
        const [sent] = house.fake.taken;
        if (sent) await house.fake.report(sent, { status: 'failed', errorCode: '21610' });
      },
    ],
  ])('%s becomes ours, once, and silences follow-ups', async (_name, before, after) => {
    before();
    await house.says('sms', 'hola');
    await after();
    expect(await consentOf(ON_SMS)).toMatchObject({ state: 'out' });
    expect((await botLines(ON_SMS))[0]).toMatchObject({ status: 'failed', rule: '21610' });
    expect(await db.collection('events').countDocuments({ what: 'opt_out.reported' })).toBe(1);
    const [next] = await house.app.conversations.followups({ limit: 1 });
    expect(next?.silencedBy).toMatch(/opt/);
    await house.says('sms', 'hola otra vez'); // the conversation goes on
    expect((await botLines(ON_SMS)).at(-1)?.status).toBe('accepted');
  });
});

describe('the 24 hours of WhatsApp', () => {
  test('free text after them is not tried: it is settled by name', async () => {
    const { fake, clock, app } = house;
    await fake.post('/webhooks/twilio/whatsapp', fake.inbound('whatsapp', ANA, 'hola'));
    await app.conversations.runTurns();
    clock.advance(25 * HOUR_MS);
    await house.settle();
    const lines = await botLines();
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatchObject({ status: 'failed', rule: 'window_closed' });
    expect(fake.callCount()).toBe(0);
  });

  test('whoever did not write there is reached by SMS, and it may not wait past closing time', async () => {
    const [next] = await house.app.conversations.followups({ limit: 1 });
    if (!next) throw new Error('no follow-up is planned');
    house.clock.advance(next.dueAt.getTime() - house.clock.now().getTime());
    await house.settle();
    const [sent] = house.fake.taken;
    expect(sent).toMatchObject({ to: ANA, from: ACCOUNT.smsFrom });
    const closing = new Date(`${next.dueAt.toISOString().slice(0, 10)}T22:00:00-06:00`);
    const secondsLeft = Math.floor((closing.getTime() - house.clock.now().getTime()) / 1000);
    expect(sent?.validityPeriod).toBe(Math.min(36_000, secondsLeft));
  });

  test('after them a text that was approved goes as its template, without a body', async () => {
    await house.close();
    const sid = `HX${'0a'.repeat(16)}`;
    const mapping = `neutral.proactive: {content_sid: ${sid}, variables: {"1": first_name, "2": creditor}}`;
    const given = readDataFiles(PACKAGE_ROOT);
    const others = given.locales.filter(({ name }) => name !== 'locales/es/templates.yaml');
    const locales = [...others, { name: 'locales/es/templates.yaml', text: mapping }];
    house = await openTwilioHouse(db, { ...given, locales });
    await db.collection('conversations').deleteMany({ channel: 'twilio-sms' }); // no other way to Ana
    const [next] = await house.app.conversations.followups({ limit: 1 });
    if (!next) throw new Error('no follow-up is planned');
    house.clock.advance(next.dueAt.getTime() - house.clock.now().getTime());
    await house.settle();
    expect(house.fake.taken).toHaveLength(1);
    const variables = { '1': 'Ana', '2': 'Banco Uno' };
    expect(house.fake.taken[0]).toMatchObject({
      to: `whatsapp:${ANA}`,
      body: '',
      contentSid: sid,
      contentVariables: variables,
    });
    expect((await botLines())[0]).toMatchObject({ status: 'accepted', text: expect.stringContaining('Hola Ana') });
  });

  test('whoever wrote there lately is written to there', async () => {
    const [next] = await house.app.conversations.followups({ limit: 1 });
    if (!next) throw new Error('no follow-up is planned');
    house.clock.advance(next.dueAt.getTime() - house.clock.now().getTime() - HOUR_MS);
    await house.says('whatsapp', 'hola');
    const count = house.fake.taken.length;
    house.clock.advance(HOUR_MS);
    await house.settle();
    const after = house.fake.taken.slice(count);
    expect(after.length).toBeGreaterThan(0);
    expect([...new Set(after.map(({ to }) => to))]).toEqual([`whatsapp:${ANA}`]);
  });
});

test('no credential, phone or word of anybody reaches the log', async () => {
  await house.says('whatsapp', 'mi abuela xilófona no puede pagar');
  house.fake.answers.push({ kind: 'reset', accepted: true }, { kind: 'error', status: 400, code: 21211 });
  await house.says('sms', 'mi abuela xilófona no puede pagar');
  const [sent] = house.fake.taken;
  if (sent) await house.fake.report(sent, { status: 'undelivered', errorCode: '30003' });
  await house.fake.post('/webhooks/twilio/sms', house.fake.inbound('sms', ANA, 'xilófona'), { signature: 'x' });
  expect(house.lines.length).toBeGreaterThan(5);
  const secrets = [ACCOUNT.authToken, ACCOUNT.accountSid, ANA.slice(3), 'abuela', 'xil', 'Basic '];
  expect(house.lines.filter((line) => secrets.some((secret) => line.includes(secret)))).toEqual([]);
});

test('the service takes it from the environment: a message on its web server is answered over the API that is named', async () => {
  await db.dropDatabase();
  const config = readConfig({
    NODE_ENV: 'test',
    DEMO: 'on',
    DEMO_CLOCK: '2026-03-02T10:00:00-06:00',
    PORT: '0',
    ROLES: 'http,worker,sender',
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_WHATSAPP_FROM: ACCOUNT.whatsappFrom,
    TWILIO_API_URL: house.fake.url,
  });
  const database = Promise.resolve({ uri, close: async () => undefined });
  const service = await startService({ config, database, log: silentLog() });
  const { fake } = house;
  fake.connectTo({ url: `http://127.0.0.1:${service.port}`, publicUrl: service.publicUrl });
  const answer = await fake.post('/webhooks/twilio/whatsapp', fake.inbound('whatsapp', '+525550999999', 'hola'));
  await fake.whenTaken(1);
  const [sent] = fake.taken;
  const reported = sent && (await fake.report(sent, { status: 'delivered' }));
  const metrics = await (await fetch(`http://127.0.0.1:${service.port}/metrics`)).text();
  await service.stop();
  expect(metrics).toMatch(/^acuerdo_inbound_total\{channel="twilio-whatsapp",outcome="stored"\} 1$/m);
  expect(metrics).toMatch(/^acuerdo_breaker_state\{channel="twilio-whatsapp"\} 0$/m);
  expect(metrics).toMatch(/^nodejs_eventloop_lag_p99_seconds /m);
  expect([answer.status, sent?.to, reported?.status]).toEqual([200, 'whatsapp:+525550999999', 200]);
  expect((await botLines(conversationId('twilio-whatsapp', '+525550999999')))[0]?.status).toBe('delivered');
});
