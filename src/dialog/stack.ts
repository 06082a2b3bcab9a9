import type { Heard } from '../language/heard.ts';
import type { CompiledFlow } from './flow.ts';
import { takeOffer } from './offer.ts';
import type { Frame, Slots } from './state.ts';
import { flowNamed, flowOf, newFrame, type Turn } from './turn.ts';

/**
 * A flow comes between: what is transient gives way, what is under way waits below it.
 * What is wanted now also goes before what was transient and waited for the identity.
 */
export function interrupt(turn: Turn, name: string, slots: Slots, heard?: Heard): void {
  const { stack } = turn;
  const kept = isAskingIdentity(turn) && flowNamed(turn, name).needsIdentity ? stack.splice(-1) : [];
  for (let top = stack.at(-1); top && flowOf(turn, top).transient; top = stack.at(-1)) stack.pop();
  stack.push(...kept);
  push(turn, name, slots, heard);
}

/**
 * Puts a flow on top; while the identity is being asked, what needs it goes right below that question.
 * Each flow stands on the stack at most once (coming back to one gives up what was above it), which bounds the stack.
 */
export function push(turn: Turn, name: string, slots: Slots, heard?: Heard): void {
  const flow = flowNamed(turn, name);
  const { stack } = turn;
  const at = stack.findIndex((frame) => frame.flow === name);
  const known = stack[at];
  const frame = known ?? newFrame(flow);
  Object.assign(frame.slots, structuredClone(slots));
  const changed = heard ? takeOffer(flow, frame, heard, turn.facts) : [];
  if (known && (changed.length > 0 || !known.asked)) moveTo(known, flow.first); // its own question is put again, else it begins anew
  const waitsForIdentity = flow.needsIdentity && isAskingIdentity(turn);
  if (!known) stack.splice(waitsForIdentity ? -1 : stack.length, 0, frame);
  else if (name === turn.flows.global.identity) stack.push(...stack.splice(at, 1));
  else if (!waitsForIdentity) stack.length = at + 1;
}

/** A flow is over. When it was the identity's and the debtor did not show who they are, what needs it is given up. */
export function pop(turn: Turn): void {
  const ended = turn.stack.pop();
  if (ended?.flow === turn.flows.global.identity && !turn.facts.verified)
    turn.stack = turn.stack.filter((frame) => !flowOf(turn, frame).needsIdentity);
}

export function moveTo(frame: Frame, step: string): void {
  frame.step = step;
  frame.attempts = 0;
  frame.asked = false;
  frame.options = [];
}

/** To the step that is named, else to the next one; after the last one the flow is over. */
export function goOn(turn: Turn, flow: CompiledFlow, frame: Frame, target?: string): void {
  const next = target ?? flow.next.get(frame.step);
  if (next === undefined) pop(turn);
  else moveTo(frame, next);
}

/** Everything is given up for one flow. */
export function replaceAll(turn: Turn, name: string): void {
  turn.stack = [];
  push(turn, name, {});
}

/** A called flow is handed the slots that it takes. */
export function slotsFor(turn: Turn, name: string, caller: Frame): Slots {
  const { takes } = flowNamed(turn, name);
  return Object.fromEntries(Object.entries(caller.slots).filter(([slot]) => Object.hasOwn(takes, slot)));
}

const isAskingIdentity = (turn: Turn): boolean => turn.stack.at(-1)?.flow === turn.flows.global.identity;
