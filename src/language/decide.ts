import type { Clause } from './clauses.ts';
import type { Cues } from './cues.ts';
import type { Calendar, Meaning } from './date-meaning.ts';
import { certain, nextWeekday, onPayday, otherWeekday, paydays } from './date-meaning.ts';
import { monthDayFrom } from './dates.ts';
import { weekdayOfDay, ymdOf } from './days.ts';
import type { HeardKind } from './heard.ts';
import type { Mention, Sum } from './mention.ts';
import { repeat, rhythmOf, startSeries } from './series.ts';
import { isVoucherToCome, type Stance, stanceOf } from './stance.ts';

/** One payment offered: its date and its sum, where said. */
export interface RawOffer {
  mention: Mention | null;
  sum: Sum | null;
}

export interface Decision {
  kind: HeardKind;
  offers: RawOffer[];
  /** Dates to ask about when they were not plainly offered. */
  asked: Mention[];
  isCorrection: boolean;
  stances: Stance[];
}

interface Taken {
  clause: Clause;
  stance: Stance;
  mentions: Mention[];
  sums: Sum[];
}

const OFFERING: ReadonlySet<Stance> = new Set(['offer', 'bare']);

/** Puts the clauses together: what is finally offered, and whether it may be registered, must be asked back, or is something else. */
export function decide(clauses: readonly Clause[], cues: Cues, c: Calendar): Decision {
  const taken: Taken[] = [];
  let corrects = false;
  let isCorrection = false;
  let negatedBefore: Mention | null = null;
  let lastMention: Mention | null = null;
  let lastOffered: Mention | null = null;
  for (const [i, clause] of clauses.entries()) {
    const stance = inContext(stanceOf(clause, cues), clause, taken.at(-1));
    const corrected =
      cues.corrects.test(clause.text) ||
      (/^ (?:(?:ay|ah|uy|uh|uf|uff|oh|eh|chuta|pucha|bueno|no|nao|nope|wait|mmm|hmm|este|espera|pera|ups|oops|ops) )+$/.test(
        clause.text,
      ) &&
        taken.some(({ mentions }) => mentions.length > 0));
    if (/^ (no|nao|nope|nel)( |$)/.test(clause.text) && i === 0 && clauses.length > 1) isCorrection = true;
    if (corrected) {
      corrects = true;
      isCorrection = true;
    }
    const mentions: Mention[] = [];
    for (const said of clause.mentions) {
      const mention = resolveOther(said, negatedBefore ?? lastMention, c);
      const isListed = clause.sums.length > 0 && negatedBefore === null && !corrects;
      if (mention)
        mentions.push(
          isListed
            ? inWeekOrder(inItsMonth(followOn(mention, lastMention), lastMention, c), mentions.at(-1) ?? lastOffered)
            : followOn(mention, lastMention),
        );
      lastMention = mention ?? lastMention;
    }
    if (OFFERING.has(stance)) lastOffered = mentions.at(-1) ?? lastOffered;
    if (corrects && (mentions.length > 0 || clause.sums.length > 0) && taken.length > 0) {
      dropEarlier(taken, mentions.length > 0 && !(stance === 'negated'), clause.sums.length > 0);
    }
    // What corrects is this clause alone: "mejor 400 el viernes y 100 el 15" puts two in the place of what was said before.
    if (mentions.length > 0 || clause.sums.length > 0) corrects = corrects && stance === 'negated';
    if (stance === 'negated' || stance === 'voided' || stance === 'past')
      negatedBefore = mentions.at(-1) ?? negatedBefore;
    taken.push({ clause, stance, mentions, sums: TURNED_DOWN.test(clause.text) ? [] : clause.sums });
  }
  for (const [i, one] of taken.entries()) {
    const next = taken[i + 1];
    if (leadsTo(one, next)) one.stance = 'offer';
    const isAsked = one.stance === 'offer' && one.mentions.length > 0 && next?.clause.isQuestion;
    if (isAsked && next?.stance === 'info' && cues.permits.test(next.clause.text)) one.stance = 'proposal';
  }
  return conclude(taken, isCorrection, c);
}

