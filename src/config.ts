import path from 'node:path';
import { z } from 'zod';
import { AppError } from './kernel/errors.ts';

const ROLES = ['http', 'worker', 'sender', 'scheduler'] as const;

/** Every variable of the environment, with what it is for. `.env.example` lists the same ones (a test compares them). */
const schema = z.object({
  NODE_ENV: z
    .enum(['development', 'test', 'production'])
    .default('development')
    .describe('production turns the demo off and asks for a database'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000).describe('port of the web server; 0 takes a free one'),
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
  TWILIO_API_URL: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('another base of the Twilio REST API: a proxy or a test'),
});

export type Role = (typeof ROLES)[number];

export interface Config {
  readonly production: boolean;
  readonly demo: boolean;
  readonly demoClock: Date | null;
  readonly port: number;
  /** Without a slash at the end; null until the port is known. */
  readonly publicUrl: string | null;
  readonly mongodbUri: string | null;
  readonly dataDir: string;
  readonly logLevel: string;
  readonly roles: readonly Role[];
  readonly paymentProvider: 'sandbox' | null;
  readonly twilio: TwilioConfig | null;
}

export interface TwilioConfig {
  readonly accountSid: string;
  readonly authToken: string;
  readonly smsFrom: string | null;
  readonly whatsappFrom: string | null;
  /** Without a slash at the end. */
  readonly apiUrl: string | null;
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
  faults.push(...twilioFaults(v));
  if (faults.length > 0) throw invalid(faults);
  return Object.freeze({
    production,
    demo,
    demoClock: v.DEMO_CLOCK === undefined ? null : new Date(v.DEMO_CLOCK),
    port: v.PORT,
    publicUrl: v.PUBLIC_URL?.replace(/\/+$/, '') ?? null,
    mongodbUri: v.MONGODB_URI ?? null,
    dataDir: path.resolve(v.DATA_DIR),
    logLevel: v.LOG_LEVEL,
    roles: v.ROLES,
    paymentProvider: v.PAYMENT_PROVIDER ?? (demo ? 'sandbox' : null),
    twilio: twilioOf(v),
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

function twilioOf(v: Variables): TwilioConfig | null {
  if (v.TWILIO_ACCOUNT_SID === undefined || v.TWILIO_AUTH_TOKEN === undefined) return null;
  return Object.freeze({
    accountSid: v.TWILIO_ACCOUNT_SID,
    authToken: v.TWILIO_AUTH_TOKEN,
    smsFrom: v.TWILIO_SMS_FROM ?? null,
    whatsappFrom: v.TWILIO_WHATSAPP_FROM?.replace(/^whatsapp:/, '') ?? null,
    apiUrl: v.TWILIO_API_URL?.replace(/\/+$/, '') ?? null,
  });
}

function invalid(faults: string[]): AppError {
  return new AppError('config_invalid', `The configuration is not right:\n${faults.map((f) => `  ${f}`).join('\n')}`);
}
