import { z } from 'zod';
import { type CivilDate, isCivilDate, isZone } from '../kernel/calendar.ts';
import { creditorId, debtId, debtorId } from '../kernel/ids.ts';
import { LOCALES } from '../kernel/locale.ts';
import { MEDIA, type Medium } from '../kernel/medium.ts';
import { CURRENCY_EXPONENTS, type Currency, isCurrency, type Money, parseDecimal } from '../kernel/money.ts';
import { toE164 } from '../kernel/phone.ts';
import type { Debt } from './debt.ts';
import type { Creditor, Debtor } from './debtor.ts';
import { DOCUMENT_DIGITS, documentDigitsOf, hashDocument } from './identity.ts';
import { nearestOf } from './nearest.ts';
import { localeOf, PORTFOLIO_COUNTRIES, stateKey, statesOf, zoneOf } from './zone-of.ts';

const INSTALMENTS_MAX = 600; // 50 years of months
const YEARS = ['2000', '2100'] as const;

/** An id goes into other ids, into links and into logs: letters, digits, `.`, `_`, `-`. */
const id = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits, ".", "_" or "-", and begin with a letter or a digit',
  );
const words = (max: number) =>
  z
    .string()
    .max(max, `is longer than ${max} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    .regex(/^[^\u0000-\u001f\u007f-\u009f\ufffd]*$/, 'holds a line break or another control character');
const optional = <T extends z.ZodType>(schema: T) => z.literal('').or(schema);

/** One row is one instalment. docs/portfolio-csv.md describes each column to those who write the file. */
const columns = {
  creditor_id: id,
  creditor_name: words(120),
  debtor_id: id,
  debtor_name: words(120),
  document: words(40),
  country: z
    .string()
    .toLowerCase()
    .refine(
      (text) => PORTFOLIO_COUNTRIES.includes(text),
      `is no country we know; write one of ${PORTFOLIO_COUNTRIES.join(', ').toUpperCase()}`,
    ),
  state: words(80),
  zone: optional(z.string().refine(isZone, 'is no IANA time zone such as America/Tijuana')),
  locale: z.enum(['', ...LOCALES], `must be one of ${LOCALES.join(', ')}`),
  phone: words(40),
  email: optional(z.email('is no e-mail address').max(254, 'is longer than 254 characters')),
  authorized_channels: z
    .string()
    .toLowerCase()
    .transform((text) => text.split('|').map((part) => part.trim()))

    .pipe(z.array(z.enum(['', ...MEDIA], `must be any of ${MEDIA.join('|')}`))),
  debt_id: id,
  concept: words(80),
  instalment: z
    .string()
    .regex(/^(|[1-9]\d{0,2})$/, 'must be a whole number from 1')
    .transform((text) => (text === '' ? 1 : Number(text)))
    .refine((no) => no <= INSTALMENTS_MAX, `is above ${INSTALMENTS_MAX}`),
  due_date: z.string(),
  amount: z.string(),
  currency: z.string().toUpperCase(),
} as const;

const schema = z.object(columns);

export type Column = keyof typeof columns;
export const PORTFOLIO_COLUMNS = Object.keys(columns) as Column[];
const OPTIONAL: readonly Column[] = ['state', 'zone', 'locale', 'phone', 'email', 'authorized_channels', 'instalment'];
export const REQUIRED_COLUMNS: readonly Column[] = PORTFOLIO_COLUMNS.filter((c) => !OPTIONAL.includes(c));

/** What is wrong with one cell. `reason` never holds a name, a document, a phone or an address. */
export interface Fault {
  /** Counted from 1 in the file, the header being line 1. */
  line: number;
  column: Column | null;
  reason: string;
}

export interface PortfolioRow {
  creditor: Creditor;
  debtor: Debtor;
  debt: Pick<Debt, 'id' | 'externalId' | 'concept' | 'currency'>;
  no: number;
  dueDate: CivilDate;
  amount: Money;
}

type Cells = Partial<Record<Column, string>>;
type Reading<T> = { ok: true; value: T } | { ok: false; faults: Omit<Fault, 'line'>[] };

/** Which cell of a row is which column. Unknown names are faults, with the nearest known one. */
export function readHeader(cells: readonly string[]): Reading<Column[]> {
  const names = cells.map((cell) => cell.trim().toLowerCase());
  const known = PORTFOLIO_COLUMNS as readonly string[];
  const faults: Omit<Fault, 'line'>[] = [];
  for (const name of names.filter((n) => !known.includes(n)))
    faults.push({ column: null, reason: `there is no column ${quoted(name)}${didYouMean(name, known)}` });
  for (const name of new Set(names.filter((n, i) => names.indexOf(n) !== i)))
    faults.push({ column: null, reason: `the column ${quoted(name)} is there twice` });
  for (const column of REQUIRED_COLUMNS.filter((c) => !names.includes(c)))
    faults.push({ column, reason: 'the column is missing; docs/portfolio-csv.md lists all of them' });
  return faults.length > 0 ? { ok: false, faults } : { ok: true, value: names as Column[] };
}

/** Reads one row, or says all that is wrong with it. Pure. */
export function readRow(cells: Cells): Reading<PortfolioRow> {
  const faults: Omit<Fault, 'line'>[] = [];
  const fail = (column: Column, reason: string) => {
    faults.push({ column, reason });
    return null;
  };
  const given = Object.fromEntries(PORTFOLIO_COLUMNS.map((c) => [c, (cells[c] ?? '').trim()])) as Record<
    Column,
    string
  >;
  const missing = REQUIRED_COLUMNS.filter((c) => given[c] === '');
  for (const column of missing) fail(column, 'is empty');
  const parsed = schema.safeParse(given);
  for (const issue of parsed.error?.issues ?? []) {
    const column = issue.path[0] as Column;
    if (!missing.includes(column)) fail(column, issue.message);
  }

  const country = given.country.toLowerCase();
  const zone = given.zone || readZone(country, given.state, fail);
  const currency = isCurrency(given.currency.toUpperCase()) ? (given.currency.toUpperCase() as Currency) : null;
  if (currency === null && given.currency !== '')
    fail(
      'currency',
      `${quoted(given.currency)} is no currency we know; write one of ${Object.keys(CURRENCY_EXPONENTS).join(', ')}`,
    );
  const amount = currency && given.amount !== '' ? readAmount(given.amount, currency, fail) : null;
  const dueDate = given.due_date === '' ? null : readDate(given.due_date, fail);
  const phone = given.phone === '' ? null : readPhone(given.phone, country, fail);
  const digits = documentDigitsOf(given.document, country);
  if (given.document !== '' && digits.length < DOCUMENT_DIGITS)
    fail('document', `has fewer than ${DOCUMENT_DIGITS} digits; the debtor is asked for the last ${DOCUMENT_DIGITS}`);

  if (faults.length > 0 || !parsed.success || !currency || !amount || !dueDate || !zone) return { ok: false, faults };
  const v = parsed.data;
  const creditor: Creditor = { id: creditorId(v.creditor_id), name: v.creditor_name };
  const ownId = debtorId(creditor.id, v.debtor_id);
  const media = v.authorized_channels.filter((m): m is Medium => m !== '');
  return {
    ok: true,
    value: {
      creditor,
      debtor: {
        id: ownId,
        creditorId: creditor.id,
        externalId: v.debtor_id,
        name: v.debtor_name.replace(/\s+/g, ' '),
        documentHash: hashDocument(ownId, digits.slice(-DOCUMENT_DIGITS)),
        documentDigits: DOCUMENT_DIGITS,
        country,
        zone,
        locale: v.locale || localeOf(country),
        phone,
        email: v.email === '' ? null : v.email.toLowerCase(),
        authorizedMedia: media.length === 0 ? null : media,
      },
      debt: { id: debtId(creditor.id, v.debt_id), externalId: v.debt_id, concept: v.concept, currency },
      no: v.instalment,
      dueDate,
      amount,
    },
  };
}

type Fail = (column: Column, reason: string) => null;

function readZone(country: string, state: string, fail: Fail): string | null {
  if (!PORTFOLIO_COUNTRIES.includes(country)) return null; // said of the country already
  const zone = zoneOf(country, state);
  if (zone !== null) return zone;
  if (state === '') return fail('state', 'is empty; the hours at which a debtor may be written to depend on it');
  const near = didYouMean(stateKey(state), statesOf(country));
  return fail(
    'state',
    `${quoted(state)} is no state of ${country.toUpperCase()} that we know${near}; or give the zone`,
  );
}

function readAmount(text: string, currency: Currency, fail: Fail): Money | null {
  const exponent = CURRENCY_EXPONENTS[currency];
  const example = exponent === 0 ? '120000' : '1200.50';
  if (!/^[+-]?\d+(\.\d+)?$/.test(text))
    return fail(
      'amount',
      `${quoted(text)} is no plain number; write it as ${example}, without thousands marks or symbols`,
    );
  const amount = parseDecimal(text.replace('+', ''), currency);
  if (amount === null && text.replace(/\D.*$/, '').length <= 15)
    return fail('amount', `${quoted(text)} has more decimals than ${currency} has (${exponent})`);
  if (amount === null) return fail('amount', `${quoted(text)} is too large; at most 15 digits before the point`);
  return amount.amountMinor > 0n ? amount : fail('amount', `${quoted(text)} is not above zero`);
}

function readDate(text: string, fail: Fail): CivilDate | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return fail('due_date', `${quoted(text)} is not written YYYY-MM-DD`);
  if (!isCivilDate(text)) return fail('due_date', `${text} is no day of the calendar`);
  if (text < YEARS[0] || text > YEARS[1]) return fail('due_date', `${text} is not between ${YEARS[0]} and ${YEARS[1]}`);
  return text;
}

function readPhone(text: string, country: string, fail: Fail): string | null {
  const phone = /^\+?[\d\s().-]+$/.test(text) ? toE164(text, country.toUpperCase()) : null;
  return (
    phone ??
    fail('phone', `is no phone number of ${country.toUpperCase()}; write it with its country code, as +52 55 1234 5678`)
  );
}

function didYouMean(name: string, known: readonly string[]): string {
  const near = nearestOf(name, known);
  return near === null ? '' : `; did you mean ${quoted(near)}?`;
}

const quoted = (text: string): string => `"${text.length > 30 ? `${text.slice(0, 30)}…` : text}"`;