const AND_A_DATE = /^ (?:y|e|and) (?:(?:el|la|los|na|no|on|the) )?DATE $/;
const A_DATE = /^ (?:(?:el|la|para|na|no|on|the) )?DATE $/;

/** What the clause before makes of this one: more of the same aside, the voucher of what was paid, or a guess at what was asked. */
function inContext(stance: Stance, clause: Clause, before: Taken | undefined): Stance {
  if (before?.stance === 'aside' && stance === 'bare' && AND_A_DATE.test(clause.text)) return 'aside'; // "trabajo lunes y miércoles"
  if (before?.stance === 'paid' && isVoucherToCome(clause.text)) return 'aside'; // "ayer pagué, ahorita le mando el soporte"
  const isGuess = before?.stance === 'info' && before.clause.isQuestion && !/ (PAY|PAYINF) /.test(before.clause.text);
  return isGuess && stance === 'proposal' && A_DATE.test(clause.text) ? 'info' : stance; // "¿cuándo vence, el 20?"
}

/** "el lunes le marco y le hago el pago", "el viernes salgo de turno y le deposito": one day for both. */
const leadsTo = ({ stance, clause, mentions }: Taken, next: Taken | undefined): boolean =>
  next?.stance === 'offer' &&
  next.mentions.length === 0 &&
  ((stance === 'puts_off' && /^(y|e|and)$/.test(next.clause.opener)) ||
    (stance === 'aside' &&
      mentions.some(({ meaning }) => meaning.sure) &&
      OWN_ERRAND.test(clause.text) &&
      /^(y|e|and|,|so|entonces|entao|then)$/.test(next.clause.opener)));

/** "mil no, quinientos", "no tengo los 800, pero le doy 300", "can't do the full amount": this sum is not the one that is offered. */
const TURNED_DOWN =
  /^(?!.* (?:DATE|mas|sino|mais|more|but|solo|only|nomas|que|PAY) ).* (?:(?:no|nao|not|cant|cannot|dont|wont) (?:\w+ ){0,4}(?:MONEY|REL)|MONEY (?:no|nao) $)/;

/** Where one will be that day. */
const OWN_ERRAND =
  / (?:salgo|regreso|vuelvo|termino|llego|acabo|entro|bajo|descanso|cita|turno|guardia|consulta|viajo|saio|volto|chego|plantao|folga|off|back|work|working|shift|appointment|free|stop by|swing by|come by) /;

/** "el viernes y el otro viernes", "… y el viernes siguiente": after a Friday that is sure, the other one is the next. */
function followOn(mention: Mention, before: Mention | null): Mention {
  const [day] = before?.meaning.sure && before.kind === 'weekday' ? before.meaning.candidates : [];
  if (!/^weekday_(?:other|next)$/.test(mention.rule) || day === undefined) return mention;
  const isSameWeekday = mention.meaning.candidates.some((at) => weekdayOfDay(at) === weekdayOfDay(day));
  return isSameWeekday ? { ...mention, meaning: certain(day + 7) } : mention;
}

/** "100 el 15 de noviembre y 50 el 30": a day alone is one after the month that was named before it. */
function inItsMonth(mention: Mention, before: Mention | null, c: Calendar): Mention {
  const [day] = mention.meaning.candidates;
  const [named] = before?.rule.startsWith('day_month') && before.meaning.sure ? before.meaning.candidates : [];
  if (mention.rule !== 'day' || day === undefined || named === undefined || day >= named) return mention;
  return { ...mention, meaning: monthDayFrom(ymdOf(day).d, named, c) };
}

