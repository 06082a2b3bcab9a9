import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { addCheck } from '../../src/cli/check.ts';
import { PACKAGE_ROOT } from '../../src/data-files.ts';
import type { Fault } from '../../src/dialog/fault.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'acuerdo-check-'));
  for (const folder of ['flows', 'locales', 'policies', 'strategies'])
    cpSync(path.join(PACKAGE_ROOT, folder), path.join(root, folder), { recursive: true });
});
afterEach(() => {
  process.exitCode = undefined;
  rmSync(root, { recursive: true });
});

async function check(others: Parameters<typeof addCheck>[2] = [], hasColors = false) {
  let out = '';
  const program = new Command().exitOverride().configureOutput({
    writeOut: (text) => {
      out += text;
    },
    getOutHasColors: () => hasColors,
  });
  addCheck(program, root, others);
  await program.parseAsync(['check'], { from: 'user' });
  const exitCode = process.exitCode;
  process.exitCode = undefined;
  return { out, exitCode };
}

const breakBalance = () => {
  const file = path.join(root, 'flows/balance.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('else: nothing', 'else: nowhere'));
};

test('one line when all is right', async () => {
  const { out, exitCode } = await check();
  expect(out).toMatch(/All right.*: \d+ flows, \d+ steps, \d+ texts in \d+ locales\.\n$/);
  expect(exitCode).toBeUndefined();
});

test('a line a fault when piped, and exit code 1', async () => {
  breakBalance();
  const { out, exitCode } = await check();
  expect(out).toMatch(/^flows\/balance\.yaml:4 balance\.begin: goes to nowhere, which is no step\. use one of begin/);
  expect(out).toMatch(/2 faults\S*\n$/);
  expect(exitCode).toBe(1);
});

test('a table on a terminal', async () => {
  breakBalance();
  expect((await check([], true)).out).toMatch(/what would be right/);
});

test('what other rooms find is shown too', async () => {
  const fault: Fault = {
    file: 'policies/mx.yaml',
    line: 7,
    where: 'windows.mon',
    problem: 'ends before it begins',
    fix: 'swap them',
  };
  const { out, exitCode } = await check([async (folder) => (folder === root ? [fault] : [])]);
  expect(out).toContain('policies/mx.yaml:7 windows.mon: ends before it begins. swap them');
  expect(exitCode).toBe(1);
});

test('a folder that is not there is said by name', async () => {
  rmSync(path.join(root, 'locales'), { recursive: true });
  await expect(check()).rejects.toThrow(/locales cannot be read/);
});
