import type { INTENTS } from '../language/heard.ts';
import type { Flows } from './compile.ts';
import type { Fault } from './fault.ts';
import type { CompiledFlow, Condition, Step } from './flow.ts';
import { endingSteps, onCycles, reachedFrom, targetsOf } from './graph.ts';
import { disclosesDebt } from './say.ts';
import { factTypes, isFact, slotTypes, textsSaid } from './slot-types.ts';
import { ACTIONS } from './state.ts';

const GLOBAL_FILE = 'flows/_global.yaml';
/** What a debtor can always say: no flow may switch it off. */
const ALWAYS_HEARD = ['opt_out', 'person', 'wrong_person'] as const satisfies readonly (typeof INTENTS)[number][];

type Report = (step: string | null, problem: string, fix: string) => void;

/** All that is wrong with where the flows lead: names, reachability, ends, loops, and what is said to whom. */
export function checkFlows(flows: Flows): Fault[] {
  const faults: Fault[] = [];
  checkGlobal(flows, faults);
  for (const flow of flows.byName.values()) {
    const report: Report = (step, problem, fix) =>
      faults.push({
        file: flow.file,
        line: step === null ? 1 : (flow.lineOf.get(step) ?? null),
        where: step === null ? flow.name : `${flow.name}.${step}`,
        problem,
        fix,
      });
    for (const step of flow.steps.values())
      checkStep(flows, flow, step, (problem, fix) => report(step.id, problem, fix));
    checkWays(flow, report);
    checkSecrecy(flow, report);
    for (const [old, renamed] of Object.entries(flow.migrate))
      if (!flow.steps.has(renamed))
        report(null, `migrates ${old} to ${renamed}, which is no step`, oneOf(flow.steps.keys()));
  }
  checkCalls(flows, faults);
  return faults;
}

function checkGlobal(flows: Flows, faults: Fault[]): void {
  const report = (where: string, problem: string, fix: string, line: number | null = null) =>
    faults.push({ file: GLOBAL_FILE, line, where, problem, fix });
  const { handlers, lines, identity, fallback, lost, stale } = flows.global;
  for (const [role, name] of Object.entries({ identity, fallback, lost, stale })) {
    const flow = flows.byName.get(name);
    if (!flow) report(role, `${name} is no flow`, oneOf(flows.byName.keys()));
    else if (flow.needsIdentity) report(role, `${name} needs identity`, 'name a flow that anybody may be told');
  }
  for (const [i, handler] of handlers.entries()) {
    const where = `handler of ${handler.intent ?? handler.heard ?? handler.words?.join()}`;
    const line = lines[i] ?? null;
    if (handler.call !== undefined && !flows.byName.has(handler.call))
      report(where, `${handler.call} is no flow`, oneOf(flows.byName.keys()), line);
    if (handler.if) checkCondition(handler.if, {}, (problem, fix) => report(where, problem, fix, line));
  }
  for (const intent of ALWAYS_HEARD)
    if (!handlers.some((h) => h.intent === intent && h.always))
      report('handlers', `nothing always hears ${intent}`, `add {intent: ${intent}, always: true, call: …}`);
}

function checkStep(flows: Flows, flow: CompiledFlow, step: Step, report: (problem: string, fix: string) => void): void {
  const types = slotTypes(flow);
  const slots = (names: readonly string[]) => {
    for (const name of names)
      if (!Object.hasOwn(types, name))
        report(`the slot ${name} is set by nothing in this flow`, oneOf(Object.keys(types)));
  };
  for (const target of targetsOf(flow, step))
    if (!flow.steps.has(target)) report(`goes to ${target}, which is no step`, oneOf(flow.steps.keys()));
  if ('clear' in step) slots(step.clear ?? []);
  if (step.is === 'confirm') slots(step.confirm);
  if (step.is === 'branch') for (const { if: when } of step.branch) checkCondition(when, types, report);
  if (step.is === 'choose') {
    for (const option of step.options) if (option.if) checkCondition(option.if, types, report);
    const values = step.options.map((o) => o.value);
    if (new Set(values).size < values.length)
      report('has two options of one value', 'give each option a value of its own');
  }
  if (step.is === 'call' && !flows.byName.has(step.call))
    report(`calls ${step.call}, which is no flow`, oneOf(flows.byName.keys()));
  if (step.is === 'do' && ACTIONS[step.do].includes('refused') && step.refused === undefined)
    report(`${step.do} may be refused, and the step does not say what then`, 'add refused: <step>');
  if (step.is === 'ask') {
    slots(step.drops ?? []);
    if (step.corrects !== undefined && factTypes[step.corrects] !== 'parts')
      report(`corrects ${step.corrects}, which is no fact of instalments`, 'use promise_changeable');
    if (step.default !== undefined && factTypes[step.default] !== step.type)
      report(
        `default ${step.default} is no fact of type ${step.type}`,
        oneOf(Object.keys(factTypes).filter((f) => factTypes[f] === step.type)),
      );
  }
}