/** "10 el lunes y 10 el viernes", said on a Thursday: the Friday after that Monday. */
function inWeekOrder(mention: Mention, before: Mention | null): Mention {
  const [day] = mention.meaning.candidates;
  const [earlier] = before?.rule === 'weekday' && before.meaning.sure ? before.meaning.candidates : [];
  const isEarlier = mention.meaning.sure && day !== undefined && earlier !== undefined && day < earlier;
  return mention.rule === 'weekday' && isEarlier ? { ...mention, meaning: certain(day + 7) } : mention;
}

/** "el otro", "la siguiente": the one after what was just turned down. */
function resolveOther(mention: Mention, refused: Mention | null, c: Calendar): Mention | null {
  if (mention.kind !== 'elliptic') return mention;
  const day = refused?.meaning.candidates[0];
  if (!refused || day === undefined) return null;
  const meaning =
    mention.rule === 'the_day_after'
      ? dayAfter(refused, day)
      : mention.rule === 'this_one'
        ? nearest(refused, day, c)
        : after(refused, day, c);
  return meaning ? { ...mention, meaning, kind: refused.kind, rule: `${mention.rule}+${refused.rule}` } : null;
}

/** "el otro viernes no, este". */
function nearest(refused: Mention, day: number, c: Calendar): Meaning | null {
  const [coming = day] = otherWeekday(weekdayOfDay(day), c).candidates;
  return refused.rule === 'weekday_other' ? certain(coming) : null;
}

/** "mañana no, pasado", "not tomorrow, the day after". */
function dayAfter(refused: Mention, day: number): Meaning | null {
  return refused.rule === 'tomorrow' ? { ...refused.meaning, candidates: [day + 1] } : null;
}

function after(refused: Mention, day: number, c: Calendar): Meaning | null {
  if (refused.kind === 'weekday') {
    const nearest = otherWeekday(weekdayOfDay(day), c).candidates[0] ?? day;
    const following = refused.meaning.candidates.includes(nearest)
      ? nearest + 7
      : (nextWeekday(weekdayOfDay(day), c).candidates.at(-1) ?? day + 7);
    return { candidates: [following], sure: true, grain: 'day', open: false };
  }
  if (refused.kind === 'quincena') {
    const next = paydays(3, c).find((at) => at > Math.max(...refused.meaning.candidates));
    return next === undefined ? null : onPayday(next, c);
  }
  if (refused.kind === 'week')
    return { ...refused.meaning, candidates: refused.meaning.candidates.map((at) => at + 7) };
  return null;
}

function dropEarlier(taken: Taken[], dates: boolean, sums: boolean): void {
  for (const earlier of taken) {
    if (dates && OFFERING.has(earlier.stance)) earlier.mentions = [];
    if (sums) earlier.sums = [];
  }
}

