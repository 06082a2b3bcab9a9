import type { CivilDate } from '../kernel/calendar.ts';
import { OTHER_DAY } from './answer.ts';
import type { AskingStep, AskStep, ChooseStep, CompiledFlow } from './flow.ts';
import { judge, suggestDays, whichSlot } from './offer.ts';
import { factNamed, holds } from './params.ts';
import { goOn, moveTo, replaceAll } from './stack.ts';
import type { Frame, Saying } from './state.ts';
import { kindOf, phrase, type Turn } from './turn.ts';

/** What can be picked: the words, and what each stands for. */
interface Options {
  labels: Saying[];
  values: string[];
}

const NO_OPTIONS: Options = { labels: [], values: [] };
const MISSES_BEFORE_DAYS = 2; // who could not say a day twice is shown some

/** Asks for a slot, unless it holds an answer that keeps the limits. */
export function ask(turn: Turn, flow: CompiledFlow, frame: Frame, step: AskStep): void {
  const days = frame.slots[whichSlot(step.ask)];
  const fallback = step.default === undefined || days ? null : factNamed(step.default, turn.facts);
  const value = frame.slots[step.ask] ?? fallback;
  const verdict = value && judge(step, value, turn.facts);
  if (value && !verdict) {
    frame.slots[step.ask] = value;
    goOn(turn, flow, frame);
  } else if (verdict) {
    delete frame.slots[step.ask];
    frame.slots.limit = verdict.limit;
    put(turn, frame, step, step.explain?.[verdict.breach] ?? step.say);
  } else if (days?.type === 'dates') {
    put(turn, frame, step, step.which?.say ?? step.say, dayOptions(turn, frame, step.which, days.value));
  } else if (step.type === 'date' && frame.attempts >= MISSES_BEFORE_DAYS) {
    const suggested = suggestDays(step, turn.facts.today);
    frame.slots[whichSlot(step.ask)] = { type: 'dates', value: suggested };
    put(turn, frame, step, questionOf(frame, step), dayOptions(turn, frame, step.which, suggested));
  } else put(turn, frame, step, questionOf(frame, step));
}

/** Lets the debtor pick one of the options that are open to them now. */
export function choose(turn: Turn, frame: Frame, step: ChooseStep): void {
  const offered = step.options.filter((o) => !o.if || holds(o.if, frame.slots, turn.facts, turn.event.kind));
  put(turn, frame, step, questionOf(frame, step), {
    labels: offered.map(({ key }) => phrase(turn, frame, key, kindOf(turn, step))),
    values: offered.map(({ value }) => value),
  });
}

/** Shorter after an interruption, otherwise after a miss, otherwise in full. */
export function questionOf(frame: Frame, step: AskingStep): string {
  if (frame.asked) return step.again ?? step.say;
  if (frame.attempts === 0) return step.say;
  return step.retry?.[Math.min(frame.attempts, step.retry.length) - 1] ?? step.again ?? step.say;
}

/** Puts the question and waits. Every time counts but one after an interruption: so each loop through a question ends. */
export function put(turn: Turn, frame: Frame, step: AskingStep, key: string, options: Options = NO_OPTIONS): void {
  const tries = (frame.tries[step.id] ?? 0) + (frame.asked ? 0 : 1);
  frame.tries[step.id] = tries;
  if (tries > step.max_attempts) return void giveUp(turn, frame, step);
  turn.sayings.push({ ...phrase(turn, frame, key, kindOf(turn, step)), options: options.labels });
  frame.options = options.values;
  frame.asked = true;
  turn.isWaiting = true;
}

/** Asked in vain: where the step says, else to a person. */
export function giveUp(turn: Turn, frame: Frame, step: AskingStep): void {
  if (step.on_fail) moveTo(frame, step.on_fail);
  else replaceAll(turn, turn.flows.global.lost);
}

/** Days to pick from, and last the option that none of them is. */
export function dayOptions(turn: Turn, frame: Frame, which: AskStep['which'], days: readonly CivilDate[]): Options {
  if (!which) return NO_OPTIONS;
  const { day: dayKey, other } = which;
  const kind = kindOf(turn, {});
  const labels = days.map((day) => {
    const slots = { ...frame.slots, day: { type: 'date' as const, value: day } };
    return phrase(turn, { ...frame, slots }, dayKey, kind);
  });
  return { labels: [...labels, phrase(turn, frame, other, kind)], values: [...days, OTHER_DAY] };
}
