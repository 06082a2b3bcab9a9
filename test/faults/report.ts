import { readFileSync, writeFileSync } from 'node:fs';
import { SingleBar } from 'cli-progress';
import pc from 'picocolors';
import { type Finding, KINDS, type Kind } from './checker.ts';

/** What one case came to. */
export interface Outcome {
  faults: readonly number[];
  name: string;
  /** Counted from the checker's findings that the case does not expect. */
  counts: Record<Kind, number>;
  verdict: 'held' | 'broken' | 'skipped';
  /** Why it is broken or skipped: the first of the findings, or what the case itself said. */
  why: string | null;
  messages: number;
}

const HEADS: Record<Kind, string> = {
  lost: 'lost',
  duplicated: 'dup',
  reordered: 'reord',
  late: 'late',
  out_of_hours: 'hours',
  unknown: 'unkn',
  after_opt_out: 'optout',
  unfinished: 'unfin',
  repeated: 'twice',
};

export function countsOf(findings: readonly Finding[]): Record<Kind, number> {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, 0])) as Record<Kind, number>;
  for (const { kind } of findings) counts[kind] += 1;
  return counts;
}

export const headLine = (): string =>
  pc.dim(
    `${'fault'.padEnd(7)}${'case'.padEnd(72)}${'msgs'.padStart(6)}${KINDS.map((k) => HEADS[k].padStart(7)).join('')}`,
  );

/** One line a case: what was found, and in what it broke. */
export function lineOf({ faults, name, counts, verdict, why, messages }: Outcome): string {
  const numbers = KINDS.map((kind) => {
    const text = String(counts[kind]).padStart(7);
    return counts[kind] === 0 ? pc.dim(text) : pc.red(text);
  }).join('');
  const number = faults.map((fault) => `#${fault}`).join(' ');
  const mark = { held: pc.green('held'), broken: pc.red('BROKEN'), skipped: pc.yellow('skipped') }[verdict];
  const reason = why === null ? '' : `\n${' '.repeat(7)}${verdict === 'broken' ? pc.red(why) : pc.yellow(why)}`;
  return `${number.padEnd(7)}${name.slice(0, 70).padEnd(72)}${String(messages).padStart(6)}${numbers}  ${mark}${reason}`;
}

/** A bar on a terminal; where the output is piped, a line every tenth. */
export function progressOf(total: number, label: string): { to(done: number): void; stop(): void } {
  if (process.stderr.isTTY) {
    const bar = new SingleBar({
      stream: process.stderr,
      format: `${label} {bar} {value}/{total} · {duration_formatted}`,
      clearOnComplete: true,
      hideCursor: true,
    });
    bar.start(total, 0);
    return { to: (done) => bar.update(done), stop: () => bar.stop() };
  }
  let said = 0;
  return {
    to: (done) => {
      if (Math.floor((done * 10) / total) === said) return;
      said = Math.floor((done * 10) / total);
      console.error(`${label}: ${done} of ${total}`);
    },
    stop: () => undefined,
  };
}

/** Keeps the last run's figures in the page. */
export function writePage(file: string, heading: string, outcomes: readonly Outcome[]): void {
  const rows = outcomes.map(({ faults, name, counts, verdict, why, messages }) => {
    const found = KINDS.map((kind) => counts[kind]).join(' | ');
    const word = verdict === 'held' ? 'held' : `${verdict}: ${(why ?? '').replaceAll('|', '/')}`;
    return `| ${faults.map((fault) => `#${fault}`).join(' ')} | ${name} | ${messages} | ${found} | ${word} |`;
  });
  const columns = ['fault', 'case', 'messages', ...KINDS.map((kind) => kind.replaceAll('_', ' ')), 'verdict'];
  const table = [`| ${columns.join(' | ')} |`, `|${' --- |'.repeat(columns.length)}`, ...rows].join('\n');
  const page = readFileSync(file, 'utf8');
  writeFileSync(
    file,
    page.replace(
      /<!-- figures -->[\s\S]*<!-- \/figures -->/,
      `<!-- figures -->\n${heading}\n\n${table}\n<!-- /figures -->`,
    ),
  );
}
