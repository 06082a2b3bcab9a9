import path from 'node:path';
import { z } from 'zod';
import { AppError } from './kernel/errors.ts';

const ROLES = ['http', 'worker', 'sender', 'whatsapp', 'scheduler'] as const;

/** Every variable of the environment, with what it is for. `.env.example` lists the same ones (a test compares them). */
const schema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production turns the demo off and asks for a database'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('port of the web server; 0 takes a free one'),
  METRICS_PORT: z.coerce
    .number()
    .int()
    .min(0)
    .max(65_535)
    .optional()
    .describe('private port for /metrics and /health, in a process of any role; unset: only where http is, on PORT'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'must be an address that begins with https:// or http://' })
    .optional()
    .describe('address at which debtors and providers reach this service; http://localhost:PORT when unset'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//, 'must begin with mongodb:// or mongodb+srv://')
    .optional()
    .describe('a MongoDB replica set; unset starts one of its own in DATA_DIR'),
  DATA_DIR: z.string().min(1).default('.data').describe('where the embedded database keeps its files'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('how much is logged'),
  ROLES: z
    .string()
    .default(ROLES.join(','))
    .transform((text) => text.split(',').map((role) => role.trim()))
    .pipe(z.array(z.enum(ROLES)).min(1))
    .describe(`what this process does: any of ${ROLES.join(', ')}`),
  DEMO: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe(
      'demo: sample portfolio, phone simulator, sandbox payments. auto: on outside production when no MONGODB_URI is set',
    ),
  DEMO_CLOCK: z.iso
    .datetime({ offset: true, error: 'must be an instant with its offset, such as 2026-11-23T10:00:00-06:00' })
    .optional()
    .describe('instant at which the clock of the demo starts, such as 2026-11-23T10:00:00-06:00'),
  PAYMENT_PROVIDER: z.enum(['sandbox']).optional().describe('who takes the money; the demo uses sandbox'),
  TWILIO_ACCOUNT_SID: z
    .string()
    .regex(/^AC[0-9A-Za-z]{1,64}$/, 'write the account SID, which begins with AC')
    .optional()
    .describe('Twilio account for SMS and WhatsApp; needs the token and a number too'),
  TWILIO_AUTH_TOKEN: z
    .string()
    .min(8, 'too short')
    .optional()
    .describe('auth token of that account: it signs webhooks'),
  TWILIO_SMS_FROM: z
    .string()
    .regex(/^(\+[1-9]\d{6,14}|\d{3,8})$/, 'write the number as +525512345678, or a short code')
    .optional()
    .describe('our number for SMS, of which Twilio calls PUBLIC_URL/webhooks/twilio/sms'),
  TWILIO_WHATSAPP_FROM: z
    .string()
    .regex(/^(whatsapp:)?\+[1-9]\d{6,14}$/, 'write the number as +525512345678')
    .optional()
    .describe('our number on WhatsApp, of which Twilio calls PUBLIC_URL/webhooks/twilio/whatsapp'),
  TWILIO_AUTH_TOKEN_OLD: z
    .string()
    .min(8, 'too short')
    .optional()
    .describe('the token before this one, while it is being changed: what it signed is taken too'),
  TWILIO_SMS_PER_SECOND: z.coerce
    .number('write a number such as 1')
    .positive('must be above 0')
    .optional()
    .describe(
      'SMS segments a second that our number may send: 1 for a long code; as fast as Twilio takes them when unset',
    ),
  TWILIO_API_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('another base of the Twilio REST API: a proxy or a test'),
  WHATSAPP_NUMBER: z
    .string()
    .regex(/^\+[1-9]\d{6,14}$/, 'write the number as +525512345678')
    .optional()
    .describe('our number on WhatsApp, tied to a phone through Baileys; an alternative to Twilio for answers'),
  WHATSAPP_PAIRING: z
    .enum(['qr', 'code'])
    .default('qr')
    .describe('how that phone is tied: a QR to scan or a code of eight letters to type'),
  WHATSAPP_COLD_CONTACT: z
    .enum(['on', 'off'])
    .default('off')
    .describe('on: that number also writes first, at the risk of being banned by WhatsApp'),
  WHATSAPP_SOCKET_URL: z
    .url({ protocol: /^wss?$/ })
    .optional()
    .describe('another WhatsApp web socket: a test'),
  WHATSAPP_MEDIA_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('another server of the files that come by WhatsApp: a test'),
  TELEGRAM_BOT_TOKEN: z
    .string()
    .regex(/^\d+:[\w-]{20,}$/, 'write the token that BotFather gave')
    .optional()
    .describe('bot through which agents take conversations over; needs the group and the agents too'),
  TELEGRAM_GROUP_ID: z
    .string()
    .regex(/^-\d+$/, 'write the id of the supergroup, which begins with -100')
    .optional()
    .describe('supergroup with topics, one for each conversation'),
  TELEGRAM_AGENTS: z
    .string()
    .regex(/^\d+(\s*,\s*\d+)*$/, 'write the ids of the users, with commas between them')
    .optional()
    .describe('Telegram users who may act there, with commas between their ids'),
  TELEGRAM_WEBHOOK_SECRET: z
    .string()
    .regex(/^[\w-]{16,256}$/, 'write 16 to 256 letters, digits, _ or -')
    .optional()
    .describe('set: Telegram calls PUBLIC_URL/webhooks/telegram with it; unset: it is asked for news'),
  TELEGRAM_API_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('another base of the Telegram Bot API: a server of your own or a test'),
  SMTP_URL: z
    .url({ protocol: /^smtps?$/ })
    .optional()
    .describe('mail server for e-mail, such as smtps://user:password@mail.example.com'),
  EMAIL_FROM: z
    .email('write an address such as cobranza@example.com')
    .optional()
    .describe('our address for e-mail; the user of SMTP_URL when unset'),
  EMAIL_WEBHOOK_SECRET: z
    .string()
    .min(16, 'too short')
    .optional()
    .describe('signs the raw messages that the mail server posts to PUBLIC_URL/webhooks/email'),
  CRASH_AT: z
    .string()
    .regex(/^[a-z_.]+(:\d+)?$/, 'write the name of a crash point, or name:n for its n-th time')
    .optional()
    .describe('tests only: kills this process at a named point, refused in production'),
});

