import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type EmailInbound, readEmail } from '../../src/channels/email-events.ts';
import { createEmailIds } from '../../src/channels/email-ids.ts';
import { newWordsOf } from '../../src/channels/email-reply.ts';
import type { OutboxId } from '../../src/kernel/ids.ts';

const US = 'cobranza@valle.example';
const ANA = 'ana@correo.example';
const ids = createEmailIds(US, 'a secret of sixteen');
const ROW = 'timer:valle/ana@2026-03-02T16:00:00.000Z:0' as OutboxId;

/** @param headers in place of the usual ones; null leaves one out */
function mail(headers: Record<string, string | null>, body = 'hola'): Buffer {
  const usual = { From: `Ana <${ANA}>`, To: US, Subject: 'Re: Mensaje', 'Message-ID': '<1@correo.example>' };
  const lines = Object.entries({ ...usual, ...headers }).flatMap(([name, value]) =>
    value === null ? [] : [`${name}: ${value}`],
  );
  return Buffer.from([...lines, '', body].join('\r\n'));
}

const read = (headers: Record<string, string | null>, body?: string): Promise<EmailInbound> =>
  readEmail(mail(headers, body), US, ids);

async function messageOf(headers: Record<string, string | null>, body?: string) {
  const inbound = await read(headers, body);
  if (inbound.kind !== 'message') throw new Error(`it is ${JSON.stringify(inbound)}`);
  return inbound;
}

describe('a message from a person', () => {
  test('has its sender in lower case, an id of its own, and what an answer refers to', async () => {
    const { message, thread, files } = await messageOf({
      From: 'ANA <Ana@Correo.Example>',
      References: '<a@x> <b@y>',
    });
    expect(message).toEqual({
      id: expect.stringMatching(/^email:[0-9a-f]{32}$/),
      channel: 'email',
      from: ANA,
      text: 'hola',
    });
    expect(thread).toEqual({ lastId: '<1@correo.example>', references: ['<a@x>', '<b@y>'] });
    expect(files).toEqual([]);
  });

  test('the same message has the same id, another has another, also without a Message-ID', async () => {
    const idOf = async (headers: Record<string, string | null>, body?: string) =>
      (await messageOf(headers, body)).message.id;
    expect(await idOf({})).toBe(await idOf({ Received: 'by another way' }));
    expect(await idOf({})).not.toBe(await idOf({ 'Message-ID': '<2@correo.example>' }));
    expect(await idOf({ 'Message-ID': null }, 'uno')).toBe(await idOf({ 'Message-ID': null }, 'uno'));
    expect(await idOf({ 'Message-ID': null }, 'uno')).not.toBe(await idOf({ 'Message-ID': null }, 'dos'));
  });

  test('HTML alone is read as text, without what it quotes', async () => {
    const type = { 'Content-Type': 'text/html; charset=utf-8' };
    const html =
      '<p>El viernes <b>te deposito</b> 500</p><br>On Mon, 2 Mar 2026 we wrote:<blockquote>1234</blockquote>';
    expect((await messageOf(type, html)).message.text).toBe('El viernes te deposito 500');
  });

  test('in the letters of another century', async () => {
    const latin = Buffer.concat([
      mail({ 'Content-Type': 'text/plain; charset=iso-8859-1', 'Content-Transfer-Encoding': '8bit' }, ''),
      Buffer.from('mañana sí', 'latin1'),
    ]);
    const inbound = await readEmail(latin, US, ids);
    expect(inbound.kind === 'message' && inbound.message.text).toBe('mañana sí');
  });

  test('who writes all of it in the heading has said it', async () => {
    expect((await messageOf({ Subject: '=?utf-8?Q?Pago_ma=C3=B1ana?=' }, '')).message.text).toBe('Pago mañana');
  });

  test('the button of a mail program that ends messages is an opt-out, whatever else it writes', async () => {
    const headers = { Subject: 'unsubscribe', 'Auto-Submitted': 'auto-generated', Precedence: 'bulk' };
    const { message } = await messageOf(headers, 'This message was automatically generated.');
    expect(message.text).toBe('unsubscribe');
  });

  test('an address with a tag is ours, and so is one that the mail server handed it to', async () => {
    await messageOf({ To: 'Cobranza <Cobranza+ana@Valle.example>' });
    await messageOf({ To: 'pagos@valle.example', 'Delivered-To': US });
  });
});

