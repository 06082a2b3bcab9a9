import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import MailComposer from 'nodemailer/lib/mail-composer';
import { createEmailIds } from '../../src/channels/email-ids.ts';
import { conversationId, creditorId, debtorId, type OutboxId } from '../../src/kernel/ids.ts';
import { importText } from '../chat/portfolio.ts';
import { FILES } from '../fakes/files.ts';
import { testDatabase } from '../setup/database.ts';
import { ANA, type EmailHouse, mailOf, openEmailHouse, rowOf, SECRET, signed, US } from './email-house.ts';

const ANA_ID = debtorId(creditorId('valle'), 'Ana');
const CONVERSATION = conversationId('email', ANA);
const ids = createEmailIds(US, SECRET);

let own: Awaited<ReturnType<typeof testDatabase>>;
let house: EmailHouse;
beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.drop());
afterEach(() => house.close());

const inboxCount = () => own.db.collection('inbox').countDocuments({ 'incoming.kind': 'message' });

describe('e-mail, from a debtor to an answer', () => {
  test('whoever writes from a known address is asked who they are before anything of a debt is said, and then served', async () => {
    house = await openEmailHouse(own.db);
    const asked = (await house.says('¿cuánto debo?')).join('\n');
    expect(asked).toContain('4 dígitos');
    expect(asked).not.toMatch(/1,200|Crédito|debe/);
    expect((await house.says('1234')).join('\n')).toContain('$1,200.00');
    expect((await house.says('el viernes te deposito 500')).join('\n')).toContain('$500.00 para el viernes 6 de marzo');
    expect((await house.says('sí')).join('\n')).toMatch(/Folio [A-Z0-9]{6}/);
    const { promises } = await house.app.ledger.account(ANA_ID, house.clock.now());
    expect(promises.map(({ state }) => state)).toEqual(['open']);
    expect(house.fake.taken.map(({ mail }) => mail.subject)).toEqual(
      house.fake.taken.map(() => 'Re: Mensaje de Préstamos del Valle'),
    );
    const last = house.fake.taken.at(-1)?.mail;
    expect(last?.inReplyTo).toBe('<4@xilofono.example>');
    expect(house.lines.join('')).not.toMatch(/xilofono|Xilófono/);
  });

  test('a message that is delivered again changes nothing', async () => {
    house = await openEmailHouse(own.db);
    expect(await house.says('hola', { id: 'same' })).not.toEqual([]);
    expect(await house.says('hola', { id: 'same' })).toEqual([]);
    expect(await inboxCount()).toBe(1);
  });

  test('a stranger is written down and not answered: a mail with a made-up sender would make us write to anybody', async () => {
    house = await openEmailHouse(own.db);
    expect(await house.says('¿cuánto debo?', { from: 'otro@correo.example' })).toEqual([]);
    const stranger = conversationId('email', 'otro@correo.example');
    expect(await house.app.conversations.transcript(stranger, 10)).toMatchObject([
      { from: 'debtor' },
      { from: 'bot', status: 'blocked', rule: 'config' },
    ]);
  });

  test('an address that two debtors have belongs to nobody until they show which they are', async () => {
    house = await openEmailHouse(own.db, [rowOf('Ana', '', ANA), rowOf('Eva', '', ANA)]);
    await own.db.collection('conversations').deleteMany({});
    expect(await house.says('hola')).toEqual([]);
    expect((await house.app.conversations.find(CONVERSATION))?.debtorId).toBeNull();
  });

  test('the button of a mail program opts out, and is acknowledged once', async () => {
    house = await openEmailHouse(own.db);
    await house.says('hola');
    const raw = mailOf({ from: ANA, text: '', id: 'u' }).replace('Re: Mensaje', 'unsubscribe');
    const before = house.fake.taken.length;
    house.clock.advance(5000);
    expect((await house.post(raw)).status).toBe(200);
    await house.settle();
    expect(house.fake.taken.slice(before).map(({ mail }) => mail.text?.trim())).toEqual([
      'Listo: ya no te enviaremos mensajes por aquí. Si cambias de opinión, escribe ALTA.',
    ]);
    expect(
      (await own.db.collection('conversations').findOne({ _id: CONVERSATION as never }))?.['consent'],
    ).toMatchObject({ state: 'out' });
  });
});

