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

/** A pattern for folded text: without accents and in lower case, so that an author may write `Cárcel` or `c[aá]rcel`. Its escapes stay as they are. */
export const foldPattern = (source: string): string =>
  source
    .normalize('NFD')
    .replace(MARKS, '')
    .replace(/\\[pP]\{[^}]*\}|\\.|\p{Lu}/gsu, (part) => (part.startsWith('\\') ? part : part.toLowerCase()));

/** A message reduced to its words, for comparing it whole: upper case, no accents, punctuation or emoji. */
export function bareWords(text: string): string {
  return text
    .normalize('NFKD')
    .replace(MARKS, '')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();
}
