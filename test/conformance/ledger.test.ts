import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type LedgerVector, runLedgerVector } from './ledger-vectors.ts';

const own = readFileSync(new URL('./ledger.own.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const lines = own.map((line) => JSON.parse(line) as LedgerVector & { note: string });

test.each(lines.map((line) => [line.id, line.note, line] as const))('%s: %s', (_id, _note, line) => {
  expect(runLedgerVector(line)).toMatchObject({ ok: true, got: line.expect });
});

test('a wrong answer, an unknown operation and a line of no such format fail', () => {
  const [first] = lines;
  expect(runLedgerVector({ ...first, expect: { unallocatedMinor: 1 } }).ok).toBe(false);
  expect(runLedgerVector({ id: 'x', given: { op: 'levitate' }, expect: {} }).ok).toBe(false);
  expect(runLedgerVector({ id: 'x', pack: 'mx' }).ok).toBe(false);
});
