import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { SendResult } from '../../src/channels/channel.ts';
import { createEmailChannel } from '../../src/channels/email.ts';
import { createEmailIds } from '../../src/channels/email-ids.ts';
import type { EmailThread } from '../../src/channels/email-thread-store.ts';
import type { OutboxId } from '../../src/kernel/ids.ts';
import { createLog } from '../../src/kernel/log.ts';
import { type FakeSmtp, MAILBOX, type MailAnswer, openFakeSmtp, type TakenMail } from '../fakes/smtp.ts';

const US = 'cobranza@valle.example';
const ANA = 'ana@xilofono.example';
const WORDS = 'palabras de Xilófono';
const message = { id: 'timer:a/b@2026-03-02T16:00:00.000Z:0', to: ANA, text: WORDS, subject: 'Mensaje', options: [] };
const ids = createEmailIds(US, 'a secret of sixteen');

let fake: FakeSmtp;
let lines: string[] = [];
const closers: (() => void)[] = [];
beforeAll(async () => {
  fake = await openFakeSmtp();
});
afterAll(async () => {
  for (const close of closers) close();
  await fake.close();
});
beforeEach(() => {
  lines = [];
});

function channelAt(smtpUrl: string, options: { thread?: EmailThread | Error; sendMs?: number } = {}) {
  const { thread = null, ...more } = options;
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const { channel, close } = createEmailChannel({
    smtpUrl,
    from: US,
    ids,
    threads: { find: async () => (thread instanceof Error ? Promise.reject(thread) : thread) },
    files: { find: async () => null },
    log,
    ...more,
  });
  closers.push(close);
  return channel;
}

const sendTo = (answer: MailAnswer, sendMs?: number): Promise<SendResult> => {
  fake.answers.push(answer);
  return channelAt(fake.url, { ...(sendMs && { sendMs }) }).send(message);
};

describe('what arrives', () => {
  test('a letter in plain text and HTML, from us, to one address, with a neutral heading and a way to stop', async () => {
    const text = `${WORDS}: <b>$1,200.00</b> & más.\n1) Sí\n2) No\nPaga en https://pay.example.com/p/abc-1.`;
    await channelAt(fake.url).send({ ...message, text });
    const [{ from, to, mail }] = fake.taken.slice(-1) as [TakenMail];
    expect({ from, to }).toEqual({ from: US, to: [ANA] });
    expect(mail.subject).toBe('Mensaje');
    expect(mail.text?.trim()).toBe(text);
    expect(mail.html).toContain('&lt;b&gt;$1,200.00&lt;/b&gt; &amp; más');
    expect(mail.html).toContain('<a href="https://pay.example.com/p/abc-1">https://pay.example.com/p/abc-1</a>.');
    expect(mail.headers.get('list')).toEqual({
      unsubscribe: { mail: `${US}?subject=unsubscribe` },
    });
    expect(mail.headers.get('auto-submitted')).toBe('auto-generated');
  });

  test('an address that looks like two is one, and is refused', async () => {
    const before = fake.taken.length;
    const result = await channelAt(fake.url).send({ ...message, to: `${ANA}, otra@xilofono.example` });
    expect(result.outcome).toBe('refused');
    expect(fake.taken).toHaveLength(before);
  });

  test('its id is made of the row, and is told from one that somebody made up', async () => {
    const result = await channelAt(fake.url).send(message);
    const { messageId = '' } = fake.taken.at(-1)?.mail ?? {};
    expect(result).toEqual({ outcome: 'accepted', providerId: messageId });
    expect(messageId).toBe(ids.of(message.id as OutboxId));
    expect(ids.find(`Message-ID: ${messageId}`)).toEqual({ outboxId: message.id, messageId });
    expect(createEmailIds(US, 'another secret').find(messageId)).toBeNull();
    expect(ids.find('<acuerdo.dGltZXI6MTow.0123456789abcdef@valle.example>')).toBeNull();
    expect(ids.find('<CAF=x@mail.example>')).toBeNull();
  });

  test('it stands in the thread of what the debtor wrote, and of what we wrote before', async () => {
    const thread = { lastId: '<r2@phone.example>', references: [ids.root(ANA), '<r1@phone.example>'] };
    await channelAt(fake.url, { thread }).send(message);
    await channelAt(fake.url).send(message);
    const [answer, first] = fake.taken.slice(-2).map(({ mail }) => mail);
    expect(answer).toMatchObject({ subject: 'Re: Mensaje', inReplyTo: '<r2@phone.example>' });
    expect(answer?.references).toEqual([ids.root(ANA), '<r1@phone.example>', '<r2@phone.example>']);
    expect(first?.inReplyTo).toBeUndefined();
    expect([first?.references].flat()).toEqual([ids.root(ANA)]);
  });

  test('a thread that cannot be read keeps no letter back', async () => {
    const thread = new Error(`cannot read ${ANA}`);
    expect(await channelAt(fake.url, { thread }).send(message)).toMatchObject({ outcome: 'accepted' });
    expect(fake.taken.at(-1)?.mail.inReplyTo).toBeUndefined();
    expect(lines.join()).not.toContain(ANA);
  });

  test('the account signs in', async () => {
    const user = encodeURIComponent(MAILBOX.user);
    const right = channelAt(`smtp://${user}:${MAILBOX.password}@127.0.0.1:${fake.port}`);
    expect((await right.send(message)).outcome).toBe('accepted');
    const wrong = channelAt(`smtp://${user}:wrong@127.0.0.1:${fake.port}`);
    expect(await wrong.send(message)).toMatchObject({ outcome: 'later', code: 'smtp_535' });
  });
});

