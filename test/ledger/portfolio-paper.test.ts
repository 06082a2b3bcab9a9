import { createReadStream, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PORTFOLIO_COLUMNS, REQUIRED_COLUMNS, readHeader, readRow } from '../../src/ledger/portfolio.ts';
import { createAgreement } from '../../src/ledger/portfolio-check.ts';
import { readRows } from '../../src/ledger/portfolio-file.ts';

const root = new URL('../../', import.meta.url);

test('docs/portfolio-csv.md names every column, and which ones are required', () => {
  const text = readFileSync(new URL('docs/portfolio-csv.md', root), 'utf8');
  const rows = [...text.matchAll(/^\| `(\w+)` \| (\w+)/gm)].map(([, column, required]) => ({ column, required }));
  expect(rows.map((r) => r.column)).toEqual(PORTFOLIO_COLUMNS);
  expect(rows.filter((r) => r.required === 'yes').map((r) => r.column)).toEqual(REQUIRED_COLUMNS);
});

test('the example in docs/portfolio-csv.md is right', () => {
  const text = readFileSync(new URL('docs/portfolio-csv.md', root), 'utf8');
  const lines = (/```csv\n([^`]+)```/.exec(text)?.[1] ?? '')
    .trim()
    .split('\n')
    .map((line) => line.split(','));
  const header = readHeader(lines[0] ?? []);
  if (!header.ok) throw new Error(JSON.stringify(header.faults));
  const rows = lines
    .slice(1)
    .map((cells) => readRow(Object.fromEntries(header.value.map((c, i) => [c, cells[i] ?? '']))));
  expect(rows.map((row) => row.ok)).toEqual([true, true]);
});

test('the sample is right, and shows what a portfolio can hold', async () => {
  const agreement = createAgreement();
  const rows = [];
  let header: string[] = [];
  for await (const { line, cells } of readRows(createReadStream(new URL('samples/portfolio.csv', root)))) {
    if (line === 1) {
      header = cells;
      continue;
    }
    const read = readRow(Object.fromEntries(header.map((column, i) => [column, cells[i] ?? ''])));
    expect(read.ok ? agreement(read.value, line) : read.faults).toEqual([]);
    if (read.ok) rows.push(read.value);
  }
  expect(rows[0]).toMatchObject({
    debtor: { externalId: 'MX-001' },
    amount: { amountMinor: 120_000n, currency: 'MXN' },
  });
  expect(new Set(rows.map((r) => r.debtor.id)).size).toBe(40);
  expect(new Set(rows.map((r) => r.debtor.country))).toEqual(new Set(['mx', 'cl', 'co']));
  expect(new Set(rows.map((r) => r.debtor.phone)).size).toBe(40);
  for (const zone of [
    'America/Tijuana',
    'America/Hermosillo',
    'America/Cancun',
    'America/Punta_Arenas',
    'Pacific/Easter',
  ])
    expect(rows.map((r) => r.debtor.zone)).toContain(zone);
  const today = '2026-11-23';
  expect(rows.some((r) => r.dueDate > today) && rows.some((r) => r.dueDate < '2026-07-30')).toBe(true);
});