function conclude(taken: readonly Taken[], isCorrection: boolean, c: Calendar): Decision {
  const stances = taken.map(({ stance }) => stance);
  const has = (...wanted: Stance[]): boolean => stances.some((stance) => wanted.includes(stance));
  const offers = pair(
    taken.filter(
      ({ stance, sums: own }) =>
        OFFERING.has(stance) || (own.length > 0 && (stance === 'nothing' || stance === 'soon')),
    ),
    c,
  );
  const dated = offers.filter(({ mention }) => mention !== null);
  const sums = taken.filter(({ stance }) => !/^(refusal|info|aside|past|voided)$/.test(stance)).flatMap((t) => t.sums);
  const asked = named(
    taken
      .filter(({ stance }) => /^(proposal|asks_time|conditional|hedged|income)$/.test(stance))
      .flatMap(({ mentions }) => mentions)
      .filter(({ meaning }) => !meaning.past),
  );
  const result = (kind: HeardKind, kept: RawOffer[], toAsk: Mention[] = []): Decision => ({
    kind,
    offers: kept,
    asked: toAsk,
    isCorrection,
    stances,
  });
  const isTakenUp = taken.some(
    ({ stance, mentions, clause }, i) =>
      i > 0 &&
      stance === 'offer' &&
      mentions.length === 0 &&
      THAT_DAY.test(clause.text) &&
      taken[i - 1]?.stance === 'asks_time',
  );
  const loneSum = sums[0] ? [{ mention: null, sum: sums[0] }] : [];

  if (has('refusal')) return result('refusal', []);
  // "nos pagan el 29 y luego luego le hago el depósito": at once, that is on the 29th
  const isAtOnce = has('income') && asked.length > 0 && dated.every(({ mention }) => mention?.kind === 'loose');
  if (dated.length > 0 && !isAtOnce) {
    if (has('conditional', 'asks_time', 'proposal', 'hedged')) return result('ambiguous', offers, asked);
    const isSure =
      dated.every(({ mention }) => mention?.meaning.sure) && !(dated.length > 1 && isListless(taken, dated));
    const isNamed = dated.some(({ mention }) => (mention?.meaning.candidates.length ?? 0) > 0);
    if (isSure) return result('promise', offers);
    return result(isNamed ? 'ambiguous' : 'vague', offers, asked);
  }
  if (has('paid')) return result('already_paid', loneSum);
  if (asked.some(({ meaning }) => meaning.candidates.length > 0)) {
    const offered =
      has('offer') &&
      !has('conditional', 'proposal', 'hedged') &&
      (isTakenUp || !has('asks_time')) &&
      asked.every(({ meaning }) => meaning.sure);
    if (offered) return result('promise', pairWith(asked, sums));
    return result('ambiguous', pairWith(asked, sums), asked);
  }
  if (has('conditional', 'asks_time', 'puts_off', 'negated')) return result('vague', loneSum);
  const offersSum = taken.some(({ stance, sums: own }) => stance === 'offer' && own.length > 0);
  if (has('past', 'voided') && !offersSum) return result('past', []);
  if (has('proposal', 'offer', 'soon', 'income')) return result('vague', loneSum);
  if (
    taken.some(
      ({ mentions, stance, clause }) =>
        stance !== 'aside' &&
        stance !== 'info' &&
        !/ (son|tengo|llevo|fueron|tarda|tardo|es de) /.test(clause.text) &&
        mentions.some(({ meaning, kind }) => !meaning.past && kind !== 'count'),
    )
  )
    return result('vague', loneSum);
  if (sums.length > 0) return result('vague', loneSum);
  return result('none', []);
}

/** Those with a day to ask about, where there are any: "if my check clears thursday". */
function named(mentions: readonly Mention[]): Mention[] {
  const withDays = mentions.filter(({ meaning }) => meaning.candidates.length > 0);
  return withDays.length > 0 ? withDays : [...mentions];
}

/** "aguánteme al martes, ese día le pago": no bare request any more. */
const THAT_DAY = / (?:ese (?:mismo )?dia|ahi si|em este (?:mesmo )?dia|that day|then) /;

/** Several days side by side, with no "y" and no sums to make them instalments: a slip or a choice, so ask. */
function isListless(taken: readonly Taken[], dated: readonly RawOffer[]): boolean {
  if (dated.some(({ sum, mention }) => sum !== null || mention?.every)) return false;
  const joined = taken.some(
    ({ clause }) => /^(y|e|and|mas)$/.test(clause.opener) || / (y|e|and|tambien|otro|otra|uno|una) /.test(clause.text),
  );
  return !joined && !taken.some(({ sums }) => sums.length > 0);
}

/** Too loose to stand beside a date that is named. */
const WEAK: ReadonlySet<Mention['kind']> = new Set(['loose', 'part', 'clock', 'duration', 'payday', 'count']);

