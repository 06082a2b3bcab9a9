import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Channel, OutboundMessage, SendResult } from '../../src/channels/channel.ts';
import { createConsoleChannel } from '../../src/channels/console.ts';
import { createSimulatorChannel } from '../../src/channels/simulator.ts';
import { createTwilioChannels } from '../../src/channels/twilio.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { ACCOUNT, type Answer, openFakeTwilio } from '../fakes/twilio.ts';

/** What the suite needs of an adapter: the port, what arrived at the other side, and how to make it fail. */
interface Bench {
  channel: Channel;
  /** Texts and addresses as the provider was given them, in order. */
  arrived(): { to: string; text: string }[];
  /** Makes the next send come to this; null where the adapter has no such outcome. */
  next: Record<'refused' | 'later' | 'unknown', (() => void) | null>;
  close(): Promise<void>;
}

const PHONE = '+525512345678';
const ADAPTERS: [string, () => Promise<Bench>][] = [
  ['simulator', simulatorBench],
  ['console', consoleBench],
  ['twilio-sms', () => twilioBench('twilio-sms')],
  ['twilio-whatsapp', () => twilioBench('twilio-whatsapp')],
];

describe.each(ADAPTERS)('channel: %s', (name, openBench) => {
  let bench: Bench;
  let count = 0;
  beforeAll(async () => {
    bench = await openBench();
  });
  afterAll(() => bench.close());

  const message = (changes: Partial<OutboundMessage> = {}): OutboundMessage => {
    count += 1;
    return { id: `test:m${count}:0`, to: PHONE, text: 'Hola', options: [], ...changes };
  };

  test('has a name, a medium, and limits', () => {
    expect(bench.channel.id).toBe(name);
    expect(['whatsapp', 'sms']).toContain(bench.channel.medium);
    expect(bench.channel.capabilities.lengthMax).toBeGreaterThanOrEqual(160);
  });

  test('an accepted message has an id of the provider, and arrived once at its address', async () => {
    const before = bench.arrived().length;
    const first = await bench.channel.send(message({ text: 'uno' }));
    const second = await bench.channel.send(message({ text: 'dos' }));
    expect([first.outcome, second.outcome]).toEqual(['accepted', 'accepted']);
    const ids = [first, second].map((result) => (result.outcome === 'accepted' ? result.providerId : ''));
    expect(ids.every((id) => id !== '')).toBe(true);
    expect(new Set(ids).size).toBe(2);
    expect(bench.arrived().slice(before)).toEqual([
      { to: PHONE, text: 'uno' },
      { to: PHONE, text: 'dos' },
    ]);
  });

  test.each(['refused', 'later', 'unknown'] as const)('%s is told with a code, and never thrown', async (outcome) => {
    const fail = bench.next[outcome];
    if (!fail) return;
    fail();
    const result = await bench.channel.send(message());
    expect(result).toMatchObject({ outcome, code: expect.stringMatching(/^\w+$/) });
    if (result.outcome === 'later') expect(result.retryAfterMs).toBeGreaterThan(0);
    expect((await bench.channel.send(message())).outcome).toBe('accepted');
  });

  test('a text arrives letter by letter: accents, signs, lines, emoji', async () => {
    const text = 'Ñandú: ¿cuánto debes? ¡$1,200.00 & más! 50% + 1\n1) “Sí”\n2) No 🙂';
    await bench.channel.send(message({ text }));
    expect(bench.arrived().at(-1)?.text).toBe(text);
  });

  test('the longest text goes, a longer one is refused and reaches nobody', async () => {
    const { lengthMax } = bench.channel.capabilities;
    const longest = 'a'.repeat(lengthMax);
    expect((await bench.channel.send(message({ text: longest }))).outcome).toBe('accepted');
    const arrived = bench.arrived().length;
    expect(await bench.channel.send(message({ text: `${longest}a` }))).toEqual({
      outcome: 'refused',
      code: 'text_too_long',
    });
    expect(bench.arrived()).toHaveLength(arrived);
  });

  test('options do not change the text: whoever has no buttons was given them in it', async () => {
    const text = '¿Confirmas?\n1) Sí\n2) No';
    await bench.channel.send(message({ text, options: ['Sí', 'No'] }));
    expect(bench.arrived().at(-1)?.text).toBe(text);
  });
});

async function simulatorBench(): Promise<Bench> {
  const got: OutboundMessage[] = [];
  const fates: SendResult[] = [];
  const stop = new AbortController();
  const channel = createSimulatorChannel({
    clock: { ...systemClock, sleep: async () => undefined },
    log: silentLog(),
    onStatus: async () => undefined,
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
    arrived: () => got.map(({ to, text }) => ({ to, text })),
    next: {
      refused: next({ outcome: 'refused', code: 'not_on_whatsapp' }),
      later: next({ outcome: 'later', code: 'rate_limit', retryAfterMs: 5000 }),
      unknown: next({ outcome: 'unknown', code: 'timeout' }),
    },
    close: async () => stop.abort(),
  };
}

async function consoleBench(): Promise<Bench> {
  const got: OutboundMessage[] = [];
  return {
    channel: createConsoleChannel((message) => void got.push(message)),
    arrived: () => got.map(({ to, text }) => ({ to, text })),
    next: { refused: null, later: null, unknown: null },
    close: async () => undefined,
  };
}

async function twilioBench(id: string): Promise<Bench> {
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
    arrived: () => fake.taken.map(({ to, body }) => ({ to: to.replace('whatsapp:', ''), text: body })),
    next: {
      refused: next({ kind: 'error', status: 400, code: 21211 }),
      later: next({ kind: 'error', status: 429, code: 20429 }),
      unknown: next({ kind: 'reset', accepted: false }),
    },
    close: fake.close,
  };
}
