import { inTransaction } from '../database/transaction.ts';
import { AppError } from '../kernel/errors.ts';
import type { DebtorId } from '../kernel/ids.ts';
import type { Debtor } from './debtor.ts';
import { createDebtorStore, type DebtorStore } from './debtor-store.ts';
import { createJournalStore, type Db } from './journal-store.ts';
import { type Column, type Fault, type PortfolioRow, readHeader, readRow } from './portfolio.ts';
import { createAgreement } from './portfolio-check.ts';
import { readRows, UnreadableFile } from './portfolio-file.ts';
import { createTally, type PortfolioCounts, planBatch } from './portfolio-plan.ts';

export const FAULTS_REPORTED_MAX = 50;
const BATCH_ROWS = 500; // one transaction; the server's limit is 60 s, this takes well under one

export interface ImportPortfolio {
  db: Db;
  /** Opens the file from its beginning: it is read twice, once to check and once to write. */
  open(): AsyncIterable<Uint8Array>;
  now: Date;
  /** Debtors of one batch were added or changed: tie their addresses to them. May be called again after a crash. */
  linkAddresses?(debtors: readonly Debtor[]): Promise<void>;
  /** What they owe may have changed: plan their follow-ups again. Comes after linkAddresses; may be called again after a crash. */
  onDebtorsChanged?(ids: readonly DebtorId[]): Promise<void>;
  onProgress?(progress: { phase: 'check' | 'write'; rows: number; bytes: number }): void;
}

export type ImportResult =
  | { ok: true; rows: number; counts: PortfolioCounts }
  | { ok: false; rows: number; faults: Fault[]; faultCount: number };

/**
 * Imports a portfolio. The whole file is checked first, against itself and against what is known; one fault and nothing is written.
 * Then it is written in batches, each one transaction. Every id and journal key follows from the file, and a batch writes only
 * what differs: to import again after a crash finishes the work, and to import the same file twice changes nothing.
 * Memory: one batch, and some 200 bytes a row.
 * @returns the counts, or the first faults in the order of the file
 * @throws AppError portfolio_invalid when the file changes between the two readings
 */
export async function importPortfolio(input: ImportPortfolio): Promise<ImportResult> {
  const people = createDebtorStore(input.db);
  const journal = createJournalStore(input.db);
  await Promise.all([people.prepare(), journal.prepare()]);
  const checked = await check(input, people);
  if (checked.faultCount > 0) return { ok: false, ...checked };

  const tally = createTally();
  let rows = 0;
  for await (const batch of inBatches(rowsAgain(input))) {
    const plan = await inTransaction(input.db, (tx) => planBatch(batch.rows, input.now, { people, journal }, tx));
    tally.add(plan.changes);
    if (plan.touched.length > 0) await announce(plan.touched, input, people);
    rows += batch.rows.length;
    input.onProgress?.({ phase: 'write', rows, bytes: batch.bytes });
  }
  if (rows !== checked.rows) throw changedMeanwhile();
  return { ok: true, rows, counts: tally.counts() };
}

async function check(
  input: ImportPortfolio,
  people: DebtorStore,
): Promise<{ rows: number; faults: Fault[]; faultCount: number }> {
  const faults: Fault[] = [];
  let faultCount = 0;
  let rows = 0;
  const report = (found: readonly Fault[]) => {
    faultCount += found.length;
    faults.push(...found.slice(0, FAULTS_REPORTED_MAX - faults.length));
  };
  const agreement = createAgreement();
  for await (const batch of inBatches(parsedRows(input))) {
    const good: { line: number; row: PortfolioRow }[] = [];
    for (const parsed of batch.rows) {
      rows += 1;
      const found = parsed.row ? agreement(parsed.row, parsed.line) : parsed.faults;
      report(found);
      if (parsed.row && found.length === 0) good.push({ line: parsed.line, row: parsed.row });
    }
    report(await contradictions(good, people));
    input.onProgress?.({ phase: 'check', rows, bytes: batch.bytes });
  }
  if (rows === 0) report([{ line: 1, column: null, reason: 'the file has no rows below its header' }]);
  return { rows, faults: faults.sort((a, b) => a.line - b.line), faultCount };
}

