import { createReadStream } from 'node:fs';
import { open as openFile } from 'node:fs/promises';
import v8 from 'node:v8';
import { SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import { importReactions } from '../demo.ts';
import { AppError } from '../kernel/errors.ts';
import type { Fault } from '../ledger/portfolio.ts';
import {
  FAULTS_REPORTED_MAX,
  type ImportPortfolio,
  type ImportResult,
  importPortfolio,
} from '../ledger/portfolio-import.ts';
import type { OpenApp } from './open-app.ts';
import { printJson, tableOf } from './terminal.ts';

const LONG_FILE_BYTES = 1_000_000; // some 8,000 rows: shorter ones are done before a bar is read
/** An import makes much that lives long: at 1.3 times what is in use, 100,000 rows stay below 300 MB. Nobody waits for an answer meanwhile. */
const HEAP_GROWING_PERCENT = 30;

const HELP = `
The file is UTF-8 CSV, one row an instalment; docs/portfolio-csv.md describes its columns. It is checked whole before anything
is written. Importing the same file again changes nothing; a later file updates what changed.

Examples:
  $ acuerdo import portfolio.csv
  $ acuerdo import portfolio.csv --json
`;

/** `acuerdo import FILE`: load a portfolio, all of it or nothing. */
export function addImport(program: Command, open: OpenApp): void {
  program
    .command('import')
    .description('load a portfolio, or what changed in it')
    .argument('<file>', 'CSV file, see docs/portfolio-csv.md')
    .option('--json', 'as JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (file: string, options: { json?: true }) => {
      const bytes = await sizeOf(file);
      v8.setFlagsFromString(`--heap-growing-percent=${HEAP_GROWING_PERCENT}`);
      const { app, db, close } = await open();
      try {
        const bar = progressBar(bytes);
        const result = await importPortfolio({
          db,
          open: () => createReadStream(file),
          now: app.clock.now(),
          ...importReactions(app),
          ...(bar && { onProgress: bar.show }),
        }).finally(bar?.stop);
        if (options.json) printJson(result);
        if (!result.ok) throw refused(file, result);
        if (!options.json) console.log(summary(result));
      } finally {
        await close();
      }
    });
}

/** Asked before a database is opened: a name mistyped is told at once. */
async function sizeOf(file: string): Promise<number> {
  try {
    const handle = await openFile(file, 'r');
    const info = await handle.stat().finally(() => handle.close());
    if (info.isFile()) return info.size;
  } catch (err) {
    const { code } = err as NodeJS.ErrnoException;
    throw new AppError('usage', `The file ${file} cannot be read (${code ?? 'no reason given'}).`, { cause: err });
  }
  throw new AppError('usage', `${file} is no file: it is read twice, so it can be neither a folder nor a pipe.`);
}

function progressBar(bytes: number): { show: NonNullable<ImportPortfolio['onProgress']>; stop: () => void } | null {
  if (process.stderr.isTTY !== true || bytes < LONG_FILE_BYTES) return null;
  const bar = new SingleBar({
    stream: process.stderr,
    format: '{phase} {bar} {percentage}% · {rows} rows · {duration_formatted}',
    hideCursor: true,
    clearOnComplete: true,
  });
  let phase = '';
  return {
    show: (at) => {
      if (at.phase !== phase) bar.start(bytes, 0, { phase: at.phase === 'check' ? 'checking' : 'writing ', rows: 0 });
      phase = at.phase;
      bar.update(at.bytes, { rows: at.rows });
    },
    stop: () => bar.stop(),
  };
}

function summary(result: ImportResult & { ok: true }): string {
  const rows = Object.entries(result.counts).map(([kind, counts]) => ({ kind, ...counts }));
  return tableOf(rows, [
    { head: '', cell: ({ kind }) => kind },
    { head: 'new', cell: (counts) => String(counts.new) },
    { head: 'changed', cell: (counts) => String(counts.changed) },
    { head: 'unchanged', cell: (counts) => String(counts.unchanged) },
  ]);
}

function refused(file: string, { faults, faultCount }: ImportResult & { ok: false }): AppError {
  const more = faultCount > FAULTS_REPORTED_MAX ? [`  … and ${faultCount - FAULTS_REPORTED_MAX} more`] : [];
  const message = [
    `${file} was not imported: ${faultCount} ${faultCount === 1 ? 'fault' : 'faults'}. Nothing was written.`,
    ...faults.map((fault) => `  ${inWords(fault)}`),
    ...more,
  ].join('\n');
  return new AppError('portfolio_invalid', message, { details: { faultCount } });
}

const inWords = ({ line, column, reason }: Fault): string =>
  `line ${line}${column === null ? '' : `, ${column}`}: ${reason}`;
