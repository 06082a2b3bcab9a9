import { Bug } from '../kernel/errors.ts';
import { expectingOf } from './answer.ts';
import type { Flows } from './compile.ts';
import type { Facts } from './facts.ts';
import type { CompiledFlow, Step } from './flow.ts';
import { sayingOf } from './params.ts';
import type { DialogEvent, DialogState, Frame, Played, Saying } from './state.ts';

/** One turn under way: a working copy of the state, and what has come of it so far. */
export interface Turn {
  flows: Flows;
  event: DialogEvent;
  facts: Facts;
  stack: Frame[];
  misses: number;
  lastSaid: Saying[];
  sayings: Saying[];
  visited: string[];
  handoff: Played['handoff'];
  /** The debtor is to speak now. */
  isWaiting: boolean;
}

export interface TurnInput {
  flows: Flows;
  state: DialogState;
  event: DialogEvent;
  facts: Facts;
}

/** A frame before anything was said in it. */
const BLANK = { slots: {}, attempts: 0, tries: {}, asked: false, options: [] } as const;

export const newFrame = ({ name, hash, first }: CompiledFlow): Frame =>
  structuredClone({ ...BLANK, options: [], flow: name, hash, step: first });

export function beginTurn({ flows, state, event, facts }: TurnInput): Turn {
  const { misses } = state;
  const lastSaid = structuredClone(state.lastSaid);
  const stack = state.stack.map((frame) => structuredClone({ ...BLANK, ...frame })); // a database may leave out what is empty
  return { flows, event, facts, stack, misses, lastSaid, sayings: [], visited: [], handoff: null, isWaiting: false };
}

export function endTurn(turn: Turn): Played {
  const top = turn.stack.at(-1);
  const lastSaid = turn.sayings.length > 0 ? turn.sayings : turn.lastSaid;
  return {
    state: { stack: turn.stack, misses: turn.misses, lastSaid },
    sayings: turn.sayings,
    handoff: turn.handoff,
    expecting: top ? expectingOf(stepOf(flowOf(turn, top), top), top) : 'nothing',
    visited: turn.visited,
  };
}

/** What a step says is of the kind that it names, else of the kind of what set the turn off. */
export function kindOf(turn: Turn, step: { kind?: Saying['kind'] | undefined }): Saying['kind'] {
  return step.kind ?? (turn.event.kind === 'start' ? turn.event.messageKind : 'reply');
}

/** A text by its key, filled in from the frame and the facts. */
export function phrase(turn: Turn, frame: Frame, key: string, kind: Saying['kind']): Saying {
  return sayingOf(turn.flows, key, frame.slots, turn.facts, kind);
}

/** A person is to take over: nothing is left under way. */
export function handOver(turn: Turn, queue: string, reason: string): void {
  turn.handoff = { queue, reason };
  turn.stack = [];
}

export function flowNamed(turn: Turn, name: string): CompiledFlow {
  const flow = turn.flows.byName.get(name);
  if (!flow) throw new Bug(`no flow ${name}`);
  return flow;
}

export const flowOf = (turn: Turn, frame: Frame): CompiledFlow => flowNamed(turn, frame.flow);

export function stepOf(flow: CompiledFlow, frame: Frame): Step {
  const step = flow.steps.get(frame.step);
  if (!step) throw new Bug(`no step ${flow.name}.${frame.step}`);
  return step;
}