describe('e-mail as one of a debtor’s addresses', () => {
  test('who has a phone and an address is known at both; a later portfolio moves the address', async () => {
    const phone = '+525550100001';
    house = await openEmailHouse(own.db, [rowOf('Eva', '', 'eva@xilofono.example')]);
    expect(house.app.proactiveChannels).toEqual(['email']);
    const { conversations } = house.app;
    const here = ['twilio-sms', 'email'];
    const load = (email: string) =>
      importText(house.app, own.db, [header, rowOf('Ana', phone, email).join(',')].join('\n'), here);
    await load(ANA);
    const debtorAt = async (channel: string, address: string) =>
      (await conversations.conversationOf(channel, address))?.debtorId ?? null;
    expect([await debtorAt('twilio-sms', phone), await debtorAt('email', ANA)]).toEqual([ANA_ID, ANA_ID]);
    await load('nueva@xilofono.example');
    expect([await debtorAt('twilio-sms', phone), await debtorAt('email', ANA)]).toEqual([ANA_ID, null]);
    expect(await debtorAt('email', 'nueva@xilofono.example')).toBe(ANA_ID);
  });

  test('a follow-up begins by e-mail where there is no other way', async () => {
    house = await openEmailHouse(own.db, [rowOf('Ana', '', ANA, '2026-03-04')]);
    for (let hour = 0; hour < 72 && house.fake.taken.length === 0; hour += 1) {
      house.clock.advance(3_600_000);
      await house.settle();
    }
    expect(house.fake.taken[0]?.mail).toMatchObject({ subject: 'Mensaje de Préstamos del Valle' });
    expect(house.fake.taken[0]?.mail.text).toContain('Tengo un mensaje para ti');
  });
});

describe('what comes back', () => {
  const reportOf = (id: string, middle: string) =>
    [
      ...['From: MAILER-DAEMON@mx.example', `To: ${US}`, 'Subject: Undelivered', 'MIME-Version: 1.0'],
      ...['Content-Type: multipart/report; report-type=delivery-status; boundary=b', '', '--b', middle],
      ...['--b', 'Content-Type: message/rfc822-headers', '', `Message-ID: ${id}`, '', '--b--'],
    ].join('\r\n');
  const bounce = 'Content-Type: message/delivery-status\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n';
  const complaint = 'Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\n';

  test('a bounce marks its row as failed, with the code; the same again changes nothing', async () => {
    house = await openEmailHouse(own.db);
    await house.says('hola');
    const { messageId = '' } = house.fake.taken[0]?.mail ?? {};
    const answers = [await house.post(reportOf(messageId, bounce)), await house.post(reportOf(messageId, bounce))];
    expect(await Promise.all(answers.map((answer) => answer.json()))).toEqual([
      { received: 'failed', outcome: 'recorded' },
      { received: 'failed', outcome: 'kept' },
    ]);
    expect(house.counted).toEqual(['inbound stored', 'status_reports recorded', 'status_reports kept']);
    expect(await own.db.collection('outbox').findOne({ providerId: messageId })).toMatchObject({
      state: 'refused',
      status: 'failed',
      rule: '5.1.1',
    });
  });

  test('who calls it spam has opted out', async () => {
    house = await openEmailHouse(own.db);
    await house.says('hola');
    const { messageId = '' } = house.fake.taken[0]?.mail ?? {};
    await house.post(reportOf(messageId, complaint));
    expect(
      (await own.db.collection('conversations').findOne({ _id: CONVERSATION as never }))?.['consent'],
    ).toMatchObject({ state: 'out', words: 'email:complaint' });
  });

  test('a bounce of a row that is not there is told by name', async () => {
    house = await openEmailHouse(own.db);
    const answer = await house.post(reportOf(ids.of('email:none:0' as OutboxId), bounce));
    expect(await answer.json()).toEqual({ received: 'failed', outcome: 'unknown' });
  });
});

