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

  test('what is known of the debtor shows what shares and references come to', async () => {
    const at = ['--at', '2026-11-22T10:30'];
    const halves = await run(['la mitad el viernes y el resto el 15', '--balance', '1200.01', ...at]);
    expect(halves).toContain('half = $600.01');
    expect(halves).toContain('rest = $600.00');
    const moved = ['muévelo al martes', '--balance', '1200', '--promised', '2026-11-27:500'];
    expect(await run([...moved, ...at])).toContain('same = $500.00');
    const due = await run(['el mínimo antes de que venza', '--minimum', '90', '--due', '2026-11-30', ...at]);
    expect(due).toContain('Sun 2026-11-29');
    expect(due).toContain('minimum = $90.00');
  });

  test.each([
    [['hoy', '--balance', 'mil'], '', /--balance mil is no sum in MXN/],
    [['hoy', '--balance', '-5'], '', /--balance -5 is no sum/],
    [['hoy', '--due', '30/11'], '', /due.*2026-11-30/],
    [['hoy', '--promised', '2026-11-27'], '', /promised.*2026-11-27:500/],
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
