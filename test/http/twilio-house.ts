import type { Connection } from 'mongoose';
import { type App, createApp } from '../../src/app.ts';
import { createTwilioChannels, createTwilioLists, isSignedByTwilio } from '../../src/channels/twilio.ts';
import { createLookStore } from '../../src/channels/twilio-look-store.ts';
import { createMissedLook } from '../../src/channels/twilio-missed.ts';
import { readConfig } from '../../src/config.ts';
import type { DataFiles } from '../../src/data-files.ts';
import { importReactions } from '../../src/demo.ts';
import { readHouseRules } from '../../src/house-rules.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createServer } from '../../src/http/server.ts';
import { createTwilioWebhooks } from '../../src/http/twilio-webhooks.ts';
import { type MovableClock, standingClock, systemClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { importPortfolio } from '../../src/ledger/portfolio-import.ts';
import { settle } from '../conversations/house.ts';
import { ACCOUNT, type FakeTwilio, openFakeTwilio } from '../fakes/twilio.ts';
import { emptyDatabase } from '../setup/database.ts';

export const PUBLIC_URL = 'https://pay.example.com';
export const ANA = '+525550100001';
export const OLD_TOKEN = 'old0t0k3nxilofono000000000000000';
const COLUMNS =
  'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,debt_id,concept,instalment,due_date,amount,currency';

export interface TwilioHouse {
  app: App;
  clock: MovableClock;
  fake: FakeTwilio;
  /** Lines of the log, in order. */
  lines: string[];
  /** Writes on a channel and lets the house answer. */
  says(on: 'sms' | 'whatsapp', text: string, from?: string): Promise<void>;
  settle(): Promise<void>;
  /** Asks Twilio for messages whose webhook never came. @returns how many were found */
  lookForMissed(): Promise<number>;
  /** The lines of `/metrics` that begin with this. */
  metric(name: string): Promise<string[]>;
  close(): Promise<void>;
}

/** The real house and its web server outside the demo, with Twilio as its only provider and one debtor, who wrote to nobody yet. */
export async function openTwilioHouse(db: Connection, files?: DataFiles): Promise<TwilioHouse> {
  await emptyDatabase(db);
  const fake = await openFakeTwilio();
  const clock = standingClock(new Date('2026-03-02T16:00:00Z')); // Monday 10:00 in Mexico City
  const lines: string[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const config = readConfig({
    NODE_ENV: 'test',
    DEMO: 'off',
    PUBLIC_URL,
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_AUTH_TOKEN_OLD: OLD_TOKEN,
    TWILIO_SMS_FROM: ACCOUNT.smsFrom,
    TWILIO_WHATSAPP_FROM: `whatsapp:${ACCOUNT.whatsappFrom}`,
    TWILIO_API_URL: fake.url,
  });
  if (!config.twilio) throw new Error('Twilio is not configured');
  const publicUrl = () => PUBLIC_URL;
  const metrics = createMetrics({ observe: async () => ({}), clock: systemClock, log, process: false });
  const { meter } = metrics;
  const account = { ...config.twilio, publicUrl, log };
  const channels = createTwilioChannels(account);
  const app = await createApp({
    config,
    db,
    clock,
    log,
    meter,
    channels,
    publicUrl,
    ...(files && { rules: readHouseRules(files) }),
  });
  const { conversations } = app;
  const twilio = createTwilioWebhooks({
    account: config.twilio,
    isSigned: isSignedByTwilio,
    publicUrl,
    conversations,
    clock: systemClock,
    log,
    meter,
  });
  const web = createServer({ app, log, twilio, metrics: metrics.routes });
  const url = `http://127.0.0.1:${await web.listen(0)}`;
  fake.connectTo({ url, publicUrl: PUBLIC_URL });
  fake.world.now = () => clock.now();
  await importPortfolio({ db, now: clock.now(), open: portfolio, ...importReactions(app) });
  return {
    app,
    clock,
    fake,
    lines,
    async says(on, text, from = ANA) {
      clock.advance(5000);
      const answer = await fake.post(`/webhooks/twilio/${on}`, fake.inbound(on, from, text));
      if (answer.status !== 200) throw new Error(`the webhook was answered with ${answer.status}`);
      await settle(app);
    },
    settle: () => settle(app),
    lookForMissed: createMissedLook({
      ...conversations,
      ours: config.twilio,
      lists: createTwilioLists(account),
      looks: createLookStore(db),
      clock,
      log,
      meter,
    }),
    async metric(name) {
      const page = await (await fetch(`${url}/metrics`)).text();
      return page.split('\n').filter((line) => line.startsWith(name));
    },
    async close() {
      await web.close();
      await fake.close();
    },
  };
}

async function* portfolio(): AsyncIterable<Uint8Array> {
  const ana = ['banco', 'Banco Uno', 'ana', 'Ana Prueba', '900000001234', 'MX', 'America/Mexico_City', 'es-MX', ANA];
  const debt = ['debt-ana', 'Crédito', 1, '2026-02-10', '1200.00', 'MXN'];
  yield Buffer.from([COLUMNS, [...ana, ...debt].join(',')].join('\n'));
}