describe('files that come with a mail', () => {
  const mailWith = (files: { contentType: string; content: Buffer }[], text = 'ya pagué') =>
    new MailComposer({
      from: ANA,
      to: US,
      subject: 'Re: Mensaje',
      messageId: '<f@x.example>',
      text,
      attachments: files,
    })
      .compile()
      .build();
  const pdf = { contentType: 'application/pdf', content: FILES.pdf };
  const kept = () => own.db.collection('media').find().sort({ _id: 1 }).toArray();

  test('are kept with the debtor’s message, once, however often it is delivered', async () => {
    house = await openEmailHouse(own.db);
    const raw = await mailWith([pdf, { contentType: 'image/jpeg', content: FILES.zip }]);
    for (let times = 0; times < 2; times += 1) {
      expect((await house.post(raw)).status).toBe(200);
      await house.settle();
      await house.app.conversations.sweepFiles();
    }
    expect(await kept()).toMatchObject([
      { state: 'kept', debtorId: ANA_ID, channel: 'email', type: 'application/pdf', sizeBytes: FILES.pdf.length },
      { state: 'refused', why: 'lying_type', debtorId: ANA_ID, bytes: null },
    ]);
    expect(await own.db.collection('email_files').countDocuments()).toBe(2);
    // Two files are fetched side by side: which is done first nobody says.
    expect([...house.counted].sort()).toEqual([
      'files kept',
      'files lying_type',
      'inbound duplicate',
      'inbound stored',
    ]);
    expect(house.lines.join('')).not.toContain('%PDF');
  });

  test('are not acknowledged before they are safe: nothing is stored, and the mail server brings them again', async () => {
    house = await openEmailHouse(own.db, undefined, { keepFiles: () => Promise.reject(new Error('away')) });
    const answer = await house.post(await mailWith([pdf]));
    expect([answer.status, await inboxCount()]).toEqual([503, 0]);
    expect((await house.post(mailOf({ from: ANA, text: 'hola', id: '2' }))).status).toBe(200);
  });
});

describe('bad input', () => {
  const hola = mailOf({ from: ANA, text: 'hola', id: '1' });

  test('what is not signed, or not for these bytes, or not now, is refused and stored nowhere', async () => {
    house = await openEmailHouse(own.db);
    const now = house.clock.now();
    const old = signed(hola, new Date(now.getTime() - 301_000));
    const ahead = signed(hola, new Date(now.getTime() + 301_000));
    const right = signed(hola, now);
    const cases = [
      { 'X-Acuerdo-Signature': null },
      { 'X-Acuerdo-Timestamp': null },
      { 'X-Acuerdo-Signature': 'sha256=00' },
      { 'X-Acuerdo-Signature': right['X-Acuerdo-Signature']?.slice(7) ?? '' },
      { 'X-Acuerdo-Signature': signed(`${hola}.`, now)['X-Acuerdo-Signature'] ?? '' },
      { 'X-Acuerdo-Timestamp': '1' },
      { 'X-Acuerdo-Timestamp': 'NaN' },
      old,
      ahead,
    ];
    for (const headers of cases) expect((await house.post(hola, headers)).status).toBe(403);
    expect(await inboxCount()).toBe(0);
    expect(house.counted.map((line) => line.replace('webhook_refused ', ''))).toEqual([
      ...['no_signature', 'no_signature', 'wrong_signature', 'wrong_signature', 'wrong_signature'],
      ...['wrong_signature', 'wrong_signature', 'old_signature', 'old_signature'],
    ]);
  });

  test('a body above 25 MB is refused, named and counted; one below is read', async () => {
    house = await openEmailHouse(own.db);
    expect((await house.post(`${hola}${'x'.repeat(26_300_000)}`)).status).toBe(413);
    expect(house.counted).toEqual(['webhook_refused too_large']);
    expect(await inboxCount()).toBe(0);
    expect((await house.post(`${hola}\r\n\r\n> ${'x'.repeat(900_000)}`)).status).toBe(200);
    expect(await inboxCount()).toBe(1);
  });

  test('of large messages four are read at a time: they take memory before anybody knows who sent them', async () => {
    house = await openEmailHouse(own.db);
    const large = `${hola}\r\n\r\n> ${'x'.repeat(2_000_000)}`;
    const hanging = Array.from({ length: 4 }, () => house.hang(2_000_000));
    await Promise.all(hanging.map(({ sent }) => sent));
    expect((await house.post(large)).status).toBe(429);
    expect((await house.post(hola)).status).toBe(200);
    for (const { close } of hanging) close();
    for (let status = 0; status !== 200; ) status = (await house.post(large)).status;
  });

  test('what is no message to us is acknowledged, named and counted, and stored nowhere', async () => {
    house = await openEmailHouse(own.db);
    const list = hola.replace('Subject:', 'List-Id: <x.example>\r\nSubject:');
    const answers = [await house.post('garbage'), await house.post(''), await house.post(list)];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await answers[2]?.json()).toEqual({ received: 'ignored', why: 'mailing_list' });
    expect(house.counted).toEqual(['email_ignored no_sender', 'email_ignored no_sender', 'email_ignored mailing_list']);
    expect(await inboxCount()).toBe(0);
  });
});

const header =
  'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,email,debt_id,concept,instalment,due_date,amount,currency';
