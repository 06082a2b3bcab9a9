import { type Currency, type Money, parseDecimal } from '../kernel/money.ts';

const POINT_IS_DECIMAL = /^(\d{1,3}(?:,\d{3})+|\d+)(?:\.(\d{1,2}))?$/;
const COMMA_IS_DECIMAL = /^(\d{1,3}(?:\.\d{3})+|\d+)(?:,(\d{1,2}))?$/;

/**
 * Reads an amount that a person typed into a form: `500`, `$1,200.50`, `1.200,50`, `80.000`. No currency here has three decimals, so that
 * three digits after a mark are always thousands.
 * @returns null when it is no amount in that currency.
 */
export function readAmount(text: string, currency: Currency): Money | null {
  const plain = text.replace(/[\s$]/g, '');
  if (plain.length > 24) return null;
  const match = POINT_IS_DECIMAL.exec(plain) ?? COMMA_IS_DECIMAL.exec(plain);
  if (!match) return null;
  const whole = (match[1] ?? '').replace(/[.,]/g, '');
  return parseDecimal(match[2] === undefined ? whole : `${whole}.${match[2]}`, currency);
}
