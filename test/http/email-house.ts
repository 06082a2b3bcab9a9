import { createHmac } from 'node:crypto';
import { request } from 'node:http';
import type { Connection } from 'mongoose';
import { type App, createApp } from '../../src/app.ts';
import { type EmailDoor, openEmail } from '../../src/channels/email-door.ts';
import { readConfig } from '../../src/config.ts';
import { createEmailWebhook } from '../../src/http/email-webhook.ts';
import { createServer } from '../../src/http/server.ts';
import { type MovableClock, standingClock } from '../../src/kernel/clock.ts';
import { createLog } from '../../src/kernel/log.ts';
import { importText } from '../chat/portfolio.ts';
import { settle } from '../conversations/house.ts';
import { type FakeSmtp, openFakeSmtp } from '../fakes/smtp.ts';
import { emptyDatabase } from '../setup/database.ts';

export const US = 'cobranza@valle.example';
export const ANA = 'ana@xilofono.example';
export const SECRET = 'a secret of the mail server';
/** What the way in counts. */
const SEEN = ['inbound', 'webhook_refused', 'email_ignored', 'status_reports', 'files'];
const COLUMNS =
  'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,email,debt_id,concept,instalment,due_date,amount,currency';

export interface EmailHouse {
  app: App;
  clock: MovableClock;
  fake: FakeSmtp;
  /** Lines of the log, in order. */
  lines: string[];
  /** Name of each counter and its last label, in order. */
  counted: string[];
  /** Posts raw bytes as the mail server does; some headers may be others, or left out by null. */
  post(raw: Buffer | string, headers?: Record<string, string | null>): Promise<Response>;
  /** Ana writes and the house answers. @returns what she then got */
  says(text: string, options?: { from?: string; id?: string }): Promise<string[]>;
  /** Begins to post so many bytes and goes on no further. `sent`: the service has the beginning. */
  hang(bytes: number): { sent: Promise<void>; close(): void };
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** The real house and its web server outside the demo, with e-mail as its only provider and one debtor, who has no phone. */
export async function openEmailHouse(
  db: Connection,
  rows: string[][] = [ANA_ROW],
  changes: Partial<Pick<EmailDoor, 'keepFiles'>> = {},
): Promise<EmailHouse> {
  await emptyDatabase(db);
  const fake = await openFakeSmtp();
  const clock = standingClock(new Date('2026-03-02T16:00:00Z')); // Monday 10:00 in Mexico City
  const lines: string[] = [];
  const counted: string[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  const config = readConfig({
    NODE_ENV: 'test',
    DEMO: 'off',
    SMTP_URL: fake.url,
    EMAIL_FROM: US,
    EMAIL_WEBHOOK_SECRET: SECRET,
  });
  if (!config.email) throw new Error('e-mail is not configured');
  const door = openEmail({ ...config.email, db, log });
  const publicUrl = () => 'https://pay.example.com';
  const meter = {
    count(name: string, labels: Record<string, string> = {}) {
      if (SEEN.includes(name)) counted.push(`${name} ${labels['why'] ?? labels['outcome']}`);
    },
    time: () => undefined,
  };
  const app = await createApp({ config, db, clock, log, meter, channels: [door.channel], publicUrl });
  const { conversations } = app;
  const email = createEmailWebhook({ ...door, ...changes, secret: SECRET, conversations, clock, log, meter });
  const web = createServer({ app, log, email });
  const url = `http://127.0.0.1:${await web.listen(0)}/webhooks/email`;
  await importText(app, db, [COLUMNS, ...rows.map((row) => row.join(','))].join('\n'), app.proactiveChannels);
  let count = 0;

  function post(raw: Buffer | string, headers: Record<string, string | null> = {}): Promise<Response> {
    const right = { ...signed(raw, clock.now()), ...headers };
    const given = Object.entries(right).filter((pair): pair is [string, string] => pair[1] !== null);
    return fetch(url, { method: 'POST', body: new Uint8Array(Buffer.from(raw)), headers: Object.fromEntries(given) });
  }

  return {
    app,
    clock,
    fake,
    lines,
    counted,
    post,
    async says(text, { from = ANA, id } = {}) {
      clock.advance(5000);
      count += 1;
      const before = fake.taken.length;
      const answer = await post(mailOf({ from, text, id: id ?? `${count}` }));
      if (answer.status !== 200) throw new Error(`the webhook was answered with ${answer.status}`);
      await settle(app);
      return fake.taken.slice(before).map(({ mail }) => mail.text?.trim() ?? '');
    },
    hang(bytes) {
      const asked = request(url, { method: 'POST', headers: { 'Content-Length': bytes } });
      asked.on('error', () => undefined);
      return {
        sent: new Promise((resolve) => void asked.write('From: x', () => resolve())),
        close: () => void asked.destroy(),
      };
    },
    settle: () => settle(app),
    async close() {
      await web.close();
      door.close();
      await fake.close();
    },
  };
}

export const mailOf = ({ from, text, id }: { from: string; text: string; id: string }): string =>
  [
    ...[`From: ${from}`, `To: ${US}`, 'Subject: Re: Mensaje', `Message-ID: <${id}@xilofono.example>`],
    ...['Content-Type: text/plain; charset=utf-8', '', text],
  ].join('\r\n');

export function signed(raw: Buffer | string, at: Date): Record<string, string> {
  const timestamp = String(Math.floor(at.getTime() / 1000));
  const mac = createHmac('sha256', SECRET).update(`${timestamp}.`).update(raw).digest('hex');
  return { 'X-Acuerdo-Timestamp': timestamp, 'X-Acuerdo-Signature': `sha256=${mac}` };
}

export const rowOf = (id: string, phone: string, email: string, due = '2026-02-10'): string[] => [
  ...['valle', 'Préstamos del Valle', id, `${id} Xilófono`, '900000001234', 'MX', 'America/Mexico_City', 'es-MX'],
  ...[phone, email, `debt-${id}`, 'Crédito', '1', due, '1200.00', 'MXN'],
];

const ANA_ROW = rowOf('Ana', '', ANA);
