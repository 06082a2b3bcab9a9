import { HOUR_MS } from '../kernel/calendar.ts';
import type { Conversation, Reached } from './conversation.ts';

type Heard = Pick<Conversation, 'lastInboundAt'>;

/** Whether a channel carries free text now: WhatsApp does so only for some hours after the debtor's last message. Undefined: at any time. */
export function isWindowOpen(windowHours: number | undefined, { lastInboundAt }: Heard, now: Date): boolean {
  if (windowHours === undefined) return true;
  return lastInboundAt !== null && now.getTime() - lastInboundAt.getTime() < windowHours * HOUR_MS;
}

/** Until when free text is carried; null where it always is. A debtor who never wrote opened no window: long ago. */
export function windowEnd(windowHours: number | undefined, { lastInboundAt }: Heard): Date | null {
  if (windowHours === undefined) return null;
  return new Date((lastInboundAt?.getTime() ?? 0) + windowHours * HOUR_MS);
}

/** The first conversation, in the order given, on which a message would be carried now; the first of all when there is none such. */
export function firstReachable<Candidate extends Reached>(
  conversations: readonly Candidate[],
  windowHoursOf: ReadonlyMap<string, number>,
  now: Date,
): Candidate | null {
  const open = conversations.find((each) => isWindowOpen(windowHoursOf.get(each.channel), each, now));
  return open ?? conversations[0] ?? null;
}