export type Role = (typeof ROLES)[number];

export interface Config {
  readonly production: boolean;
  readonly demo: boolean;
  readonly demoClock: Date | null;
  readonly port: number;
  /** Null: `/metrics` stands on `port`, where there is the role http. */
  readonly metricsPort: number | null;
  /** Without a slash at the end; null until the port is known. */
  readonly publicUrl: string | null;
  readonly mongodbUri: string | null;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly roles: readonly Role[];
  readonly paymentProvider: 'sandbox' | null;
  readonly twilio: TwilioConfig | null;
  readonly whatsapp: WhatsappConfig | null;
  readonly telegram: TelegramConfig | null;
  readonly email: EmailConfig | null;
  readonly crashAt: string | null;
}

export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: string;
  readonly smsFrom: string | null;
  readonly whatsappFrom: string | null;
  /** Before the present one; what it signed counts too. */
  readonly oldAuthToken: string | null;
  /** SMS segments; null: as fast as Twilio takes them. */
  readonly smsPerSecond: number | null;
  /** Without a slash at the end. */
  readonly apiUrl: string | null;
}

/** A number of ours that a phone holds, through Baileys. */
export interface WhatsappConfig {
  readonly number: string;
  readonly pairing: 'qr' | 'code';
  readonly coldContact: boolean;
  readonly socketUrl: string | null;
  readonly mediaUrl: string | null;
}

