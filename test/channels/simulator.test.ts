import { describe, expect, test } from '@jest/globals';
import type { DeliveryStatus, SendResult } from '../../src/channels/channel.ts';
import { createConsoleChannel } from '../../src/channels/console.ts';
import { createSimulatorChannel, type SimulatedNetwork, simulatorProviderId } from '../../src/channels/simulator.ts';
import type { Clock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';

const message = { id: 'simulator:m1:0', to: '+525512345678', text: 'Hola', options: [] };

/** A clock whose sleeps end when the test says so. */
function heldClock() {
  const waiting: { ms: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => new Date('2026-11-23T16:00:00Z'),
    sleep: (ms) => new Promise((resolve) => waiting.push({ ms, wake: resolve })),
  };
  const pass = async () => {
    waiting.shift()?.wake();
    for (let i = 0; i < 5; i++) await Promise.resolve();
  };
  return { clock, waiting, pass };
}

function simulator(network: Partial<SimulatedNetwork> = {}, stopping?: AbortSignal) {
  const held = heldClock();
  const reports: [string, DeliveryStatus][] = [];
  const channel = createSimulatorChannel({
    clock: held.clock,
    log: silentLog(),
    onStatus: async (id, status) => {
      reports.push([id, status]);
    },
    network,
    ...(stopping ? { stopping } : {}),
  });
  return { ...held, channel, reports };
}

describe('simulator channel', () => {
  test('accepts at once and reports sent and delivered later', async () => {
    const { channel, reports, pass } = simulator();
    const providerId = simulatorProviderId(message.id);
    expect(await channel.send(message)).toEqual({ outcome: 'accepted', providerId });
    expect(reports).toEqual([]);
    await pass();
    expect(reports).toEqual([[providerId, 'sent']]);
    await pass();
    expect(reports).toEqual([
      [providerId, 'sent'],
      [providerId, 'delivered'],
    ]);
  });

  test('the same row sent by another process has the same provider id', async () => {
    expect(await simulator().channel.send(message)).toEqual(await simulator().channel.send(message));
  });

  test.each<[string, SendResult]>([
    ['refused', { outcome: 'refused', code: 'not_on_whatsapp' }],
    ['later', { outcome: 'later', code: 'rate_limit', retryAfterMs: 5000 }],
    ['unknown', { outcome: 'unknown', code: 'timeout' }],
  ])('can be made to answer %s, and then reports nothing', async (_name, fate) => {
    const { channel, waiting } = simulator({ fate: () => fate });
    expect(await channel.send(message)).toEqual(fate);
    expect(waiting).toEqual([]);
  });

  test('can be made to lose a message it had accepted', async () => {
    const { channel, reports, pass } = simulator({ fate: () => 'undelivered' });
    expect(await channel.send(message)).toMatchObject({ outcome: 'accepted' });
    await pass();
    await pass();
    expect(reports.map(([, status]) => status)).toEqual(['sent', 'failed']);
  });

  test('can be made late', async () => {
    const { channel, waiting, pass } = simulator({ sentAfterMs: 1_000, deliveredAfterMs: 60_000 });
    await channel.send(message);
    expect(waiting[0]?.ms).toBe(1_000);
    await pass();
    expect(waiting[0]?.ms).toBe(60_000);
  });

  test('reports nothing once the process stops', async () => {
    const stop = new AbortController();
    const { channel, reports, pass } = simulator({}, stop.signal);
    await channel.send(message);
    stop.abort();
    await pass();
    expect(reports).toEqual([]);
  });

  test('a failing report does not bring the process down', async () => {
    const held = heldClock();
    const channel = createSimulatorChannel({
      clock: held.clock,
      log: silentLog(),
      onStatus: () => Promise.reject(new Error('the database is away')),
    });
    await channel.send(message);
    await held.pass();
    expect(held.waiting).toEqual([]);
  });

  test('refuses a text longer than it can show', async () => {
    const { channel } = simulator();
    expect(await channel.send({ ...message, text: 'a'.repeat(4097) })).toEqual({
      outcome: 'refused',
      code: 'text_too_long',
    });
  });
});

test('console channel writes what it is given', async () => {
  const written: string[] = [];
  const channel = createConsoleChannel((m) => written.push(m.text));
  expect(await channel.send(message)).toEqual({ outcome: 'accepted', providerId: 'console:simulator:m1:0' });
  expect(written).toEqual(['Hola']);
  expect(channel.capabilities.buttons).toBe(false);
});
