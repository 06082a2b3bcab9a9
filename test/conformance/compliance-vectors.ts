import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { decide } from '../../src/compliance/gate.ts';
import { type Packs, packsFrom } from '../../src/compliance/pack.ts';
import type { ContactRequest } from '../../src/compliance/request.ts';
import { mediumSchema, messageKindSchema } from '../../src/kernel/medium.ts';

export const POLICIES = path.resolve(import.meta.dirname, '../../policies');

/** The packs of `policies/`, read once. */
export const shippedPacks: Packs = packsFrom(
  fs
    .readdirSync(POLICIES)
    .filter((name) => name.endsWith('.yaml'))
    .map((name) => ({ name: `policies/${name}`, text: fs.readFileSync(path.join(POLICIES, name), 'utf8') })),
);

const instant = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const status = z.enum([
  'accepted',
  'queued',
  'sent',
  'delivered',
  'read',
  'unknown',
  'failed',
  'undelivered',
  'rejected',
]);

/** One line of a compliance vector file: facts/compliance.md, semantics, parts one (10) and two (13). */
export const complianceLine = z.strictObject({
  id: z.string(),
  pack: z.string(),
  now: instant,
  tz: z.union([z.string(), z.array(z.string())]),
  history: z.array(
    z.strictObject({
      at: instant,
      channel: mediumSchema,
      direction: z.enum(['in', 'out']),
      kind: messageKindSchema.optional(),
      status: status.optional(),
      text: z.string().optional(),
      answered: z.boolean().optional(),
    }),
  ),
  channel: mediumSchema,
  kind: messageKindSchema,
  context: z
    .strictObject({
      recipient: z
        .enum(['debtor', 'codebtor', 'guarantor', 'reference', 'family', 'employer', 'third_party'])
        .default('debtor'),
      authorized_channels: z.array(mediumSchema).optional(),
      debt_status: z
        .enum([
          'current',
          'due',
          'overdue',
          'paid',
          'sued',
          'insolvency',
          'deceased',
          'disputed',
          'identity_theft_claim',
        ])
        .default('overdue'),
      identity_verified: z.boolean().default(true),
      discloses_debt: z.boolean().default(true), // not stated: the careful reading
      collector: z.enum(['first_party', 'third_party']).default('first_party'),
      provider: z.string().optional(),
      text: z.string().optional(),
    })
    .prefault({}),
  expect: z.enum(['allow', 'defer', 'block']),
  until: instant.optional(),
  confidence: z.string().optional(),
  why: z.string().optional(),
  rule: z.string().optional(),
});
export type ComplianceLine = z.infer<typeof complianceLine>;

export interface VectorResult {
  ok: boolean;
  got: unknown;
}

/** Asks the gate what the line asks; compares `expect`, `until` as an instant, and our own lines' `rule`. A line that is not understood fails. */
export function runComplianceVector(line: unknown, packs: Packs = shippedPacks): VectorResult {
  const parsed = complianceLine.safeParse(line);
  if (!parsed.success) return { ok: false, got: { error: z.prettifyError(parsed.error) } };
  const vector = parsed.data;
  const decision = decide(packs, vector.pack, requestOf(vector));
  const until = decision.answer === 'defer' ? decision.until : undefined;
  const ok =
    decision.answer === vector.expect &&
    (vector.until === undefined || until?.getTime() === vector.until.getTime()) &&
    (vector.rule === undefined || decision.rule === vector.rule);
  return { ok, got: decision };
}

export function requestOf({ now, tz, channel, kind, history, context }: ComplianceLine): ContactRequest {
  return {
    now,
    zones: typeof tz === 'string' ? [tz] : tz,
    channel,
    kind,
    history: history.map(({ at, channel, direction, ...rest }) => ({ at, channel, direction, ...present(rest) })),
    context: {
      recipient: context.recipient,
      debtStatus: context.debt_status,
      identityVerified: context.identity_verified,
      disclosesDebt: context.discloses_debt,
      collector: context.collector,
      ...present({ authorizedChannels: context.authorized_channels, provider: context.provider, text: context.text }),
    },
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that are undefined. */
function present<T extends object>(fields: T): Present<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** The objects of a file of one JSON a line. @throws SyntaxError naming the line */
export function readVectorLines(file: string): unknown[] {
  return fs
    .readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((text, i) => {
      if (text.trim() === '') return [];
      try {
        return [JSON.parse(text) as unknown];
      } catch (err) {
        throw new SyntaxError(`${file}:${i + 1} is not JSON`, { cause: err });
      }
    });
}
