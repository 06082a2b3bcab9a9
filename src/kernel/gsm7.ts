/** GSM 03.38 default alphabet. á í ó ú and ç are not in it: one of them makes a message UCS-2 and more than halves its room. */
const BASIC = new Set(
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà',
);
/** Cost two places each. */
const EXTENDED = new Set('^{}\\[~]|€');

const GSM7_SINGLE = 160;
const GSM7_PART = 153; // the rest of each part is the header that joins them
const UCS2_SINGLE = 70;
const UCS2_PART = 67;

const REPLACEMENTS: Record<string, string> = {
  '«': '"',
  '»': '"',
  '“': '"',
  '”': '"',
  '‘': "'",
  '’': "'",
  '–': '-',
  '—': '-',
  '…': '...',
  '•': '-',
  '\u00a0': ' ',
  '\u202f': ' ',
};

/** The same words in GSM-7 where that can be: accents that the alphabet lacks are dropped (á → a; é and ñ stay). What has no near letter stays. */
export function toGsm7(text: string): string {
  return text.replace(/[^ -_a-z\n]/gu, (char) => {
    if (BASIC.has(char) || EXTENDED.has(char)) return char;
    const plain = REPLACEMENTS[char] ?? char.normalize('NFD').replace(/\p{M}/gu, '');
    return Array.from(plain).every((c) => BASIC.has(c) || EXTENDED.has(c)) ? plain : char;
  });
}

/** How many SMS a text is paid as: 160 septets or 153 a part, 70 or 67 UTF-16 units as soon as one letter is not GSM-7. */
export function smsSegments(text: string): { encoding: 'gsm7' | 'ucs2'; segments: number } {
  const chars = Array.from(text);
  if (!chars.every((c) => BASIC.has(c) || EXTENDED.has(c)))
    return { encoding: 'ucs2', segments: parts(text.length, UCS2_SINGLE, UCS2_PART) };
  const septets = chars.reduce((sum, c) => sum + (EXTENDED.has(c) ? 2 : 1), 0);
  return { encoding: 'gsm7', segments: parts(septets, GSM7_SINGLE, GSM7_PART) };
}

const parts = (length: number, single: number, part: number): number =>
  length <= single ? 1 : Math.ceil(length / part);
