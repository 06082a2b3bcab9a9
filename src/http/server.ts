import express, { type Router } from 'express';
import type { Log } from '../kernel/log.ts';
import type { PaymentsDoor } from '../payments/payments.ts';
import type { Sandbox } from '../payments/sandbox.ts';
import { createSandboxPages } from '../payments/sandbox-pages.ts';
import { answerFailure, noSuchRoute } from './failure.ts';
import { setHeaders } from './headers.ts';
import { createHealth, createHealthRoutes, type Health } from './health.ts';
import { createListener, type Listener } from './listener.ts';
import { createPayPage } from './pay-page.ts';
import { createWebhooks } from './webhooks.ts';

export interface ServerInput {
  app: { payments: PaymentsDoor; sandbox: Sandbox | null };
  log: Log;
  /** Left out: always ready. */
  health?: Health;
  /** The demo's phone, at `/simulator`. */
  simulator?: Router;
  /** What operators watch, at `/metrics`; left out where it has a port of its own. */
  metrics?: Router;
  /** Twilio's webhooks, at `/webhooks/twilio`. */
  twilio?: Router;
  /** The mail server's webhook, at `/webhooks/email`. */
  email?: Router;
  /** Agents' acts on Telegram, at `/webhooks/telegram`. */
  telegram?: Router;
  /** Where the phone of our WhatsApp number is paired, at `/whatsapp`. */
  whatsapp?: Router;
}

export interface WebServer extends Listener {
  /** Resolves when the payments whose webhooks were answered so far are posted, or left to the sweeper. */
  idle(): Promise<void>;
}

/** The order matters: webhooks come first, since a parser before them would lose the bytes that were signed. */
export function createServer({
  app,
  health,
  metrics,
  simulator,
  twilio,
  email,
  telegram,
  whatsapp,
  ...input
}: ServerInput): WebServer {
  const log = input.log.child({ room: 'http' });
  const web = express();
  web.disable('x-powered-by');
  // The address of a debtor is believed from a proxy in our own network, and from nobody else.
  web.set('trust proxy', 'loopback, linklocal, uniquelocal');
  if (twilio) web.use('/webhooks/twilio', twilio); // no browser comes there, and it is the busiest of all
  web.use(setHeaders);
  const webhooks = createWebhooks(app.payments, log);
  if (email) web.use('/webhooks/email', email);
  if (telegram) web.use('/webhooks/telegram', telegram);
  web.use('/webhooks', webhooks.router);
  if (metrics) web.use('/metrics', metrics);
  if (whatsapp) web.use('/whatsapp', whatsapp);
  web.use('/health', createHealthRoutes(health ?? alwaysReady()));
  web.use('/p', createPayPage(app.payments));
  if (app.sandbox) web.use('/sandbox-pay', createSandboxPages(app.sandbox));
  if (simulator) {
    web.use('/simulator', simulator);
    web.get('/', (_req, res) => res.redirect(302, '/simulator/'));
  }
  web.use(noSuchRoute);
  web.use(answerFailure(log));

  const listener = createListener(web, 'PORT');
  return {
    ...listener,
    idle: webhooks.idle,
    async close() {
      await listener.close();
      await webhooks.idle();
    },
  };
}

function alwaysReady(): Health {
  const health = createHealth({});
  health.started();
  return health;
}
