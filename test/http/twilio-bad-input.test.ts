import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import { conversationId } from '../../src/kernel/ids.ts';
import { FILES } from '../fakes/files.ts';
import { sign } from '../fakes/twilio.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, OLD_TOKEN, openTwilioHouse, PUBLIC_URL, type TwilioHouse } from './twilio-house.ts';

let db: Connection;
let drop: () => Promise<void>;
let house: TwilioHouse;
beforeAll(async () => {
  ({ db, drop } = await testDatabase());
});
afterAll(() => drop());
beforeEach(async () => {
  house = await openTwilioHouse(db);
});
afterEach(() => house.close());

const PATH = '/webhooks/twilio/sms';
const message = () => house.fake.inbound('sms', ANA, 'hola');
const storedCount = () => db.collection('inbox').countDocuments();

describe('what is refused or ignored is counted by name', () => {
  test.each<[string, () => Promise<Response>, number, string]>([
    [
      'no signature',
      () => house.fake.post(PATH, message(), { signature: null }),
      403,
      'webhook_refused_total{provider="twilio",why="no_signature"} 1',
    ],
    [
      'a wrong one',
      () => house.fake.post(PATH, message(), { signature: 'bm8=' }),
      403,
      'webhook_refused_total{provider="twilio",why="wrong_signature"} 1',
    ],
    [
      'a body of 1 MB',
      () => house.fake.post(PATH, { ...message(), Body: 'a'.repeat(1024 * 1024) }),
      413,
      'webhook_refused_total{provider="twilio",why="too_large"} 1',
    ],
    [
      'no message',
      () => house.fake.post(PATH, { Body: 'hola' }),
      400,
      'webhook_refused_total{provider="twilio",why="invalid"} 1',
    ],
    [
      'a number that is not ours',
      () => house.fake.post(PATH, { ...message(), To: '+525500000099' }),
      200,
      'inbound_total{channel="twilio",outcome="not_our_number"} 1',
    ],
    [
      'ourselves',
      () => house.fake.post(PATH, { ...message(), From: house.fake.account.smsFrom }),
      200,
      'inbound_total{channel="twilio",outcome="from_ourselves"} 1',
    ],
    [
      'a status that is none',
      () => house.fake.post('/webhooks/twilio/status', { MessageSid: 'SM1', MessageStatus: 'dancing' }),
      200,
      'status_reports_total{channel="twilio",outcome="no_status"} 1',
    ],
    [
      'a status of nothing that we sent',
      () =>
        house.fake.post('/webhooks/twilio/status?oid=timer%3Anone%3A0', { MessageSid: 'SM1', MessageStatus: 'sent' }),
      200,
      'status_reports_total{channel="twilio",outcome="no_such_message"} 1',
    ],
  ])('%s', async (_name, send, status, counted) => {
    expect((await send()).status).toBe(status);
    expect(await house.metric(`acuerdo_${counted}`)).toHaveLength(1);
    expect(await storedCount()).toBe(0);
  });

  test('a captured request that is sent again changes nothing, and is counted', async () => {
    const captured = message();
    for (let n = 0; n < 3; n += 1) expect((await house.fake.post(PATH, captured)).status).toBe(200);
    await house.settle();
    const sent = house.fake.taken.length;
    expect((await house.fake.post(PATH, captured)).status).toBe(200);
    await house.settle();
    expect([await storedCount(), house.fake.taken.length]).toEqual([1, sent]);
    expect(await house.metric('acuerdo_inbound_total')).toEqual([
      'acuerdo_inbound_total{channel="twilio-sms",outcome="stored"} 1',
      'acuerdo_inbound_total{channel="twilio-sms",outcome="duplicate"} 3',
    ]);
  });

  test('a provider that answers no JSON: the send is unknown, and counted', async () => {
    house.fake.answers.push({ kind: 'garbage', accepted: true });
    await house.says('sms', 'hola');
    expect(await house.metric('acuerdo_sends_total{channel="twilio-sms",lane="reply",outcome="unknown"}')).toHaveLength(
      1,
    );
  });

  test('nothing of a debtor stands in the metrics', async () => {
    await house.says('whatsapp', 'mi abuela xilófona no puede pagar');
    const page = (await house.metric('')).join('\n');
    expect(page).toContain('acuerdo_turn_seconds_count');
    expect(page).not.toMatch(/50100001|xil|Ana|SM0|banco/);
  });
});

test('while the token is being changed the old one signs too, and a third never', async () => {
  const by = (token: string) => {
    const params = message();
    return house.fake.post(PATH, params, { signature: sign(token, `${PUBLIC_URL}${PATH}`, params) });
  };
  expect((await by(OLD_TOKEN)).status).toBe(200);
  expect((await by('a-third-token')).status).toBe(403);
  expect(await storedCount()).toBe(1);
});

