import { AppError } from '../kernel/errors.ts';
import { type Flows, loadFlows } from './compile.ts';
import { printFault } from './fault.ts';
import { loadTemplates, type Templates } from './templates.ts';
import { loadTexts, type Texts } from './texts.ts';
import type { DataFile } from './yaml-file.ts';

/** @throws AppError data_invalid naming every fault of form. What `acuerdo check` finds beyond that does not stop a start. */
export function loadDialog(data: { flows: readonly DataFile[]; locales: readonly DataFile[] }): {
  flows: Flows;
  texts: Texts;
  templates: Templates;
} {
  const texts = loadTexts(data.locales);
  const { flows, faults } = loadFlows(data.flows, texts);
  const templates = loadTemplates(data.locales, texts);
  const all = [...texts.faults, ...faults, ...templates.faults];
  if (flows && all.length === 0) return { flows, texts, templates };
  throw new AppError(
    'data_invalid',
    `The flows or texts are not right:\n${all.map((f) => `  ${printFault(f)}`).join('\n')}`,
  );
}
