import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { checkPacks, printPackProblem } from '../../src/compliance/check.ts';
import { loadPack, packsFrom } from '../../src/compliance/pack.ts';
import { civilDate } from '../../src/kernel/calendar.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { POLICIES, shippedPacks } from '../conformance/compliance-vectors.ts';

const read = (name: string) => ({
  name: `policies/${name}.yaml`,
  text: fs.readFileSync(path.join(POLICIES, `${name}.yaml`), 'utf8'),
});
const withChile = (change: (text: string) => string) => [
  read('house'),
  { name: 'policies/cl.yaml', text: change(read('cl').text) },
];

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (err) {
    if (err instanceof AppError) return err;
    throw err;
  }
  throw new Error('was not refused');
}

describe('a pack that is wrong is refused, naming file, line and field', () => {
  test.each<[string, (text: string) => string, RegExp]>([
    [
      'hours',
      (t) => t.replace('mon: ["08:00", "20:00"]', 'mon: ["8am", "20:00"]'),
      /policies\/cl\.yaml:\d+ windows\.mon\.0: a time is written "HH:MM"/,
    ],
    [
      'window',
      (t) => t.replace('mon: ["08:00", "20:00"]', 'mon: ["20:00", "08:00"]'),
      /windows\.mon: the window ends before it starts/,
    ],
    [
      'zone',
      (t) => t.replace('America/Santiago ', 'America/Macondo '),
      /policies\/cl\.yaml:6 tz_default: not an IANA time zone/,
    ],
    ['number', (t) => t.replace('max: 2', 'max: two'), /caps\.1\.max: .*number/],
    ['unknown field', (t) => `${t}\nspeed: 3\n`, /speed/],
    ['channel', (t) => t.replace('[voice, visit]', '[fax]'), /caps\.0\.ch\.0/],
    ['stop', (t) => t.replace('[sued, ', '[suede, '), /stop_on\.0/],
    [
      'holiday year',
      (t) => t.replace('2026-01-01: ', '2025-01-01: '),
      /holidays\.tables\.2026: 2025-01-01 is not a day of 2026/,
    ],
    ['holiday day', (t) => t.replace('2026-01-01: ', '2026-02-30: '), /2026-02-30/],
    ['twice', (t) => `${t}\nid: cl\n`, /policies\/cl\.yaml:\d+ .*unique/],
    ['no version', (t) => t.replace('version: 1', ''), /version/],
    [
      'unknown base',
      (t) => t.replace('extends: house', 'extends: casa'),
      /policies\/cl\.yaml:\d+ extends: there is no pack "casa"/,
    ],
  ])('%s', (_name, change, says) => {
    const error = refusal(() => packsFrom(withChile(change)));
    expect(error.code).toBe('data_invalid');
    expect(error.message).toMatch(says);
  });

  test('a bad regular expression is found in the file that has it', () => {
    const house = { ...read('house'), text: read('house').text.replace('\\bleave me alone', '(leave me alone') };
    expect(refusal(() => packsFrom([house, read('cl')])).message).toMatch(
      /policies\/house\.yaml:\d+ opt_out\.phrases\.\d+: not a regular expression/,
    );
  });

  test('all faults of all files at once', () => {
    const co = { ...read('co'), text: read('co').text.replace('America/Bogota', 'Bogota') };
    const { message } = refusal(() =>
      packsFrom([...withChile((t) => t.replace('America/Santiago ', 'Santiago ')), co]),
    );
    expect(message).toMatch(/cl\.yaml.*tz_default/);
    expect(message).toMatch(/co\.yaml.*tz_default/);
  });

  test('a pack that extends itself, and two files of one version', () => {
    expect(
      refusal(() =>
        packsFrom([{ name: 'a.yaml', text: 'id: ar\nversion: 1\neffective_from: 2020-01-01\nextends: ar\n' }]),
      ).message,
    ).toMatch(/extends itself/);
    expect(
      refusal(() => packsFrom([read('house'), read('cl'), { ...read('cl'), name: 'policies/cl2.yaml' }])).message,
    ).toMatch(/cl2\.yaml.*version 1/);
  });

  test('a file alone is read for its head only when it extends another', () => {
    expect(loadPack(read('cl').text, 'cl.yaml')).toMatchObject({
      id: 'cl',
      version: 1,
      extends: 'house',
      abstract: false,
    });
    expect(refusal(() => loadPack('id: cl\nversion: 1\neffective_from: 2021-04-20\n', 'cl.yaml')).message).toMatch(
      /cl\.yaml tz_default/,
    );
    expect(refusal(() => loadPack('', 'cl.yaml')).code).toBe('data_invalid');
  });
});

