import { z } from 'zod';
import { dataInvalid, describeIssues, readDataFile } from '../compliance/data-file.ts';

const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time is written "HH:MM", such as "10:00"');
const tone = z.enum(['friendly', 'neutral', 'firm']);
const PROMISE_DAYS_MAX = 90; // a promise is short; what is longer is a plan
const OFFSET_DAYS_MAX = 730;

const segment = z.strictObject({
  id: z.string().min(1),
  /** Days from the due date; negative: before it. */
  days: z.array(z.int().min(-OFFSET_DAYS_MAX).max(OFFSET_DAYS_MAX)).min(1),
  at: time,
  flow: z.enum(['reminder_before', 'reminder_after']),
  tone,
  kind: z.enum(['preventive', 'reminder', 'demand', 'offer']),
});
const share = z
  .string()
  .regex(/^(100|\d{1,2})%$/, 'a share is a whole percentage, such as 30%')
  .transform((text) => Number(text.slice(0, -1)));

const followup = <Flow extends string>(flow: Flow) => z.strictObject({ at: time, flow: z.literal(flow), tone });

const strategySchema = z
  .strictObject({
    strategy: z.string().min(1),
    version: z.int().min(1),
    horizon_days: z.int().min(1).max(365),
    segments: z.array(segment).min(1),
    promise: z.strictObject({
      max_days: z.int().min(0).max(PROMISE_DAYS_MAX),
      min_share: share,
      grace_days: z.int().min(0).max(30),
      tolerance_minor: z.int().min(0),
      followups: z.strictObject({
        eve: followup('promise_eve'),
        day: followup('promise_day'),
        check: followup('promise_check'),
      }),
    }),
  })
  .superRefine(({ segments }, ctx) => {
    const seen = new Map<number, string>();
    for (const [i, { id, days, flow }] of segments.entries()) {
      for (const [n, offset] of days.entries()) {
        const path = ['segments', i, 'days', n];
        const other = seen.get(offset);
        if (other !== undefined)
          ctx.addIssue({
            code: 'custom',
            path,
            message: `day ${offset} is in "${other}" already; give each day to one segment`,
          });
        if (flow === 'reminder_before' ? offset > 0 : offset <= 0)
          ctx.addIssue({
            code: 'custom',
            path,
            message: `${flow} on day ${offset}: before the due date days are negative, after it positive`,
          });
        seen.set(offset, id);
      }
    }
  })
  .transform((file) => ({
    id: file.strategy,
    version: file.version,
    horizonDays: file.horizon_days,
    segments: file.segments,
    promise: {
      promiseDaysMax: file.promise.max_days,
      minSharePercent: file.promise.min_share,
      graceDays: file.promise.grace_days,
      toleranceMinor: BigInt(file.promise.tolerance_minor),
      followups: file.promise.followups,
    },
  }));

/** When to write of our own accord, and what a promise may be. `promise` fits the ledger's PromiseRules. */
export type Strategy = z.infer<typeof strategySchema>;

/** @throws AppError data_invalid naming file, line, field and what would be right */
export function loadStrategy(yamlText: string, fileName: string): Strategy {
  const source = readDataFile(fileName, yamlText);
  const parsed = strategySchema.safeParse(source.data);
  if (!parsed.success) throw dataInvalid(describeIssues(parsed.error.issues, [source]));
  return parsed.data;
}
