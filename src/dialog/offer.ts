import { addDays, type CivilDate, civilDate, daysBetween, endOfMonth, weekdayOf } from '../kernel/calendar.ts';
import { compareMoney } from '../kernel/money.ts';
import type { Heard, Offer } from '../language/heard.ts';
import { shareOf } from '../language/shares.ts';
import type { Facts } from './facts.ts';
import type { AskStep, CompiledFlow } from './flow.ts';
import { offerIn } from './meaning.ts';
import { basisOf } from './params.ts';
import { DAYS_OFFERED_MAX, minShareOf, sourceOf, sumOfOffer } from './reading.ts';
import type { Frame, Slots, SlotValue } from './state.ts';
import { takeParts } from './take-parts.ts';

/** Days that an ask may offer when the words left several open: kept beside the slot. */
export const whichSlot = (slot: string): string => `${slot}_which`;

/**
 * Writes what a message offers into the slots that `flow` asks for, over what stood there.
 * @returns the slots that changed, in no order; empty when the message offers nothing new.
 */
export function takeOffer(flow: CompiledFlow, frame: Frame, heard: Heard, facts: Facts): string[] {
  const offer = offerIn(heard);
  if (!offer) return [];
  const instalments = takeParts(flow, frame, offer, heard, facts);
  if (instalments !== null) return instalments;
  const changed: string[] = [];
  for (const step of flow.steps.values()) {
    if (step.is !== 'ask' || changed.includes(step.ask)) continue;
    const fill = fillFor(step, offer, heard, facts);
    if (!fill || isSame(fill, frame.slots)) continue;
    changed.push(step.ask);
    for (const slot of [step.ask, whichSlot(step.ask), ...(step.drops ?? [])]) delete frame.slots[slot];
    Object.assign(frame.slots, fill);
  }
  if (changed.length > 0) noteSource(frame, offer, heard);
  return changed;
}

/** The audit keeps the words of the day, and those of the amount only where no day was said in words. */
function noteSource(frame: Frame, offer: Offer, heard: Heard): void {
  if (offer.date !== null || frame.slots.source === undefined)
    frame.slots.source = { type: 'source', value: sourceOf(offer, heard) };
}

function fillFor(step: AskStep, offer: Offer, heard: Heard, facts: Facts): Slots | null {
  if (step.type === 'money') {
    const value = sumOfOffer(offer);
    return value ? { [step.ask]: { type: 'money', value } } : null;
  }
  if (step.type !== 'date' || !offer.date) return null;
  const { candidates, grain, open } = offer.date;
  const [only] = candidates;
  if (only && candidates.length === 1 && grain === 'day' && !open) return { [step.ask]: { type: 'date', value: only } };
  const days = (heard.options.length > 0 ? heard.options : candidates).filter((day) => day >= facts.today);
  if (days.length > 0) return { [whichSlot(step.ask)]: { type: 'dates', value: days.slice(0, DAYS_OFFERED_MAX) } };
  return only ? { [step.ask]: { type: 'date', value: only } } : null;
}

function isSame(fill: Slots, slots: Slots): boolean {
  return Object.entries(fill).every(([name, value]) => {
    const held = slots[name];
    if (value.type === 'money' && held?.type === 'money')
      return value.value.amountMinor === held.value.amountMinor && value.value.currency === held.value.currency;
    return value.type === 'date' && held?.type === 'date' && value.value === held.value;
  });
}

export type LimitBreach = 'past' | 'too_far' | 'too_small' | 'too_big' | 'currency' | 'too_many';

/** Whether an answer keeps the limits of its step; `limit` is what the explanation names. */
export function judge(step: AskStep, value: SlotValue, facts: Facts): { breach: LimitBreach; limit: SlotValue } | null {
  if (value.type === 'date') return judgeDay(step, value.value, facts);
  if (value.type !== 'money') return null;
  const currency: SlotValue = { type: 'text', value: facts.currency };
  if (value.value.currency !== facts.currency) return { breach: 'currency', limit: currency };
  const least = shareOf(basisOf(facts), minShareOf(step));
  const isTooSmall = value.value.amountMinor <= 0n || compareMoney(value.value, least) < 0;
  if (compareMoney(value.value, facts.total) > 0)
    return { breach: 'too_big', limit: { type: 'money', value: facts.total } };
  return isTooSmall ? { breach: 'too_small', limit: { type: 'money', value: least } } : null;
}

export function judgeDay(step: AskStep, day: CivilDate, facts: Facts): ReturnType<typeof judge> {
  const last = addDays(facts.today, step.limits.max_days ?? 366);
  if (day < facts.today) return { breach: 'past', limit: { type: 'date', value: facts.today } };
  return day > last ? { breach: 'too_far', limit: { type: 'date', value: last } } : null;
}

/** Days to offer to somebody who could not say one: tomorrow, the next Friday, the next payday (15th or end of month). */
export function suggestDays(step: AskStep, today: CivilDate): CivilDate[] {
  const tomorrow = addDays(today, 1);
  const friday = addDays(tomorrow, (5 - weekdayOf(tomorrow) + 7) % 7);
  const fifteenth = civilDate(`${today.slice(0, 8)}15`);
  const payday = fifteenth > today ? fifteenth : endOfMonth(tomorrow);
  const days = [...new Set([tomorrow, friday, payday])].sort();
  return days.filter((day) => daysBetween(today, day) <= (step.limits.max_days ?? 366));
}
