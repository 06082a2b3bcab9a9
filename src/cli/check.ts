import path from 'node:path';
import Table from 'cli-table3';
import type { Command } from 'commander';
import pc from 'picocolors';
import { readDataFiles } from '../data-files.ts';
import { checkDialog } from '../dialog/check.ts';
import type { TextRules } from '../dialog/check-texts.ts';
import { type Fault, printFault } from '../dialog/fault.ts';
import { AppError } from '../kernel/errors.ts';

/** What another room finds wrong with its data under `root`: policies, strategies. */
export type DataCheck = (root: string) => Promise<Fault[]>;

const HELP = `
Reads flows/, locales/ and what other rooms keep beside them, and names every fault: its file and line, and what would be right.

Exit codes: 0 nothing is wrong · 1 there are faults
`;

const COLUMN_WIDTHS = [30, 6, 28, 46, 44];

/**
 * `acuerdo check`: is everything right that a collections manager may edit?
 * @param rules opt-out words and forbidden wording of the policy packs under a root, against which every text is held
 */
export function addCheck(
  program: Command,
  root: string,
  others: readonly DataCheck[] = [],
  rules: (root: string) => TextRules = () => ({}),
): void {
  program
    .command('check')
    .description('check flows, texts, policies and strategies')
    .option('--root <folder>', 'folder that holds flows/, locales/, policies/ and strategies/', root)
    .addHelpText('after', HELP)
    .action(async (options: { root: string }, command: Command) => {
      const folder = path.resolve(options.root);
      const { faults, counts } = checkDialog(readFolder(folder), rules(folder));
      for (const check of others) faults.push(...(await check(folder)));
      const { writeOut, getOutHasColors } = command.configureOutput();
      const { flows, steps, texts, locales } = counts;
      const isPlain = getOutHasColors?.() !== true;
      if (faults.length > 0) process.exitCode = 1;
      if (faults.length === 0)
        writeOut?.(`${pc.green('All right')}: ${flows} flows, ${steps} steps, ${texts} texts in ${locales} locales.\n`);
      else writeOut?.(`${isPlain ? faults.map(printFault).join('\n') : tableOf(faults)}\n${countOf(faults)}\n`);
    });
}

/** @throws AppError usage when a folder is missing */
function readFolder(root: string): ReturnType<typeof readDataFiles> {
  try {
    return readDataFiles(root);
  } catch (cause) {
    const { path: missing = root } = cause as NodeJS.ErrnoException;
    throw new AppError(
      'usage',
      `${missing} cannot be read. Give --root the folder that holds flows/, locales/, policies/ and strategies/.`,
      { cause },
    );
  }
}

function tableOf(faults: readonly Fault[]): string {
  const head = ['file', 'line', 'where', 'what is wrong', 'what would be right'];
  const table = new Table({ head, colWidths: COLUMN_WIDTHS, wordWrap: true, wrapOnWordBoundary: false });
  for (const f of faults) table.push([f.file, f.line ?? '', f.where, f.problem, f.fix]);
  return table.toString();
}

const countOf = (faults: readonly Fault[]): string =>
  pc.red(faults.length === 1 ? '1 fault' : `${faults.length} faults`);
