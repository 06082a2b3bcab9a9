import type { Pace } from '../channels/channel.ts';
import type { Lane } from '../outbox/lane.ts';

/**
 * A token bucket: it fills with time and is emptied by sending. It may be overdrawn by the last message that is let go, and what is overdrawn
 * is paid back before the next one: on average the pace holds, whatever the size of one message.
 */
export interface Bucket {
  /** Below 0: overdrawn. */
  tokens: number;
  /** When `tokens` was true. By the service's clock. */
  at: Date;
  /** The provider said "later": nothing goes before. */
  closedUntil: Date | null;
}

export interface Rate {
  perSecond: number;
  /** What it holds when nothing was sent for long. */
  capacity: number;
  /** How far answers may overdraw it: what waits for nobody borrows from what can wait. */
  credit: number;
}

const REPLY_CREDIT_SECONDS = 10; // a bulk of reminders slows down for so long, a person does not wait
const REPLY_BURST = 4; // an answer is seldom more than four messages to one recipient
const CLOSED_MS_MAX = 3_600_000; // a demo's clock that ran ahead once must not close a sender for days

/** One sender: a second's worth at once. */
export const rateOfSender = ({ perSecond }: Pace): Rate => ({
  perSecond,
  capacity: Math.max(1, perSecond),
  credit: perSecond * REPLY_CREDIT_SECONDS,
});

/** One recipient: a message, then the spacing. Null: they are not spaced. */
export const rateOfRecipient = ({ recipientSpacingMs }: Pace): Rate | null =>
  recipientSpacingMs > 0 ? { perSecond: 1000 / recipientSpacingMs, capacity: 1, credit: REPLY_BURST - 1 } : null;

/** What is in it now. */
export function levelOf(bucket: Bucket | null, rate: Rate, now: Date): number {
  if (!bucket) return rate.capacity;
  const elapsedMs = Math.max(0, now.getTime() - bucket.at.getTime());
  return Math.min(rate.capacity, bucket.tokens + (elapsedMs * rate.perSecond) / 1000);
}

export const isClosed = (bucket: Bucket | null, now: Date): boolean => closedFor(bucket, now) > 0;

/** How many messages of this lane it would let go now, at most. */
export function roomIn(bucket: Bucket | null, rate: Rate, lane: Lane, now: Date): number {
  if (isClosed(bucket, now)) return 0;
  return Math.max(0, Math.ceil(levelOf(bucket, rate, now) + creditOf(rate, lane)));
}

/** When it lets something of this lane go: `now` when it would already. */
export function opensAt(bucket: Bucket | null, rate: Rate, lane: Lane, now: Date): Date {
  const level = levelOf(bucket, rate, now) + creditOf(rate, lane);
  const refillMs = level > 0 ? 0 : Math.floor((-level * 1000) / rate.perSecond) + 1;
  return new Date(now.getTime() + Math.max(refillMs, closedFor(bucket, now)));
}

/** Lets one message go. @param units what it is billed as @returns the bucket without them, or null when it must wait */
export function takeFrom(
  bucket: Bucket | null,
  rate: Rate,
  { units, lane, now }: { units: number; lane: Lane; now: Date },
): Bucket | null {
  if (roomIn(bucket, rate, lane, now) === 0) return null;
  return { tokens: levelOf(bucket, rate, now) - units, at: now, closedUntil: bucket?.closedUntil ?? null };
}

const creditOf = ({ credit }: Rate, lane: Lane): number => (lane <= 1 ? credit : 0);

function closedFor(bucket: Bucket | null, now: Date): number {
  const ms = (bucket?.closedUntil?.getTime() ?? 0) - now.getTime();
  return ms > CLOSED_MS_MAX ? 0 : Math.max(0, ms);
}
