import { expect } from '@jest/globals';
import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';
import { checkDialog } from '../../src/dialog/check.ts';
import type { TextRules } from '../../src/dialog/check-texts.ts';
import type { Fault } from '../../src/dialog/fault.ts';
import type { DataFile } from '../../src/dialog/yaml-file.ts';

export const GOOD = readDataFiles(PACKAGE_ROOT);

/** What is found in the data of the house with one thing changed. An `old` of null adds to the end of the file, which need not exist. */
export function faultsWith(name: string, old: string | RegExp | null, changed: string, rules?: TextRules): Fault[] {
  const edit = (files: DataFile[]): DataFile[] => {
    const file = files.find((f) => f.name === name);
    const text = file?.text ?? '';
    const edited = old === null ? `${text}${changed}\n` : text.replace(old, changed);
    if (edited === text) throw new Error(`${name} does not hold ${old}`);
    return [...files.filter((f) => f !== file), { name, text: edited }];
  };
  const isFlow = name.startsWith('flows/');
  return checkDialog(
    { flows: isFlow ? edit(GOOD.flows) : GOOD.flows, locales: isFlow ? GOOD.locales : edit(GOOD.locales) },
    rules,
  ).faults;
}

const endingWith = (end: string) => expect.stringMatching(new RegExp(`${end.replace(/\W/g, '\\$&')}$`));

/** A fault at the end of this path, about this, that says what would be right. */
export const faultOf = (where: string, problem: string) =>
  expect.objectContaining({
    where: endingWith(where),
    problem: expect.stringContaining(problem),
    fix: expect.stringMatching(/./),
  });