export interface TelegramConfig {
  readonly botToken: string;
  readonly groupId: number;
  readonly agents: readonly number[];
  /** Null: long polling. */
  readonly webhookSecret: string | null;
  /** Without a slash at the end. */
  readonly apiUrl: string | null;
}

export interface EmailConfig {
  readonly smtpUrl: string;
  readonly from: string;
  /** Null: nothing is taken in. */
  readonly webhookSecret: string | null;
}

export const CONFIG_DOCS: ReadonlyMap<string, string> = new Map(
  Object.entries(schema.shape).map(([name, type]) => [name, type.description ?? '']),
);

/**
 * Reads the whole environment at once. An empty value counts as unset.
 * @throws AppError config_invalid naming every variable that is wrong, never its value.
 */
export function readConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(
    Object.entries(env).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw invalid(
      parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message.replace(/received .*/, '')}`),
    );
  const v = parsed.data;
  const production = v.NODE_ENV === 'production';
  const demo = v.DEMO === 'on' || (v.DEMO === 'auto' && !production && v.MONGODB_URI === undefined);
  const faults: string[] = [];
  if (production && v.MONGODB_URI === undefined)
    faults.push('MONGODB_URI: production needs a database of its own; give the address of a replica set');
  if (production && v.PUBLIC_URL === undefined)
    faults.push('PUBLIC_URL: production needs the address that debtors and providers reach');
  if (v.DEMO_CLOCK !== undefined && !demo)
    faults.push('DEMO_CLOCK: only the demo has a clock of its own; set DEMO=on or leave it out');
  if (v.METRICS_PORT !== undefined && v.METRICS_PORT !== 0 && v.METRICS_PORT === v.PORT && v.ROLES.includes('http'))
    faults.push('METRICS_PORT: the same as PORT; give another one, or leave it out to have /metrics on PORT');
  if (v.CRASH_AT !== undefined && production) faults.push('CRASH_AT: for tests only; leave it out in production');
  faults.push(...twilioFaults(v), ...telegramFaults(v), ...emailFaults(v));
  if (faults.length > 0) throw invalid(faults);
  return Object.freeze({
    production,
    demo,
    demoClock: v.DEMO_CLOCK === undefined ? null : new Date(v.DEMO_CLOCK),
    port: v.PORT,
    metricsPort: v.METRICS_PORT ?? null,
    publicUrl: v.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    mongodbUri: v.MONGODB_URI ?? null,
    dataDir: path.resolve(v.DATA_DIR),
    logLevel: v.LOG_LEVEL,
    roles: v.ROLES,
    paymentProvider: v.PAYMENT_PROVIDER ?? (demo ? 'sandbox' : null),
    twilio: twilioOf(v),
    whatsapp: whatsappOf(v),
    telegram: telegramOf(v),
    email: emailOf(v),
    crashAt: v.CRASH_AT ?? null,
  });
}

type Variables = z.infer<typeof schema>;

/** All of it or nothing: half a provider would take messages that it cannot answer. */
function twilioFaults(v: Variables): string[] {
  if (!Object.entries(v).some(([name, value]) => name.startsWith('TWILIO_') && value !== undefined)) return [];
  const faults = (['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN'] as const)
    .filter((name) => v[name] === undefined)
    .map((name) => `${name}: missing; Twilio needs the account, its token and a number`);
  if (v.TWILIO_SMS_FROM === undefined && v.TWILIO_WHATSAPP_FROM === undefined)
    faults.push('TWILIO_SMS_FROM: missing; Twilio needs a number for SMS, or TWILIO_WHATSAPP_FROM, or both');
  if (v.PUBLIC_URL === undefined && v.TWILIO_API_URL === undefined)
    faults.push('PUBLIC_URL: Twilio signs the address that it calls; give the one it reaches this service at');
  return faults;
}

/** The desk is the bot, its group and its agents together. */
function telegramFaults(v: Variables): string[] {
  const names = ['TELEGRAM_BOT_TOKEN', 'TELEGRAM_GROUP_ID', 'TELEGRAM_AGENTS'] as const;
  const missing = names.filter((name) => v[name] === undefined);
  if (missing.length === names.length) return [];
  const faults = missing.map((name) => `${name}: missing; the desk needs the bot, its group and its agents`);
  if (v.TELEGRAM_WEBHOOK_SECRET !== undefined && v.PUBLIC_URL === undefined && v.TELEGRAM_API_URL === undefined)
    faults.push(
      'PUBLIC_URL: missing; Telegram calls it. Leave TELEGRAM_WEBHOOK_SECRET out to have Telegram asked instead',
    );
  return faults;
}

/** An address or a secret alone would take messages that nobody answers. */
function emailFaults(v: Variables): string[] {
  if (v.SMTP_URL !== undefined) return [];
  return (['EMAIL_FROM', 'EMAIL_WEBHOOK_SECRET'] as const)
    .filter((name) => v[name] !== undefined)
    .map((name) => `${name}: e-mail needs a mail server to answer by; give SMTP_URL too`);
}

function whatsappOf(v: Variables): WhatsappConfig | null {
  if (v.WHATSAPP_NUMBER === undefined) return null;
  return Object.freeze({
    number: v.WHATSAPP_NUMBER,
    pairing: v.WHATSAPP_PAIRING,
    coldContact: v.WHATSAPP_COLD_CONTACT === 'on',
    socketUrl: v.WHATSAPP_SOCKET_URL ?? null,
    mediaUrl: v.WHATSAPP_MEDIA_URL ?? null,
  });
}

function telegramOf(v: Variables): TelegramConfig | null {
  if (v.TELEGRAM_BOT_TOKEN === undefined) return null;
  return Object.freeze({
    botToken: v.TELEGRAM_BOT_TOKEN,
    groupId: Number(v.TELEGRAM_GROUP_ID),
    agents: Object.freeze((v.TELEGRAM_AGENTS ?? '').split(',').map(Number)),
    webhookSecret: v.TELEGRAM_WEBHOOK_SECRET ?? null,
    apiUrl: v.TELEGRAM_API_URL?.replace(/\/+$/, '') ?? null,
  });
}

function emailOf(v: Variables): EmailConfig | null {
  if (v.SMTP_URL === undefined) return null;
  const from = v.EMAIL_FROM ?? addressOf(new URL(v.SMTP_URL));
  return Object.freeze({ smtpUrl: v.SMTP_URL, from, webhookSecret: v.EMAIL_WEBHOOK_SECRET ?? null });
}

/** Whoever signs in at the mail server is who writes, unless it is said otherwise. */
function addressOf({ username, hostname }: URL): string {
  const user = decodeURIComponent(username);
  return user.includes('@') ? user : `${user || 'acuerdo'}@${hostname}`;
}

function twilioOf(v: Variables): TwilioConfig | null {
  if (v.TWILIO_ACCOUNT_SID === undefined || v.TWILIO_AUTH_TOKEN === undefined) return null;
  return Object.freeze({
    accountSid: v.TWILIO_ACCOUNT_SID,
    authToken: v.TWILIO_AUTH_TOKEN,
    smsFrom: v.TWILIO_SMS_FROM ?? null,
    whatsappFrom: v.TWILIO_WHATSAPP_FROM?.replace(/^whatsapp:/, '') ?? null,
    oldAuthToken: v.TWILIO_AUTH_TOKEN_OLD ?? null,
    smsPerSecond: v.TWILIO_SMS_PER_SECOND ?? null,
    apiUrl: v.TWILIO_API_URL?.replace(/\/+$/, '') ?? null,
  });
}

function invalid(faults: string[]): AppError {
  return new AppError('config_invalid', `The configuration is not right:\n${faults.map((f) => `  ${f}`).join('\n')}`);
}
