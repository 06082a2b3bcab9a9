import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { breachesOf, importsOf, ROOT, readArchitecture, roomOf, shapeBreachesOf } from './setup/source-rules.ts';

const root = path.resolve(import.meta.dirname, '..');
const architecture = readArchitecture(readFileSync(path.join(root, 'docs/ARCHITECTURE.md'), 'utf8'));
const IN_BROWSER = /^http\/simulator-page\//; // runs on the visitor's machine: its clock is theirs

function filesUnder(folder: string): { file: string; source: string }[] {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .map((name) => name.split(path.sep).join('/'))
    .filter((name) => /\.(ts|js)$/.test(name) && !name.includes('node_modules/'))
    .map((file) => ({ file, source: readFileSync(path.join(root, folder, file), 'utf8') }));
}

const sources = filesUnder('src').filter(({ file }) => !IN_BROWSER.test(file));

test('every room stands in the table, and every room of the table is there', () => {
  const rooms = new Set(
    readdirSync(path.join(root, 'src'), { withFileTypes: true }).flatMap((e) => (e.isDirectory() ? [e.name] : [])),
  );
  const unknown = [...rooms].filter((room) => !architecture.rooms.has(room));
  expect(unknown).toEqual([]);
});

test('rooms import only what the table lets them; packages stay in their homes; clock, chance and environment too', () => {
  expect(sources.flatMap(({ file, source }) => breachesOf(file, source, architecture))).toEqual([]);
});

test('the rooms of the table have no circle, so that each can be read after those it stands on', () => {
  const order: string[] = [];
  const visit = (room: string, path: string[]): void => {
    if (path.includes(room)) throw new Error(`a circle: ${[...path, room].join(' → ')}`);
    for (const below of architecture.rooms.get(room) ?? []) if (below !== ROOT) visit(below, [...path, room]);
    order.push(room);
  };
  for (const room of architecture.rooms.keys()) visit(room, []);
  expect(order[0]).toBe('kernel');
});

test('tests and benches are short and well named too', () => {
  const files = ['test', 'bench'].flatMap((folder) =>
    filesUnder(folder).map(({ file, source }) => ({ file: `${folder}/${file}`, source })),
  );
  expect(files.flatMap(({ file, source }) => shapeBreachesOf(file, source))).toEqual([]);
});

test('every package that is imported is declared', () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const known = new Set(Object.keys(dependencies));
  const outside = sources.flatMap(({ file, source }) =>
    importsOf(source)
      .filter(({ from }) => !from.startsWith('.') && !from.startsWith('node:'))
      .map(({ from }) => ({
        file,
        name: from
          .split('/')
          .slice(0, from.startsWith('@') ? 2 : 1)
          .join('/'),
      })),
  );
  expect(outside.filter(({ name }) => !known.has(name))).toEqual([]);
});

test('a vendor has a home in the table, and the table names no vendor that is not used', () => {
  const used = new Set(sources.flatMap(({ source }) => importsOf(source).map(({ from }) => from)));
  expect(
    [...architecture.homes.keys()].filter(
      (name) => ![...used].some((from) => from === name || from.startsWith(`${name}/`)),
    ),
  ).toEqual([]);
});

describe('the rules themselves find what they look for', () => {
  test.each([
    ['ledger/x.ts', "import { a } from '../turns/turn.ts';", 'ledger may not import turns'],
    ['ledger/x.ts', "import type { Config } from '../config.ts';", 'ledger may not import (root)'],
    ['http/x.ts', "import { addChat } from '../cli/chat.ts';", 'http may not import cli'],
    ['kernel/x.ts', "export { a } from '../ledger/debt.ts';", 'kernel may not import ledger'],
    ['kernel/x.ts', "const a = await import('../ledger/debt.ts');", 'kernel may not import ledger'],
    ['ledger/x.ts', "import { Schema, type Model } from 'mongoose';", 'mongoose belongs in'],
    ['ledger/x.ts', "import { dinero } from 'dinero.js/bigint';", 'dinero.js belongs in'],
    ['ledger/x.ts', 'const now = new Date();', 'reads the clock'],
    ['ledger/x.ts', 'const now = Date.now();', 'reads the clock'],
    ['ledger/x.ts', 'const id = randomUUID();', 'draws chance'],
    ['ledger/x.ts', 'const n = Math.random();', 'draws chance'],
    ['ledger/x.ts', 'const home = process.env.HOME;', 'reads process.env'],
    ['ledger/helpers.ts', '', 'a name that says nothing'],
    ['ledger/x.ts', ' \n'.repeat(401), 'has 401 lines'],
  ])('%s: %j', (file, source, expected) => {
    expect(breachesOf(file, source, architecture).join()).toContain(expected);
  });

  test.each([
    ['ledger/x.ts', "import { a } from '../kernel/money.ts';\nimport { b } from './debt.ts';"],
    ['ledger/debt-store.ts', "import { Schema } from 'mongoose';"],
    ['ledger/x.ts', "import type { Connection } from 'mongoose';"],
    ['ledger/x.ts', 'const then = new Date(ms); // not new Date()'],
    ['app.ts', "import { createTurn } from './turns/turn.ts';"],
    ['cli/x.ts', "import { startService } from '../main.ts';\nconst env = process.env;"],
  ])('and nothing else: %s', (file, source) => {
    expect(breachesOf(file, source, architecture)).toEqual([]);
  });

  test('a file at the top stands in no room', () => {
    expect([roomOf('app.ts'), roomOf('ledger/debt.ts'), roomOf('http/simulator-page/a.js')]).toEqual([
      ROOT,
      'ledger',
      'http',
    ]);
  });
});
