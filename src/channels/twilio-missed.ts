import type { Clock } from '../kernel/clock.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import type { InboundMedia, InboundMessage } from './channel.ts';
import type { TwilioLists } from './twilio.ts';
import { sortTwilioFailure } from './twilio-errors.ts';
import {
  type OurNumbers,
  readTwilioMessage,
  TWILIO_SMS,
  TWILIO_WHATSAPP,
  twilioInboundId,
  WHATSAPP_PREFIX,
} from './twilio-events.ts';
import type { ListedMessage } from './twilio-find.ts';
import type { LookStore } from './twilio-look-store.ts';

const WEBHOOK_MS = 30_000; // Twilio gives a webhook 15 s and its fallback 15 s more: what is younger may still come by itself
const OVERLAP_MS = 120_000; // a list may show a message some time after its date
const FIRST_LOOK_MS = 15 * 60_000; // of a service that never looked: what came before it was there is not answered
const LISTED_MAX = 1_000; // the largest page of Twilio's
const CALLS_MAX = 20; // a number and look: what is left is looked through in the next minute
const SPAN_MS_MIN = 1_000; // their dates are whole seconds

export interface MissedInput {
  ours: OurNumbers;
  lists: TwilioLists;
  looks: LookStore;
  /** Those of these inbox ids that came already. */
  known(ids: string[]): Promise<Set<string>>;
  receive(message: InboundMessage): Promise<unknown>;
  /** The machine's: what Twilio dates by. */
  clock: Clock;
  log: Log;
  meter: Meter;
}

/**
 * Looks for messages whose webhook never reached us: after 15 s Twilio gives it up, and only its list still knows of them. One call a number
 * where nothing is missing. Safe to run twice or beside itself, since a message is stored once.
 * @returns how many were found
 */
export function createMissedLook(input: MissedInput): () => Promise<number> {
  const { ours, lists, looks, clock, log, meter } = input;
  const numbers = [
    ...(ours.smsFrom === null ? [] : [{ channel: TWILIO_SMS, to: ours.smsFrom }]),
    ...(ours.whatsappFrom === null ? [] : [{ channel: TWILIO_WHATSAPP, to: `${WHATSAPP_PREFIX}${ours.whatsappFrom}` }]),
  ];

  return async () => {
    let found = 0;
    for (const { channel, to } of numbers) found += await lookThrough(channel, to);
    return found;
  };

  async function lookThrough(channel: string, to: string): Promise<number> {
    const last = clock.now().getTime() - WEBHOOK_MS;
    const mark = (await looks.until(channel))?.getTime() ?? last - FIRST_LOOK_MS;
    let since = mark - OVERLAP_MS;
    let until = last;
    let found = 0;
    for (let calls = 0; calls < CALLS_MAX && since < last; calls += 1) {
      const listed = await asked(list(to, new Date(since), new Date(until)));
      if (listed === null) break;
      const span = until - since;
      if (listed.length >= LISTED_MAX && span > SPAN_MS_MIN) {
        until = since + Math.max(SPAN_MS_MIN, span / 2); // more than one page: the older half first, so that order is kept
        continue;
      }
      const taken = await take(channel, listed);
      if (taken === null) break;
      found += taken;
      await looks.mark(channel, new Date(until));
      since = until;
      until = last;
    }
    return found;
  }

  function list(to: string, dateSentAfter: Date, dateSentBefore: Date): Promise<ListedMessage[]> {
    return lists.messages({ to, dateSentAfter, dateSentBefore, limit: LISTED_MAX, pageSize: LISTED_MAX });
  }

  /** Null when Twilio did not answer: the mark stays, and the next look begins there. The raw error holds credentials. */
  async function asked<T>(call: Promise<T>): Promise<T | null> {
    try {
      return await call;
    } catch (err) {
      const { status, result } = sortTwilioFailure(err);
      log.warn({ status, code: result.code }, 'twilio.look_failed');
      return null;
    }
  }

  async function take(channel: string, listed: ListedMessage[]): Promise<number | null> {
    const inbound = listed.filter(({ direction }) => direction === 'inbound');
    if (inbound.length === 0) return 0;
    const known = await input.known(inbound.map(({ sid }) => twilioInboundId(sid)));
    const missing = inbound.filter(({ sid }) => !known.has(twilioInboundId(sid)));
    for (const message of missing.reverse()) {
      const files = Number(message.numMedia) > 0 ? await asked(lists.filesOf(message.sid)) : [];
      if (files === null) return null;
      await receive(channel, message, files); // the oldest first
    }
    return missing.length;
  }

  async function receive(channel: string, message: ListedMessage, files: InboundMedia[]): Promise<void> {
    const read = readTwilioMessage(
      { MessageSid: message.sid, From: message.from ?? '', To: message.to ?? '', Body: message.body ?? '' },
      ours,
    );
    if (read.kind !== 'message') return;
    await input.receive({
      ...read.message,
      ...(message.dateSent && { sentAt: message.dateSent }),
      ...(files.length > 0 && { media: files }),
    });
    meter.count('inbound', { channel, outcome: 'recovered' });
    log.warn({ channel, inbox: read.message.id }, 'twilio.message_recovered');
  }
}