describe('a message whose webhook never came', () => {
  test('is found within a sweep, answered once, and stays one when the webhook comes after all', async () => {
    const late = house.fake.inbound('whatsapp', ANA, 'cuánto debo');
    expect(await house.lookForMissed()).toBe(0); // it may still come by itself
    house.clock.advance(60_000);
    expect([await house.lookForMissed(), await house.lookForMissed()]).toEqual([1, 0]);
    await house.settle();
    const answers = house.fake.taken.length;
    expect(answers).toBeGreaterThan(0);
    expect((await house.fake.post('/webhooks/twilio/whatsapp', late)).status).toBe(200);
    house.clock.advance(60_000);
    await house.lookForMissed();
    await house.settle();
    expect([await storedCount(), house.fake.taken.length]).toEqual([1, answers]);
    expect(await house.metric('acuerdo_inbound_total{channel="twilio-whatsapp",outcome="recovered"} 1')).toHaveLength(
      1,
    );
  });

  test('and those that came are not received again', async () => {
    await house.says('sms', 'hola');
    house.clock.advance(60_000);
    expect(await house.lookForMissed()).toBe(0);
    expect(await storedCount()).toBe(1);
  });
});

describe('files', () => {
  const sends = async (files: { type: string; bytes: Uint8Array; onTo?: string }[], text = '') => {
    const params = house.fake.withFiles(house.fake.inbound('whatsapp', ANA, text), files);
    expect((await house.fake.post('/webhooks/twilio/whatsapp', params)).status).toBe(200);
    expect(house.fake.fetched).toEqual([]); // not on the way to the acknowledgement
    await house.settle();
    while ((await house.app.conversations.sweepFiles()) > 0) await house.settle();
    await house.settle();
    return db
      .collection('media')
      .find({}, { sort: { _id: 1 } })
      .toArray();
  };
  const said = () => house.fake.taken.map(({ body }) => body).join('\n');

  test('a receipt is fetched with our credentials after the answer, and is the evidence of a claim', async () => {
    const [file] = await sends([{ type: 'image/jpeg', bytes: FILES.jpeg }], 'ya pagué');
    expect(file).toMatchObject({
      state: 'kept',
      type: 'image/jpeg',
      sizeBytes: FILES.jpeg.length,
      debtorId: 'banco/ana',
    });
    expect(Buffer.from(file?.['bytes'].buffer).equals(FILES.jpeg)).toBe(true);
    expect(file?.['sha256']).toMatch(/^[0-9a-f]{64}$/);
    expect(house.fake.fetched.map(({ authorization }) => authorization?.slice(0, 6))).toEqual(['Basic ']);
    const claim = await db.collection('claims').findOne({});
    expect(claim).toMatchObject({ kind: 'already_paid', evidence: [file?.['inboxId']] });
    const [line] = await house.app.conversations.transcript(conversationId('twilio-whatsapp', ANA), 10);
    expect(line?.text).toBe('ya pagué [image/jpeg]');
    expect(await house.metric('acuerdo_files_total')).toEqual([
      'acuerdo_files_total{channel="twilio-whatsapp",outcome="kept"} 1',
    ]);
  });

  test.each<[string, { type: string; bytes: Uint8Array; onTo?: string }, string]>([
    ['of a lying type', { type: 'application/pdf', bytes: FILES.zip }, 'lying_type'],
    [
      'of 100 MB',
      { type: 'image/jpeg', bytes: Buffer.concat([FILES.jpeg, Buffer.alloc(100 * 1024 * 1024)]) },
      'too_large',
    ],
    [
      'that leads elsewhere',
      { type: 'image/jpeg', bytes: FILES.jpeg, onTo: 'http://169.254.169.254/latest' },
      'not_allowed',
    ],
    ['that is none we read', { type: 'audio/ogg', bytes: FILES.ogg }, 'wrong_type'],
  ])('one %s is refused by name, counted, and said', async (_name, file, why) => {
    const [kept] = await sends([file]);
    expect(kept).toMatchObject({ state: 'refused', why, bytes: null });
    expect(await house.metric(`acuerdo_files_total{channel="twilio-whatsapp",outcome="${why}"} 1`)).toHaveLength(1);
    expect(said()).toMatch(why === 'wrong_type' ? /solo puedo leer texto/ : /no pudimos abrir/);
  });

  test('of ten in one message five are fetched', async () => {
    const files = await sends(Array.from({ length: 10 }, () => ({ type: 'image/png', bytes: FILES.png })));
    expect(files.map((file) => file['why'] ?? file['state']).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'kept'),
      ...Array.from({ length: 5 }, () => 'too_many'),
    ]);
    expect(house.fake.fetched).toHaveLength(5);
    expect(said().match(/Gracias por el archivo/g)).toHaveLength(1);
  });

  test('one that cannot be fetched now is tried again, and given up after five tries', async () => {
    const params = { ...house.fake.inbound('whatsapp', ANA, ''), NumMedia: '1', MediaContentType0: 'image/jpeg' };
    const gone = `https://api.twilio.com/2010-04-01/Accounts/${house.fake.account.accountSid}/Messages.json`;
    house.fake.world.failsLists = 503;
    await house.fake.post('/webhooks/twilio/whatsapp', { ...params, MediaUrl0: gone });
    await house.settle();
    for (let n = 0; n < 6; n += 1) {
      await house.app.conversations.sweepFiles();
      house.clock.advance(200_000);
    }
    expect(await db.collection('media').findOne({})).toMatchObject({ state: 'refused', why: 'gone', attempts: 5 });
    expect(await house.metric('acuerdo_files_total{channel="twilio-whatsapp",outcome="later"} 4')).toHaveLength(1);
  });
});
