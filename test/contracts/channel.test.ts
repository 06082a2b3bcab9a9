import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Channel, OutboundMessage } from '../../src/channels/channel.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { type Bench, consoleBench, emailBench, simulatorBench, twilioBench } from './channel-benches.ts';
import { whatsappBench } from './whatsapp-bench.ts';

/** What each can do, said once more: a change here is a change in what debtors get. */
type Traits = Pick<Channel, 'medium' | 'windowHours'> &
  Channel['capabilities'] & { segments: number; find: boolean; fetchFile: boolean };
const PLAIN = { buttons: false, templates: false, media: false, segments: 1, find: false, fetchFile: false };
const TRAITS: Record<string, Traits> = {
  simulator: { ...PLAIN, medium: 'whatsapp', buttons: true, lengthMax: 4096 },
  console: { ...PLAIN, medium: 'whatsapp', lengthMax: 4096 },
  'twilio-sms': { ...PLAIN, medium: 'sms', media: true, lengthMax: 1600, segments: 3, find: true, fetchFile: true },
  'twilio-whatsapp': {
    ...PLAIN,
    medium: 'whatsapp',
    templates: true,
    media: true,
    lengthMax: 1600,
    find: true,
    fetchFile: true,
    windowHours: 24,
  },
  email: { ...PLAIN, medium: 'email', media: true, lengthMax: 10_000, fetchFile: true },
  whatsapp: { ...PLAIN, medium: 'whatsapp', media: true, lengthMax: 4096, find: true, fetchFile: true },
};
/** One letter beyond what fits in two parts of an SMS. */
const LONG_SMS = 'a'.repeat(307);

const ADAPTERS: [string, () => Promise<Bench>][] = [
  ['simulator', simulatorBench],
  ['console', consoleBench],
  ['twilio-sms', () => twilioBench('twilio-sms')],
  ['twilio-whatsapp', () => twilioBench('twilio-whatsapp')],
  ['email', emailBench],
  ['whatsapp', whatsappBench],
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
    return { id: `test:m${count}:0`, to: bench.address, text: 'Hola', options: [], ...changes };
  };

  test('has a name, a medium, and its abilities: buttons, templates, files, length, segments, window', () => {
    const { id, medium, capabilities, windowHours, segments, find, fetchFile } = bench.channel;
    expect(id).toBe(name);
    expect({
      medium,
      ...{ templates: false, media: false, ...capabilities },
      segments: segments?.(LONG_SMS) ?? 1,
      find: find !== undefined,
      fetchFile: fetchFile !== undefined,
      ...(windowHours === undefined ? {} : { windowHours }),
    }).toEqual(TRAITS[name]);
  });

  test('what a debtor writes becomes a message of this channel, with an id of its own and the address that we write to', async () => {
    if (!bench.hears) return;
    const first = await bench.hears('el viernes\nte pago 500');
    const second = await bench.hears('sí');
    expect(first).toMatchObject({ channel: name, from: bench.address, text: 'el viernes\nte pago 500' });
    expect(second?.text).toBe('sí');
    expect(first?.id).toMatch(/^[a-z]+:\S+$/);
    expect(second?.id).not.toBe(first?.id);
  });

  test('a report on a message names it as the answer to our call did', async () => {
    if (!bench.reported) return;
    const result = await bench.channel.send(message());
    if (result.outcome !== 'accepted') throw new Error(`it was ${result.outcome}`);
    expect(await bench.reported()).toEqual({ providerId: result.providerId, status: bench.lastStatus });
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
      { to: bench.address, text: 'uno' },
      { to: bench.address, text: 'dos' },
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

  test('who can be asked finds what went, and nothing that did not', async () => {
    const { find } = bench.channel;
    if (!find) return;
    const sent = message({ text: `Hola, folio ${count}` });
    const sentAfter = new Date(systemClock.now().getTime() - 1_000);
    const result = await bench.channel.send(sent);
    const providerId = result.outcome === 'accepted' ? result.providerId : '';
    expect(await find({ ...sent, sentAfter })).toMatchObject({ outcome: 'found', providerId });
    expect(await find({ ...sent, text: 'nunca salió', sentAfter })).toEqual({ outcome: 'absent' });
  });

  test('who brings files refuses by name what is none, and throws nothing', async () => {
    const fetched = bench.channel.fetchFile?.({ url: 'http://169.254.169.254/receipt.jpg', type: 'image/jpeg' });
    expect((await fetched)?.outcome ?? 'refused').toBe('refused');
    expect(bench.channel.capabilities.media ?? false).toBe(bench.channel.fetchFile !== undefined);
  });

  test('options do not change the text: whoever has no buttons was given them in it', async () => {
    const text = '¿Confirmas?\n1) Sí\n2) No';
    await bench.channel.send(message({ text, options: ['Sí', 'No'] }));
    expect(bench.arrived().at(-1)?.text).toBe(text);
  });
});
