import type { CivilDate } from '../kernel/calendar.ts';
import { type Money, money } from '../kernel/money.ts';
import type { AmountReading, Heard, Offer } from '../language/heard.ts';
import type { Facts, Source } from './facts.ts';
import type { AskStep } from './flow.ts';
import { basisOf } from './params.ts';

export const DAYS_OFFERED_MAX = 3; // facts/understanding.md: two or three days and "another day"
const SAID_LENGTH_MAX = 300;

/** The days that an offer may mean: one when it is certain, none when nothing certain was said and nothing can be picked. */
export function daysOf({ date }: Offer, today: CivilDate): CivilDate[] {
  if (date === null) return [];
  const { candidates, grain, open } = date;
  if (candidates.length === 1 && grain === 'day' && !open) return candidates;
  const days = candidates.filter((day) => day >= today).slice(0, DAYS_OFFERED_MAX);
  return days.length > 1 ? days : [];
}

/** "todo", "la mitad", "el 30 %" as money: of everything overdue, else of everything owed. */
export function resolveAmount(reading: AmountReading, facts: Facts, minShare: bigint): Money {
  if (reading.kind === 'exact') return reading.money;
  const basis = basisOf(facts);
  if (reading.of === 'half') return shareOf(basis, 50n);
  if (reading.of === 'minimum') return shareOf(basis, minShare > 0n ? minShare : 100n);
  if (reading.of === 'percent') return shareOf(basis, BigInt(Math.round(reading.percent ?? 100)));
  return basis;
}

/** Rounded up to the minor unit, so that the share of a share is never below it. */
export const shareOf = (basis: Money, percent: bigint): Money =>
  money((basis.amountMinor * percent + 99n) / 100n, basis.currency);

/** The words, the rule and the place in the words that the audit keeps with a promise: those of its day, else those of its amount. */
export function sourceOf({ date, amount }: Offer, { text }: Heard): Source {
  const { rule, span } = date ?? amount ?? { rule: '', span: null };
  return { text: text.slice(0, Math.max(SAID_LENGTH_MAX, span?.[1] ?? 0)), rule, span };
}

export const minShareOf = (step: AskStep): bigint => BigInt((step.limits.min_share ?? '0%').replace('%', ''));