describe('what a delivery comes to', () => {
  test.each<[string, MailAnswer, object]>([
    ['no such mailbox', { kind: 'answer', at: 'RCPT TO', status: 550 }, { outcome: 'refused', code: 'smtp_550' }],
    ['no sender of ours', { kind: 'answer', at: 'MAIL FROM', status: 553 }, { outcome: 'refused', code: 'smtp_553' }],
    ['taken for spam', { kind: 'answer', at: 'DATA', status: 554 }, { outcome: 'refused', code: 'smtp_554' }],
    ['greylisted', { kind: 'answer', at: 'RCPT TO', status: 451 }, { outcome: 'later', code: 'smtp_451' }],
    ['no room now', { kind: 'answer', at: 'DATA', status: 452 }, { outcome: 'later', code: 'smtp_452' }],
    ['sign in first', { kind: 'answer', at: 'MAIL FROM', status: 530 }, { outcome: 'later', code: 'smtp_530' }],
    ['cut before the message', { kind: 'cut', at: 'RCPT TO' }, { outcome: 'later', code: 'ECONNECTION' }],
    ['cut, and taken', { kind: 'cut', at: 'DATA', accepted: true }, { outcome: 'unknown', code: 'ECONNECTION' }],
    ['cut, and not taken', { kind: 'cut', at: 'DATA' }, { outcome: 'unknown', code: 'ECONNECTION' }],
  ])('%s', async (_name, answer, expected) => {
    expect(await sendTo(answer)).toMatchObject(expected);
    expect(lines.join('')).not.toMatch(/xilofono|Xilófono|s3cr3t0/);
  });

  test('no answer in time: unknown once the message went out, later before', async () => {
    expect(await sendTo({ kind: 'hang', at: 'DATA', accepted: true }, 300)).toMatchObject({ outcome: 'unknown' });
    expect(await sendTo({ kind: 'hang', at: 'RCPT TO' }, 300)).toMatchObject({ outcome: 'later' });
  });

  test('nobody listens: later', async () => {
    const gone = await openFakeSmtp();
    await gone.close();
    expect(await channelAt(gone.url).send(message)).toMatchObject({ outcome: 'later', retryAfterMs: 60_000 });
  });

  test('a message whose fate is not known is not sent again by the pool', async () => {
    const channel = channelAt(fake.url);
    await channel.send(message); // a connection that is used again
    const [taken, deliveries] = [fake.taken.length, fake.deliveryCount()];
    fake.answers.push({ kind: 'cut', at: 'DATA', accepted: true });
    expect((await channel.send(message)).outcome).toBe('unknown');
    expect([fake.taken.length, fake.deliveryCount()]).toEqual([taken + 1, deliveries + 1]);
  });
});
