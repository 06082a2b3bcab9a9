import type { CivilDate } from '../kernel/calendar.ts';
import type { Money } from '../kernel/money.ts';
import type { Heard, Offer } from '../language/heard.ts';
import type { Source } from './facts.ts';
import type { AskStep } from './flow.ts';

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

/** The sum that an offer comes to: null when none was said, or the ear could not tell what it is of this debtor's money. */
export const sumOfOffer = ({ amount }: Offer): Money | null => amount?.money ?? null;

/** The words, the rule and the place in the words that the audit keeps with a promise: those of its day, else those of its amount. */
export function sourceOf({ date, amount }: Offer, { text }: Heard): Source {
  const { rule, span } = date ?? amount ?? { rule: '', span: null };
  return { text: text.slice(0, Math.max(SAID_LENGTH_MAX, span?.[1] ?? 0)), rule, span };
}

/** In percent. */
export const minShareOf = (step: AskStep): number => Number((step.limits.min_share ?? '0%').replace('%', ''));
