import type { CivilDate } from '../kernel/calendar.ts';
import type { Pack, Packs } from './pack.ts';
import { bareWords } from './plain-text.ts';

export interface PackProblem {
  pack: string;
  field: string;
  problem: string;
  /** What would be right. */
  fix: string;
}

/** Opt-outs that every pack honours, whatever its country (facts: compliance semantics, part two, 5). */
const WORDS_EVERYWHERE = [
  'BAJA',
  'STOP',
  'ALTO',
  'PARAR',
  'PARE',
  'SALIR',
  'DETENER',
  'NO MAS',
  'DARME DE BAJA',
  'CANCELAR MENSAJES',
  'UNSUBSCRIBE',
];

/** What is well formed and still wrong: for `acuerdo check`. What is not well formed never becomes a pack (packsFrom throws). */
export function checkPacks(packs: Packs, today: CivilDate): PackProblem[] {
  return packs.all.flatMap((pack) => [
    ...holidayProblems(pack, today),
    ...windowProblems(pack),
    ...wordProblems(pack),
    ...stopProblems(pack),
  ]);
}

export const printPackProblem = ({ pack, field, problem, fix }: PackProblem): string =>
  `pack ${pack} ${field}: ${problem}. ${fix}`;

/** Without next year's table every message of the first days of January, and in December those deferred to them, is blocked. */
function holidayProblems(pack: Pack, today: CivilDate): PackProblem[] {
  const year = Number(today.slice(0, 4));
  return [year, year + 1]
    .filter((needed) => !pack.calendar.years.includes(needed))
    .map((needed) => ({
      pack: pack.id,
      field: 'holidays.tables',
      problem: `there is no table for ${needed}, so every message of that year would be blocked`,
      fix: `add the holidays of ${needed}, reviewed, to the pack of ${pack.holidays.calendar}`,
    }));
}

function windowProblems(pack: Pack): PackProblem[] {
  const { mon, tue, wed, thu, fri, sat, sun } = pack.windows;
  if ([mon, tue, wed, thu, fri, sat, sun].some((window) => window !== null)) return [];
  return [{ pack: pack.id, field: 'windows', problem: 'every day is closed', fix: 'give at least one day its hours' }];
}

function wordProblems(pack: Pack): PackProblem[] {
  const { words, also_words, back, ambiguous } = pack.opt_out;
  const out = [...words, ...also_words].map(bareWords);
  const missing = WORDS_EVERYWHERE.filter((word) => !out.includes(word)).map((word) => ({
    pack: pack.id,
    field: 'opt_out.words',
    problem: `"${word}" is missing`,
    fix: 'every pack honours it; add it',
  }));
  const clashes = [...back, ...ambiguous]
    .filter((word) => out.includes(bareWords(word)))
    .map((word) => ({
      pack: pack.id,
      field: 'opt_out',
      problem: `"${word}" is an opt-out and something else too`,
      fix: 'keep it in one list',
    }));
  return [...missing, ...clashes];
}

function stopProblems(pack: Pack): PackProblem[] {
  return (['paid', 'opted_out', 'deceased'] as const)
    .filter((state) => !pack.stop_on.includes(state))
    .map((state) => ({
      pack: pack.id,
      field: 'stop_on',
      problem: `"${state}" is missing`,
      fix: 'nobody in that state is asked to pay; add it',
    }));
}
