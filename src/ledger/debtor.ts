import type { CreditorId, DebtorId } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Medium } from '../kernel/medium.ts';

export interface Creditor {
  id: CreditorId;
  /** As debtors know it. */
  name: string;
}

export interface Debtor {
  id: DebtorId;
  creditorId: CreditorId;
  /** `debtor_id` of the portfolio. */
  externalId: string;
  name: string;
  /** HMAC of the last digits of the identity document, keyed by the debtor id: see ledger/identity.ts. */
  documentHash: string;
  /** How many last digits the hash is of. */
  documentDigits: number;
  /** ISO 3166 alpha-2 code, lower case: names the policy pack. */
  country: string;
  zone: string;
  locale: Locale;
  /** E.164. */
  phone: string | null;
  email: string | null;
  /** Media that the debtor authorised, where the law asks for it. Null: not stated. */
  authorizedMedia: Medium[] | null;
}
