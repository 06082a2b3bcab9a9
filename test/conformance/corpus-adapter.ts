import type { Locale } from '../../src/kernel/locale.ts';
import type { Currency } from '../../src/kernel/money.ts';
import { corpusReading } from '../../src/language/corpus.ts';

/** What the corpus gives an engine (shared/corpus/measure.mjs, `--adapter`). */
interface CorpusContext {
  ref: string;
  tz: string;
  lang: Locale;
  currency: Currency;
}

export const parse = (text: string, { ref, tz, lang, currency }: CorpusContext) =>
  corpusReading(text, { now: new Date(ref), zone: tz, locale: lang, currency });
