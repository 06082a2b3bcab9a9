import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js';

/** E.164 (`+525512345678`) from what a person typed in `country`, or null when it is no possible number there. */
export function toE164(text: string, country: string): string | null {
  const parsed = parsePhoneNumberFromString(text, country as CountryCode);
  return parsed?.isPossible() ? parsed.number : null;
}

/** Only the last two digits stay: for logs and screens that others may see. */
export function maskPhone(phone: string): string {
  return phone.length < 4 ? '…' : `…${phone.slice(-2)}`;
}

/** ISO 3166 alpha-2 code, lower case, of an E.164 number; null when its prefix belongs to no one country. */
export function countryOfPhone(e164: string): string | null {
  if (!e164.startsWith('+') || e164.includes('@')) return null; // an e-mail address may hold a number of anybody's
  return parsePhoneNumberFromString(e164)?.country?.toLowerCase() ?? null;
}
