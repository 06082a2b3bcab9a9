import type { Router } from 'express';
import { type App, arrivalsOf } from './app.ts';
import type { Channel, DeliveryStatus } from './channels/channel.ts';
import type { EmailDoor } from './channels/email-door.ts';
import { createSimulatorChannel } from './channels/simulator.ts';
import type { Config } from './config.ts';
import type { Database } from './database/open.ts';
import { demoHints } from './demo.ts';
import { type House, openHouse } from './house.ts';
import { createEmailWebhook } from './http/email-webhook.ts';
import { createHealth, type HealthCheck } from './http/health.ts';
import { createMetrics, type Observed } from './http/metrics.ts';
import { createOperations } from './http/operations.ts';
import { createServer } from './http/server.ts';
import { createSimulator } from './http/simulator.ts';
import { createTelegramWebhook } from './http/telegram-webhook.ts';
import { sweepsOf } from './jobs/schedule.ts';
import { HOUR_MS } from './kernel/calendar.ts';
import { systemClock } from './kernel/clock.ts';
import { createCrashPoint } from './kernel/crash.ts';
import type { Log } from './kernel/log.ts';
import type { Meter } from './kernel/meter.ts';

/** Whoever takes webhooks takes them without the database too: the disk stands in for it. */
const BEARABLE = ['database', 'spool', 'inbox'];
const WAITING_MS_MAX = HOUR_MS / 60; // a message that nobody has taken for a minute: the workers are gone or drowning

export interface Service {
  /** Where it listens, or would: null when this process has no http role. */
  port: number | null;
  /** Where `/metrics` and `/health` are asked in private; null where METRICS_PORT is not set. */
  metricsPort: number | null;
  publicUrl: string;
  /** Where a person pairs the phone, with the key that opens it from afar; null where there is none here. */
  whatsappPath: string | null;
  sampleRows: number;
  /** Answers what is under way, takes nothing more, and lets go of everything. */
  stop(): Promise<void>;
}

export interface ServiceInput {
  config: Config;
  database: Promise<Database>;
  log: Log;
}

/** Starts what this process's roles ask for. Resolves when it is ready. */
export async function startService({ config, database, log }: ServiceInput): Promise<Service> {
  const stopping = new AbortController();
  const hangingUp = new AbortController(); // later than the rest: what is being sent needs its answer
  let port = config.port;
  const publicUrl = () => config.publicUrl ?? `http://localhost:${port}`;
  const demo: { phone?: Channel } = {};
  const mail: { door?: EmailDoor } = {};
  // Loaded for those who use them only: a provider's client takes up to half a second.
  const emailRoom = config.email && (await import('./channels/email-door.ts'));
  const twilioRoom = config.twilio && (await import('./twilio-door.ts'));
  const whatsappRoom = config.whatsapp && (await import('./whatsapp-door.ts'));
  const metrics = createMetrics({ observe: () => observe(house.app), clock: systemClock, log });
  const { meter } = metrics;
  const twilio =
    twilioRoom && config.twilio && twilioRoom.openTwilio({ account: config.twilio, publicUrl, log, meter });
  const whatsapp =
    whatsappRoom &&
    config.whatsapp &&
    (await whatsappRoom.openWhatsapp({
      config: config.whatsapp,
      holds: config.roles.includes('whatsapp'),
      conversations: () => house.app.conversations,
      log,
      meter,
      crash: createCrashPoint(config.crashAt),
      isPageOpenHere: !config.production && config.publicUrl === null,
      ...(process.stdout.isTTY && { terminal: process.stdout }),
    }));
  const house: House = await openHouse({
    config,
    database,
    log,
    meter,
    arrivals: arrivalsOf(config),
    withSample: true,
    publicUrl,
    channels: (clock, db) => {
      const onStatus = (id: string, status: DeliveryStatus) =>
        house.app.conversations.recordStatus('simulator', id, status);
      if (config.demo) demo.phone = createSimulatorChannel({ clock, log, stopping: stopping.signal, onStatus });
      if (config.email && emailRoom)
        mail.door = emailRoom.openEmail({ ...config.email, db, log: log.child({ room: 'channels' }) });
      const channels = [
        ...(demo.phone ? [demo.phone] : []),
        ...(twilio?.channels ?? []),
        ...(mail.door ? [mail.door.channel] : []),
      ];
      return [
        ...channels.map(config.roles.includes('sender') ? asItIs : leftToSenders),
        ...(whatsapp?.channelsOf(db) ?? []),
      ];
    },
  });
  let whatsappPath: string | null = null;
  let metricsPort: number | null = null;
  const closers: (() => Promise<void>)[] = [house.close];
  closers.unshift(async () => mail.door?.close());
  try {
    const health = createHealth(healthChecks(house), systemClock, config.roles.includes('http') ? BEARABLE : []);
    if (config.metricsPort !== null) {
      const operations = createOperations({ health, metrics: metrics.routes, log });
      metricsPort = await operations.listen(config.metricsPort);
      closers.unshift(operations.close);
    }
    const telegram = await telegramOf(house, publicUrl, log, meter);
    if (config.roles.includes('http')) {
      const whatsappPage = await whatsapp?.page(house.db);
      if (whatsappPage) whatsappPath = `/whatsapp?key=${whatsappPage.key}`;
      const simulator = demo.phone && (await simulatorOf(house, demo.phone, log, stopping.signal));
      const web = createServer({
        app: house.app,
        log,
        health,
        ...(metricsPort === null && { metrics: metrics.routes }),
        ...(simulator && { simulator }),
        ...(twilio && { twilio: twilio.webhooksFor(house.app.conversations) }),
        ...(mail.door && emailWebhookOf(mail.door, house.app, log, meter)),
        ...(telegram?.webhook && { telegram: telegram.webhook }),
        ...(whatsappPage && { whatsapp: whatsappPage.router }),
      });
      port = await web.listen(config.port);
      closers.unshift(web.close);
    }
    const working = work(house, config, stopping.signal);
    const linking = whatsapp?.run(hangingUp.signal);
    const showing = config.roles.includes('worker') ? telegram?.work(stopping.signal) : undefined;
    closers.unshift(async () => {
      stopping.abort();
      await Promise.all([working, showing]).finally(() => hangingUp.abort());
      await linking;
    });
    if (config.roles.includes('scheduler')) {
      const { createScheduler } = await import('./jobs/agenda.ts'); // a third of a second, while debtors are heard already
      const scheduler = createScheduler({
        db: house.db,
        sweeps: sweepsOf(
          {
            ...house.app,
            ...(twilio && { lookForMissed: twilio.missedFor(house.app.conversations, house.db) }),
          },
          systemClock,
        ),
        log: log.child({ room: 'jobs' }),
      });
      await scheduler.start();
      closers.unshift(scheduler.stop);
    }
    closers.unshift(async () => health.stopping());
    health.started();
    log.info({ port, metricsPort, roles: config.roles, demo: config.demo }, 'service ready');
  } catch (err) {
    await stop();
    throw err;
  }
  return {
    port: config.roles.includes('http') ? port : null,
    metricsPort,
    publicUrl: publicUrl(),
    whatsappPath,
    sampleRows: house.sampleRows,
    stop,
  };

  async function stop(): Promise<void> {
    for (const step of closers.splice(0)) await step();
    log.info('service stopped');
  }
}

