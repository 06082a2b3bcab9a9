import type { Channel, DeliveryStatus } from './channels/channel.ts';
import { createSimulatorChannel } from './channels/simulator.ts';
import type { Config, TwilioConfig } from './config.ts';
import type { Conversations } from './conversations/conversations.ts';
import type { Database } from './database/open.ts';
import { demoHints } from './demo.ts';
import { type House, openHouse } from './house.ts';
import { createHealth, type HealthCheck } from './http/health.ts';
import { createServer } from './http/server.ts';
import { createSimulator } from './http/simulator.ts';
import { createTwilioWebhooks } from './http/twilio-webhooks.ts';
import { createScheduler } from './jobs/agenda.ts';
import { sweepsOf } from './jobs/schedule.ts';
import { HOUR_MS } from './kernel/calendar.ts';
import type { Log } from './kernel/log.ts';

const WAITING_MS_MAX = HOUR_MS / 60; // a message that nobody has taken for a minute: the workers are gone or drowning

export interface Service {
  /** Where it listens, or would: null when this process has no http role. */
  port: number | null;
  publicUrl: string;
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
  let port = config.port;
  const publicUrl = () => config.publicUrl ?? `http://localhost:${port}`;
  const demo: { phone?: Channel } = {};
  const twilio = config.twilio && (await openTwilio(config.twilio, publicUrl, log));
  const house: House = await openHouse({
    config,
    database,
    log,
    withSample: true,
    publicUrl,
    channels: (clock) => {
      const onStatus = (id: string, status: DeliveryStatus) =>
        house.app.conversations.recordStatus('simulator', id, status);
      if (config.demo) demo.phone = createSimulatorChannel({ clock, log, stopping: stopping.signal, onStatus });
      return [...(demo.phone ? [demo.phone] : []), ...(twilio?.channels ?? [])];
    },
  });
  const closers: (() => Promise<void>)[] = [house.close];
  try {
    const health = createHealth(healthChecks(house));
    if (config.roles.includes('http')) {
      const simulator = demo.phone && (await simulatorOf(house, demo.phone, log, stopping.signal));
      const web = createServer({
        app: house.app,
        log,
        health,
        ...(simulator && { simulator }),
        ...(twilio && { twilio: twilio.webhooksFor(house.app.conversations) }),
      });
      port = await web.listen(config.port);
      closers.unshift(web.close);
    }
    const working = work(house, config, stopping.signal);
    closers.unshift(async () => {
      stopping.abort();
      await working;
    });
    if (config.roles.includes('scheduler')) {
      const scheduler = createScheduler({
        db: house.db,
        sweeps: sweepsOf(house.app),
        log: log.child({ room: 'jobs' }),
      });
      await scheduler.start();
      closers.unshift(scheduler.stop);
    }
    closers.unshift(async () => health.stopping());
    health.started();
    log.info({ port, roles: config.roles, demo: config.demo }, 'service ready');
  } catch (err) {
    await stop();
    throw err;
  }
  return {
    port: config.roles.includes('http') ? port : null,
    publicUrl: publicUrl(),
    sampleRows: house.sampleRows,
    stop,
  };

  async function stop(): Promise<void> {
    for (const step of closers.splice(0)) await step();
    log.info('service stopped');
  }
}

/** Its channels, and its webhooks for a house that is not built yet. The client is loaded for those who use it only: it takes a quarter of a second. */
async function openTwilio(account: TwilioConfig, publicUrl: () => string, log: Log) {
  const { createTwilioChannels, isSignedByTwilio } = await import('./channels/twilio.ts');
  return {
    channels: createTwilioChannels({ ...account, publicUrl, log: log.child({ room: 'channels' }) }),
    webhooksFor: (conversations: Conversations) =>
      createTwilioWebhooks({
        account,
        isSigned: isSignedByTwilio,
        publicUrl,
        conversations,
        log: log.child({ room: 'http' }),
      }),
  };
}

function work({ app }: House, { roles }: Config, signal: AbortSignal): Promise<void> {
  const wanted = { worker: roles.includes('worker'), sender: roles.includes('sender') };
  return wanted.worker || wanted.sender ? app.conversations.work(wanted, signal) : Promise.resolve();
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
    inbox: async () => {
      const { oldestMs } = await app.conversations.health();
      return oldestMs > WAITING_MS_MAX ? `a message has waited for ${Math.round(oldestMs / 1000)} s` : null;
    },
  };
}
