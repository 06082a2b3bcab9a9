import type { Connection } from 'mongoose';
import { type App, createApp } from '../../src/app.ts';
import type { Channel, OutboundMessage, SendResult } from '../../src/channels/channel.ts';
import { readConfig } from '../../src/config.ts';
import { createTelegramBoard } from '../../src/desk/telegram.ts';
import { createDeskWork } from '../../src/desk/work.ts';
import { createServer } from '../../src/http/server.ts';
import { createTelegramWebhook } from '../../src/http/telegram-webhook.ts';
import { type MovableClock, runningClock, standingClock, systemClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { noMeter } from '../../src/kernel/meter.ts';
import { importText } from '../chat/portfolio.ts';
import { createFileShelf, type SentFile } from '../chat/sent-file.ts';
import { ANA_CONVERSATION, ANA_PHONE, settle } from '../conversations/house.ts';
import { BOT_TOKEN, type FakeTelegram, GROUP, openFakeTelegram, type Person, type Written } from '../fakes/telegram.ts';
import { emptyDatabase } from '../setup/database.ts';

export const MARTA: Person = { id: 41, name: 'Marta' };
export const LUIS: Person = { id: 42, name: 'Luis' };
export const STRANGER: Person = { id: 99, name: 'Pedro' };
const TRIES_MAX = 20;
export const SECRET = 'secret-of-the-webhook-xilofono';
const machine = runningClock(systemClock.now()); // one for all tests: what is sorted by it never goes back
const COLUMNS =
  'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,debt_id,concept,instalment,due_date,amount,currency';

/** One process of the house with its desk. */
export interface Process {
  app: App;
  work: ReturnType<typeof createDeskWork>;
  url: string;
  close(): Promise<void>;
}

export interface DeskHouse extends Process {
  fake: FakeTelegram;
  clock: MovableClock;
  /** The machine's, as the desk's loops see it: bursts, budgets and leases are of its time. */
  machine: MovableClock;
  phone: OutboundMessage[];
  fates: SendResult[];
  lines: string[];
  says(text: string, files?: SentFile[]): Promise<void>;
  /** Turns, sends and posts until nothing moves. */
  settle(): Promise<void>;
  /** What the agents did since is heard, once. */
  hear(): Promise<void>;
  /** Another process on the same database, as after a restart. */
  start(): Promise<Process>;
  /** The bot's messages in a topic, in order. */
  texts(topic?: number): string[];
  card(): Written;
  /** Ana asks for a person. @returns her topic's number */
  asked(): Promise<number>;
  /** Does something on the board, and lets the house hear it and answer. */
  heard(doing?: Promise<unknown>): Promise<void>;
  /** What agents wrote on the board, as the phone got it. */
  ofAgents(): string[];
  mode(): Promise<string | undefined>;
  holder(): Promise<string | undefined>;
  /** What those who pressed were shown, once so many were. */
  toasts(count: number): Promise<(string | null)[]>;
}

/** The real house with its desk, the real Telegram client against a server that plays Telegram, and one debtor with a phone. */
export async function openDeskHouse(db: Connection, how: { webhook?: boolean } = {}): Promise<DeskHouse> {
  await emptyDatabase(db);
  const fake = await openFakeTelegram();
  const clock = standingClock(new Date('2026-03-02T16:00:00Z')); // Monday 10:00 in Mexico City
  const phone: OutboundMessage[] = [];
  const fates: SendResult[] = [];
  const lines: string[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const config = readConfig({
    ...{ NODE_ENV: 'test', DEMO: 'on', LOG_LEVEL: 'trace' },
    ...{ TELEGRAM_BOT_TOKEN: BOT_TOKEN, TELEGRAM_GROUP_ID: String(GROUP), TELEGRAM_API_URL: fake.url },
    TELEGRAM_AGENTS: `${MARTA.id}, ${LUIS.id}`,
    ...(how.webhook ? { TELEGRAM_WEBHOOK_SECRET: SECRET } : {}),
  });
  const shelf = createFileShelf();
  const channel: Channel = {
    id: 'simulator',
    medium: 'whatsapp',
    capabilities: { buttons: true, media: true, lengthMax: 4096 },
    fetchFile: shelf.fetchFile,
    send: async (message) => {
      const fate = fates.shift() ?? { outcome: 'accepted' as const, providerId: `phone:${message.id}` };
      if (fate.outcome === 'accepted') phone.push(message);
      return fate;
    },
  };

  async function start(): Promise<Process> {
    let url = 'http://localhost';
    const app = await createApp({ config, db, clock, machine, log, channels: [channel], publicUrl: () => url });
    if (!app.desk || !config.telegram) throw new Error('there is no desk');
    const { telegram } = config;
    const work = createDeskWork({
      ...{ db, desk: app.desk, clock, machine, log, conversations: () => app.conversations },
      board: createTelegramBoard({ ...telegram, log }),
      our: { botId: BOT_TOKEN.split(':')[0] ?? '', groupId: GROUP },
      webhook: () =>
        telegram.webhookSecret === null ? null : { url: `${url}/webhooks/telegram`, secret: telegram.webhookSecret },
    });
    const web = createServer({
      app,
      log,
      telegram: createTelegramWebhook({ secret: SECRET, take: work.take, meter: noMeter }),
    });
    url = `http://127.0.0.1:${await web.listen(0)}`;
    const close = async () => {
      await app.sandbox?.stop();
      await web.close();
    };
    return { app, work, url, close };
  }

  const first = await start();
  const { app, work } = first;
  const ana = ['banco', 'Banco Uno', 'ana', 'Ana Prueba', '900000001234', 'MX', 'America/Mexico_City', 'es-MX'];
  const debt = [ANA_PHONE, 'debt-ana', 'Crédito', 1, '2026-02-10', '1200.00', 'MXN'];
  await importText(app, db, [COLUMNS, [...ana, ...debt].join(',')].join('\n'));
  let count = 0;

  const found = () => app.conversations.find(ANA_CONVERSATION);

  const house: DeskHouse = {
    ...first,
    ...{ fake, clock, machine, phone, fates, lines, start },
    async says(text, files) {
      count += 1;
      clock.advance(5000);
      await app.conversations.receive({
        id: `test:${count}`,
        channel: 'simulator',
        from: ANA_PHONE,
        text,
        ...(files && { media: shelf.put(files) }),
      });
    },
    async settle() {
      await settle(app);
      for (let tries = 0; tries < TRIES_MAX && (await app.conversations.health()).waiting > 0; tries += 1) {
        machine.advance(1_000); // a turn that failed on a busy machine is tried again
        await settle(app);
      }
      await app.conversations.sweepFiles();
      await settle(app);
      machine.advance(2_500); // a burst is over
      while ((await work.show()) > 0);
    },
    hear: async () => void (await work.listen(new AbortController().signal)),
    texts: (topic) =>
      fake.written.filter((each) => topic === undefined || each.topic === topic).map(({ text }) => text),
    card: () => {
      const card = fake.written.findLast(({ text }) => text.includes('Saldo'));
      if (!card) throw new Error('there is no card');
      return structuredClone(card); // as it looks now
    },
    async asked() {
      if (how.webhook) await house.hear();
      await house.says('quiero hablar con una persona');
      await house.settle();
      const [topic] = fake.topics;
      if (!topic) throw new Error('there is no topic');
      return topic.id;
    },
    async heard(doing) {
      await doing;
      await house.hear();
      await house.settle();
    },
    ofAgents: () => phone.filter(({ id }) => id.startsWith('tg:')).map(({ text }) => text),
    mode: async () => (await found())?.mode,
    holder: async () => (await found())?.heldBy?.name,
    async toasts(count) {
      await fake.until(() => fake.toasts.length >= count);
      return fake.toasts.map(({ text }) => text);
    },
    close: async () => {
      await first.close();
      await fake.close();
    },
  };
  return house;
}
