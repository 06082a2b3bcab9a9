import { describe, expect, test } from '@jest/globals';
import { packsFrom } from '../../src/compliance/pack.ts';
import { closingAfter } from '../../src/compliance/windows.ts';
import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';

const packs = packsFrom(readDataFiles(PACKAGE_ROOT).policies);
const MEXICO = 'America/Mexico_City';
const TIJUANA = 'America/Tijuana'; // two hours behind in winter

describe('when the hours that are open end', () => {
  test.each<[string, string[], string, string | null]>([
    ['Monday at 10:00', [MEXICO], '2026-03-02T16:00:00Z', '2026-03-03T04:00:00.000Z'],
    ['a minute before closing', [MEXICO], '2026-03-03T03:59:00Z', '2026-03-03T04:00:00.000Z'],
    ['at closing', [MEXICO], '2026-03-03T04:00:00Z', null],
    ['at night', [MEXICO], '2026-03-02T08:00:00Z', null],
    ['on a closed Sunday', [MEXICO], '2026-03-01T18:00:00Z', null],
    ['the first of two zones to close', [TIJUANA, MEXICO], '2026-03-02T18:00:00Z', '2026-03-03T04:00:00.000Z'],
    ['one of two zones still closed', [MEXICO, TIJUANA], '2026-03-02T14:00:00Z', null],
    ['a year without holidays', [MEXICO], '2040-03-05T16:00:00Z', null],
  ])('%s', (_when, zones, at, expected) => {
    const pack = packs.inForce('mx', new Date(at));
    if (!pack) throw new Error('no pack for Mexico');
    expect(closingAfter(pack, zones, new Date(at))?.toISOString() ?? null).toBe(expected);
  });
});
