import * as chronoEn from 'chrono-node/en';
import * as chronoEs from 'chrono-node/es';
import * as chronoPt from 'chrono-node/pt';
import type { Engine } from './score.ts';

const CHRONO = { es: chronoEs, pt: chronoPt, en: chronoEn };

const formats = new Map<string, Intl.DateTimeFormat>(); // made once: the peers are timed too

function offsetMinutes(at: Date, tz: string): number {
  const format = formats.get(tz) ?? new Intl.DateTimeFormat('en-US', { timeZone: tz, timeZoneName: 'longOffset' });
  formats.set(tz, format);
  const parts = format.formatToParts(at);

  const [, sign, hours, minutes] =
    /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(parts.find(({ type }) => type === 'timeZoneName')?.value ?? '') ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

/** What users of `chrono.parse` get: every result's first day. */
export const chrono: Engine = (text, { ref, tz, lang }) => {
  const language = lang.slice(0, 2) as keyof typeof CHRONO;
  const results = CHRONO[language].parse(
    text,
    { instant: new Date(ref), timezone: offsetMinutes(new Date(ref), tz) },
    { forwardDate: true },
  );
  return {
    dates: results.map(({ start }) =>
      [start.get('year'), start.get('month'), start.get('day')].map((n) => String(n).padStart(2, '0')).join('-'),
    ),
  };
};

interface Recognized {
  resolution: { values?: { type: string; value?: string; start?: string; end?: string }[] } | null;
}

/** Microsoft Recognizers-Text, where the package is installed: `npm i --no-save @microsoft/recognizers-text-suite@1.3.1`. */
export async function recognizers(): Promise<Engine | null> {
  const name = '@microsoft/recognizers-text-suite';
  const suite = await import(name).catch(() => null);
  if (suite === null) return null;
  const recognize = (suite.default ?? suite).recognizeDateTime as (
    text: string,
    culture: string,
    options: undefined,
    now: Date,
  ) => Recognized[];
  return (text, { lang, localDate, ref, tz }) => {
    const culture = { 'es-MX': 'es-mx', 'pt-BR': 'pt-br', 'en-US': 'en-us' }[lang as string] ?? 'es-es';
    const clock = new Intl.DateTimeFormat('en-GB', { timeZone: tz, hour: '2-digit', minute: '2-digit' }).format(
      new Date(ref),
    );
    const found = recognize(text, culture, undefined, new Date(`${localDate}T${clock}`));
    return { dates: found.flatMap((one) => dayOf(one, localDate) ?? []) };
  };
}

function dayOf({ resolution }: Recognized, today: string): string | null {
  const days = (resolution?.values ?? []).flatMap(({ type, value, start, end }) => {
    if (type === 'date' || type === 'datetime') return value && value !== 'not resolved' ? [value.slice(0, 10)] : [];
    return /range$/.test(type) ? [(end ?? start ?? '').slice(0, 10)] : [];
  });
  const real = days.filter((day) => /^20\d\d-\d\d-\d\d$/.test(day));
  return real.find((day) => day >= today) ?? real.at(-1) ?? null;
}
