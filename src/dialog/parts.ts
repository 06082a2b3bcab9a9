import type { CivilDate } from '../kernel/calendar.ts';
import { type Money, money } from '../kernel/money.ts';
import type { Heard, Offer } from '../language/heard.ts';
import { daysOf, sourceOf, sumOfOffer } from './reading.ts';
import type { PartDraft } from './state.ts';

/** What an instalment still lacks, the earliest first: its day, one of several days, its amount. */
export interface OpenPoint {
  at: number;
  lacks: 'day' | 'which_day' | 'amount';
}

export function openPointOf(parts: readonly PartDraft[]): OpenPoint | null {
  for (const [at, { days, amount }] of parts.entries()) {
    if (days.length === 0) return { at, lacks: 'day' };
    if (days.length > 1) return { at, lacks: 'which_day' };
    if (amount === null) return { at, lacks: 'amount' };
  }
  return null;
}

/** The instalments that a message offers, as far as it says them. */
export const partsIn = (heard: Heard, today: CivilDate): PartDraft[] =>
  byDay(heard.offers.map((offer) => partIn(offer, heard, today)));

/** One payment that a message offers. */
export const partIn = (offer: Offer, heard: Heard, today: CivilDate): PartDraft => ({
  days: daysOf(offer, today),
  amount: sumOfOffer(offer),
  source: sourceOf(offer, heard),
});

/**
 * Puts one payment where it belongs: into what is open, or onto the instalment of its day.
 * @returns the instalments as they are then, the same ones when nothing is new; null when it may be meant for any of them
 */
export function place(parts: readonly PartDraft[], draft: PartDraft): readonly PartDraft[] | null {
  const point = openPointOf(parts);
  if (point && point.lacks !== 'amount' && draft.days.length > 0) return putAt(parts, point.at, draft);
  const same = parts.findIndex((part) => isOn(draft, part));
  if (same >= 0) return draft.amount === null || isSameAmount(draft, parts[same]) ? parts : putAt(parts, same, draft);
  if (point) return putAt(parts, point.at, draft);
  const isTheirSum = draft.days.length === 0 && isSameAmount(draft, { amount: sumOf(parts) });
  return isTheirSum ? parts : null;
}

/** @returns the instalments with `draft` over the one at `at`; what the draft does not say stays. Two on one day become one. */
export function putAt(parts: readonly PartDraft[], at: number, draft: PartDraft): PartDraft[] {
  return byDay(
    parts.map((part, n) =>
      n === at
        ? {
            days: draft.days.length > 0 ? draft.days : part.days,
            amount: draft.amount ?? part.amount,
            source: draft.source,
          }
        : part,
    ),
  );
}

/** All that is said of amounts, null when one is missing or of another currency. */
export function sumOf(parts: readonly PartDraft[]): Money | null {
  const currency = parts[0]?.amount?.currency;
  if (!currency || parts.some(({ amount }) => amount?.currency !== currency)) return null;
  return money(
    parts.reduce((sum, { amount }) => sum + (amount?.amountMinor ?? 0n), 0n),
    currency,
  );
}

export const isSameParts = (a: readonly PartDraft[], b: readonly PartDraft[]): boolean =>
  a.length === b.length &&
  a.every(
    (part, n) => part.days.join() === b[n]?.days.join() && (isSameAmount(part, b[n]) || part.amount === b[n]?.amount),
  );

/** In the order of their days, as far as these are known; two payments on one day are one. */
function byDay(parts: readonly PartDraft[]): PartDraft[] {
  const first = (part: PartDraft): CivilDate | string => part.days[0] ?? '9999';
  const merged: PartDraft[] = [];
  for (const part of parts.toSorted((a, b) => (first(a) < first(b) ? -1 : first(a) > first(b) ? 1 : 0))) {
    const before = merged.at(-1);
    const sum = before && isOn(part, before) ? sumOf([before, part]) : null;
    if (before && sum) before.amount = sum;
    else merged.push({ ...part });
  }
  return merged;
}

const isOn = (a: PartDraft, b: PartDraft): boolean =>
  a.days.length === 1 && b.days.length === 1 && a.days[0] === b.days[0];

const isSameAmount = (a: Pick<PartDraft, 'amount'>, b: Pick<PartDraft, 'amount'> | undefined): boolean =>
  a.amount !== null && a.amount.amountMinor === b?.amount?.amountMinor && a.amount.currency === b.amount.currency;
