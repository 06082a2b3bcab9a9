import { timingSafeEqual } from 'node:crypto';
import { type DebtorId, hmac } from '../kernel/ids.ts';
import type { Debtor } from './debtor.ts';

/** How many last digits a debtor is asked for. */
export const DOCUMENT_DIGITS = 4;

/** Length from which digits are a whole RUT with its check digit, and no longer its last digits. */
const WHOLE_RUT_MIN = 8;

/**
 * The digits that identify a document: marks and letters fall away, and so does the check digit of a Chilean RUT (`12.345.678-K`),
 * since half of the people leave it out.
 */
export function documentDigitsOf(document: string, country: string): string {
  const kept = country === 'cl' ? document.replace(/-\s*[\dkK]\s*$/, '') : document;
  return kept.replace(/\D/g, '');
}

/** Keyed by the debtor, so that equal digits of two debtors do not look equal. It hides digits from a reader of the database, not from one who tries all. */
export const hashDocument = (id: DebtorId, digits: string): string => hmac(`document:${id}`, digits);

/** May `digits` (typed by whoever holds the phone) be the last digits of the debtor's document? More digits than asked for are fine when they end right. */
export function matchesDocument(
  debtor: Pick<Debtor, 'id' | 'country' | 'documentHash' | 'documentDigits'>,
  digits: string,
): boolean {
  const typed = digits.replace(/\D/g, '');
  if (typed.length < debtor.documentDigits) return false;
  const readings = [typed];
  if (debtor.country === 'cl' && typed.length >= WHOLE_RUT_MIN) readings.push(typed.slice(0, -1));
  return readings.some((text) =>
    isSame(hashDocument(debtor.id, text.slice(-debtor.documentDigits)), debtor.documentHash),
  );
}

function isSame(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}
