const MARKS = /\p{M}/gu;

/** Text as the packs' regular expressions see it: lower case, no accents (ñ = n), plain quotes, spaces collapsed. */
export function foldText(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .replace(/[‘’´`]/g, "'")
    .replace(/\s+/g, ' ')
    .trim()
    .toLowerCase();
}

/** A pattern without accents, so that an author may write `cárcel` or `c[aá]rcel`. */
export const foldPattern = (source: string): string => source.normalize('NFD').replace(MARKS, '');

/** A message reduced to its words, for comparing it whole: upper case, no accents, punctuation or emoji. */
export function bareWords(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