describe('which version is in force', () => {
  const later = {
    name: 'policies/cl-2.yaml',
    text: read('cl')
      .text.replace('version: 1', 'version: 2')
      .replace('2021-04-20', '2026-12-01')
      .replace('max: 2, days: 7', 'max: 1, days: 7'),
  };
  const packs = packsFrom([read('house'), read('cl'), later]);
  test.each([
    ['2026-12-01T02:59:00Z', 1],
    ['2026-12-01T03:00:00Z', 2], // midnight in Santiago
    ['2021-04-20T04:00:00Z', 1],
  ])('%s: version %i', (now, version) => {
    expect(packs.inForce('cl', new Date(now))?.version).toBe(version);
    expect(packs.inForce('CL', new Date(now))?.version).toBe(version);
  });
  test('none before the first, none for another country, none for the base', () => {
    expect(packs.inForce('cl', new Date('2021-04-19T12:00:00Z'))).toBeNull();
    expect(packs.inForce('mx', new Date('2026-12-01T12:00:00Z'))).toBeNull();
    expect(packs.inForce('house', new Date('2026-12-01T12:00:00Z'))).toBeNull();
    expect(packs.inForce('cl', new Date(Number.NaN))).toBeNull();
  });
  test('an overlay changes what it names and keeps the rest', () => {
    const nyc = shippedPacks.inForce('us-nyc', new Date('2026-11-24T12:00:00Z'));
    expect(nyc?.caps.map((cap) => cap.max)).toEqual([3, 7, 1]);
    expect(nyc?.windows.sun).toEqual(['08:00', '21:00']);
    expect(nyc?.providers).toHaveLength(1);
    expect(nyc?.content.forbid.map((rule) => rule.id)).toContain('judicial');
  });
});

describe('checkPacks', () => {
  test('the shipped packs have no problem in November 2026', () => {
    expect(checkPacks(shippedPacks, civilDate('2026-11-22')).map(printPackProblem)).toEqual([]);
  });
  test('in 2027 the tables of 2028 are asked for, pack by pack', () => {
    const problems = checkPacks(shippedPacks, civilDate('2027-01-01'));
    expect(problems.map(({ pack }) => pack).sort()).toEqual(shippedPacks.all.map(({ id }) => id).sort());
    expect(problems.map(printPackProblem)[0]).toMatch(/holidays\.tables: there is no table for 2028/);
  });
  test('words that clash or lack, days that are all closed, stops that are missing', () => {
    const packs = packsFrom(
      withChile((t) =>
        t
          .replace(
            /windows: .*/,
            'windows: {mon: null, tue: null, wed: null, thu: null, fri: null, sat: null, sun: null, holiday: null}',
          )
          .replace('[sued, insolvency, paid, opted_out, deceased]', '[sued]')
          .concat('\nopt_out: {words: [STOP, ALTA]}\n'),
      ),
    );
    const said = checkPacks(packs, civilDate('2026-11-22')).map(printPackProblem).join('\n');
    expect(said).toMatch(/windows: every day is closed/);
    expect(said).toMatch(/"BAJA" is missing/);
    expect(said).toMatch(/"ALTA" is an opt-out and something else/);
    expect(said).toMatch(/"paid" is missing/);
  });
});
