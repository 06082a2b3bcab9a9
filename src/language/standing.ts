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

type Whole = { date: CivilDate; amount: Money };

/**
 * What is offered in the light of what stands: "muévelo al lunes" keeps its amount, "el resto el 15" comes after it, "lo del lunes lo pago el
 * viernes" moves one payment of several. Only of what is known in full and still to come.
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
  if (kind !== 'promise' || amount.kind !== 'symbolic') return offers;
  const whole = standing.filter((one): one is Whole => one.date !== null && one.date >= today && one.amount !== null);
  if (whole.length < standing.length) return offers;
  if (amount.of === 'rest') return [...whole.map((one) => standingOffer(one, amount.span)), offer];
  if (amount.rule !== 'payment_of' || whole.length < 2) return offers;
  const moved = whole.findIndex((one) => one.amount === amount.money); // the very same value: two payments may be alike
  return [...whole.filter((_, n) => n !== moved).map((one) => standingOffer(one, amount.span)), offer];
}

/** The amount of the one payment that stands; of several nobody knows which is meant. */
function kept(standing: readonly Standing[], span: Span): Offer['amount'] {
  const [one, ...others] = standing;
  return one?.amount && others.length === 0
    ? { kind: 'symbolic', of: 'same', money: one.amount, rule: 'kept', span }
    : null;
}

const standingOffer = ({ date, amount }: Whole, span: Span): Offer => ({
  date: { candidates: [date], grain: 'day', open: false, rule: 'standing', span },
  amount: { kind: 'symbolic', of: 'same', money: amount, rule: 'standing', span },
});
