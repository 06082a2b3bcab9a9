import { z } from 'zod';
import { messageKindSchema } from '../kernel/medium.ts';
import { INTENTS } from '../language/heard.ts';
import { ACTIONS, type ActionName } from './state.ts';

/** Ids are words of one language, so that they may be keys in the database and names in a diff. */
const id = z.string().regex(/^[a-z][a-z0-9_]*$/, 'lower-case letters, digits and _ only');
const key = z.string().regex(/^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$/, 'a text key is written namespace.name');
const action = z.enum(Object.keys(ACTIONS) as [ActionName, ...ActionName[]]);

/** What a branch or a hidden option looks at: a slot of the flow, a fact of the debtor, or what set the turn off. */
const condition = z
  .strictObject({
    slot: id.optional(),
    fact: id.optional(),
    event: z.enum(['heard', 'start']).optional(),
    is: z.union([z.string(), z.boolean()]).optional(),
    above: z.number().int().optional(),
    set: z.boolean().optional(),
  })
  .refine((c) => [c.slot, c.fact, c.event].filter((v) => v !== undefined).length === 1, 'name one of slot, fact, event')
  .refine(
    (c) => [c.is, c.above, c.set].filter((v) => v !== undefined).length === (c.event === undefined ? 1 : 0),
    'say one of is, above, set (none with event)',
  );
export type Condition = z.infer<typeof condition>;

const common = { id, kind: messageKindSchema.optional() };
const asking = {
  /** Said when the answer was not understood: first, second time. */
  retry: z.array(key).min(1).optional(),
  /** Said instead of `say` when the question is put again after an interruption. */
  again: key.optional(),
  /** How often the question may be put, interruptions not counted. */
  max_attempts: z.number().int().min(1).max(9).default(3),
  /** Step to go to beyond that; without it a person is asked for. */
  on_fail: id.optional(),
};
const clear = z.array(id).min(1).optional();

const say = z.strictObject({ ...common, say: key, clear, goto: id.optional(), end: id.optional() });
const ask = z
  .strictObject({
    ...common,
    ...asking,
    ask: id,
    type: z.enum(['date', 'money', 'digits', 'parts']),
    say: key,
    /** Taken from this fact when nothing was said, and then not asked. */
    default: id.optional(),
    limits: z
      .strictObject({
        max_days: z.number().int().min(1).max(366).optional(),
        min_share: z
          .string()
          .regex(/^(100|[1-9]?\d)%$/, 'a share is written 30%')
          .optional(),
        max_parts: z.number().int().min(2).max(12).optional(),
      })
      .default({}),
    /** What is said to an answer outside the limits: past, too_far, too_small, too_big, currency, too_many. */
    explain: z
      .partialRecord(z.enum(['past', 'too_far', 'too_small', 'too_big', 'currency', 'too_many']), key)
      .optional(),
    /** A day that may be one of several: the question with the days as options, and the option that none of them is. */
    which: z.strictObject({ say: key, day: key, other: key }).optional(),
    /** Of instalments: asks for the day of one, for its amount, which one is meant, and the option that it is to be the only one. */
    part: z.strictObject({ day: key, sum: key, place: key, only: key }).optional(),
    /** Instalments that a single day or amount is a correction of while the slot is empty: a fact. */
    corrects: id.optional(),
    /** Slots that lose their meaning when this one changes. */
    drops: z.array(id).min(1).optional(),
  })
  .refine((s) => s.type === 'digits' || s.explain !== undefined, 'a date or an amount needs explain')
  .refine((s) => !['date', 'parts'].includes(s.type) || s.which !== undefined, 'a date needs which')
  .refine((s) => (s.type === 'parts') === (s.part !== undefined), 'parts, and nothing else, need part');
const confirm = z.strictObject({ ...common, ...asking, confirm: z.array(id), say: key, yes: id, no: id });
const option = z.strictObject({
  key,
  value: id,
  goto: id,
  intent: z.enum(INTENTS).optional(),
  if: condition.optional(),
});
const choose = z.strictObject({
  ...common,
  ...asking,
  choose: id,
  say: key,
  options: z.array(option).min(2).max(9),
});
const branch = z.strictObject({
  id,
  branch: z.array(z.strictObject({ if: condition, goto: id })).min(1),
  else: id,
});
const doing = z.strictObject({ id, do: action, ok: id.optional(), refused: id.optional() });
const call = z.strictObject({ id, call: id, clear, goto: id.optional() });
const jump = z.strictObject({ id, goto: id, clear });
const handoff = z.strictObject({ ...common, handoff: id, reason: id, say: key.optional() });
const end = z.strictObject({ id, end: id, drop: z.boolean().optional() });

