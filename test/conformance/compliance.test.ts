import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readVectorLines, runComplianceVector } from './compliance-vectors.ts';

const own = path.join(import.meta.dirname, 'compliance.own.jsonl');
const development = path.resolve(import.meta.dirname, '../../../shared/vectors/compliance.dev.jsonl');
const idOf = (line: unknown) => (line as { id: string }).id;

describe('our own vectors', () => {
  const lines = readVectorLines(own);
  test('there are at least 120, each with its own id', () => {
    expect(lines.length).toBeGreaterThanOrEqual(120);
    expect(new Set(lines.map(idOf)).size).toBe(lines.length);
  });
  test.each(lines.map((line) => [idOf(line), line]))('%s', (_id, line) => {
    expect(runComplianceVector(line)).toMatchObject({ ok: true });
  });
});

// The development file lies beside a clone of ours, not in it.
(fs.existsSync(development) ? describe : describe.skip)('the development vectors', () => {
  const lines = fs.existsSync(development) ? readVectorLines(development) : [];
  test.each(lines.map((line) => [idOf(line), line]))('%s', (_id, line) => {
    expect(runComplianceVector(line)).toMatchObject({ ok: true });
  });
});

test('a line that is not understood fails', () => {
  const line = { ...(readVectorLines(own)[0] as object), surprise: true };
  expect(runComplianceVector(line).ok).toBe(false);
  expect(runComplianceVector({ id: 'x', pack: 'mx' }).ok).toBe(false);
});

test('a wrong answer and a wrong instant fail', () => {
  const deferred = readVectorLines(own).find((line) => (line as { expect: string }).expect === 'defer') as {
    until: string;
  };
  expect(runComplianceVector({ ...deferred, expect: 'allow' }).ok).toBe(false);
  expect(runComplianceVector({ ...deferred, until: '2026-01-01T00:00:00Z' }).ok).toBe(false);
});
