import { expect } from '@jest/globals';
import type {
  Channel,
  DeliveryStatus,
  InboundMessage,
  OutboundMessage,
  SendResult,
} from '../../src/channels/channel.ts';
import { createConsoleChannel } from '../../src/channels/console.ts';
import { createEmailChannel } from '../../src/channels/email.ts';
import { readEmail } from '../../src/channels/email-events.ts';
import { createEmailIds } from '../../src/channels/email-ids.ts';
import { createSimulatorChannel, simulatorProviderId } from '../../src/channels/simulator.ts';
import { createTwilioChannels } from '../../src/channels/twilio.ts';
import { readTwilioMessage, readTwilioStatus } from '../../src/channels/twilio-events.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { type MailAnswer, openFakeSmtp } from '../fakes/smtp.ts';
import { ACCOUNT, type Answer, openFakeTwilio } from '../fakes/twilio.ts';

const PHONE = '+525512345678';
const EMAIL = 'ana@correo.example';
const OUR_EMAIL = 'cobranza@valle.example';

/** What the suite needs of an adapter: the port, what arrived at the other side, and how to make it fail. */
export interface Bench {
  channel: Channel;
  /** Of whoever is written to. */
  address: string;
  /** Texts and addresses as the provider was given them, in order. */
  arrived(): { to: string; text: string }[];
  /** Makes the next send come to this; null where the adapter has no such outcome. */
  next: Record<'refused' | 'later' | 'unknown', (() => void) | null>;
  /** A debtor's message as the provider hands it over; null where the channel is given ours. */
  hears: ((text: string) => Promise<InboundMessage | null>) | null;
  /** What the provider tells of the last message that arrived; null where nobody tells. */
  reported: (() => Promise<{ providerId: string; status: DeliveryStatus }>) | null;
  /** The last word that this provider has on a message. */
  lastStatus: DeliveryStatus | null;
  close(): Promise<void>;
}

export async function simulatorBench(): Promise<Bench> {
  const got: OutboundMessage[] = [];
  const fates: SendResult[] = [];
  const delivered: { providerId: string; status: DeliveryStatus }[] = [];
  const stop = new AbortController();
  const channel = createSimulatorChannel({
    clock: { ...systemClock, sleep: async () => undefined },
    log: silentLog(),
    onStatus: async (providerId, status) => {
      if (status === 'delivered') delivered.push({ providerId, status });
    },
    stopping: stop.signal,
    network: {
      fate: (message) => {
        const fate = fates.shift();
        if (!fate) got.push(message);
        return fate ?? null;
      },
    },
  });
  const next = (result: SendResult) => () => void fates.push(result);
  return {
    channel,
    address: PHONE,
    arrived: () => got.map(({ to, text }) => ({ to, text })),
    next: {
      refused: next({ outcome: 'refused', code: 'not_on_whatsapp' }),
      later: next({ outcome: 'later', code: 'rate_limit', retryAfterMs: 5000 }),
      unknown: next({ outcome: 'unknown', code: 'timeout' }),
    },
    hears: null,
    reported: async () => {
      const { id } = got.at(-1) ?? { id: '' };
      const isOfLast = ({ providerId }: { providerId: string }) => providerId === simulatorProviderId(id);
      while (!delivered.some(isOfLast)) await new Promise((resolve) => void setImmediate(resolve));
      return delivered.find(isOfLast) ?? never();
    },
    lastStatus: 'delivered',
    close: async () => stop.abort(),
  };
}

export async function consoleBench(): Promise<Bench> {
  const got: OutboundMessage[] = [];
  return {
    channel: createConsoleChannel((message) => void got.push(message)),
    address: PHONE,
    arrived: () => got.map(({ to, text }) => ({ to, text })),
    next: { refused: null, later: null, unknown: null },
    hears: null,
    reported: null,
    lastStatus: null,
    close: async () => undefined,
  };
}

export async function twilioBench(id: string): Promise<Bench> {
  const fake = await openFakeTwilio();
  const channels = createTwilioChannels({
    ...ACCOUNT,
    apiUrl: fake.url,
    publicUrl: () => 'https://pay.example.com',
    log: silentLog(),
  });
  const channel = channels.find((each) => each.id === id);
  if (!channel) throw new Error(`there is no channel ${id}`);
  const next = (answer: Answer) => () => void fake.answers.push(answer);
  return {
    channel,
    address: PHONE,
    arrived: () => fake.taken.map(({ to, body }) => ({ to: to.replace('whatsapp:', ''), text: body })),
    next: {
      refused: next({ kind: 'error', status: 400, code: 21211 }),
      later: next({ kind: 'error', status: 429, code: 20429 }),
      unknown: next({ kind: 'reset', accepted: false }),
    },
    async hears(text) {
      const inbound = readTwilioMessage(fake.inbound(id === 'twilio-sms' ? 'sms' : 'whatsapp', PHONE, text), ACCOUNT);
      return inbound.kind === 'message' ? inbound.message : null;
    },
    async reported() {
      const { sid, from } = fake.taken.at(-1) ?? never();
      const report = readTwilioStatus({ MessageSid: sid, MessageStatus: 'read', From: from }) ?? never();
      expect(report.channel).toBe(id);
      return { providerId: report.sid, status: report.status };
    },
    lastStatus: 'read',
    close: fake.close,
  };
}

export async function emailBench(): Promise<Bench> {
  const fake = await openFakeSmtp();
  const ids = createEmailIds(OUR_EMAIL, 'a secret of sixteen');
  const threads = { find: async () => null };
  const files = { find: async () => null };
  const input = { smtpUrl: fake.url, from: OUR_EMAIL, ids, threads, files, log: silentLog() };
  const { channel, close } = createEmailChannel(input);
  const next = (answer: MailAnswer) => () => void fake.answers.push(answer);
  let heard = 0;
  return {
    channel,
    address: EMAIL,
    arrived: () => fake.taken.map(({ to, mail }) => ({ to: to.join(), text: mail.text?.trimEnd() ?? '' })),
    next: {
      refused: next({ kind: 'answer', at: 'RCPT TO', status: 550 }),
      later: next({ kind: 'answer', at: 'RCPT TO', status: 451 }),
      unknown: next({ kind: 'cut', at: 'DATA', accepted: false }),
    },
    async hears(text) {
      heard += 1;
      const headers = [`From: ${EMAIL.toUpperCase()}`, `To: ${OUR_EMAIL}`, `Message-ID: <${heard}@correo.example>`];
      const raw = [...headers, 'Content-Type: text/plain; charset=utf-8', '', text].join('\r\n');
      const inbound = await readEmail(Buffer.from(raw), OUR_EMAIL, ids);
      return inbound.kind === 'message' ? inbound.message : null;
    },
    async reported() {
      const { messageId } = fake.taken.at(-1)?.mail ?? never();
      const report = ['Content-Type: multipart/report; boundary=b', '', '--b', 'Content-Type: message/delivery-status'];
      const original = ['--b', 'Content-Type: message/rfc822-headers', '', `Message-ID: ${messageId}`, '', '--b--'];
      const raw = [...report, '', 'Action: failed', '', ...original].join('\r\n');
      const inbound = await readEmail(Buffer.from(raw), OUR_EMAIL, ids);
      if (inbound.kind !== 'failed') throw new Error(`it is ${inbound.kind}`);
      return { providerId: inbound.messageId, status: 'failed' };
    },
    lastStatus: 'failed', // mail servers tell what did not arrive, and nothing else
    async close() {
      close();
      await fake.close();
    },
  };
}

function never(): never {
  throw new Error('nothing has arrived');
}
