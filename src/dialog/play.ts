import { earliestAsk } from './answer.ts';
import { askParts } from './ask-parts.ts';
import type { CompiledFlow, Step, StepOf } from './flow.ts';
import { hear, start } from './hear.ts';
import { holds } from './params.ts';
import { ask, choose, put, questionOf } from './question.ts';
import { goOn, moveTo, pop, push, replaceAll, slotsFor } from './stack.ts';
import type { ActionCall, ActionResult, Frame, Played } from './state.ts';
import { beginTurn, endTurn, flowOf, handOver, kindOf, phrase, stepOf, type Turn, type TurnInput } from './turn.ts';

const STEPS_PER_TURN_MAX = 20;

/**
 * Plays one turn: what came in against the place where the dialog stood. Pure; the state that is handed in stays as it was.
 * Yields what has to be done outside and is handed the result. Ends within 20 steps: a flow that is longer than that is handed to a person.
 * @throws Bug when a started flow does not exist or lacks a slot that it needs.
 */
export function* play(input: TurnInput): Generator<ActionCall, Played, ActionResult> {
  const turn = beginTurn(input);
  if (turn.event.kind === 'start') start(turn, turn.event.flow, turn.event.slots);
  else hear(turn, turn.event.heard);
  for (let steps = 1; !turn.isWaiting && !turn.handoff; steps += 1) {
    const frame = turn.stack.at(-1);
    if (!frame) break;
    if (steps > STEPS_PER_TURN_MAX) {
      handOver(turn, 'collections', 'flow_too_long');
      break;
    }
    const flow = flowOf(turn, frame);
    if (flow.needsIdentity && !turn.facts.verified) {
      const { identity } = turn.flows.global;
      push(turn, identity, slotsFor(turn, identity, frame));
      continue;
    }
    const step = stepOf(flow, frame);
    turn.visited.push(`${flow.name}.${step.id}`);
    if (step.is === 'do') takeResult(turn, flow, frame, step, yield callOf(turn, flow, frame, step));
    else take(turn, flow, frame, step);
  }
  return endTurn(turn);
}

function take(turn: Turn, flow: CompiledFlow, frame: Frame, step: Exclude<Step, { is: 'do' }>): void {
  if ((step.is === 'say' || step.is === 'handoff') && step.say !== undefined)
    turn.sayings.push(phrase(turn, frame, step.say, kindOf(turn, step)));
  if ('clear' in step) for (const slot of step.clear ?? []) delete frame.slots[slot];
  switch (step.is) {
    case 'say':
      if (step.end === undefined) goOn(turn, flow, frame, step.goto);
      else pop(turn);
      break;
    case 'branch': {
      const taken = step.branch.find(({ if: when }) => holds(when, frame.slots, turn.facts, turn.event.kind));
      moveTo(frame, taken?.goto ?? step.else);
      break;
    }
    case 'goto':
      moveTo(frame, step.goto);
      break;
    case 'call':
      goOn(turn, flow, frame, step.goto);
      push(turn, step.call, slotsFor(turn, step.call, frame));
      break;
    case 'handoff':
      handOver(turn, step.handoff, step.reason);
      break;
    case 'end':
      pop(turn);
      if (step.drop) turn.stack = [];
      break;
    case 'ask':
      if (step.type === 'parts') askParts(turn, flow, frame, step);
      else ask(turn, flow, frame, step);
      break;
    case 'confirm': {
      const missing = step.confirm.filter((slot) => frame.slots[slot] === undefined);
      const target = missing.length > 0 ? earliestAsk(flow, missing) : null;
      if (target === null) put(turn, frame, step, questionOf(frame, step));
      else moveTo(frame, target); // nothing is confirmed by halves
      break;
    }
    case 'choose':
      choose(turn, frame, step);
      break;
  }
}

const callOf = (turn: Turn, flow: CompiledFlow, frame: Frame, step: StepOf<'do'>): ActionCall => ({
  action: step.do,
  step: `${flow.name}.${step.id}`,
  slots: frame.slots,
  heard: turn.event.kind === 'heard' ? turn.event.heard : null,
});

/** A refusal that no step answers is a person's. */
function takeResult(turn: Turn, flow: CompiledFlow, frame: Frame, step: StepOf<'do'>, result: ActionResult): void {
  if (result.facts) turn.facts = result.facts;
  Object.assign(frame.slots, result.slots);
  if (result.outcome === 'ok') goOn(turn, flow, frame, step.ok);
  else if (step.refused) moveTo(frame, step.refused);
  else replaceAll(turn, turn.flows.global.lost);
}