/** None where nothing is taken in. */
function emailWebhookOf(door: EmailDoor, { config, conversations }: App, log: Log, meter: Meter): { email?: Router } {
  const secret = config.email?.webhookSecret ?? null;
  if (secret === null) return {};
  const webhook = {
    ...door,
    secret,
    conversations,
    clock: systemClock,
    log: log.child({ room: 'http' }),
    meter,
  };
  return { email: createEmailWebhook(webhook) };
}

/** The agents' desk and, where Telegram calls us, its webhook. The client is loaded for those who use it only. */
async function telegramOf({ app, db }: House, publicUrl: () => string, log: Log, meter: Meter) {
  const { desk, config, conversations, clock } = app;
  if (desk === null || config.telegram === null) return null;
  const { openTelegramDesk } = await import('./desk/telegram-desk.ts');
  const room = { db, desk, conversations, clock, publicUrl, log: log.child({ room: 'desk' }), meter };
  const { work, take } = openTelegramDesk({ ...config.telegram, ...room });
  const { webhookSecret: secret } = config.telegram;
  return { work, webhook: secret === null ? null : createTelegramWebhook({ secret, take, meter }) };
}

const asItIs = (channel: Channel): Channel => channel;
const leftToSenders = (channel: Channel): Channel => ({ ...channel, isReady: () => false });

/** Whoever holds the WhatsApp number sends what goes through it, also without the sender's role. */
function work({ app }: House, { roles }: Config, signal: AbortSignal): Promise<void> {
  const sender = roles.includes('sender') || roles.includes('whatsapp');
  return app.conversations.work({ worker: roles.includes('worker'), sender }, signal);
}

async function simulatorOf({ app, demoClock }: House, channel: Channel, log: Log, stopping: AbortSignal) {
  return createSimulator({
    app,
    channel,
    ...(demoClock && { clock: demoClock }),
    demoHints: await demoHints(),
    log,
    stopping,
  });
}

function healthChecks({ app, db }: House): Record<string, HealthCheck> {
  return {
    database: async () => ((await db.db?.admin().ping())?.['ok'] === 1 ? null : 'does not answer'),
    spool: async () => (app.conversations.isSpooling() ? 'messages wait on the disk' : null),
    inbox: async () => {
      const { oldestMs } = await app.conversations.health();
      return oldestMs > WAITING_MS_MAX ? `a message has waited for ${Math.round(oldestMs / 1000)} s` : null;
    },
  };
}

/** What a scrape of the metrics finds: in the database, and of this process. */
async function observe({ conversations }: App): Promise<Observed> {
  const [health, late] = await Promise.all([conversations.health(), conversations.lateness()]);
  const breakers = conversations.senders().map(({ channel, breaker }) => [channel, BREAKER_LEVEL[breaker]]);
  return {
    inbox_waiting: health.waiting,
    inbox_oldest_seconds: health.oldestMs / 1000,
    dead_letters: health.deadLetters,
    sends_unknown: late.unknown,
    send_oldest_due_seconds: late.sendMs / 1000,
    followup_oldest_due_seconds: late.followupMs / 1000,
    breaker_state: Object.fromEntries(breakers),
    spooling: conversations.isSpooling() ? 1 : 0,
  };
}

const BREAKER_LEVEL = { closed: 0, half_open: 1, open: 2 };
