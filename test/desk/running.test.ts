import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config.ts';
import { createLog } from '../../src/kernel/log.ts';
import { startService } from '../../src/main.ts';
import { BOT_TOKEN, type FakeTelegram, GROUP, openFakeTelegram } from '../fakes/telegram.ts';
import { testDatabase } from '../setup/database.ts';
import { MARTA, SECRET } from './desk-house.ts';

let own: Awaited<ReturnType<typeof testDatabase>>;
let fake: FakeTelegram;

beforeAll(async () => {
  own = await testDatabase();
  fake = await openFakeTelegram();
});
afterAll(async () => {
  await fake.close();
  await own.drop();
});

test('the running service: a debtor asks for a person, an agent answers by webhook, the debtor reads it, and it stops in order', async () => {
  const lines: string[] = [];
  const config = readConfig({
    ...{
      NODE_ENV: 'test',
      DEMO: 'on',
      PORT: '0',
      ROLES: 'http,worker,sender',
      DEMO_CLOCK: '2026-11-23T10:00:00-06:00',
    },
    ...{ TELEGRAM_BOT_TOKEN: BOT_TOKEN, TELEGRAM_GROUP_ID: String(GROUP), TELEGRAM_API_URL: fake.url },
    ...{ TELEGRAM_AGENTS: String(MARTA.id), TELEGRAM_WEBHOOK_SECRET: SECRET },
  });
  const database = Promise.resolve({ uri: own.uri, close: async () => undefined });
  const log = createLog('info', { write: (line) => void lines.push(line) });
  const service = await startService({ config, database: database as never, log });
  const address = `http://127.0.0.1:${service.port}`;
  const debtor = encodeURIComponent('girasol/MX-001');
  const api = `${address}/simulator/api/debtors/${debtor}`;
  const says = (text: string) =>
    fetch(`${api}/messages`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ text }),
    });

  await says('quiero hablar con una persona');
  await fake.until(() => fake.written.length === 1 && fake.webhook() !== null);
  expect(fake.webhook()?.url).toBe(`http://localhost:${service.port}/webhooks/telegram`);
  const { answer } = await fake.says(MARTA, fake.topics[0]?.id ?? 0, 'Hola, soy Marta.');
  expect(answer?.status).toBe(200);
  await seen(`${api}/stream`, /Hola, soy Marta\./);

  await service.stop();
  expect(lines.join('\n')).toContain('service stopped');
  expect(lines.join('\n')).not.toContain(BOT_TOKEN.slice(5));
}, 60_000);

/** Reads the stream until something in it matches. */
async function seen(url: string, wanted: RegExp): Promise<void> {
  const stream = await fetch(url);
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    if (wanted.test(text)) return; // which also closes the stream
  }
  throw new Error('the stream ended without it');
}
