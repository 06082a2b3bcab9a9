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
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('address at which debtors and providers reach this service; http://localhost:PORT when unset'),
  MONGODB_URI: z
    .string()
    .regex(/^mongodb(\+srv)?:\/\//)
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
    .datetime({ offset: true })
    .optional()
    .describe('instant at which the clock of the demo starts, such as 2026-11-23T10:00:00-06:00'),
  PAYMENT_PROVIDER: z.enum(['sandbox']).optional().describe('who takes the money; the demo uses sandbox'),
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
  });
}

function invalid(faults: string[]): AppError {
  return new AppError('config_invalid', `The configuration is not right:\n${faults.map((f) => `  ${f}`).join('\n')}`);
}
