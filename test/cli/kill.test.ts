import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, expect, test } from '@jest/globals';

const ROOT = path.join(import.meta.dirname, '..', '..');
const ANA = encodeURIComponent('girasol/MX-001');
const dataDir = mkdtempSync(path.join(tmpdir(), 'acuerdo-kill-'));
let service: ChildProcess | null = null;

afterAll(async () => {
  service?.kill('SIGTERM');
  if (service && service.exitCode === null) await once(service, 'exit');
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 40, retryDelay: 250 });
});

/** As a visitor starts it, on the embedded database in `dataDir`. @returns its address */
async function start(): Promise<string> {
  const { NODE_OPTIONS, MONGODB_URI, MONGODB_TEST_URI, NODE_ENV, ...env } = process.env;
  const settings = { DATA_DIR: dataDir, PORT: '0', LOG_LEVEL: 'silent', DEMO_CLOCK: '2026-11-23T10:00:00-06:00' };
  const child = spawn(process.execPath, ['src/cli/acuerdo.js', 'start'], {
    cwd: ROOT,
    env: { ...env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  service = child;
  for await (const line of createInterface({ input: child.stdout })) {
    const address = /(https?:\/\/[^\s/]+)\/simulator/.exec(line)?.[1];
    if (address) return address;
  }
  throw new Error('the service did not come up');
}

async function write(base: string, text: string): Promise<void> {
  const url = `${base}/simulator/api/debtors/${ANA}/messages`;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  });
  expect(answer.status).toBe(202);
}

/** Reads the conversation's stream until something in it matches. */
async function seen(base: string, wanted: RegExp): Promise<void> {
  const stream = await fetch(`${base}/simulator/api/debtors/${ANA}/stream`);
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (wanted.test(text)) return; // which also closes the stream
  }
}

test('killed in the middle of a promise, the service goes on with it when it is started again', async () => {
  const first = await start();
  await write(first, 'hola');
  await seen(first, /4 dígitos/);
  await write(first, '1234');
  await seen(first, /En qué te ayudo/);
  await write(first, 'el viernes te deposito 500');
  await seen(first, /viernes 27 de noviembre de 2026.*confirmas/);
  service?.kill('SIGKILL');
  if (service) await once(service, 'exit');

  const second = await start();
  await write(second, 'sí');
  await seen(second, /Anoté tu promesa: \$500\.00 para el viernes 27 de noviembre de 2026\. Folio [2-9A-Z]{6}/);
}, 120_000);