/** Dates with sums, in spoken order. */
function pair(offering: readonly Taken[], c: Calendar): RawOffer[] {
  const everyMention = startSeries(offering.flatMap(({ mentions }) => mentions).filter(({ meaning }) => !meaning.past));
  // "200 ahora y el resto el 5": with a sum of its own even "ahora" is a payment.
  const paidAtOnce = new Set(
    offering.flatMap(({ mentions, sums }) => (sums.length > 0 && mentions.length <= sums.length ? mentions : [])),
  );
  const strong = everyMention.filter(
    (mention) =>
      mention.meaning.candidates.length > 0 &&
      (!WEAK.has(mention.kind) || (mention.kind === 'loose' && paidAtOnce.has(mention))),
  );
  const chosen = (strong.length > 0 ? strong : everyMention.slice(-1)).map((mention) =>
    mention.rule === 'now' && strong.length > 1 ? { ...mention, meaning: certain(c.today) } : mention,
  );
  const distinct = chosen.filter((mention, i) => chosen.findIndex((other) => sameDays(other, mention)) === i);
  const mentions = distinct.filter(
    (mention) => !distinct.some((other) => other !== mention && explains(mention, other)),
  );
  const sums = offering.flatMap((taken) => taken.sums);
  const text = offering.map(({ clause }) => clause.text).join('');
  const count = everyMention.find(({ meaning }) => meaning.count !== undefined)?.meaning.count ?? null;
  const [first] = mentions;
  const every = first?.every ?? everyMention.find((mention) => mention.every)?.every ?? rhythmOf(first, text);
  const series = mentions.length === 1 && first && every ? repeat({ ...first, every }, count, c) : null;
  if (series) return series.map((mention) => ({ mention, sum: sums[0] ?? null }));
  const isEach =
    mentions.length > 1 &&
    sums.length === 1 &&
    (count === mentions.length || / (cada (uno|una|vez)|c\/u|each|every time|cada) /.test(text));
  if (isEach) return mentions.map((mention) => ({ mention, sum: sums[0] ?? null }));
  const own = new Map(
    offering.flatMap((one) =>
      one.mentions.length === 1 && one.sums.length === 1 ? [[one.mentions[0], one.sums[0]] as const] : [],
    ),
  );
  return pairWith(mentions, sums, own);
}

/** "el 20 de noviembre, día de la revolución", "esta semana, el viernes": the loose name only explains the sure one. */
const explains = (loose: Mention, sure: Mention): boolean => isAside(loose, sure) || isAnotherName(loose, sure);

/** "el 2 de noviembre, después del puente". */
const isAside = (loose: Mention, sure: Mention): boolean =>
  loose.bound !== undefined &&
  /^(feast|quincena|payday)$/.test(loose.kind) &&
  sure.kind === 'day' &&
  sure.bound === undefined &&
  sure.meaning.sure &&
  loose.meaning.candidates.every((day) => Math.abs(day - (sure.meaning.candidates[0] ?? 0)) <= ASIDE_DAYS_MAX);

const ASIDE_DAYS_MAX = 21;

const isAnotherName = (loose: Mention, sure: Mention): boolean =>
  (/^(feast|quincena|week)$/.test(loose.kind) || (loose.rule === 'weekday_next' && sure.kind === 'day')) &&
  sure.meaning.sure &&
  (!loose.meaning.sure || loose.kind === 'feast') &&
  loose.meaning.candidates.includes(sure.meaning.candidates[0] ?? 0);

const sameDays = (a: Mention, b: Mention): boolean => a.meaning.candidates.join() === b.meaning.candidates.join();

/** Sums go with dates by their order when there are as many; else each stays with the date of its own clause. */
function pairWith(
  mentions: readonly Mention[],
  sums: readonly Sum[],
  own: ReadonlyMap<Mention | undefined, Sum | undefined> = new Map(),
): RawOffer[] {
  if (mentions.length === 0) return sums[0] ? [{ mention: null, sum: sums[0] }] : [];
  if (mentions.length === 1) return [{ mention: mentions[0] ?? null, sum: sums[0] ?? null }];
  return mentions.map((mention, i) => ({
    mention,
    sum: (sums.length === mentions.length ? sums[i] : own.get(mention)) ?? null,
  }));
}
