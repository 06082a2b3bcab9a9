import { z } from 'zod';
import { isCivilDate, isZone } from '../kernel/calendar.ts';
import { MESSAGE_KINDS, mediumSchema, messageKindSchema } from '../kernel/medium.ts';
import { foldPattern, foldText } from './plain-text.ts';

/** Where a rule comes from: any rule of a pack may say so. */
const sourced = {
  basis: z.enum(['law', 'provider', 'house']).optional(),
  src: z.string().optional(),
  conf: z.enum(['H', 'M', 'L']).optional(),
};
const rule = <Shape extends z.core.$ZodShape>(shape: Shape) => z.strictObject({ ...shape, ...sourced });

const positive = z.int().min(1);
/** No channel named: all of them. */
const channels = z.array(mediumSchema).default([]);

const day = z.string().refine(isCivilDate, 'a day is written YYYY-MM-DD, such as 2026-09-18');
const yearly = z
  .string()
  .regex(/^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, 'a yearly day is written MM-DD, such as "12-31"');
const zone = z.string().refine(isZone, 'not an IANA time zone; write one such as America/Santiago');
const time = z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'a time is written "HH:MM", such as "08:00"');
const window = z
  .tuple([time, time], 'a window is ["HH:MM", "HH:MM"], or null when that day is closed')
  .refine(([open, close]) => open < close, 'the window ends before it starts; write [open, close]')
  .nullable();

/** A regular expression over folded text: case and accents do not matter, in the pattern as in the text. */
const pattern = z
  .string()
  .min(1)
  .transform((source, ctx) => {
    try {
      return new RegExp(foldPattern(source), 'u'); // with `i` each text would take 25 times as long
    } catch (err) {
      ctx.issues.push({
        code: 'custom',
        input: source,
        message: `not a regular expression: ${err instanceof Error ? err.message : ''}`,
      });
      return z.NEVER;
    }
  });

const holidayTable = z.record(
  z.string().regex(/^\d{4}$/, 'a table is kept by year, such as 2026'),
  z.record(day, z.tuple([z.string(), z.string()], 'a holiday is YYYY-MM-DD: [name, law]')),
);
const holidayChange = z.union([
  day,
  yearly,
  rule({ date: z.union([day, yearly]), name: z.string() }),
  rule({ rule: z.string().regex(/^easter( [+-]?\d{1,2})?$/, 'a rule is "easter -1"'), name: z.string() }),
]);

const debtStop = z.enum([
  'current',
  'due',
  'overdue',
  'paid',
  'sued',
  'insolvency',
  'deceased',
  'disputed',
  'identity_theft_claim',
  'opted_out',
]);
const recipient = z.enum(['debtor', 'codebtor', 'guarantor', 'reference', 'family', 'employer', 'third_party']);
const word = z.string().min(1);

/** A policy pack, whole: what one file says on top of those it extends. Days are local dates that count today. */
export const packSchema = z.strictObject({
  id: z.string().regex(/^[a-z]{2}(-[a-z]+)?$/, 'a pack is named by country, or country and place: mx, ar-caba'),
  version: positive,
  effective_from: day,
  extends: z.string().optional(),
  tz_default: zone,
  windows: rule({
    mon: window,
    tue: window,
    wed: window,
    thu: window,
    fri: window,
    sat: window,
    sun: window,
    holiday: window,
  }),
  holidays: rule({
    calendar: z.string().regex(/^[A-Z]{2}$/, 'a calendar is a country code, such as CL'),
    /** Reviewed, by year. A year without a table is not known to the gate, which then fails closed. */
    tables: holidayTable,
    add: z.array(holidayChange).default([]),
    remove: z.array(z.union([day, yearly])).default([]),
  }),
  /** `answered`: only conversations count, not attempts. */
  caps: z.array(rule({ ch: channels, max: positive, days: positive, answered: z.boolean().default(false) })),
  gap: z.array(rule({ ch: channels, hours: z.number().positive() })),
  channel_lock: rule({ days: positive }).nullable().default(null),
  counting: z.enum(['any_delivered', 'two_way']),
  burst_minutes: z.number().min(0),
  session: rule({ hours: z.number().positive(), quiet_reply_minutes: z.number().min(0) }),
  kinds: rule({ counted: z.array(messageKindSchema), free: z.array(messageKindSchema) }).refine(
    ({ counted, free }) =>
      MESSAGE_KINDS.every((kind) => Number(counted.includes(kind)) + Number(free.includes(kind)) === 1),
    `each kind stands once, in counted or in free: ${MESSAGE_KINDS.join(', ')}`,
  ),
  recipients: rule({ allow: z.array(recipient).min(1) }),
  /** `require_authorised`: true for all channels, or the list of those that need the debtor's consent. */
  channels: rule({ require_authorised: z.union([z.boolean(), z.array(mediumSchema)]), deny: channels }),
  identity: rule({ verify_before_disclosure: z.boolean() }),
  content: rule({
    forbid: z.array(rule({ id: z.string(), re: pattern })),
    /** Tags that a text must carry; `acuerdo check` compares them. */
    require: rule({ first: z.array(z.string()), every: z.array(z.string()) }),
    /** Where given, a text on these channels must match one of the patterns: it names a way to stop. */
    stop_hint: rule({ ch: channels, re: z.array(pattern).min(1) })
      .nullable()
      .default(null),
  }),
  stop_on: z.array(debtStop),
  opt_out: rule({
    words: z.array(word).min(1),
    back: z.array(word).min(1),
    ambiguous: z.array(word),
    phrases: z.array(pattern),
    /** An overlay's own, on top of the base's lists. */
    also_words: z.array(word).default([]),
    also_phrases: z.array(pattern).default([]),
    ack_minutes: z.number().positive(),
    scope: z.enum(['channel', 'all']),
  }),
  providers: z
    .array(
      rule({
        provider: z.string(),
        ch: channels,
        collector: z.enum(['first_party', 'third_party']),
        deny: z.boolean(),
        why: z.string().optional(),
      }),
    )
    .default([]),
  /** Sentences that the pack itself requires: taken out of a text before `content.forbid` reads it. */
  texts: z
    .record(
      z.string(),
      z.union([z.string().transform((text) => [foldText(text)]), z.array(z.string().transform(foldText))]),
    )
    .default({}),
  charges: z.record(z.string(), z.unknown()).default({}),
  records: rule({ years: positive }),
  data: z.record(z.string(), z.unknown()).default({}),
});

export type PackRules = z.infer<typeof packSchema>;

/** What every file has, also one that only changes a few rules of another. `abstract`: a base for others, never in force itself. */
export const packHeadSchema = z.looseObject({
  id: z.string().regex(/^[a-z]+(-[a-z]+)?$/, 'lower-case letters: mx, ar-caba'),
  version: positive,
  effective_from: day,
  extends: z.string().optional(),
  abstract: z.boolean().default(false),
});
