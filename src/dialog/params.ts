import { addDays, type CivilDate } from '../kernel/calendar.ts';
import type { MessageKind } from '../kernel/medium.ts';
import { minus } from '../kernel/money.ts';
import { toPayOf } from '../language/shares.ts';
import type { Flows } from './compile.ts';
import type { Facts, PartFact } from './facts.ts';
import type { Condition } from './flow.ts';
import type { DialogEvent, Saying, Slots, SlotValue } from './state.ts';

type Read = (facts: Facts) => SlotValue | null;

const ofPromise = (read: (promise: NonNullable<Facts['openPromise']>) => SlotValue): Read => {
  return ({ openPromise }) => openPromise && read(openPromise);
};

/** The facts by the names that flows and texts use. Slots of the same name win. */
export const FACT_PARAMS = {
  known: (f) => ({ type: 'flag', value: f.known }),
  verified: (f) => ({ type: 'flag', value: f.verified }),
  opted_out: (f) => ({ type: 'flag', value: f.optedOut }),
  first_name: (f) => (f.firstName === '' ? null : { type: 'text', value: f.firstName }),
  creditor: (f) => (f.creditor === '' ? null : { type: 'text', value: f.creditor }),
  country: (f) => ({ type: 'text', value: f.country }),
  currency: (f) => ({ type: 'text', value: f.currency }),
  today: (f) => ({ type: 'date', value: f.today }),
  total: (f) => ({ type: 'money', value: f.total }),
  overdue: (f) => ({ type: 'money', value: f.overdue }),
  /** What paying "all" means: everything overdue, else everything owed. */
  basis: (f) => ({ type: 'money', value: basisOf(f) }),
  /** What a pay link proposes: what is left of an open promise, else the basis. */
  to_pay: (f) => ({ type: 'money', value: toPay(f) }),
  debts: (f) => ({ type: 'debts', value: f.debts }),
  debt_count: (f) => ({ type: 'number', value: f.debts.length }),
  days_late: (f) => ({ type: 'number', value: f.daysLate }),
  next_due: (f) => (f.nextDue ? { type: 'date', value: f.nextDue } : null),
  promise_folio: ofPromise((p) => ({ type: 'text', value: p.folio })),
  /** Its instalments that are open: one or several. */
  promise_parts: ofPromise(({ parts }) => inParts(parts)),
  /** And those that were missed: what a new day or amount may be meant for. */
  promise_changeable: ofPromise(({ parts, missed }) => inParts([...missed, ...parts])),
  promise_several: (f) => ({ type: 'flag', value: (f.openPromise?.parts.length ?? 0) > 1 }),
  promise_date: ofPromise((p) => ({ type: 'date', value: p.date })),
  promise_amount: ofPromise((p) => ({ type: 'money', value: p.amount })),
  /** The day of the open promise, as seen from today: today, tomorrow, later, or past within its days of grace. */
  promise_when: (f) => f.openPromise && { type: 'text', value: whenIs(f.openPromise.date, f.today) },
  promise_left: ofPromise((p) => ({ type: 'money', value: minus(p.amount, p.fulfilled) })),
} as const satisfies Record<string, Read>;
export type FactName = keyof typeof FACT_PARAMS;

const inParts = (parts: readonly PartFact[]): SlotValue => ({
  type: 'parts',
  value: parts.map(({ date, amount, source }) => ({ days: [date], amount, source })),
});

function whenIs(day: CivilDate, today: CivilDate): 'past' | 'today' | 'tomorrow' | 'later' {
  if (day <= today) return day === today ? 'today' : 'past';
  return day === addDays(today, 1) ? 'tomorrow' : 'later';
}

export const basisOf = ({ total, overdue }: Facts): Facts['total'] => toPayOf(total, overdue);

function toPay(facts: Facts): Facts['total'] {
  const { openPromise, total } = facts;
  const left = openPromise && minus(openPromise.amount, openPromise.fulfilled);
  if (!left || left.amountMinor <= 0n) return basisOf(facts);
  return left.amountMinor > total.amountMinor ? total : left;
}

export function factNamed(name: string, facts: Facts): SlotValue | null {
  return Object.hasOwn(FACT_PARAMS, name) ? FACT_PARAMS[name as FactName](facts) : null;
}

export function holds(condition: Condition, slots: Slots, facts: Facts, event: DialogEvent['kind']): boolean {
  if (condition.event !== undefined) return condition.event === event;
  const value = condition.slot === undefined ? factNamed(condition.fact ?? '', facts) : (slots[condition.slot] ?? null);
  if (condition.set !== undefined) return (value !== null) === condition.set;
  if (value === null) return false;
  if (condition.above !== undefined) return isAbove(value, condition.above);
  return 'value' in value && value.value === condition.is;
}

function isAbove(value: SlotValue, bound: number): boolean {
  if (value.type === 'money') return value.value.amountMinor > BigInt(bound);
  if (value.type === 'number') return value.value > bound;
  return (value.type === 'debts' || value.type === 'parts') && value.value.length > bound;
}

/** A text to say, with only what it wants filled in. */
export function sayingOf(
  flows: Flows,
  key: string,
  slots: Slots,
  facts: Facts,
  kind: MessageKind,
  options: Saying[] = [],
): Saying {
  const params: Slots = {};
  for (const wanted of flows.paramsOf(key)) {
    const direct = slots[wanted] ?? factNamed(wanted, facts);
    const name = direct ? wanted : wanted.replace(/_short$/, '');
    const value = direct ?? slots[name] ?? factNamed(name, facts);
    if (value) params[name] = value;
  }
  return { key, params, options, kind };
}
