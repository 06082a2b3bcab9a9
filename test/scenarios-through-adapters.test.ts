import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Adapter, consoleAdapter } from './chat/adapter.ts';
import { emailAdapter } from './chat/email-adapter.ts';
import { playScript } from './chat/play-script.ts';
import { openStage } from './chat/stage.ts';
import { twilioAdapter } from './chat/twilio-adapter.ts';
import { whatsappAdapter } from './chat/whatsapp-adapter.ts';
import { testDatabase } from './setup/database.ts';

/** What a debtor comes for, from the first word to the receipt: the same conversation on every channel. All scenarios run on the simulator's phone. */
const SCENARIOS = [
  'bad-input/redelivery',
  'balance/chile',
  'balance/several-debts',
  'basics/english',
  'basics/help',
  'basics/main-job',
  'basics/not-understood',
  'basics/restart',
  'consent/opt-out-and-in',
  'identity/three-tries',
  'payment/already-paid',
  'payment/link-and-receipt',
  'person/asked-for',
  'portuguese/main-job',
  'promise/ambiguous-weekday',
];

/** Through the channels that bring files. */
const FILES = ['files/lying-and-huge', 'files/proof-of-a-claim', 'files/proof-of-a-promise'];
const ADAPTERS: [string, () => Adapter | Promise<Adapter>][] = [
  ['console', consoleAdapter],
  ['twilio-sms', () => twilioAdapter('sms')],
  ['twilio-whatsapp', () => twilioAdapter('whatsapp')],
  ['email', emailAdapter],
  ['whatsapp', whatsappAdapter],
];

let database: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

describe.each(ADAPTERS)('scenarios through %s', (id, openAdapter) => {
  let adapter: Adapter;
  beforeAll(async () => {
    adapter = await openAdapter();
    expect(adapter.id).toBe(id);
  });
  afterAll(() => adapter.close());

  test.each([...SCENARIOS, ...(id === 'console' ? [] : FILES)])('%s', async (name) => {
    const stage = await openStage(database.db, adapter);
    try {
      const script = readFileSync(path.join(import.meta.dirname, 'scenarios', `${name}.chat`), 'utf8');
      const { fault } = await playScript(script, stage);
      if (fault !== null) throw new Error(`${name}, ${fault}`);
    } finally {
      await stage.close();
    }
  });
});
