import type { Found, SentWithoutAnswer } from './channel.ts';
import { deliveryStatusOf } from './twilio-events.ts';

/** What we read of a message that the REST API lists. */
export interface ListedMessage {
  sid: string;
  from: string | null;
  to: string | null;
  body: string | null;
  /** Twilio's word: queued, sent, received … */
  status: string;
  direction: string;
  dateCreated: Date;
  /** Null while it waits in Twilio's queue. */
  dateSent: Date | null;
  numMedia: string | null;
}

/** Newest first. `dateSentAfter` and `dateSentBefore` leave out what waits in the queue, since that has no such date. */
export type ListMessages = (query: {
  to: string;
  from?: string;
  dateSentAfter?: Date;
  dateSentBefore?: Date;
  limit: number;
  pageSize: number;
}) => Promise<ListedMessage[]>;

const LOOKED_AT_MAX = 200; // to one phone, newest first: more than any talk has within the hours that a row may be unknown
const CLOCK_SKEW_MS = 5 * 60_000; // between their clock and ours, which writes the intent: what is missed for it would be sent twice

/**
 * Looks for a message of ours by whom it went to and what it says: our own id went along in the callback address, which is not listed.
 * No date is asked for, or what still waits in Twilio's queue would look absent.
 */
export async function findSent(
  list: ListMessages,
  { to, from }: { to: string; from: string },
  sent: SentWithoutAnswer,
): Promise<Found> {
  const listed = await list({ to, from, limit: LOOKED_AT_MAX, pageSize: LOOKED_AT_MAX });
  const earliest = sent.sentAfter.getTime() - CLOCK_SKEW_MS;
  const since = listed.filter(({ dateCreated }) => dateCreated.getTime() >= earliest);
  const isAnother = sent.isAnother ?? (async () => false);
  if (sent.template && (await firstNot(isAnother, since))) return { outcome: 'unsure', code: 'template_text_unknown' }; // Twilio filled it in, not we
  const distance = ({ dateCreated }: ListedMessage) => Math.abs(dateCreated.getTime() - sent.sentAfter.getTime());
  const alike = since
    .filter(({ body }) => plain(body ?? '') === plain(sent.text))
    .sort((a, b) => distance(a) - distance(b)); // the same words may have gone a moment before, under another row
  const match = await firstNot(isAnother, alike);
  if (match) return { outcome: 'found', providerId: match.sid, status: deliveryStatusOf(match.status) ?? 'accepted' };
  const isAllSeen = listed.length < LOOKED_AT_MAX || since.length < listed.length;
  return isAllSeen ? { outcome: 'absent' } : { outcome: 'unsure', code: 'too_many_to_look_at' };
}

async function firstNot(
  isAnother: NonNullable<SentWithoutAnswer['isAnother']>,
  listed: readonly ListedMessage[],
): Promise<ListedMessage | null> {
  for (const message of listed) if (!(await isAnother(message.sid))) return message;
  return null;
}

/** Twilio trims a text and may write its line breaks otherwise. */
const plain = (text: string): string => text.replace(/\s+/g, ' ').trim();
