import type { CivilDate } from '../kernel/calendar.ts';
import type { Money } from '../kernel/money.ts';
import type { Heard, KnownFacts, Offer, Span, Standing } from './heard.ts';

/** What stands, as far as it may be taken up: an amount that is more than is owed by now is none. */
export const standingIn = ({ standing = [], balance }: KnownFacts): readonly Standing[] =>
  standing.map(({ date, amount }) => ({
    date,
    amount: amount && (!balance || isWithin(amount, balance)) ? amount : null,
  }));

/** Of the same currency, and not more. */
export const isWithin = (sum: Money, most: Money): boolean =>
  sum.currency === most.currency && sum.amountMinor > 0n && sum.amountMinor <= most.amountMinor;

type Priced = Standing & { amount: Money };

/**
 * What is offered in the light of what stands: "muévelo al lunes" keeps its amount, "el resto el 15" comes after it, "lo del lunes lo pago el
 * viernes" moves one payment of several. What stands without a day to come is to be asked for one.
 * @param moves the words say that what stands is to come on another day, or correct it
 */
export function besideStanding(
  offers: readonly Offer[],
  kind: Heard['kind'],
  moves: boolean,
  facts: KnownFacts,
  today: CivilDate,
): readonly Offer[] {
  const standing = standingIn(facts);
  const [offer, ...others] = offers;
  if (!offer?.date || others.length > 0 || standing.length === 0) return offers;
  const { date, amount } = offer;
  if (amount === null) return moves ? [{ date, amount: kept(standing, date.span) }] : offers;
  const priced = standing.filter((one): one is Priced => one.amount !== null);
  const isOffered = kind === 'promise' || kind === 'ambiguous';
  if (!isOffered || amount.kind !== 'symbolic' || priced.length < standing.length) return offers;
  const asOffer = (one: Priced) => standingOffer(one, amount.span, today);
  if (amount.of === 'rest') return [...priced.map(asOffer), offer];
  if (amount.rule !== 'payment_of' || priced.length < 2) return offers;
  const moved = priced.findIndex((one) => one.amount === amount.money); // the very same value: two payments may be alike
  return [...priced.filter((_, n) => n !== moved).map(asOffer), offer];
}

/** The amount of the one payment that stands; of several nobody knows which is meant. */
function kept(standing: readonly Standing[], span: Span): Offer['amount'] {
  const [one, ...others] = standing;
  return one?.amount && others.length === 0
    ? { kind: 'symbolic', of: 'same', money: one.amount, rule: 'kept', span }
    : null;
}

const standingOffer = ({ date, amount }: Priced, span: Span, today: CivilDate): Offer => ({
  date:
    date === null || date < today ? null : { candidates: [date], grain: 'day', open: false, rule: 'standing', span },
  amount: { kind: 'symbolic', of: 'same', money: amount, rule: 'standing', span },
});
