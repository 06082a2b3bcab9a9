import type { CivilDate } from '../kernel/calendar.ts';
import { type Locale, languageOf } from '../kernel/locale.ts';

/** A day in full, so that nobody can mistake it: `viernes 27 de noviembre de 2026`, `Friday, November 27, 2026`, `sexta-feira, 27 de novembro de 2026`. */
export function longDay(day: CivilDate, locale: Locale): string {
  const { weekday, date, month, year } = partsOf(day, locale, 'long');
  const language = languageOf(locale);
  if (language === 'en') return `${weekday}, ${month} ${date}, ${year}`;
  return `${weekday}${language === 'pt' ? ',' : ''} ${date} de ${month} de ${year}`;
}

/** A day that fits a reply button of 20 characters: `vie 27 nov`, `Fri, Nov 27`, `sex 27 nov`. */
export function shortDay(day: CivilDate, locale: Locale): string {
  const { weekday, date, month } = partsOf(day, locale, 'short');
  return languageOf(locale) === 'en' ? `${weekday}, ${month} ${date}` : `${weekday} ${date} ${month}`;
}

/** `a`, `a y b`, `a, b y c`: as that language lists things. */
export const listed = (items: readonly string[], locale: Locale): string =>
  new Intl.ListFormat(languageOf(locale), { type: 'conjunction' }).format(items);

function partsOf(day: CivilDate, locale: Locale, width: 'long' | 'short') {
  const at = new Date(`${day}T00:00:00Z`);
  const name = (part: 'weekday' | 'month') => formatOf(languageOf(locale), part, width).format(at).replace('.', '');
  return {
    weekday: name('weekday'),
    date: String(at.getUTCDate()),
    month: name('month'),
    year: String(at.getUTCFullYear()),
  };
}

const formats = new Map<string, Intl.DateTimeFormat>(); // making one costs a hundred times what using it does

function formatOf(language: string, part: 'weekday' | 'month', width: 'long' | 'short'): Intl.DateTimeFormat {
  const key = `${language}:${part}:${width}`;
  const format = formats.get(key) ?? new Intl.DateTimeFormat(language, { [part]: width, timeZone: 'UTC' });
  formats.set(key, format);
  return format;
}
