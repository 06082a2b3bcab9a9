import type { Heard, Intent, Offer } from '../language/heard.ts';

/** With one of these in a message that offers nothing by itself, a day or an amount is no offer to pay. */
const NOT_OFFERING: readonly Intent[] = [
  ...(['already_paid', 'refusal', 'dispute', 'balance', 'pay', 'plan'] as const),
  ...(['who_are_you', 'help', 'language', 'cancel', 'abuse'] as const),
];

/** The first payment that a message offers, or null. */
export function offerIn(heard: Heard): Offer | null {
  const [first] = heard.offers;
  if (!first || (first.date === null && first.amount === null)) return null;
  if (heard.kind === 'already_paid' || heard.kind === 'refusal') return null;
  const isBeside = heard.kind === 'none' && heard.intents.some(({ intent }) => NOT_OFFERING.includes(intent));
  return isBeside ? null : first;
}

/** What a message means, strongest first; a yes or a no last. */
export function meaningsOf(heard: Heard): Intent[] {
  const intents = heard.intents.map(({ intent }) => intent);
  return [...new Set(heard.yesNo === null ? intents : [...intents, heard.yesNo])];
}

/** The words of a message, lower case, without accents; ñ stays. */
export const wordsIn = (heard: Heard): string[] =>
  heard.text
    .toLowerCase()
    .normalize('NFD')
    .replace(/[\u0300-\u0302\u0304-\u036f]/g, '') // all marks but the tilde of ñ
    .normalize('NFC')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
