import { Bug } from '../kernel/errors.ts';
import type { Heard } from '../language/heard.ts';
import { readAnswer } from './answer.ts';
import type { AskingStep, Handler } from './flow.ts';
import { giveUp } from './question.ts';
import { handlerFor, urgentHandler } from './route.ts';
import { disclosesDebt } from './say.ts';
import { interrupt, moveTo, push } from './stack.ts';
import type { Frame, Slots } from './state.ts';
import { flowNamed, flowOf, stepOf, type Turn } from './turn.ts';

const MISSES_MAX = 3; // facts/platforms.md: two misses are rephrased, the third is a person's

/** A timer, a payment or an agent begins a flow. An open question of a debtor who is no longer known to be there is given up for it. */
export function start(turn: Turn, name: string, slots: Slots): void {
  const flow = flowNamed(turn, name);
  for (const [slot, { type, optional }] of Object.entries(flow.takes)) {
    const given = slots[slot];
    if (given ? given.type !== type : !optional) throw new Bug(`flow ${name} needs the slot ${slot}: ${type}`);
  }
  const isPlaceKept = resumePlace(turn);
  const isGone = flow.needsIdentity && !turn.facts.verified;
  turn.stack = isPlaceKept && !isGone ? turn.stack.filter((frame) => frame.flow !== name) : []; // a second reminder takes the place of the first
  interrupt(turn, name, slots);
}

/** What must always be heard, then the answer to the open question, then what the message wants; else it is a miss. */
export function hear(turn: Turn, heard: Heard): void {
  const isPlaceKept = resumePlace(turn);
  if (!isPlaceKept) turn.stack = [];
  const urgent = urgentHandler(turn.flows, heard, turn.facts);
  if (urgent) return void follow(turn, urgent, heard);
  const top = turn.stack.at(-1);
  const target = top ? readAnswer(flowOf(turn, top), top, heard, turn.facts) : null;
  if (top && target !== null) {
    turn.misses = 0;
    moveTo(top, target);
    return;
  }
  const handler = handlerFor(turn.flows, heard, turn.facts, top !== undefined);
  if (handler) follow(turn, handler, heard);
  else if (!isPlaceKept) interrupt(turn, turn.flows.global.stale, {});
  else miss(turn, top);
}

function follow(turn: Turn, handler: Handler, heard: Heard): void {
  turn.misses = 0;
  if (handler.repeat) return void sayAgain(turn);
  const slots: Slots = {};
  if (heard.language) slots.language = { type: 'text', value: heard.language };
  if (handler.heard === 'digits' && heard.digits) slots.digits = { type: 'text', value: heard.digits };
  interrupt(turn, handler.call ?? turn.flows.global.fallback, slots, heard);
}

/** The last texts once more; what says something of a debt only to a debtor who is still verified. */
function sayAgain(turn: Turn): void {
  const told = turn.lastSaid.filter(({ key }) => turn.facts.verified || !disclosesDebt(key));
  if (told.length === 0) return void interrupt(turn, turn.flows.global.fallback, {});
  turn.sayings = told.map((saying) => ({ ...saying, params: saying.params ?? {}, kind: 'reply' }));
  turn.isWaiting = true;
}

function miss(turn: Turn, top: Frame | undefined): void {
  turn.misses += 1;
  const isLost = turn.misses >= MISSES_MAX;
  if (!top) return void push(turn, isLost ? turn.flows.global.lost : turn.flows.global.fallback, {});
  if (isLost) return void giveUp(turn, top, stepOf(flowOf(turn, top), top) as AskingStep);
  top.attempts += 1;
  top.asked = false;
}

/** Flows may have changed since the frame was stored: a step that was renamed is found; when one is gone the dialog begins anew. */
function resumePlace(turn: Turn): boolean {
  for (const frame of turn.stack) {
    const flow = turn.flows.byName.get(frame.flow);
    const step = flow && flow.hash !== frame.hash ? (flow.migrate[frame.step] ?? frame.step) : frame.step;
    if (!flow?.steps.has(step)) return false;
    frame.step = step;
    frame.hash = flow.hash;
  }
  return true;
}
