import { digest } from '../kernel/ids.ts';
import type { Fault } from './fault.ts';
import {
  type CompiledFlow,
  flowHeader,
  type Global,
  globalSchema,
  STEP_SCHEMAS,
  type Step,
  type StepKind,
} from './flow.ts';
import type { Texts } from './texts.ts';
import { type DataFile, readYaml, type YamlFile } from './yaml-file.ts';

export interface Flows {
  byName: ReadonlyMap<string, CompiledFlow>;
  global: Global;
  /** Names of what a text wants filled in. */
  paramsOf(key: string): readonly string[];
}

export interface Loaded {
  flows: Flows | null;
  faults: Fault[];
}

const GLOBAL_FILE = '_global.yaml';

/**
 * Compiles `flows/*.yaml`. Names are resolved by the check (check.ts); here only the form of each file is judged.
 * @returns flows null when the form of any file is wrong; the faults say where.
 */
export function loadFlows(files: readonly DataFile[], texts: Texts): Loaded {
  const faults: Fault[] = [];
  const byName = new Map<string, CompiledFlow>();
  let global: Global | null = null;
  for (const file of files) {
    const yaml = readYaml(file);
    faults.push(...yaml.faults);
    if (yaml.faults.length > 0) continue;
    if (file.name.endsWith(GLOBAL_FILE)) {
      global = readGlobal(yaml, faults);
      continue;
    }
    const flow = readFlow(yaml, faults);
    if (!flow) continue;
    if (byName.has(flow.name))
      faults.push(faultAt(yaml, ['flow'], flow.name, 'is the name of two flows', 'give this one a name of its own'));
    byName.set(flow.name, flow);
  }
  if (!global && faults.length === 0)
    faults.push({
      file: GLOBAL_FILE,
      line: null,
      where: '_global',
      problem: 'is missing',
      fix: 'add flows/_global.yaml',
    });
  if (!global || faults.length > 0) return { flows: null, faults };
  return { flows: { byName, global, paramsOf: paramsOf(texts) }, faults };
}

/** Texts are not pinned with the flow: what a text wants filled in is looked up when it is said. */
function paramsOf(texts: Texts): (key: string) => readonly string[] {
  const all = new Map<string, Set<string>>();
  for (const messages of texts.byFolder.values())
    for (const text of messages.values()) {
      const names = all.get(text.key) ?? new Set<string>();
      for (const name of text.params) names.add(name);
      all.set(text.key, names);
    }
  const lists = new Map([...all].map(([key, names]) => [key, [...names]]));
  return (key) => lists.get(key) ?? [];
}

function readGlobal(yaml: YamlFile, faults: Fault[]): Global | null {
  const parsed = globalSchema.safeParse(yaml.data);
  if (parsed.success) {
    const { flow: _name, ...global } = parsed.data;
    return { ...global, lines: global.handlers.map((_, i) => yaml.lineOf(['handlers', i])) };
  }
  for (const issue of parsed.error.issues)
    faults.push(
      faultAt(
        yaml,
        issue.path,
        `_global.${issue.path.join('.')}`,
        issue.message,
        `its fields are ${Object.keys(globalSchema.shape).join(', ')}`,
      ),
    );
  return null;
}

function readFlow(yaml: YamlFile, faults: Fault[]): CompiledFlow | null {
  const parsed = flowHeader.safeParse(yaml.data);
  if (!parsed.success) {
    for (const issue of parsed.error.issues)
      faults.push(
        faultAt(yaml, issue.path, issue.path.join('.') || 'flow', issue.message, 'a flow has flow and steps'),
      );
    return null;
  }
  const { flow: name, needs, transient, segments, takes, migrate, steps: raw } = parsed.data;
  const steps = new Map<string, Step>();
  const next = new Map<string, string>();
  const lineOf = new Map<string, number | null>();
  let previous: string | null = null;
  for (const [i, source] of raw.entries()) {
    const step = readStep(yaml, name, i, source, faults);
    if (!step) continue;
    if (steps.has(step.id))
      faults.push(faultAt(yaml, ['steps', i], `${name}.${step.id}`, 'is the id of two steps', 'rename one of them'));
    if (previous !== null) next.set(previous, step.id);
    previous = step.id;
    steps.set(step.id, step);
    lineOf.set(step.id, yaml.lineOf(['steps', i]));
  }
  return {
    name,
    hash: digest(JSON.stringify([needs, transient, takes, migrate, raw])).slice(0, 12),
    file: yaml.name,
    needsIdentity: needs === 'identity',
    transient,
    segments,
    takes: Object.fromEntries(Object.entries(takes).map(([slot, type]) => [slot, readSlotType(type)])),
    migrate,
    first: [...steps.keys()][0] ?? '',
    steps,
    next,
    lineOf,
  };
}

function readSlotType(type: string): CompiledFlow['takes'][string] {
  return { type: type.replace('?', '') as CompiledFlow['takes'][string]['type'], optional: type.endsWith('?') };
}

function readStep(yaml: YamlFile, flow: string, i: number, source: unknown, faults: Fault[]): Step | null {
  const id = source && typeof source === 'object' && 'id' in source ? String(source.id) : `step ${i + 1}`;
  const where = `${flow}.${id}`;
  const kinds = Object.keys(STEP_SCHEMAS) as StepKind[];
  const kind = kinds.find((k) => source !== null && typeof source === 'object' && k in source);
  if (!kind) {
    faults.push(
      faultAt(yaml, ['steps', i], where, 'is of no kind that is known', `a step has one of ${kinds.join(', ')}`),
    );
    return null;
  }
  const parsed = STEP_SCHEMAS[kind].safeParse(source);
  if (parsed.success) return { is: kind, ...parsed.data } as Step;
  for (const issue of parsed.error.issues) {
    const field = issue.path.join('.');
    faults.push(
      faultAt(
        yaml,
        ['steps', i, ...issue.path],
        where,
        `${field ? `${field}: ` : ''}${issue.message}`,
        `a step of kind ${kind} has the fields ${Object.keys(STEP_SCHEMAS[kind].shape).join(', ')}`,
      ),
    );
  }
  return null;
}

function faultAt(yaml: YamlFile, path: readonly PropertyKey[], where: string, problem: string, fix: string): Fault {
  const plain = path.map((p) => (typeof p === 'symbol' ? String(p) : p));
  return { file: yaml.name, line: yaml.lineOf(plain), where, problem, fix };
}