/** The step kinds, each known by the key that only it has. `goto` and `end` alone make the last two. */
export const STEP_SCHEMAS = { ask, confirm, choose, branch, do: doing, call, handoff, say, goto: jump, end } as const;
export type StepKind = keyof typeof STEP_SCHEMAS;
export type Step = {
  [K in StepKind]: { is: K } & z.infer<(typeof STEP_SCHEMAS)[K]>;
}[StepKind];
export type StepOf<K extends StepKind> = Extract<Step, { is: K }>;
export type AskStep = StepOf<'ask'>;
export type ChooseStep = StepOf<'choose'>;
export type ConfirmStep = StepOf<'confirm'>;
export type AskingStep = AskStep | ChooseStep | ConfirmStep;

const SLOT_TYPES = ['text', 'number', 'date', 'money', 'dates', 'debts', 'parts', 'source', 'flag'] as const;
const slotType = z.enum([...SLOT_TYPES, ...SLOT_TYPES.map((t) => `${t}?` as const)]);

export const flowHeader = z.strictObject({
  flow: id,
  /** `identity`: nothing of this flow is said before the debtor has shown who they are. Without it every text is a neutral one. */
  needs: z.literal('identity').optional(),
  /** Forgotten when something else comes up, instead of being asked again afterwards. */
  transient: z.boolean().default(false),
  /** The most SMS that any text of this flow may cost, letters that SMS lacks replaced. */
  segments: z.number().int().min(1).max(10).default(4),
  /** Slots that whoever starts the flow hands over; `?` marks the ones that may be missing. */
  takes: z.record(id, slotType).default({}),
  migrate: z.record(id, id).default({}),
  steps: z.array(z.unknown()).min(1),
});

/** Every condition that a handler names must hold. */
const handler = z
  .strictObject({
    intent: z.enum(INTENTS).optional(),
    heard: z.enum(['offer', 'correction', 'digits']).optional(),
    /** One of these words stands in the message (accents and case do not matter). */
    words: z
      .array(z.string().regex(/^[a-zñ]+$/, 'one word, lower case, without accents'))
      .min(1)
      .optional(),
    /** The message holds none but those words. */
    alone: z.boolean().default(false),
    if: condition.optional(),
    /** Wins over any question that is open. */
    always: z.boolean().default(false),
    /** Taken only when nothing else in the message has a meaning. */
    weak: z.boolean().default(false),
    /** Only when no question is open. */
    idle: z.boolean().default(false),
    call: id.optional(),
    /** Says the last texts again. */
    repeat: z.literal(true).optional(),
  })
  .refine(
    (h) => h.intent !== undefined || h.heard !== undefined || h.words !== undefined,
    'name intent, heard or words',
  )
  .refine((h) => (h.call === undefined) !== (h.repeat === undefined), 'name one of call, repeat');
export type Handler = z.infer<typeof handler>;

export const globalSchema = z.strictObject({
  flow: z.literal('_global'),
  /** Flow that finds out who writes. */
  identity: id,
  /** Flow for what nothing understood while no question is open. */
  fallback: id,
  /** Flow that asks for a person after too many misses. */
  lost: id,
  /** Flow for a place in a flow that no longer exists. */
  stale: id,
  handlers: z.array(handler).min(1),
});
export interface Global extends Omit<z.infer<typeof globalSchema>, 'flow'> {
  /** Line of each handler. */
  lines: (number | null)[];
}

export interface CompiledFlow {
  name: string;
  /** Of all that decides where the flow goes: what a frame pins. */
  hash: string;
  file: string;
  needsIdentity: boolean;
  transient: boolean;
  segments: number;
  takes: Record<string, { type: (typeof SLOT_TYPES)[number]; optional: boolean }>;
  migrate: Record<string, string>;
  first: string;
  steps: ReadonlyMap<string, Step>;
  /** Step that follows when a step names no other, by id. */
  next: ReadonlyMap<string, string>;
  lineOf: ReadonlyMap<string, number | null>;
}