/** What is known already and cannot change: whose a debt is, and in which currency a debtor owes. */
async function contradictions(
  rows: readonly { line: number; row: PortfolioRow }[],
  people: DebtorStore,
): Promise<Fault[]> {
  const known = new Map((await people.debtsIn(rows.map(({ row }) => row.debt.id))).map((debt) => [debt.id, debt]));
  const currencies = await people.currenciesOf(rows.map(({ row }) => row.debtor.id));
  return rows.flatMap(({ line, row }) => {
    const owner = known.get(row.debt.id)?.debtorId ?? row.debtor.id;
    const currency = currencies.get(row.debtor.id) ?? row.debt.currency;
    const faults: Fault[] = [];
    if (owner !== row.debtor.id)
      faults.push({
        line,
        column: 'debtor_id',
        reason: `debt "${row.debt.externalId}" was imported before as a debt of ${owner}`,
      });
    if (currency !== row.debt.currency)
      faults.push({
        line,
        column: 'currency',
        reason: `this debtor owes ${currency} by an earlier import; one debtor owes in one currency`,
      });
    return faults;
  });
}

interface Parsed {
  line: number;
  bytes: number;
  row: PortfolioRow | null;
  faults: Fault[];
}

/** Every row after the header. A place from which the file cannot be read on is the last of them. */
async function* parsedRows(input: Pick<ImportPortfolio, 'open'>): AsyncGenerator<Parsed> {
  const unusable = (line: number, faults: Omit<Fault, 'line'>[]): Parsed => ({
    line,
    bytes: 0,
    row: null,
    faults: faults.map((fault) => ({ line, ...fault })),
  });
  let header: Column[] | null = null;
  try {
    for await (const { line, cells, bytes } of readRows(input.open())) {
      if (header !== null) {
        yield { line, bytes, ...readCells(header, cells, line) };
        continue;
      }
      const read = readHeader(cells);
      if (!read.ok) return yield unusable(line, read.faults);
      header = read.value;
    }
  } catch (err) {
    if (!(err instanceof UnreadableFile)) throw err;
    return yield unusable(err.fault.line, [err.fault]);
  }
  if (header !== null) return;
  const reason = 'the file is empty; its first line must name the columns (docs/portfolio-csv.md)';
  yield unusable(1, [{ column: null, reason }]);
}

function readCells(header: readonly Column[], cells: readonly string[], line: number): Pick<Parsed, 'row' | 'faults'> {
  if (cells.length !== header.length) {
    const reason = `has ${cells.length} values where the header has ${header.length}; is a separator or a quote missing?`;
    return { row: null, faults: [{ line, column: null, reason }] };
  }
  const read = readRow(Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])));
  if (read.ok) return { row: read.value, faults: [] };
  return { row: null, faults: read.faults.map((fault) => ({ line, ...fault })) };
}

async function* rowsAgain(input: ImportPortfolio): AsyncGenerator<PortfolioRow & { bytes: number }> {
  for await (const { row, bytes } of parsedRows(input)) {
    if (row === null) throw changedMeanwhile();
    yield { ...row, bytes };
  }
}

async function* inBatches<T extends { bytes: number }>(
  rows: AsyncIterable<T>,
): AsyncGenerator<{ rows: T[]; bytes: number }> {
  let batch: T[] = [];
  for await (const row of rows) {
    batch.push(row);
    if (batch.length < BATCH_ROWS) continue;
    yield { rows: batch, bytes: row.bytes };
    batch = [];
  }
  const last = batch.at(-1);
  if (last) yield { rows: batch, bytes: last.bytes };
}

async function announce(touched: readonly Debtor[], input: ImportPortfolio, people: DebtorStore): Promise<void> {
  const ids = touched.map((debtor) => debtor.id);
  await input.linkAddresses?.(touched);
  await input.onDebtorsChanged?.(ids);
  await people.markAnnounced(ids);
}

function changedMeanwhile(): AppError {
  return new AppError(
    'portfolio_invalid',
    'The file changed while it was being imported. What was written so far is right as far as it goes; import the finished file again.',
  );
}
