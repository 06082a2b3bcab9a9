import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import express from 'express';
import { COUNTERS, exportedName, GAUGES, TIMERS } from '../../src/http/metric-table.ts';
import { createMetrics, type Observed } from '../../src/http/metrics.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';

const root = path.resolve(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

async function scraped(
  observe: () => Promise<Observed>,
  use: (metrics: ReturnType<typeof createMetrics>) => void = () => undefined,
  clock = systemClock,
) {
  const lines: string[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const metrics = createMetrics({ observe, clock, log, process: false });
  use(metrics);
  const web = createServer(express().use('/metrics', metrics.routes));
  await new Promise<void>((resolve) => void web.listen(0, '127.0.0.1', resolve));
  const answer = await fetch(`http://127.0.0.1:${(web.address() as AddressInfo).port}/metrics`);
  const page = await answer.text();
  await new Promise((resolve) => web.close(resolve));
  return { page, lines, type: answer.headers.get('content-type') };
}

test('what is counted and timed is shown, with its labels, in the format of Prometheus', async () => {
  const { page, type } = await scraped(
    async () => ({ inbox_waiting: 3, breaker_state: { 'twilio-sms': 2 } }),
    ({ meter }) => {
      meter.count('inbound', { channel: 'twilio-sms', outcome: 'stored' });
      meter.count('inbound', { channel: 'twilio-sms', outcome: 'stored' });
      meter.time('turn', 0.02, { outcome: 'alone' });
    },
  );
  expect(type).toMatch(/^text\/plain; (charset=utf-8; )?version=0\.0\.4/);
  expect(page).toContain('acuerdo_inbound_total{channel="twilio-sms",outcome="stored"} 2');
  expect(page).toContain('acuerdo_turn_seconds_bucket{le="0.025",outcome="alone"} 1');
  expect(page).toContain('\nacuerdo_inbox_waiting 3\n');
  expect(page).toContain('acuerdo_breaker_state{channel="twilio-sms"} 2');
});

test.each<[string, () => Promise<Observed>]>([
  ['fails', () => Promise.reject(new Error('away'))],
  ['does not answer', () => new Promise(() => undefined)],
])('a database that %s leaves the gauges out, and the rest is there', async (_name, observe) => {
  const { page } = await scraped(observe, ({ meter }) => meter.count('email_ignored', { why: 'empty' }), {
    ...systemClock,
    sleep: async () => undefined,
  });
  expect(page).not.toMatch(/^acuerdo_inbox_waiting /m);
  expect(page).toContain('acuerdo_email_ignored_total{why="empty"} 1');
});

test('a name or a label that no table has stops nobody, and is logged', async () => {
  const { lines } = await scraped(
    async () => ({}),
    ({ meter }) => {
      meter.count('no_such_metric');
      meter.count('inbound', { phone: '+525550177345' });
    },
  );
  expect(lines.filter((line) => line.includes('metric.unknown'))).toHaveLength(2);
  expect(lines.join()).not.toContain('50177345');
});

test('every name that the code counts or times stands in the table with the labels that it is given, and the table has no other', () => {
  const table: Record<string, readonly string[]> = { ...COUNTERS, ...TIMERS };
  const used = new Set<string>();
  const strange: string[] = [];
  for (const file of readdirSync(path.join(root, 'src'), { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    for (const [, name = '', rest = ''] of read(path.join('src', file)).matchAll(
      /meter\.(?:count|time)\(\s*'(\w+)'([^;]*);/g,
    )) {
      used.add(name);
      const given = /\{([^{}]*)\}\s*\)/.exec(rest)?.[1] ?? '';
      const labels = given.split(',').flatMap((part) => /^\s*(\w+)/.exec(part)?.[1] ?? []); // what is spread has no name here
      strange.push(
        ...labels.filter((label) => !table[name]?.slice(1).includes(label)).map((label) => `${name}: ${label}`),
      );
    }
  }
  expect([...used].sort()).toEqual(Object.keys(table).sort());
  expect(strange).toEqual([]);
});

test('docs/metrics.md says of every metric what the table says, and of no other', () => {
  const rows = [...read('docs/metrics.md').matchAll(/^\| `(acuerdo_\w+)` \| ([^|]*) \| ([^|]*) \|$/gm)];
  const documented = rows.map(([, name, labels = '', help = '']) => [name, labels.trim(), help.trim()]);
  const kinds = [
    [COUNTERS, 'counter'],
    [TIMERS, 'timer'],
    [GAUGES, 'gauge'],
  ] as const;
  const table = kinds.flatMap(([metrics, kind]) =>
    Object.entries(metrics).map(([name, [help, ...labels]]) => [exportedName(name, kind), labels.join(', '), help]),
  );
  expect(documented).toEqual(table);
});
