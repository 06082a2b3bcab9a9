import { type CivilDate, civilDateIn, HOUR_MS } from '../kernel/calendar.ts';
import type { Medium, MessageKind } from '../kernel/medium.ts';
import type { Pack } from './pack.ts';
import type { PastMessage } from './request.ts';

const MINUTE_MS = 60_000;
const NOT_SENT: readonly PastMessage['status'][] = ['failed', 'undelivered', 'rejected'];
const SPOKEN: readonly Medium[] = ['voice', 'visit'];

/** A counted contact: the first message of a burst, or a call. */
export interface Contact {
  at: Date;
  channel: Medium;
  /** Local date in the debtor's (first) zone. */
  day: CivilDate;
  answered: boolean;
}

/** What the past says, read once for a decision. */
export interface Past {
  messages: readonly PastMessage[];
  contacts: readonly Contact[];
}

/** Sorts the history and folds its counted messages into contacts. */
export function readPast(pack: Pack, history: readonly PastMessage[], zone: string): Past {
  const messages = history.toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const contacts: Contact[] = [];
  for (const message of messages) {
    if (!isCounted(pack, messages, message) || isOfBurst(pack, contacts, message.channel, message.at)) continue;
    const { at, channel } = message;
    contacts.push({ at, channel, day: civilDateIn(zone, at), answered: message.answered === true });
  }
  return { messages, contacts };
}

export const wasSent = (message: PastMessage): boolean =>
  message.direction === 'out' && !NOT_SENT.includes(message.status);

/** Would a written message at `at` still belong to the last contact on its channel? Measured from that contact's first message. */
export function isOfBurst(pack: Pack, contacts: readonly Contact[], channel: Medium, at: Date): boolean {
  if (SPOKEN.includes(channel)) return false;
  const last = contacts.findLast((contact) => contact.channel === channel);
  return last !== undefined && Math.abs(at.getTime() - last.at.getTime()) <= pack.burst_minutes * MINUTE_MS;
}

/** Milliseconds at `at` since the debtor last wrote (on that channel, or on any); null when they did not within the session's hours. */
export function sinceInboundMs(
  pack: Pack,
  messages: readonly PastMessage[],
  at: Date,
  channel?: Medium,
): number | null {
  const last = messages.findLast(
    (m) => m.direction === 'in' && m.at <= at && (channel === undefined || m.channel === channel),
  );
  if (!last) return null;
  const agoMs = at.getTime() - last.at.getTime();
  return agoMs <= pack.session.hours * HOUR_MS ? agoMs : null;
}

/** A reply without a session and information that nobody asked for are ordinary contacts, whatever they are called. */
export function isOrdinary(
  pack: Pack,
  messages: readonly PastMessage[],
  kind: MessageKind,
  channel: Medium,
  at: Date,
): boolean {
  if (pack.kinds.counted.includes(kind)) return true;
  if (kind === 'reply') return sinceInboundMs(pack, messages, at, channel) === null;
  if (kind === 'info_requested') return sinceInboundMs(pack, messages, at) === null;
  return false;
}

function isCounted(pack: Pack, messages: readonly PastMessage[], message: PastMessage): boolean {
  if (!wasSent(message)) return false;
  const { at, channel } = message;
  const kind = message.kind ?? (sinceInboundMs(pack, messages, at, channel) === null ? 'reminder' : 'reply');
  if (!isOrdinary(pack, messages, kind, channel, at)) return false;
  return pack.counting === 'any_delivered' || wasTwoWay(pack, messages, message);
}

/** The superintendence's reading of "contacto directo" (Colombia): the debtor answered. */
function wasTwoWay(pack: Pack, messages: readonly PastMessage[], message: PastMessage): boolean {
  if (message.answered === true) return true;
  const until = message.at.getTime() + pack.session.hours * HOUR_MS;
  return messages.some(
    (m) => m.direction === 'in' && m.channel === message.channel && m.at > message.at && m.at.getTime() <= until,
  );
}
