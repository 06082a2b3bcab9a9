import { type Locale, languageOf } from '../kernel/locale.ts';
import type { Cues } from './cues.ts';
import { englishCues } from './cues-en.ts';
import { spanishCues } from './cues-es.ts';
import { portugueseCues } from './cues-pt.ts';
import type { Country } from './holidays.ts';
import { compileLexicon, type Lexicon, type LexiconSource } from './lexicon.ts';
import { english } from './lexicon-en.ts';
import { spanish } from './lexicon-es.ts';
import { portuguese } from './lexicon-pt.ts';
import { soundOf } from './spelling.ts';
import { englishVerbs, portugueseVerbs, spanishVerbs, type VerbTag } from './verbs.ts';

/** A language as this room reads it. */
export interface Tongue {
  lexicon: Lexicon;
  cues: Cues;
  verbs: ReadonlyMap<string, VerbTag>;
  /** An accent on the last vowel tells past from present: "pagó", "pago". */
  accentsTell: boolean;
}

/** What a locale adds to its language. */
export interface Custom {
  country: Country;
  decimal: '.' | ',';
  monthFirst: boolean;
}

function tongue(source: LexiconSource, cues: Cues, verbs: ReadonlyMap<string, VerbTag>, accentsTell: boolean): Tongue {
  return { lexicon: compileLexicon(source, [...verbs.keys(), ...wordsOf(cues)], soundOf), cues, verbs, accentsTell };
}

/** Every word that a cue looks for: it is spelt right as it is. */
const wordsOf = (cues: Cues): string[] =>
  Object.values(cues).flatMap((value: unknown) =>
    value instanceof RegExp ? (value.source.match(/[a-z]{3,}/g) ?? []) : [],
  );

const tongues: Record<'es' | 'pt' | 'en', Tongue> = {
  es: tongue(spanish, spanishCues, spanishVerbs(), true),
  pt: tongue(portuguese, portugueseCues, portugueseVerbs(), false),
  en: tongue(english, englishCues, englishVerbs(), false),
};

const customs: Record<Locale, Custom> = {
  'es-MX': { country: 'MX', decimal: '.', monthFirst: false },
  'es-CL': { country: 'CL', decimal: ',', monthFirst: false },
  'es-CO': { country: 'CO', decimal: ',', monthFirst: false },
  'es-AR': { country: 'AR', decimal: ',', monthFirst: false },
  'pt-BR': { country: 'BR', decimal: ',', monthFirst: false },
  'en-US': { country: 'US', decimal: '.', monthFirst: true },
};

export const tongueOf = (locale: Locale): Tongue => tongues[languageOf(locale)];
export const customOf = (locale: Locale): Custom => customs[locale];
