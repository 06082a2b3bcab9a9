import { type Money, minus, money, sumMoney } from '../kernel/money.ts';
import type { AmountReading, KnownFacts, Offer } from './heard.ts';
import { isWithin, standingIn } from './standing.ts';

/** What "all", "half" and a percentage are taken of, and "the rest" is left of: everything past its day, else everything owed. */
export const toPayOf = (balance: Money, overdue: Money): Money => (overdue.amountMinor > 0n ? overdue : balance);

/**
 * `percent` of a sum, rounded up to the minor unit, so that the share of a share is never below it: the one rounding rule of shares.
 * @param percent to the hundredth
 */
export function shareOf(basis: Money, percent: number): Money {
  const hundredths = BigInt(Math.round(percent * 100));
  return money((basis.amountMinor * hundredths + 9_999n) / 10_000n, basis.currency);
}

/** "ya deposité 300, el resto el viernes": whether the balance holds that payment yet nobody knows, so nothing is taken of it. */
export function afterClaim(facts: KnownFacts): KnownFacts {
  const minimum = moneyOf({ of: 'minimum' }, facts);
  const instalment = moneyOf({ of: 'instalment' }, facts);
  return { ...(minimum ? { minimum } : {}), ...(instalment ? { instalment } : {}) };
}

/** What `parts` leave of a sum; null when nothing is left or one of them is not known. */
export function restOf(basis: Money, parts: readonly (Money | null | undefined)[]): Money | null {
  const known = parts.flatMap((part) => (part?.currency === basis.currency ? [part] : []));
  if (known.length < parts.length) return null;
  const rest = minus(basis, sumMoney(known, basis.currency));
  return rest.amountMinor > 0n ? rest : null;
}

type Symbolic = Extract<AmountReading, { kind: 'symbolic' }>;

/**
 * Gives the shares of one message their money, as far as the facts say it: each payment by itself, then "the rest" after all others.
 * What no fact settles, and what would be more than is owed, stays without: it is asked for.
 * @returns the offers with their sums, and the other readings with theirs, in the order given
 */
export function withMoney(
  offers: readonly Offer[],
  others: readonly AmountReading[],
  facts: KnownFacts,
): { offers: Offer[]; amounts: AmountReading[] } {
  const offered = offers.map(({ amount }) => amount);
  const found = new Map<AmountReading, AmountReading>();
  const settle = (reading: Symbolic, sum: Money | null): void => {
    if (sum && sum.amountMinor > 0n) found.set(reading, { ...reading, money: sum });
  };
  for (const reading of new Set([...offered, ...others])) {
    if (reading?.kind !== 'symbolic' || reading.of === 'rest' || reading.money) continue;
    const isShared = WHOLES.has(reading.of) && offered.filter((one) => one === reading).length > 1; // "todo en 3 pagos"
    if (!isShared) settle(reading, moneyOf(reading, facts));
  }
  const sumAt = (reading: AmountReading | null): Money | null =>
    (reading && (found.get(reading) ?? reading).money) ?? null;
  trimRounding(offered, facts, sumAt, settle);
  const rest = offered.find((reading) => reading?.kind === 'symbolic' && reading.of === 'rest');
  if (rest?.kind === 'symbolic') settle(rest, restAmong(offered, rest, facts, sumAt));
  const valued = (reading: AmountReading): AmountReading => found.get(reading) ?? reading;
  return {
    offers: offers.map(({ date, amount }) => ({ date, amount: amount && valued(amount) })),
    amounts: others.map(valued),
  };
}

/** Shares of everything: of several payments at once they say how it is divided, not what each is. */
const WHOLES: ReadonlySet<Symbolic['of']> = new Set(['all', 'half', 'percent', 'overdue']);

const basisIn = ({ balance, overdue }: KnownFacts): Money | null =>
  balance ? lesser(toPayOf(balance, overdue ?? money(0n, balance.currency)), balance) : null;

function moneyOf({ of, percent = 0 }: Pick<Symbolic, 'of' | 'percent'>, facts: KnownFacts): Money | null {
  const basis = basisIn(facts);
  const { balance } = facts;
  if (of === 'minimum') return facts.minimum && balance ? lesser(facts.minimum, balance) : (facts.minimum ?? null);
  if (of === 'instalment') return within(facts.instalment, balance);
  if (of === 'overdue') return within(facts.overdue, balance);
  if (of === 'same') return within(sameIn(facts), balance);
  if (!basis) return null;
  if (of === 'all') return basis;
  if (of === 'half') return shareOf(basis, 50);
  return of === 'percent' && percent > 0 && percent <= 100 ? shareOf(basis, percent) : null;
}

/** "toda la deuda", "la mitad del saldo": of all that is owed, due or not. */
export function ofBalance(of: Symbolic['of'], percent: number | undefined, { balance }: KnownFacts): Money | null {
  return balance && balance.amountMinor > 0n ? moneyOf({ of, percent: percent ?? 0 }, { balance }) : null;
}

const lesser = (a: Money, b: Money): Money => (a.amountMinor <= b.amountMinor ? a : b);

const within = (sum: Money | null | undefined, most: Money | undefined): Money | null =>
  sum && (!most || isWithin(sum, most)) ? sum : null;

/** The amount of what stands: of several payments only when they are all alike. */
function sameIn(facts: KnownFacts): Money | null {
  const standing = standingIn(facts);
  const [first] = standing;
  const isOne = standing.every(({ amount }) => amount && amount.amountMinor === first?.amount?.amountMinor);
  return isOne ? (first?.amount ?? null) : null;
}

/** "la mitad hoy y la mitad el 15" of an odd sum: the last share takes what is left, not a cent more than there is. */
function trimRounding(
  offered: readonly (AmountReading | null)[],
  facts: KnownFacts,
  sumAt: (reading: AmountReading | null) => Money | null,
  settle: (reading: Symbolic, sum: Money | null) => void,
): void {
  const basis = basisIn(facts);
  const last = offered.findLast((reading) => reading?.kind === 'symbolic' && WHOLES.has(reading.of));
  const sum = sumAt(last ?? null);
  if (!basis || last?.kind !== 'symbolic' || !sum || offered.some((reading) => sumAt(reading) === null)) return;
  if (offered.some((reading) => sumAt(reading)?.currency !== basis.currency)) return;
  const all = offered.reduce((total, reading) => total + (sumAt(reading)?.amountMinor ?? 0n), 0n);
  const over = all - basis.amountMinor;
  if (over > 0n && over < BigInt(offered.length)) settle(last, money(sum.amountMinor - over, sum.currency));
}

/** What the other payments of the message leave; of one payment alone, what those that stand leave. */
function restAmong(
  offered: readonly (AmountReading | null)[],
  rest: Symbolic,
  facts: KnownFacts,
  sumAt: (reading: AmountReading | null) => Money | null,
): Money | null {
  const basis = basisIn(facts);
  const others = offered.filter((reading) => reading !== rest);
  if (!basis || others.length < offered.length - 1) return null;
  if (offered.length > 1) return restOf(basis, others.map(sumAt));
  const standing = standingIn(facts).map(({ amount }) => amount);
  const isAskedFor = standing.filter((amount) => amount === null).length === 1; // it is the amount that the question is about
  return restOf(basis, isAskedFor ? standing.filter((amount) => amount !== null) : standing);
}
