/** WhatsApp allows 4,096 characters; whoever promises a payment does it within the first thousand, and every later step is bounded by this. */
export const TEXT_CHARS_MAX = 1_000;

/** The text that spans point into: NFC, capped, runs of whitespace collapsed to one space, or to one line break when they hold one. */
export function cleanText(text: string): string {
  return text
    .slice(0, TEXT_CHARS_MAX * 4)
    .normalize('NFC')
    .replace(/[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g, '')
    .replace(/\s+/g, (run) => (run.includes('\n') ? '\n' : ' '))
    .trim()
    .slice(0, TEXT_CHARS_MAX);
}

/** Lower case without accents, `ñ` as `n`, apostrophes dropped, and letters said three times or more said once (mañanaaa). */
export function fold(word: string): string {
  const plain = PLAIN.test(word)
    ? word.toLowerCase()
    : word
        .toLowerCase()
        .normalize('NFD')
        .replace(/[\u0300-\u036f'’`´]/g, '');
  return plain.replace(/([a-z])\1{2,}/g, '$1');
}

const PLAIN = /^[a-zA-Z]*$/;
