/** The words of one language, as data. Everything is written without accents; symbols stand for what the words mean. */
export interface LexiconSource {
  /** Chat spelling and contractions → the words meant: `mnn: 'manana'`, `del: 'de el'`. */
  spelled: Record<string, string>;
  /** Symbol → the phrases that say it, separated by `|`. The longest phrase wins. */
  phrases: Record<string, string>;
  numbers: NumberWords;
  /** Words of daily life that lie one letter away from a date or a number word and must not be taken for it. */
  ordinary: string;
}

export interface NumberWords {
  /** `veinticinco: 25`: all below 1,000. */
  values: Record<string, number>;
  /** `mil: 1000`. */
  scales: Record<string, number>;
  /** Scales that also say that it is money: `lucas: 1000`. */
  moneyScales: Record<string, number>;
  ordinals: Record<string, number>;
  /** The word between the parts: "treinta y uno", "mil e quinhentos", "two hundred and five". */
  and: string;
  /** Where `and` may stand: between tens and units only, or anywhere. */
  andAnywhere: boolean;
  /** "two fifty" is 250. */
  pairsAreHundreds?: boolean;
  /** "un", "a": one, but only in front of a scale. */
  ones: string;
  /** "medio": half of the scale that follows, or of the one before ("dos millones y medio"). */
  halves: string;
}

export interface Lexicon {
  spelled: ReadonlyMap<string, readonly string[]>;
  phrases: ReadonlyMap<string, readonly Phrase[]>;
  values: ReadonlyMap<string, number>;
  scales: ReadonlyMap<string, { value: number; money: boolean }>;
  ordinals: ReadonlyMap<string, number>;
  and: string;
  andAnywhere: boolean;
  pairsAreHundreds: boolean;
  ones: ReadonlySet<string>;
  halves: ReadonlySet<string>;
  /** Never respelled. */
  known: ReadonlySet<string>;
  /** Respelled words become one of these. */
  targets: readonly string[];
  /** Sound of a target → the target. */
  sounds: ReadonlyMap<string, string>;
  /** Consonants of a target → the target. */
  consonants: ReadonlyMap<string, string>;
}

export interface Phrase {
  words: readonly string[];
  symbol: string;
}

/** Shorter number words are mended by sound only (quinse): "conta" must not become one. */
const NUMBER_LETTERS_MIN = 7;
const TARGET_SYMBOL = /^(W\d|M\d+|D[012]|QUIN|WEEK|MONTH|DAY|NEXT|WEEKEND|BIZ|FINAL|HF.*)$/;

/** `familiar`: further words that are never respelled, such as the verbs of paying and the words of the cues. */
export function compileLexicon(
  source: LexiconSource,
  familiar: Iterable<string>,
  soundOf: (word: string) => string,
): Lexicon {
  const spelled = new Map(Object.entries(source.spelled).map(([key, words]) => [key, words.split(' ')]));
  const expand = (text: string) => text.split(' ').flatMap((word) => spelled.get(word) ?? [word]);
  const phrases = new Map<string, Phrase[]>();
  const known = new Set([...source.ordinary.split(/\s+/), ...familiar]);
  const targets = new Set<string>();
  const alike = new Set<string>();
  for (const [symbol, said] of Object.entries(source.phrases)) {
    for (const text of said.split('|')) {
      const words = expand(text.trim());
      const [first = ''] = words;
      phrases.set(first, [...(phrases.get(first) ?? []), { words, symbol }]);
      for (const word of words) known.add(word);
      if (words.length === 1 && first.length >= 5 && TARGET_SYMBOL.test(symbol)) targets.add(first);
    }
  }
  for (const list of phrases.values()) list.sort((a, b) => b.words.length - a.words.length);
  const { values, scales, moneyScales, ordinals } = source.numbers;
  const tables: Record<string, number>[] = [values, scales, moneyScales, ordinals];
  for (const word of tables.flatMap((table) => Object.keys(table))) {
    known.add(word);
    if (word.length >= 5 && Object.hasOwn(values, word))
      (word.length >= NUMBER_LETTERS_MIN ? targets : alike).add(word);
  }
  return {
    spelled,
    phrases,
    values: new Map(Object.entries(values)),
    scales: new Map<string, { value: number; money: boolean }>([
      ...Object.entries(scales).map(([word, value]) => [word, { value, money: false }] as const),
      ...Object.entries(moneyScales).map(([word, value]) => [word, { value, money: true }] as const),
    ]),
    ordinals: new Map(Object.entries(ordinals)),
    and: source.numbers.and,
    andAnywhere: source.numbers.andAnywhere,
    pairsAreHundreds: source.numbers.pairsAreHundreds ?? false,
    ones: new Set(source.numbers.ones.split(' ')),
    halves: new Set(source.numbers.halves.split(' ')),
    known,
    targets: [...targets],
    sounds: new Map([...alike, ...targets].map((word) => [soundOf(word), word])),
    consonants: new Map([...targets].map((word) => [word.replace(/[aeiou]/g, ''), word])),
  };
}
