import Table from 'cli-table3';
import pc from 'picocolors';
import { AppError, type ErrorCode } from '../kernel/errors.ts';

/** What a script can tell apart. Documented in docs/cli.md and in `acuerdo --help`. */
export const EXIT = { ok: 0, failed: 1, usage: 2, unavailable: 69, ourFault: 70, config: 78 } as const;

const EXIT_OF: Partial<Record<ErrorCode, number>> = {
  usage: EXIT.usage,
  config_invalid: EXIT.config,
  database_unavailable: EXIT.unavailable,
  mongod_not_found: EXIT.unavailable,
  port_taken: EXIT.unavailable,
  payment_provider_failed: EXIT.unavailable,
  write_conflict: EXIT.unavailable,
};

export interface Column<Row> {
  head: string;
  cell: (row: Row) => string;
}

/** A table with borders on a terminal; tab-separated lines with a header where the output is piped. */
export function tableOf<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  isTerminal = isOnTerminal(),
): string {
  const heads = columns.map(({ head }) => head);
  const cells = rows.map((row) => columns.map(({ cell }) => printable(cell(row))));
  if (!isTerminal) return [heads, ...cells].map((line) => line.join('\t')).join('\n');
  const table = new Table({ head: heads, style: { head: pc.isColorSupported ? ['cyan'] : [], border: [] } });
  table.push(...cells);
  return table.toString();
}

/** What others wrote, with everything taken out that a terminal would obey rather than show, on one line. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g, ' ');
}

/** A frame around lines, on a terminal; the bare lines where the output is piped. */
export function framed(lines: readonly string[], isTerminal = isOnTerminal()): string {
  if (!isTerminal) return lines.filter((line) => line !== '').join('\n');
  const width = Math.max(...lines.map(widthOf));
  const body = lines.map((line) => `│ ${line}${' '.repeat(width - widthOf(line))} │`);
  return [`╭${'─'.repeat(width + 2)}╮`, ...body, `╰${'─'.repeat(width + 2)}╯`].join('\n');
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character begins a colour
const widthOf = (line: string): number => [...line.replace(/\u001b\[\d+m/g, '')].length;

const isOnTerminal = (): boolean => process.stdout.isTTY === true;

export const printJson = (value: unknown): void => console.log(JSON.stringify(value, null, 2));

/** Says what went wrong, and @returns the exit code. A failure that we expect is a sentence; one that we do not is our mistake and shows where it happened. */
export function explain(
  err: unknown,
  write: (text: string) => void = (text) => void process.stderr.write(text),
): number {
  if (err instanceof AppError) {
    const more = err.code === 'usage' ? '' : pc.dim(`\n(${err.code}: docs/ERRORS.md)`);
    write(`${pc.red('Error:')} ${err.message}${more}\n`);
    return EXIT_OF[err.code] ?? EXIT.failed;
  }
  write(`${pc.red('Error:')} this is a fault of Acuerdo's own. Please report it with these lines:\n`);
  write(`${err instanceof Error ? err.stack : String(err)}\n`);
  return EXIT.ourFault;
}

/** `acuerdo … | head` closes our output: that is no failure. */
export function endWhenNobodyReads(): void {
  process.stdout.on('error', (err: NodeJS.ErrnoException) => {
    if (err.code === 'EPIPE') process.exit(EXIT.ok);
    throw err;
  });
}