function checkCondition(
  condition: Condition,
  slots: Record<string, string>,
  report: (problem: string, fix: string) => void,
): void {
  const { slot, fact } = condition;
  if (slot !== undefined && !Object.hasOwn(slots, slot))
    report(`the slot ${slot} is set by nothing in this flow`, oneOf(Object.keys(slots)));
  if (fact !== undefined && !isFact(fact)) report(`${fact} is no fact`, oneOf(Object.keys(factTypes)));
  const type = slot === undefined ? factTypes[fact ?? ''] : slots[slot];
  if (condition.above !== undefined && condition.above !== 0 && type === 'money')
    report('compares money with a bare number', 'only above: 0 is the same in every currency');
}

function checkWays(flow: CompiledFlow, report: Report): void {
  const reached = reachedFrom(flow, flow.first);
  const ending = endingSteps(flow);
  for (const id of flow.steps.keys()) {
    if (!reached.has(id)) report(id, 'cannot be reached', 'lead a step to it, or remove it');
    else if (!ending.has(id)) report(id, 'has no way to an end', 'lead it to an end or a handoff');
  }
  for (const id of endlessSteps(flow))
    report(
      id,
      'stands in a loop that no question bounds',
      'put an ask with max_attempts into the loop, and clear its slot there',
    );
}

/**
 * Steps on a cycle on which the flow could run without waiting for the debtor. A confirm and a choose always wait, a bounded number of times;
 * an ask waits only where its slot was cleared on the way.
 */
function endlessSteps(flow: CompiledFlow): Set<string> {
  const edges = (id: string): string[] => {
    const step = flow.steps.get(id);
    return step ? targetsOf(flow, step) : [];
  };
  const looping = onCycles(flow.steps.keys(), edges);
  const cleared = new Set([...looping].flatMap((id) => clearedBy(flow.steps.get(id))));
  const running = [...looping].filter((id) => {
    const step = flow.steps.get(id);
    return !(step?.is === 'confirm' || step?.is === 'choose' || (step?.is === 'ask' && cleared.has(step.ask)));
  });
  return onCycles(running, edges);
}

const clearedBy = (step: Step | undefined): readonly string[] => (step && 'clear' in step ? (step.clear ?? []) : []);

/** A flow that does not ask for identity may be heard by anybody. */
function checkSecrecy(flow: CompiledFlow, report: Report): void {
  if (flow.needsIdentity) return;
  for (const { key, step } of textsSaid(flow))
    if (disclosesDebt(key))
      report(
        step,
        `says ${key} to people who did not show who they are`,
        'use a neutral.* text, or give the flow needs: identity',
      );
}

function checkCalls(flows: Flows, faults: Fault[]): void {
  const callsOf = (name: string): string[] =>
    [...(flows.byName.get(name)?.steps.values() ?? [])].flatMap((step) => (step.is === 'call' ? [step.call] : []));
  for (const name of onCycles(flows.byName.keys(), callsOf)) {
    const file = flows.byName.get(name)?.file ?? name;
    faults.push({
      file,
      line: 1,
      where: name,
      problem: 'calls itself, through other flows or at once',
      fix: `break the chain ${name} → ${callsOf(name).join(', ')}`,
    });
  }
}

const oneOf = (names: Iterable<string>): string => `use one of ${[...names].join(', ')}`;
