import { compareMoney } from '../kernel/money.ts';
import type { AskStep, CompiledFlow } from './flow.ts';
import { judge, judgeDay } from './offer.ts';
import { openPointOf, sumOf } from './parts.ts';
import { dayOptions, put, questionOf } from './question.ts';
import { goOn } from './stack.ts';
import type { Frame, PartDraft, Slots } from './state.ts';
import { partsOf, unplacedSlot, withDays } from './take-parts.ts';
import type { Turn } from './turn.ts';

/** Asks for what instalments still lack, one thing at a time; goes on when each has its day and amount and all keep the limits. */
export function askParts(turn: Turn, flow: CompiledFlow, frame: Frame, step: AskStep): void {
  const parts = partsOf(frame, step.ask);
  const point = openPointOf(parts);
  const lacking = point && parts[point.at];
  if (parts.length === 0 || !step.part || !step.which) put(turn, frame, step, questionOf(frame, step));
  else if (partsOf(frame, unplacedSlot(step.ask)).length > 0) {
    const days = parts.flatMap((part) => part.days.slice(0, 1));
    put(turn, frame, step, step.part.place, dayOptions(turn, frame, { ...step.which, other: step.part.only }, days));
  } else if (!lacking) settle(turn, flow, frame, step);
  else {
    name(frame, lacking);
    if (point.lacks === 'which_day')
      put(turn, frame, step, step.which.say, dayOptions(turn, frame, step.which, lacking.days));
    else if (point.lacks === 'amount') put(turn, frame, step, step.part.sum);
    else put(turn, frame, step, lacking.amount ? step.part.day : step.say);
  }
}

/** A day outside the limits is asked for again; when it is the amounts, all of it is. */
function settle(turn: Turn, flow: CompiledFlow, frame: Frame, step: AskStep): void {
  const parts = partsOf(frame, step.ask);
  for (const [at, part] of parts.entries()) {
    const [day] = part.days;
    const verdict = day && judgeDay(step, day, turn.facts);
    if (!verdict) continue;
    frame.slots[step.ask] = { type: 'parts', value: withDays(parts, at, []) };
    frame.slots.limit = verdict.limit;
    name(frame, part);
    return void put(turn, frame, step, step.explain?.[verdict.breach] ?? step.say);
  }
  const sum = sumOf(parts);
  if (sum) frame.slots[`${step.ask}_sum`] = { type: 'money', value: sum };
  const verdict = judgeAmounts(turn, step, parts);
  if (!verdict) return void goOn(turn, flow, frame);
  delete frame.slots[step.ask];
  frame.slots.limit = verdict.limit;
  put(turn, frame, step, step.explain?.[verdict.breach] ?? step.say);
}

function judgeAmounts(turn: Turn, step: AskStep, parts: readonly PartDraft[]): ReturnType<typeof judge> {
  const most = step.limits.max_parts;
  if (most !== undefined && parts.length > most) return { breach: 'too_many', limit: { type: 'number', value: most } };
  const sum = sumOf(parts);
  if (!sum) return { breach: 'currency', limit: { type: 'text', value: turn.facts.currency } };
  const least = parts.flatMap(({ amount }) => amount ?? []).reduce((a, b) => (compareMoney(a, b) <= 0 ? a : b), sum);
  return judge(step, { type: 'money', value: least.amountMinor > 0n ? sum : least }, turn.facts);
}

/** What the question names: the instalment that it is about. */
function name(frame: Frame, { days: [day], amount }: PartDraft): void {
  const named: Slots = {};
  if (day) named.part_day = { type: 'date', value: day };
  if (amount) named.part_amount = { type: 'money', value: amount };
  delete frame.slots.part_day;
  delete frame.slots.part_amount;
  Object.assign(frame.slots, named);
}
