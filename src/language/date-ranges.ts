import type { Meaning } from './date-meaning.ts';
import type { Mention } from './mention.ts';
import type { Item } from './symbols.ts';

/** "sábado o domingo", "del 1 al 3", "entre el 2 y el 4": the latest is meant. */
export function joinRanges(mentions: Mention[], items: readonly Item[]): Mention[] {
  const out: Mention[] = [];
  for (const mention of mentions) {
    const before = out.at(-1);
    const instead = before ? beginOfElse(before, mention, items) : null;
    if (before && instead !== null) out[out.length - 1] = { ...mention, first: instead, rule: `${mention.rule}+else` };
    else if (before && isRange(before, mention, items)) {
      const later = Math.max(before.meaning.candidates.at(-1) ?? 0, mention.meaning.candidates.at(-1) ?? 0);
      const meaning = rangeEnd(before, mention, later, isChoice(before, mention, items));
      out[out.length - 1] = {
        ...mention,
        first: before.first,
        meaning,
        rule: `${mention.rule}+range`,
        isRangeEnd: true,
        ...(before.every ? { every: before.every } : {}),
      };
    } else out.push(mention);
  }
  return out;
}

const isChoice = (a: Mention, b: Mention, items: readonly Item[]): boolean =>
  items.slice(a.end, b.first).some(({ key }) => key === 'OR');

/** The later of two sure days; of an end with two readings, the only one that comes after the beginning. */
function rangeEnd(a: Mention, b: Mention, later: number, choice: boolean): Meaning {
  if (a.meaning.sure && b.meaning.sure && (choice || b.kind !== 'day')) return { ...b.meaning, candidates: [later] };
  if (a.meaning.sure && b.meaning.sure) return b.meaning; // "del 1 al 10", said on the 4th, ends on this month's 10th
  const begin = a.meaning.candidates[0] ?? 0;
  const possible = b.meaning.candidates.filter((day) => day > begin);
  const isOnlyOne = a.meaning.sure && possible.length === 1 && b.kind === 'weekday' && !b.meaning.open;
  return isOnlyOne ? { ...b.meaning, candidates: possible, sure: true } : b.meaning;
}

const BETWEEN_FILLER = /^(ART[FS]?|DE|DAY|ON|IN|,|ABOUT|ya|BY|el|TO|AT|D0|como|que|sea|si|te|le|lo)$/;

/** Where "si no es hoy, es mañana", "if not today, tomorrow" begins: the later day is meant. Null when it is no such pair. */
function beginOfElse(a: Mention, b: Mention, items: readonly Item[]): number | null {
  const gap = items.slice(a.end, b.first);
  const [first, then] = [a.meaning.candidates[0], b.meaning.candidates[0]];
  if (gap.length > 3 || gap.some(({ key }) => !ELSE_FILLER.test(key)) || b.kind === 'elliptic') return null;
  if (!a.meaning.sure || !b.meaning.sure || first === undefined || then === undefined || then <= first) return null;
  for (let i = a.first - 1; i >= 0 && i >= a.first - 5; i -= 1) {
    const [key = '', next = ''] = [items[i]?.key, items[i + 1]?.key];
    if (key === 'OR' && /^(si|es|le|te|lo|puedo|alcanzo|pago|ART|D\d|W\d|BY|DAY)$/.test(next)) return i;
    if (/^(if|se|si)$/.test(key) && /^(not|nao|no|i|it)$/.test(next)) return i;
    if (!IF_NOT.test(key)) return null;
  }
  return null;
}
const IF_NOT =
  /^(no|nao|not|its|isnt|cant|es|eh|is|for|der|fuera|le|te|lo|puedo|alcanzo|consigo|pago|deposito|pay|i|it|ART[FS]?|ON|IN|BY|DAY)$/;
const ELSE_FILLER = /^(,|es|eh|is|its|then|entao|entonces|seria|sera|ART[FS]?|ON|IN|BY|DAY|seguro|ya|pero)$/;

function isRange(a: Mention, b: Mention, items: readonly Item[]): boolean {
  if (
    a.meaning.past ||
    b.meaning.past ||
    b.kind === 'loose' ||
    b.kind === 'clock' ||
    b.kind === 'part' ||
    a.kind === 'clock' ||
    a.kind === 'part' ||
    b.kind === 'elliptic'
  )
    return false;
  if (b.kind === 'month' && b.meaning.candidates.length === 0) return false;
  const gap = items.slice(a.end, b.first).map(({ key }) => key);
  if (gap.length > 5) return false;
  if (gap.length === 0) return isNextDay(a, b);
  const links = gap.filter((key) => !BETWEEN_FILLER.test(key) || key === 'TO' || key === 'BY');
  if (links.some((key) => !/^(OR|TO|BY|AND|-|maximo|tardar)$/.test(key))) return false;
  if (gap.length === 1 && gap[0] === ',')
    return a.kind === b.kind && (items[b.end]?.key === 'BY' || (b.rule === 'day_beside' && items[b.end]?.key === 'OR'));
  if (links.includes('OR')) return true;
  if (links[0] === 'BY' && links.length === 1 && gap.length <= 3) return a.kind === b.kind && !isTurnedDown(a, items);
  if (links.includes('AND')) return hasBetween(a, items);
  const inBInclusive = items[b.first]?.key ?? '';
  if (links.includes('TO') || links.includes('-') || inBInclusive === 'TO')
    return opensRange(a, items) || links.includes('TO');
  return (gap.includes('ARTF') || inBInclusive === 'ARTF') && opensRange(a, items);
}

/** "no alcanzo para el viernes, para el lunes sí": two days. */
const isTurnedDown = (a: Mention, items: readonly Item[]): boolean =>
  items.slice(Math.max(0, a.first - 6), a.first).some(({ key }) => /^(no|nao|ni|not|cant)$/.test(key));

/** "jueves viernes le pago". */
const isNextDay = (a: Mention, b: Mention): boolean =>
  a.rule === 'weekday' && b.rule === 'weekday' && b.meaning.candidates[0] === (a.meaning.candidates[0] ?? 0) + 1;

const hasBetween = (a: Mention, items: readonly Item[]): boolean =>
  items.slice(Math.max(0, a.first - 3), a.first + 1).some(({ key }) => key === 'BETWEEN');
const opensRange = (a: Mention, items: readonly Item[]): boolean =>
  items.slice(Math.max(0, a.first - 2), a.first + 1).some(({ key }) => /^(DE|AFTER|IN)$/.test(key));
