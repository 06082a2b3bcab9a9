import { type Calendar, certain, paydays } from './date-meaning.ts';
import { plusMonths, weekdayOfDay } from './days.ts';
import type { Mention } from './mention.ts';

/** "every Friday starting next week", "cada viernes desde el 20": the series begins in the week, or on the day, that is named after it. */
export function startSeries(mentions: Mention[]): Mention[] {
  const series = mentions.find(({ kind, every }) => kind === 'weekday' && every === 'week');
  const [nearest] = series?.meaning.candidates ?? [];
  const week = mentions.find(
    ({ kind, meaning }) => (kind === 'week' || (kind === 'day' && meaning.sure)) && meaning.candidates.length > 0,
  );
  const first = week?.meaning.candidates.find(
    (day) => nearest !== undefined && weekdayOfDay(day) === weekdayOfDay(nearest),
  );
  if (!week || !series || first === undefined) return mentions;
  const moved = { ...series, meaning: certain(first) };
  return mentions.flatMap((mention) => (mention === week ? [] : mention === series ? [moved] : [mention]));
}

const PAYMENTS_MAX = 12;

/** A counted series: the first date and those after it, a week, two or a month apart, or every payday. */
export function repeat(first: Mention, count: number | null, c: Calendar): Mention[] | null {
  const [day] = first.meaning.candidates;
  if (day === undefined || !first.meaning.sure || count === null || count < 2 || count > PAYMENTS_MAX) return null;
  const days = Array.from({ length: count }, (_, i) =>
    first.every === 'week'
      ? day + 7 * i
      : first.every === 'fortnight' && first.kind === 'weekday'
        ? day + 14 * i
        : first.every === 'month'
          ? plusMonths(day, i)
          : (paydays(count, c)[i] ?? day),
  );
  return days.map((at) => ({ ...first, meaning: { ...first.meaning, candidates: [at] } }));
}

const ALWAYS = / (?:sempre|siempre|always|cada mes|todo mes|todos los meses|every month|each month|todo dia) /;

/** "3 parcelas de 120, sempre no dia 10": how often the day comes again, where another word says that it does. */
export function rhythmOf(first: Mention | undefined, text: string): Mention['every'] {
  if (!first || !ALWAYS.test(text)) return undefined;
  if (first.kind === 'weekday') return 'week';
  return first.kind === 'day' ? 'month' : undefined;
}
