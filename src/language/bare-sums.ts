import type { Token } from './tokens.ts';

const UNIT_AFTER =
  /^(dia|dias|semana|semanas|mes|meses|hora|horas|ano|anos|anios|minutos?|day|days|week|month|hour|years?|hijos?|personas?|pagos?|cuotas?|parcelas?|parcela|vezes|vez|veces|abonos|payments?|installments|partes|exhibiciones|kg|km|am|pm|hrs|h|hs|lineas?|kids|children|filhos|times|people|percent|quincenas?|quincena|cuadras|metros|mg|gb|casas|depositos|transferencias|mensualidades|por ciento)$/;
const NO_SUM_BEFORE = /^(#|numero|num|nro|no|art|articulo|ley|version|a las|tengo ya|edad|piso|km)$/;

/** A number that nothing marks as money is a sum all the same: no day goes so high, a paying verb stands before it, or it comes again. */
export function isBareSum(tokens: readonly Token[], i: number, looksPaid: (token: number) => boolean): boolean {
  const token = tokens[i];
  const after = tokens[i + 1];
  const before = tokens[i - 1]?.word ?? '';
  if (!token || isPercent(tokens, i)) return token !== undefined && isPercent(tokens, i);
  const namesDay = /^(dia|day)$/.test(after?.word ?? '') && tokens[i + 2]?.kind === 'number'; // "100 dia 10"
  if (after?.kind === 'word' && UNIT_AFTER.test(after.word) && !namesDay) return false;
  if (NO_SUM_BEFORE.test(before) || /^[#/]$/.test(after?.word ?? '')) return false;
  if (after?.word === ':' && tokens[i + 2]?.kind === 'number' && tokens[i + 2]?.glued) return false;
  const value = token.value ?? 0;
  if (value >= 2024 && value <= 2035 && !looksPaid(i)) return false;
  if (isYear(tokens, i, value) && !looksPaid(i)) return false;
  return value > 31 || looksPaid(i) || comesAgain(tokens, i);
}

/** "es del 2019", "desde 1998". */
const isYear = (tokens: readonly Token[], i: number, value: number): boolean =>
  value > 1950 &&
  value < 2036 &&
  value % 100 !== 0 &&
  /(^| )(?:en|desde|ano|de|in|since|from|em|do)(?: el)? $/.test(`${words(tokens, Math.max(0, i - 2), i)} `);

/** "25 every friday", "20 toda sexta", "25 a week". */
const comesAgain = (tokens: readonly Token[], i: number): boolean =>
  (tokens[i]?.value ?? 0) >= SMALL_SUM_MIN &&
  tokens[i]?.kind === 'number' &&
  /^(?:(?:every|each|toda) \w|a (?:week|month|paycheck)|por (?:semana|quinzena))/.test(words(tokens, i + 1, i + 3));

/** "20 na sexta", "20 on friday", "20 tomorrow": Spanish says "el 20", so there a bare number stays unread. `starts`: tokens that begin a date. */
export function isBesideDay(tokens: readonly Token[], i: number, starts: ReadonlySet<number>): boolean {
  const [next = '', after = '', later = ''] = [1, 2, 3].map((k) => tokens[i + k]?.word ?? '');
  const isLinked = /^(on|na|no|em|by|this)$/.test(next) && (DAY_NAME.test(after) || DAY_NAME.test(later));
  const isDated = [1, 2, 3].some((k) => starts.has(i + k));
  const before = tokens[i - 1]?.word ?? '';
  return (
    isDated &&
    tokens[i]?.kind === 'number' &&
    (tokens[i]?.value ?? 0) >= SMALL_SUM_MIN &&
    (DAY_NAME.test(next) || isLinked) &&
    !DAY_NAME.test(before) &&
    !/^(dia|the|o|to|a|at|as|ate|by|before|after|around|about|until|till|and|e|or|ou|-)$/.test(before)
  );
}

const SMALL_SUM_MIN = 5;
const DAY_NAME =
  /^(monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tonight|tomorrow|segunda|terca|quarta|quinta|sexta|sabado|domingo|hoje|amanha)$/;

export function isPercent(tokens: readonly Token[], i: number): boolean {
  const [a = '', b = ''] = [tokens[i + 1]?.word, tokens[i + 2]?.word];
  return (
    a === '%' ||
    a === 'percent' ||
    (a === 'por' && /^(ciento|cien|cento)$/.test(b)) ||
    (a === 'por' && tokens[i + 2]?.value === 100)
  );
}

export const words = (tokens: readonly Token[], from: number, to: number): string =>
  tokens
    .slice(from, to)
    .map(({ word }) => word)
    .join(' ');