describe('what is no message of a person to us is ignored by name', () => {
  test.each<[string, Record<string, string | null>, string]>([
    ['no sender', { From: null }, 'no_sender'],
    ['two senders', { From: `${ANA}, otra@correo.example` }, 'no_sender'],
    ['a sender that is no address', { From: 'Ana' }, 'no_sender'],
    ['ourselves', { From: US }, 'from_ourselves'],
    ['an address that is not ours', { To: 'pagos@valle.example' }, 'not_our_address'],
    ['nobody named', { To: 'undisclosed-recipients:;' }, 'not_our_address'],
    ['forged, says our mail server', { 'Authentication-Results': 'mx; spf=pass; dmarc=fail' }, 'sender_forged'],
    ['a mailing list', { 'List-Id': '<ofertas.example>' }, 'mailing_list'],
    ['sent in bulk', { Precedence: 'bulk' }, 'mailing_list'],
    ['on holiday', { 'Auto-Submitted': 'auto-replied' }, 'auto_reply'],
    ['on holiday, in the old way', { Precedence: 'auto_reply' }, 'auto_reply'],
    ['written by a program', { 'X-Autoreply': 'yes' }, 'auto_reply'],
    ['nothing in it', { Subject: null }, 'empty'],
  ])('%s', async (_name, headers, why) => {
    expect(await read(headers, why === 'empty' ? '' : 'hola')).toEqual({ kind: 'ignored', why });
  });

  test('any bytes are read, and never throw', async () => {
    const kinds = ['message', 'failed', 'ignored'];
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.boolean(), async (bytes, isBody) => {
        const raw = isBody ? Buffer.concat([mail({}, ''), bytes]) : Buffer.from(bytes);
        expect(kinds).toContain((await readEmail(raw, US, ids)).kind);
      }),
      { numRuns: 100 },
    );
  });
});

describe('reports of mail servers', () => {
  const report = (type: string, parts: string[]) =>
    read(
      {
        From: 'Mail Delivery <MAILER-DAEMON@mx.example>',
        'MIME-Version': '1.0',
        'Content-Type': `multipart/report; report-type=${type}; boundary=b`,
      },
      `${parts.map((part) => `--b\r\n${part}\r\n`).join('')}--b--`,
    );
  const words = 'Content-Type: text/plain\r\n\r\nNo such mailbox here.';
  const fate = (action: string) =>
    `Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nFinal-Recipient: rfc822; ${ANA}\r\nAction: ${action}\r\nStatus: 5.1.1\r\n`;
  const original = (id: string) =>
    `Content-Type: message/rfc822-headers\r\n\r\nFrom: ${US}\r\nMessage-ID: ${id}\r\nSubject: Mensaje\r\n`;

  test('a bounce names the row of ours that failed', async () => {
    expect(await report('delivery-status', [words, fate('failed'), original(ids.of(ROW))])).toEqual({
      kind: 'failed',
      outboxId: ROW,
      messageId: ids.of(ROW),
      code: '5.1.1',
      isComplaint: false,
    });
  });

  test('a reader who calls it spam has opted out', async () => {
    const feedback =
      'Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: x\r\nVersion: 1\r\n';
    expect(await report('feedback-report', [words, feedback, original(ids.of(ROW))])).toMatchObject({
      kind: 'failed',
      outboxId: ROW,
      code: 'complaint',
      isComplaint: true,
    });
  });

  test.each([
    ['a delay is no failure', fate('delayed'), original(ids.of(ROW))],
    ['a bounce of what we never sent', fate('failed'), original('<acuerdo.dGltZXI.0123456789abcdef@valle.example>')],
    ['a bounce that brings nothing back', fate('failed'), words],
  ])('%s', async (_name, status, brought) => {
    expect(await report('delivery-status', [words, status, brought])).toEqual({ kind: 'ignored', why: 'report' });
  });
});

