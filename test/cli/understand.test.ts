import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Command } from 'commander';
import { addUnderstand } from '../../src/cli/understand.ts';

let printed: string[] = [];
const log = console.log;
beforeEach(() => {
  printed = [];
  console.log = (line: unknown) => void printed.push(String(line));
});
afterEach(() => {
  console.log = log;
});

async function run(args: string[], input = ''): Promise<string> {
  const program = new Command('acuerdo').exitOverride().configureOutput({ writeErr: () => {} });
  addUnderstand(program, Readable.from([input]));
  await program.parseAsync(['node', 'acuerdo', 'understand', ...args]);
  return printed.join('\n');
}

describe('acuerdo understand', () => {
  test('explains a reading: days, sum, rule and action', async () => {
    const text = await run(['te deposito el viernes 500', '--locale', 'es-MX', '--at', '2026-11-22T10:30']);
    for (const wanted of ['promise', 'register', 'Fri 2026-11-27', '$500.00', 'weekday', '“viernes”'])
      expect(text).toContain(wanted);
  });

  test('--at with an offset is that instant, without one the debtor’s wall', async () => {
    expect(await run(['hoy', '--at', '2026-11-22T01:00:00Z'])).toContain('Sat 2026-11-21 19:00');
    expect(await run(['hoy', '--at', '2026-11-22T01:00', '--locale', 'es-CL'])).toContain(
      'Sun 2026-11-22 01:00 America/Santiago',
    );
  });

  test('--jsonl answers each line in the format of the corpus', async () => {
    const row = {
      id: 'x1',
      lang: 'es-CL',
      ref: '2026-11-04T10:30:00-03:00',
      tz: 'America/Santiago',
      text: 'mañana 15 lucas',
    };
    expect(JSON.parse(await run(['--jsonl'], `${JSON.stringify(row)}\n\n`))).toEqual({
      id: 'x1',
      kind: 'promise',
      date: '2026-11-05',
      dates: ['2026-11-05'],
      amount: { value: 15000, currency: 'CLP' },
      amounts: [{ value: 15000, currency: 'CLP' }],
    });
  });

  test.each([
    [['hoy', '--at', 'ayer'], '', /no time/],
    [['hoy', '--at', '2026-02-30'], '', /no time/],
    [[], '', /needs a message/],
    [['--jsonl'], '{"id"', /line 1: not JSON/],
    [['--jsonl'], '{"lang":"xx"}', /line 1: lang/],
    [['--jsonl'], 'null', /line 1: lang/],
    [['hoy', '--locale', 'fr-FR'], '', /locale/],
    [['hoy', '--zone', 'Mars/Base'], '', /zone/],
  ])('%j: says what would be right', async (args, input, message) => {
    await expect(run(args, input)).rejects.toThrow(message);
  });
});
