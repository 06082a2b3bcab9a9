import { type CivilDate, isCivilDate } from '../kernel/calendar.ts';
import type { Expecting, Heard } from '../language/heard.ts';
import type { Facts } from './facts.ts';
import type { AskStep, ChooseStep, CompiledFlow, ConfirmStep, Step } from './flow.ts';
import { meaningsOf, offerIn } from './meaning.ts';
import { takeOffer, whichSlot } from './offer.ts';
import { openPointOf } from './parts.ts';
import type { Frame, PartDraft } from './state.ts';
import { partsAskOf, partsOf, pickPart } from './take-parts.ts';

/** The option that is none of the days offered. */
export const OTHER_DAY = 'other';

/** Where a question stands, for the ear: what a short answer would mean. */
export function expectingOf(step: Step | undefined, frame: Frame): Expecting {
  if (!step) return 'nothing';
  if (step.is === 'confirm') return 'yes_no';
  if (frame.options.length > 0) return 'choice';
  if (step.is !== 'ask') return 'nothing';
  if (step.type === 'parts') return lackOf(partsOf(frame, step.ask));
  if (step.type === 'money') return 'amount';
  return step.type;
}

/** While one instalment lacks something, that is what a short answer says. */
function lackOf(parts: readonly PartDraft[]): Expecting {
  const point = openPointOf(parts);
  if (point === null) return 'nothing';
  return point.lacks === 'amount' ? 'amount' : 'date';
}

/**
 * Reads a message as an answer to the question that is open.
 * Writes the slots of the frame; returns the step to go on with, or null when the message answers something else.
 */
export function readAnswer(flow: CompiledFlow, frame: Frame, heard: Heard, facts: Facts): string | null {
  const step = flow.steps.get(frame.step);
  if (step?.is === 'ask') return answerAsk(flow, frame, step, heard, facts);
  if (step?.is === 'confirm') return answerConfirm(flow, frame, step, heard, facts);
  return step?.is === 'choose' ? answerChoose(frame, step, heard) : null;
}

function answerAsk(flow: CompiledFlow, frame: Frame, step: AskStep, heard: Heard, facts: Facts): string | null {
  if (step.type === 'digits') {
    if (heard.digits === null) return null;
    frame.slots[step.ask] = { type: 'text', value: heard.digits };
    return step.id;
  }
  const chosen = optionChosen(frame, heard);
  if (chosen !== null) return takeDay(frame, step, chosen);
  const changed = takeOffer(flow, frame, heard, facts);
  if (changed.length === 0) return null;
  // From one payment to several, or back: what was asked before is of no more use.
  const goesOn = changed.includes(partsAskOf(flow)?.ask ?? '') === (step.type === 'parts');
  return earliestAsk(flow, goesOn ? [...changed, step.ask] : changed);
}

/** "no, mejor el lunes" wins over yes and no: what is confirmed must be what was said last. */
function answerConfirm(flow: CompiledFlow, frame: Frame, step: ConfirmStep, heard: Heard, facts: Facts): string | null {
  const changed = takeOffer(flow, frame, heard, facts);
  if (changed.length > 0) return earliestAsk(flow, changed);
  if (heard.yesNo === null) return null;
  return heard.yesNo === 'yes' ? step.yes : step.no;
}

function answerChoose(frame: Frame, step: ChooseStep, heard: Heard): string | null {
  const offered = step.options.filter((option) => frame.options.includes(option.value));
  const byIntent = () => {
    if (offerIn(heard)) return undefined; // a day or an amount is more than a pick
    // Only what was meant most: "perdí mi trabajo, no tengo para pagar" picks no "Pagar".
    const [strongest] = meaningsOf(heard).filter((intent) => intent !== 'greeting' && intent !== 'thanks');
    return offered.find((o) => o.intent !== undefined && o.intent === strongest);
  };
  const value = heard.choice === null ? undefined : frame.options[heard.choice - 1];
  const option = offered.find((o) => o.value === value) ?? byIntent();
  if (!option) return null;
  frame.slots[step.choose] = { type: 'text', value: option.value };
  return option.goto;
}

/** With one day offered, yes and no are answers too. */
function optionChosen(frame: Frame, heard: Heard): string | null {
  if (frame.options.length === 0) return null;
  if (heard.choice !== null) return frame.options[heard.choice - 1] ?? null;
  if (frame.options.length === 2 && heard.offers.length === 0 && heard.yesNo !== null)
    return frame.options[heard.yesNo === 'yes' ? 0 : 1] ?? null;
  return null;
}

function takeDay(frame: Frame, step: AskStep, chosen: CivilDate | string): string {
  if (step.type === 'parts') {
    pickPart(frame, step, isCivilDate(chosen) ? chosen : null);
    return step.id;
  }
  delete frame.slots[whichSlot(step.ask)];
  for (const slot of step.drops ?? []) delete frame.slots[slot];
  if (chosen !== OTHER_DAY && isCivilDate(chosen)) frame.slots[step.ask] = { type: 'date', value: chosen };
  return step.id;
}

/** Where to go back to after a correction: asks that hold a good answer are passed over. */
export function earliestAsk(flow: CompiledFlow, slots: readonly string[]): string | null {
  for (const step of flow.steps.values()) if (step.is === 'ask' && slots.includes(step.ask)) return step.id;
  return null;
}