describe('what was newly written', () => {
  test.each<[string, string, string]>([
    ['nothing quoted', 'el viernes\nte deposito 500', 'el viernes\nte deposito 500'],
    [
      'Gmail in Spanish',
      'sí\n\nEl lun, 2 mar 2026 a las 10:00, Valle (<c@v.example>) escribió:\n\n> ¿500?\n> 1) Sí',
      'sí',
    ],
    [
      'broken over lines',
      'sí\n\nEl lun, 2 mar 2026 a las 10:00, Préstamos del Valle\n(<c@v.example>) escribió:\n> ¿500?',
      'sí',
    ],
    ['Gmail in English', 'yes\n\nOn Mon, Mar 2, 2026 at 10:00 AM Valle <c@v.example> wrote:\n> 500?', 'yes'],
    ['Gmail in Portuguese', 'sim\n\nEm seg., 2 de mar. de 2026 às 10:00, Valle <c@v.example> escreveu:\n> 500?', 'sim'],
    ['without its marks', 'sí\nEl 2 mar 2026, Valle escribió:\nDebes 900 el viernes', 'sí'],
    ['an answer below', 'El 2 mar 2026, Valle escribió:\n> ¿Cuándo?\n> Dime.\n\nel viernes', 'el viernes'],
    ['answers in between', '> ¿Cuándo?\nel viernes\n> ¿Cuánto?\n500', 'el viernes\n500'],
    ['a signature', 'te pago 500\n-- \nAna Prueba\nTel. 55 5555 0101', 'te pago 500'],
    ['Outlook, a line', 'sí\n________________________________\nDe: Valle\nEnviado: lunes', 'sí'],
    [
      'Outlook, headers',
      'sí\n\nDe: Valle <c@v.example>\nEnviado el: lunes, 2 de marzo\nPara: Ana\nAsunto: Mensaje\n\n¿500?',
      'sí',
    ],
    ['Outlook, English', 'yes\n\nFrom: Valle\nSent: Monday\nTo: Ana\nSubject: x\n\n500?', 'yes'],
    ['an original message', 'sí\n-----Mensaje original-----\n¿500?', 'sí'],
    ['a phone', 'mañana\n\nEnviado desde mi iPhone', 'mañana'],
    ['a phone in Portuguese', 'amanhã\n\nEnviado do meu iPhone', 'amanhã'],
    ['an app', 'mañana\nObtener Outlook para Android', 'mañana'],
    [
      'words that only look like it',
      'De: mi parte, el viernes\nEl banco me escribió: que sí',
      'De: mi parte, el viernes\nEl banco me escribió: que sí',
    ],
    [
      'words like an attribution above one',
      'el viernes te deposito 500\nEl 2 mar 2026, Valle escribió:\n> ¿Cuándo?',
      'el viernes te deposito 500',
    ],
    ['the same with a line between', 'el 15 te pago\n\nEl 2 mar 2026, Valle escribió:\n> ¿Cuándo?', 'el 15 te pago'],
    [
      'a sister',
      'el que paga es mi hermana, ella les escribió:\nque el viernes',
      'el que paga es mi hermana, ella les escribió:\nque el viernes',
    ],
    ['all quoted', '> hola', ''],
  ])('%s', (_name, text, words) => {
    expect(newWordsOf(text)).toBe(words);
    expect(newWordsOf(text.replaceAll('\n', '\r\n'))).toBe(words);
  });

  test('any text is read in no time', () => {
    const bit = fc.constantFrom('El ', 'De: ', '>', '\n', '-- ', ' ', 'escribió', ':', 'on ', 'wrote', 'x', '_', '*');
    fc.assert(
      fc.property(fc.array(bit, { maxLength: 4000 }), (bits) => {
        const words = newWordsOf(bits.join(''));
        expect(words.length).toBeLessThanOrEqual(bits.join('').length);
      }),
      { numRuns: 100 },
    );
    const started = performance.now();
    newWordsOf('el '.repeat(300_000));
    newWordsOf('el x\n'.repeat(60_000));
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
