/** Runs vector files through the product's own functions and prints the score: `npm run vectors -- FILE…`. Exit code 1 when a line fails. */
import { readVectorLines, runComplianceVector, type VectorResult } from './compliance-vectors.ts';

type Run = (line: unknown) => VectorResult;
interface Scored {
  id: string;
  group: string;
  line: Record<string, unknown>;
  result: VectorResult;
}

const files = process.argv.slice(2);
if (files.length === 0) {
  console.error('usage: npm run vectors -- FILE…   (one JSON a line; formats: compliance, ledger)');
  process.exit(2);
}

const scored: Scored[] = [];
for (const file of files) for (const line of readVectorLines(file)) scored.push(await score(line));
print(scored);
process.exit(scored.every(({ result }) => result.ok) ? 0 : 1);

async function score(raw: unknown): Promise<Scored> {
  const line = typeof raw === 'object' && raw !== null ? (raw as Record<string, unknown>) : {};
  const id = String(line['id'] ?? '(no id)');
  if ('pack' in line)
    return { id, line, group: `compliance ${line['pack']}`, result: attempt(runComplianceVector, raw) };
  if ('given' in line) {
    const given = line['given'] as { op?: unknown } | null;
    return { id, line, group: `ledger ${given?.op}`, result: attempt(await ledger(), raw) };
  }
  return { id, line, group: 'unknown format', result: { ok: false, got: 'neither `pack` nor `given`' } };
}

function attempt(run: Run, line: unknown): VectorResult {
  try {
    return run(line);
  } catch (err) {
    return { ok: false, got: { error: err instanceof Error ? err.message : String(err) } };
  }
}

/** Loaded when a ledger line is met: the two formats do not know each other. */
async function ledger(): Promise<Run> {
  const module = (await import('./ledger-vectors.ts')) as { runLedgerVector: Run };
  return module.runLedgerVector;
}

function print(all: Scored[]): void {
  const groups = [...new Set(all.map(({ group }) => group))].sort();
  const width = Math.max(...groups.map((group) => group.length), 5);
  for (const group of groups) {
    const mine = all.filter((one) => one.group === group);
    console.log(`${group.padEnd(width)}  ${tally(mine)}`);
  }
  console.log(`${'total'.padEnd(width)}  ${tally(all)}`);
  for (const { id, line, result } of all.filter((one) => !one.result.ok)) {
    const wanted = { expect: line['expect'], ...('until' in line ? { until: line['until'] } : {}) };
    console.log(`\nFAILED ${id}${(line['why'] ?? line['note']) ? ` (${line['why'] ?? line['note']})` : ''}`);
    console.log(`  wanted ${plain(wanted)}\n  got    ${plain(result.got)}`);
  }
}

function tally(some: Scored[]): string {
  return `${some.filter(({ result }) => result.ok).length}/${some.length}`.padStart(9);
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_key, v) => (typeof v === 'bigint' ? v.toString() : v));
}
