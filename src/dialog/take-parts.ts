import type { CivilDate } from '../kernel/calendar.ts';
import type { Heard, Offer } from '../language/heard.ts';
import type { Facts } from './facts.ts';
import type { AskStep, CompiledFlow } from './flow.ts';
import { factNamed } from './params.ts';
import { isSameParts, openPointOf, partIn, partsIn, place, putAt } from './parts.ts';
import type { Frame, PartDraft } from './state.ts';

/** A payment that may be meant for any of the instalments: kept beside the slot until it is known for which. */
export const unplacedSlot = (slot: string): string => `${slot}_new`;

export const partsAskOf = (flow: CompiledFlow): AskStep | undefined =>
  [...flow.steps.values()].find((step): step is AskStep & { is: 'ask' } => step.is === 'ask' && step.type === 'parts');

/**
 * Takes a message as instalments: several payments in one message, or one that corrects instalments that are there.
 * What was said before of a single payment is over then.
 * @returns the slots that changed; null when neither the message nor the frame is about instalments
 */
export function takeParts(flow: CompiledFlow, frame: Frame, offer: Offer, heard: Heard, facts: Facts): string[] | null {
  const step = partsAskOf(flow);
  if (!step) return null;
  const held = heldParts(step, frame, facts);
  if (heard.offers.length > 1) {
    const parts = partsIn(heard, facts.today);
    return isSameParts(parts, held) ? [] : hold(flow, frame, step, parts);
  }
  if (held.length === 0) return null;
  const draft = partIn(offer, heard, facts.today);
  const placed = place(held, draft);
  if (placed === held) return [];
  return hold(flow, frame, step, placed ?? held, placed ? [] : [draft]);
}

/** What the debtor picked: an instalment, the day of one, or that this payment is to be the only one. */
export function pickPart(frame: Frame, step: AskStep, chosen: CivilDate | null): void {
  const parts = partsOf(frame, step.ask);
  const [draft] = partsOf(frame, unplacedSlot(step.ask));
  const point = openPointOf(parts);
  delete frame.slots[unplacedSlot(step.ask)];
  const at = draft ? parts.findIndex(({ days }) => days[0] === chosen) : (point?.at ?? -1);
  const part = parts[at];
  if (draft && !part) frame.slots[step.ask] = { type: 'parts', value: [draft] };
  else if (draft) frame.slots[step.ask] = { type: 'parts', value: putAt(parts, at, draft) };
  else if (part) frame.slots[step.ask] = { type: 'parts', value: withDays(parts, at, chosen === null ? [] : [chosen]) };
}

export const partsOf = (frame: Frame, slot: string): PartDraft[] => {
  const held = frame.slots[slot];
  return held?.type === 'parts' ? held.value : [];
};

/** @returns the instalments with other days for the one at `at`; none is to be asked for */
export const withDays = (parts: readonly PartDraft[], at: number, days: CivilDate[]): PartDraft[] => {
  const changed = parts.map((part, n) => (n === at ? { ...part, days } : part));
  const [part] = changed.splice(at, 1);
  return part ? putAt([...changed, part], changed.length, part) : changed;
};

/** Those of the frame; else those that the step corrects, when they are several. */
function heldParts(step: AskStep, frame: Frame, facts: Facts): PartDraft[] {
  const own = partsOf(frame, step.ask);
  const known = own.length === 0 && step.corrects !== undefined ? factNamed(step.corrects, facts) : null;
  return known?.type === 'parts' && known.value.length > 1 ? known.value : own;
}

function hold(
  flow: CompiledFlow,
  frame: Frame,
  step: AskStep,
  parts: readonly PartDraft[],
  unplaced: PartDraft[] = [],
): string[] {
  for (const other of flow.steps.values())
    if (other.is === 'ask') for (const slot of [other.ask, `${other.ask}_which`]) delete frame.slots[slot];
  delete frame.slots[unplacedSlot(step.ask)];
  frame.slots[step.ask] = { type: 'parts', value: [...parts] };
  if (unplaced.length > 0) frame.slots[unplacedSlot(step.ask)] = { type: 'parts', value: unplaced };
  return [step.ask];
}
