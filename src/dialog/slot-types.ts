import type { Flows } from './compile.ts';
import type { CompiledFlow } from './flow.ts';
import { FACT_PARAMS, type FactName } from './params.ts';
import type { ActionName, SlotValue } from './state.ts';

export type SlotType = SlotValue['type'];
type Types = Record<string, SlotType>;

/** What each action leaves in the slots. */
const LEFT_BY: Record<ActionName, Types> = {
  verify_identity: { reason: 'text' },
  make_promise: { folio: 'text', reason: 'text' },
  replace_promise: { folio: 'text', reason: 'text' },
  cancel_promise: { reason: 'text' },
  issue_pay_link: { url: 'text', amount: 'money', reason: 'text' },
  opt_out: {},
  opt_in: {},
  unlink: {},
  record_claim: { reason: 'text' },
  record_dispute: { reason: 'text' },
  keep_receipt: { reason: 'text' },
  set_language: { reason: 'text' },
};

const FACT_TYPES: Record<FactName, SlotType> = {
  known: 'flag',
  verified: 'flag',
  opted_out: 'flag',
  first_name: 'text',
  creditor: 'text',
  country: 'text',
  currency: 'text',
  today: 'date',
  total: 'money',
  overdue: 'money',
  basis: 'money',
  to_pay: 'money',
  debts: 'debts',
  debt_count: 'number',
  days_late: 'number',
  next_due: 'date',
  promise_folio: 'text',
  promise_parts: 'parts',
  promise_changeable: 'parts',
  promise_several: 'flag',
  promise_date: 'date',
  promise_amount: 'money',
  promise_when: 'text',
  promise_left: 'money',
};

export const factTypes: Readonly<Types> = FACT_TYPES;
export const isFact = (name: string): boolean => Object.hasOwn(FACT_PARAMS, name);

/** Every slot that can be set in a flow, with its type: by who starts it, by its asks, by its actions, by the engine. */
export function slotTypes(flow: CompiledFlow): Types {
  const types: Types = {};
  for (const [slot, { type }] of Object.entries(flow.takes)) types[slot] = type;
  for (const step of flow.steps.values()) {
    if (step.is === 'choose') types[step.choose] = 'text';
    if (step.is === 'do') Object.assign(types, LEFT_BY[step.do]);
    if (step.is !== 'ask') continue;
    types[step.ask] = step.type === 'digits' ? 'text' : step.type;
    if (step.type === 'digits') continue;
    types.source = 'source';
    if (step.type === 'parts')
      Object.assign(types, { [`${step.ask}_sum`]: 'money', part_day: 'date', part_amount: 'money' } satisfies Types);
    if (step.type !== 'money') Object.assign(types, { [`${step.ask}_which`]: 'dates', day: 'date' } satisfies Types);
    types.limit = step.type === 'parts' ? 'money' : step.type;
  }
  return types;
}

/** The type of a placeholder within a flow; null when nothing can ever fill it. */
export function paramType(name: string, flow: CompiledFlow): SlotType | null {
  const types = { ...factTypes, ...slotTypes(flow) };
  return types[name] ?? (types[name.replace(/_short$/, '')] === 'date' ? 'date' : null);
}

/** Every text that a flow can say, with the step that says it; an option stands for itself. */
export function textsSaid(flow: CompiledFlow): { key: string; step: string; isOption: boolean }[] {
  return [...flow.steps.values()].flatMap((step) => {
    const keys: (string | undefined)[] = 'say' in step ? [step.say] : [];
    const options: string[] = [];
    if (step.is === 'ask' || step.is === 'confirm' || step.is === 'choose')
      keys.push(...(step.retry ?? []), step.again);
    if (step.is === 'choose') options.push(...step.options.map((o) => o.key));
    if (step.is === 'ask') {
      keys.push(
        ...Object.values(step.explain ?? {}),
        step.which?.say,
        step.part?.day,
        step.part?.sum,
        step.part?.place,
      );
      if (step.part) options.push(step.part.only);
      if (step.which) options.push(step.which.day, step.which.other);
    }
    const said = keys.filter((key) => key !== undefined).map((key) => ({ key, step: step.id, isOption: false }));
    return [...said, ...options.map((key) => ({ key, step: step.id, isOption: true }))];
  });
}

/** Texts that say.ts writes by itself. */
export const LINE_TEXTS: Record<string, Types> = {
  'lines.part': { amount: 'money', day: 'date' },
  'lines.debt': { concept: 'text', owed: 'money', days_late: 'number', due: 'text', due_date: 'date' },
};

/** Said by no flow: the heading of an e-mail, which names the creditor and nothing of a debt. */
export const SUBJECT_KEY = 'neutral.subject';

export const keysUsed = (flows: Flows): Set<string> =>
  new Set([
    SUBJECT_KEY,
    ...Object.keys(LINE_TEXTS),
    ...[...flows.byName.values()].flatMap((flow) => textsSaid(flow).map((t) => t.key)),
  ]);
