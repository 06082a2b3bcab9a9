import type { DineroCurrency } from 'dinero.js';
import { add, compare, dinero, subtract, toDecimal } from 'dinero.js/bigint';

/** ISO 4217 codes that a portfolio may use, with the digits of their minor unit. */
export const CURRENCY_EXPONENTS = { MXN: 2, CLP: 0, COP: 2, ARS: 2, BRL: 2, PEN: 2, USD: 2, EUR: 2 } as const;
export type Currency = keyof typeof CURRENCY_EXPONENTS;

/** An amount in minor units (centavos; whole pesos for CLP). Never a float. */
export interface Money {
  readonly amountMinor: bigint;
  readonly currency: Currency;
}

export const money = (amountMinor: bigint, currency: Currency): Money => ({ amountMinor, currency });
export const isCurrency = (code: string): code is Currency => Object.hasOwn(CURRENCY_EXPONENTS, code);

/** @throws when the currencies differ. */
export const plus = (a: Money, b: Money): Money => from(add(to(a), to(b)));
/** @throws when the currencies differ. */
export const minus = (a: Money, b: Money): Money => from(subtract(to(a), to(b)));
/** -1, 0 or 1. @throws when the currencies differ. */
export const compareMoney = (a: Money, b: Money): -1 | 0 | 1 => compare(to(a), to(b));
export const sumMoney = (amounts: readonly Money[], currency: Currency): Money =>
  amounts.reduce(plus, money(0n, currency));

/** `1234.50` from 123450 MXN: for providers and files, never for people. */
export const toDecimalText = (m: Money): string => toDecimal(to(m));

/**
 * Reads a plain decimal (`1234.5`, `1234`, no thousands marks) exactly.
 * @returns null when the text is no such number or has more decimals than the currency.
 */
export function parseDecimal(text: string, currency: Currency): Money | null {
  const match = /^(-?)(\d{1,15})(?:\.(\d+))?$/.exec(text.trim());
  if (!match) return null;
  const exponent = CURRENCY_EXPONENTS[currency];
  const fraction = match[3] ?? '';
  if (/[1-9]/.test(fraction.slice(exponent))) return null;
  const digits = `${match[2]}${fraction.slice(0, exponent).padEnd(exponent, '0')}`;
  return money(BigInt(`${match[1]}${digits}`), currency);
}

const SYMBOLS: Record<Currency, string> = {
  MXN: '$',
  CLP: '$',
  COP: '$',
  ARS: '$',
  BRL: 'R$ ',
  PEN: 'S/',
  USD: 'US$',
  EUR: '€',
};

/** As a person of that locale writes it: `$1,200.00` (es-MX), `$1.200` (CLP in es-CL), `$80.000` (COP without cents when they are zero). */
export function formatMoney(m: Money, locale: string): string {
  const negative = m.amountMinor < 0n;
  const [whole = '0', fraction = ''] = toDecimal(
    to({ ...m, amountMinor: negative ? -m.amountMinor : m.amountMinor }),
  ).split('.');
  const { group, decimal } = marksOf(locale);
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, group);
  const cents = m.currency === 'COP' && /^0*$/.test(fraction) ? '' : fraction;
  return `${negative ? '-' : ''}${SYMBOLS[m.currency]}${grouped}${cents ? decimal + cents : ''}`;
}

function marksOf(locale: string): { group: string; decimal: string } {
  const pointIsDecimal = locale === 'es-MX' || locale.startsWith('en') || locale === 'es';
  return pointIsDecimal ? { group: ',', decimal: '.' } : { group: '.', decimal: ',' };
}

function to(m: Money) {
  const currency: DineroCurrency<bigint> = {
    code: m.currency,
    base: 10n,
    exponent: BigInt(CURRENCY_EXPONENTS[m.currency]),
  };
  return dinero({ amount: m.amountMinor, currency });
}

function from(d: ReturnType<typeof to>): Money {
  const { amount, currency } = d.toJSON();
  return { amountMinor: amount, currency: currency.code as Currency };
}
