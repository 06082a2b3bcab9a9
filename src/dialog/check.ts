import { checkFlows } from './check-flows.ts';
import { checkTexts, type TextRules } from './check-texts.ts';
import { loadFlows } from './compile.ts';
import type { Fault } from './fault.ts';
import { loadTemplates } from './templates.ts';
import { loadTexts } from './texts.ts';
import type { DataFile } from './yaml-file.ts';

export interface DialogReport {
  faults: Fault[];
  counts: { flows: number; steps: number; texts: number; locales: number };
}

/** Everything that can be known to be wrong with flows and texts before anybody talks to them. */
export function checkDialog(
  data: { flows: readonly DataFile[]; locales: readonly DataFile[] },
  rules: TextRules = {},
): DialogReport {
  const texts = loadTexts(data.locales);
  const loaded = loadFlows(data.flows, texts);
  const { flows } = loaded;
  const templates = loadTemplates(data.locales, texts);
  const all = [...(flows?.byName.values() ?? [])];
  return {
    faults: [
      ...(flows ? [...checkFlows(flows), ...checkTexts(flows, texts, rules)] : [...loaded.faults, ...texts.faults]),
      ...templates.faults,
    ],
    counts: {
      flows: all.length,
      steps: all.reduce((sum, flow) => sum + flow.steps.size, 0),
      texts: [...texts.byFolder.values()].reduce((sum, messages) => sum + messages.size, 0),
      locales: texts.byFolder.size,
    },
  };
}
