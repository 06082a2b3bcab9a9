import { describe, expect, test } from '@jest/globals';
import { explain, framed, printable, tableOf } from '../../src/cli/terminal.ts';
import { AppError, Bug, type ErrorCode } from '../../src/kernel/errors.ts';

const columns = [
  { head: 'id', cell: (row: { id: string; text: string }) => row.id },
  { head: 'text', cell: (row: { id: string; text: string }) => row.text },
];

test('piped, a table is tab-separated lines with a header, whatever the cells hold', () => {
  const rows = [
    { id: '1', text: 'dos\tpalabras' },
    { id: '2', text: 'dos\nrenglones' },
  ];
  expect(tableOf(rows, columns, false)).toBe('id\ttext\n1\tdos palabras\n2\tdos renglones');
});

test('on a terminal it has borders', () => {
  expect(tableOf([{ id: '1', text: 'hola' }], columns, true)).toMatch(/┌.*┐[\s\S]*│ 1 +│ hola +│[\s\S]*└.*┘/);
});

test('a debtor cannot command the terminal of an agent', () => {
  expect(printable('\u001b[2Jhola\u0007 \u202eolleh')).toBe(' [2Jhola   olleh');
});

test('a frame stands around lines on a terminal, whatever their colours; piped there is none', () => {
  expect(framed(['ab', '\u001b[36mabc\u001b[39m'], true)).toBe(
    '╭─────╮\n│ ab  │\n│ \u001b[36mabc\u001b[39m │\n╰─────╯',
  );
  expect(framed(['ab', '', 'c'], false)).toBe('ab\nc');
});

describe('exit codes', () => {
  test.each<[ErrorCode, number]>([
    ['usage', 2],
    ['database_unavailable', 69],
    ['mongod_not_found', 69],
    ['port_taken', 69],
    ['config_invalid', 78],
    ['debtor_unknown', 1],
    ['portfolio_invalid', 1],
  ])('%s: %i, and a sentence without a stack', (code, exit) => {
    const said: string[] = [];
    expect(explain(new AppError(code, 'It did not work.'), (text) => said.push(text))).toBe(exit);
    expect(said.join('')).toContain('It did not work.');
    expect(said.join('')).not.toMatch(/^\s+at /m);
  });

  test('a fault of our own: 70, with the place', () => {
    const said: string[] = [];
    expect(explain(new Bug('never'), (text) => said.push(text))).toBe(70);
    expect(said.join('')).toMatch(/Bug: never\n\s+at /);
  });
});
