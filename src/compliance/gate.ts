import { civilDateIn, DAY_MS, HOUR_MS, isZone } from '../kernel/calendar.ts';
import { digest } from '../kernel/ids.ts';
import { gapEnds, isLocked, isOverCap } from './caps.ts';
import { isOfBurst, isOrdinary, type Past, readPast, sinceInboundMs, wasSent } from './contacts.ts';
import { contentFault } from './content.ts';
import { type OptOutStanding, optOutStanding } from './opt-out.ts';
import type { Pack, Packs } from './pack.ts';
import type { ContactRequest, Decision } from './request.ts';
import { channelFault, type Fault, identityFault, providerFault, recipientFault, stopFault } from './standing.ts';
import { hoursAt, openings } from './windows.ts';

const MINUTE_MS = 60_000;
/** How long a run of closed days can be, added to the longest cap, gap or lock. */
const CLOSED_DAYS_MAX = 31;

/**
 * May this message go now? Pure. In order: opt-out, recipient, identity, channel, stop conditions, provider, content (all block);
 * then session, hours, caps, gap, lock (all defer, to the earliest instant at which every rule passes, given no new events).
 * Fails closed, with rule `config`, without a pack in force, a known zone, or a holiday table for the year of `now` or of the answer.
 */
export function decide(packs: Packs, country: string, request: ContactRequest): Decision {
  const pack = packs.inForce(country, request.now);
  if (!pack)
    return {
      answer: 'block',
      rule: 'config',
      why: `no policy pack "${country}" is in force`,
      pack: country,
      version: 0,
    };
  const by = { pack: pack.id, version: pack.version };
  const misfit = configFault(pack, request);
  if (misfit) return { answer: 'block', ...misfit, ...by };

  const past = readPast(pack, request.history, request.zones[0] ?? pack.tz_default);
  const optOut = optOutStanding(pack, request);
  const at = (moment: Date) => judge({ pack, request, past, optOut }, moment);
  const today = at(request.now);
  if (today.answer === 'allow') return { answer: 'allow', rule: today.rule, ...by };
  if (today.answer === 'block') return { answer: 'block', rule: today.rule, why: today.why, ...by };
  for (const moment of moments(pack, request, past)) {
    const then = at(moment);
    if (then.answer === 'allow') return { answer: 'defer', until: moment, rule: today.rule, ...by };
    if (then.answer === 'block') return { answer: 'block', rule: then.rule, why: then.why, ...by };
  }
  return { answer: 'block', rule: today.rule, why: 'there is no instant at which every rule passes', ...by };
}

/** What a decision was made from, in 64 hexadecimal digits: for the append-only log of decisions. */
export const inputsHash = (country: string, request: ContactRequest): string =>
  digest(JSON.stringify([country, request]));

type Judgement = { answer: 'allow' | 'wait'; rule: string } | ({ answer: 'block' } & Fault);

interface Case {
  pack: Pack;
  request: ContactRequest;
  past: Past;
  optOut: OptOutStanding;
}

function judge({ pack, request, past, optOut }: Case, at: Date): Judgement {
  const { kind, channel, zones, context } = request;
  const ordinary = isOrdinary(pack, past.messages, kind, channel, at);
  const fault =
    optOutFault({ pack, request, past, optOut }, ordinary, at) ??
    recipientFault(pack, request) ??
    identityFault(pack, request) ??
    channelFault(pack, request) ??
    (ordinary ? stopFault(pack, request) : null) ??
    providerFault(pack, request) ??
    (context.text === undefined ? null : contentFault(pack, context.text, channel, kind));
  if (fault) return { answer: 'block', ...fault };
  if (kind === 'opt_out_ack') return { answer: 'allow', rule: 'opt_out_ack' };

  const sessionMs = kind === 'reply' ? sinceInboundMs(pack, past.messages, at, channel) : null;
  const isQuietReply = !ordinary && sessionMs !== null && sessionMs <= pack.session.quiet_reply_minutes * MINUTE_MS;
  const hours = isQuietReply ? 'open' : hoursAt(pack, zones, at);
  if (hours === 'unknown')
    return { answer: 'block', rule: 'config', why: `pack ${pack.id} has no holidays for ${at.getUTCFullYear()}` };
  if (hours === 'closed') return { answer: 'wait', rule: 'hours' };
  if (!ordinary) return { answer: 'allow', rule: kind === 'reply' ? 'session' : 'free' };

  const { contacts } = past;
  if (isOfBurst(pack, contacts, channel, at)) return { answer: 'allow', rule: 'burst' };
  const today = civilDateIn(zones[0] ?? pack.tz_default, at);
  if (isOverCap(pack, contacts, channel, today)) return { answer: 'wait', rule: 'cap' };
  if (gapEnds(pack, contacts, channel).some((end) => end > at)) return { answer: 'wait', rule: 'gap' };
  if (isLocked(pack, contacts, channel, today)) return { answer: 'wait', rule: 'lock' };
  return { answer: 'allow', rule: 'all' };
}

/** An opt-out blocks ordinary contacts; of it, one acknowledgement may go, at any hour, soon after it and while nothing else was sent. */
function optOutFault({ pack, request, past, optOut }: Case, ordinary: boolean, at: Date): Fault | null {
  if (request.kind === 'opt_out_ack') {
    const isDue =
      optOut.state === 'out' &&
      at.getTime() - optOut.latest.getTime() <= pack.opt_out.ack_minutes * MINUTE_MS &&
      !past.messages.some((m) => wasSent(m) && m.at >= optOut.since);
    return isDue ? null : { rule: 'opt_out.ack', why: 'an opt-out is acknowledged once, and soon after it' };
  }
  if (!ordinary || optOut.state === 'in') return null;
  if (optOut.state === 'paused')
    return { rule: 'opt_out.ambiguous', why: 'the debtor wrote a word that may be an opt-out; ask what was meant' };
  return { rule: 'opt_out', why: 'the debtor asked not to be written to' };
}

/** The rules change from closed to open only at these instants: hours, local dates, ends of gaps. */
function moments(pack: Pack, { now, zones, channel }: ContactRequest, past: Past): Iterable<Date> {
  const also = gapEnds(pack, past.contacts, channel);
  return openings(pack, zones, now, { days: lookbackDays(pack) + CLOSED_DAYS_MAX, also });
}

/** Local dates of history that a decision of this pack can depend on. */
export function lookbackDays(pack: Pack): number {
  const gaps = pack.gap.map((gap) => Math.ceil((gap.hours * HOUR_MS) / DAY_MS) + 1);
  return Math.max(1, pack.channel_lock?.days ?? 0, ...pack.caps.map((cap) => cap.days), ...gaps);
}

function configFault(pack: Pack, { zones, now }: ContactRequest): Fault | null {
  if (zones.length === 0) return { rule: 'config', why: 'the debtor has no time zone' };
  const unknown = zones.find((zone) => !isZone(zone));
  if (unknown !== undefined) return { rule: 'config', why: `unknown time zone "${unknown}"` };
  if (hoursAt(pack, zones, now) === 'unknown')
    return { rule: 'config', why: `pack ${pack.id} has no holidays for the year of ${now.toISOString()}` };
  return null;
}
