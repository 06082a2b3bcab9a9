import type { CompiledFlow, Step } from './flow.ts';

/** Steps that may follow a step, in its own flow; those that do not exist included. */
export function targetsOf(flow: CompiledFlow, step: Step): string[] {
  const next = flow.next.get(step.id);
  const orNext = (target: string | undefined) => [target ?? next];
  const found = ((): (string | undefined)[] => {
    switch (step.is) {
      case 'say':
        return step.end === undefined ? orNext(step.goto) : [];
      case 'ask':
        return [next, step.on_fail];
      case 'confirm':
        return [step.yes, step.no, step.on_fail];
      case 'choose':
        return [...step.options.map((o) => o.goto), step.on_fail];
      case 'branch':
        return [...step.branch.map((b) => b.goto), step.else];
      case 'do':
        return [...orNext(step.ok), step.refused];
      case 'call':
        return orNext(step.goto);
      case 'goto':
        return [step.goto];
      default:
        return [];
    }
  })();
  return found.filter((target) => target !== undefined);
}

/** Whether the flow may be over after this step. */
export function mayEnd(flow: CompiledFlow, step: Step): boolean {
  if (step.is === 'end' || step.is === 'handoff') return true;
  if (step.is === 'say' && step.end !== undefined) return true;
  const goesOn =
    step.is === 'say' || step.is === 'ask' || step.is === 'call' || (step.is === 'do' && step.ok === undefined);
  const isLast = flow.next.get(step.id) === undefined;
  return goesOn && isLast && !('goto' in step && step.goto !== undefined);
}

export function reachedFrom(flow: CompiledFlow, first: string): Set<string> {
  const reached = new Set<string>();
  const toVisit = [first];
  for (let id = toVisit.pop(); id !== undefined; id = toVisit.pop()) {
    const step = flow.steps.get(id);
    if (!step || reached.has(id)) continue;
    reached.add(id);
    toVisit.push(...targetsOf(flow, step));
  }
  return reached;
}

/** Steps from which the flow can come to an end. */
export function endingSteps(flow: CompiledFlow): Set<string> {
  const ending = new Set([...flow.steps.values()].filter((step) => mayEnd(flow, step)).map((step) => step.id));
  for (let grown = true; grown; ) {
    grown = false;
    for (const step of flow.steps.values()) {
      if (ending.has(step.id) || !targetsOf(flow, step).some((target) => ending.has(target))) continue;
      ending.add(step.id);
      grown = true;
    }
  }
  return ending;
}

/** Steps that stand on a cycle of `edges`. */
export function onCycles(nodes: Iterable<string>, edges: (node: string) => readonly string[]): Set<string> {
  const all = [...nodes];
  const within = new Set(all);
  const reach = (from: string): Set<string> => {
    const seen = new Set<string>();
    const toVisit = [...edges(from)];
    for (let node = toVisit.pop(); node !== undefined; node = toVisit.pop()) {
      if (seen.has(node) || !within.has(node)) continue;
      seen.add(node);
      toVisit.push(...edges(node));
    }
    return seen;
  };
  return new Set(all.filter((node) => reach(node).has(node)));
}
