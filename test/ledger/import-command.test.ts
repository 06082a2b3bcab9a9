import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Command } from 'commander';
import type { Connection } from 'mongoose';
import type { App } from '../../src/app.ts';
import { addImport } from '../../src/cli/import.ts';
import { standingClock } from '../../src/kernel/clock.ts';
import { testDatabase } from '../setup/database.ts';
import { type Cells, portfolioText } from './portfolio-text.ts';

let db: Connection;
let drop: () => Promise<void>;
const folder = mkdtempSync(path.join(tmpdir(), 'acuerdo-import-'));
const planned: string[] = [];
let opened = 0;

beforeAll(async () => {
  ({ db, drop } = await testDatabase());
});
afterAll(async () => {
  await drop();
  rmSync(folder, { recursive: true });
});

/** Runs `acuerdo import` on a file. @returns what it printed */
async function run(...args: string[]): Promise<string> {
  const printed: string[] = [];
  const log = console.log;
  console.log = (text: string) => void printed.push(text);
  const conversations = {
    linkPhones: async () => undefined,
    planFollowups: async (ids: readonly string[]) => {
      planned.push(...ids);
      return { scheduled: 0, cancelled: 0 };
    },
  };
  const app = {
    clock: standingClock(new Date('2026-11-23T16:00:00Z')),
    conversations,
    proactiveChannels: ['simulator'],
  };
  const program = new Command('acuerdo').exitOverride();
  addImport(program, async () => {
    opened += 1;
    return { app: app as unknown as App, db, close: async () => undefined };
  });
  try {
    await program.parseAsync(['node', 'acuerdo', 'import', ...args]);
  } finally {
    console.log = log;
  }
  return printed.join('\n');
}

function file(name: string, rows: Cells[]): string {
  const at = path.join(folder, name);
  writeFileSync(at, portfolioText(rows));
  return at;
}

test('sums up what it did, and plans the follow-ups of those that changed', async () => {
  const at = file('good.csv', [{}]);
  expect(await run(at)).toBe(
    '\tnew\tchanged\tunchanged\ncreditors\t1\t0\t0\ndebtors\t1\t0\t0\ndebts\t1\t0\t0\ninstalments\t1\t0\t0',
  );
  expect(planned.splice(0)).toEqual(['credito-sol/MX-001']);
  expect(JSON.parse(await run(at, '--json'))).toMatchObject({ ok: true, rows: 1, counts: { debts: { unchanged: 1 } } });
  expect(planned).toEqual([]);
});

test('a wrong file is an error that lists its faults', async () => {
  const at = file('bad.csv', [{ amount: '-1' }, { instalment: '2', currency: 'XX' }]);
  await expect(run(at)).rejects.toMatchObject({
    code: 'portfolio_invalid',
    message: expect.stringContaining(
      'bad.csv was not imported: 2 faults. Nothing was written.\n  line 2, amount: "-1" is not above zero\n  line 3, currency:',
    ),
  });
});

test('a file that cannot be read is told before a database is opened', async () => {
  opened = 0;
  await expect(run(path.join(folder, 'none.csv'))).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('ENOENT'),
  });
  await expect(run(folder)).rejects.toMatchObject({ code: 'usage' });
  expect(opened).toBe(0);
});
