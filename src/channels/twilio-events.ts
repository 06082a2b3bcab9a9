import type { DeliveryStatus, InboundMedia, InboundMessage } from './channel.ts';

export const TWILIO_SMS = 'twilio-sms';
export const TWILIO_WHATSAPP = 'twilio-whatsapp';
export const WHATSAPP_PREFIX = 'whatsapp:';
export const WHATSAPP_WINDOW_HOURS = 24; // error 63016: later than this, only approved templates

const BASE64_LENGTH_MIN = 60; // shorter texts of such letters are words
const NAME = /^[\w.:+-]{1,64}$/; // of a message or an address
const MEDIA_MAX = 10; // https://www.twilio.com/docs/messaging/guides/webhook-request: MediaUrl0 to MediaUrl9

export type TwilioParams = Record<string, string | string[]>;

/** Our numbers, as the account knows them. */
export interface OurNumbers {
  smsFrom: string | null;
  whatsappFrom: string | null;
}

export type TwilioInbound =
  | { kind: 'message'; message: InboundMessage }
  | { kind: 'ignored'; why: 'not_our_number' | 'from_ourselves' }
  | { kind: 'invalid'; fields: string[] };

/** A webhook's parameters as our message. SMS and WhatsApp differ in the prefix of their addresses only, so any of our addresses takes both. */
export function readTwilioMessage(params: TwilioParams, ours: OurNumbers): TwilioInbound {
  const [sid, from, to] = [only(params, 'MessageSid'), only(params, 'From'), only(params, 'To')];
  const wrong = Object.entries({ MessageSid: sid, From: from, To: to }).filter(([, value]) => !NAME.test(value));
  if (wrong.length > 0) return { kind: 'invalid', fields: wrong.map(([name]) => name) };
  const onWhatsapp = to.startsWith(WHATSAPP_PREFIX);
  const our = onWhatsapp ? ours.whatsappFrom : ours.smsFrom;
  if (our === null || plainAddress(to) !== our) return { kind: 'ignored', why: 'not_our_number' };
  if (plainAddress(from) === our) return { kind: 'ignored', why: 'from_ourselves' };
  const media = mediaOf(params);
  const message: InboundMessage = {
    id: twilioInboundId(sid),
    channel: onWhatsapp ? TWILIO_WHATSAPP : TWILIO_SMS,
    from: plainAddress(from),
    ...textOf(params),
    ...(media.length > 0 && { media }),
  };
  return { kind: 'message', message };
}

export const twilioInboundId = (sid: string): string => `twilio:${sid}`;

function mediaOf(params: TwilioParams): InboundMedia[] {
  const count = Math.min(MEDIA_MAX, Number(only(params, 'NumMedia')) || 0);
  return Array.from({ length: Math.max(0, count) }, (_, n) => ({
    url: only(params, `MediaUrl${n}`),
    type: only(params, `MediaContentType${n}`).toLowerCase(),
  }));
}

export interface TwilioStatus {
  sid: string;
  channel: string;
  status: DeliveryStatus;
  /** Twilio's error code, when it failed. */
  code: string | null;
}

/** Null for a status that says nothing of a message of ours. */
export function readTwilioStatus(params: TwilioParams): TwilioStatus | null {
  const sid = only(params, 'MessageSid');
  const status = deliveryStatusOf(only(params, 'MessageStatus'));
  if (sid === '' || status === undefined) return null;
  const channel = only(params, 'From').startsWith(WHATSAPP_PREFIX) ? TWILIO_WHATSAPP : TWILIO_SMS;
  return { sid, channel, status, code: only(params, 'ErrorCode') || null };
}

export const deliveryStatusOf = (word: string): DeliveryStatus | undefined => STATUSES[word];

const STATUSES: Record<string, DeliveryStatus> = {
  accepted: 'accepted',
  scheduled: 'accepted',
  queued: 'accepted',
  sending: 'accepted',
  sent: 'sent',
  delivered: 'delivered',
  read: 'read',
  undelivered: 'failed',
  failed: 'failed',
  canceled: 'failed',
};

/** E.164 of `whatsapp:+…`. WhatsApp keeps the 1 that Mexican mobiles lost in 2019; a portfolio does not. */
function plainAddress(address: string): string {
  const plain = address.startsWith(WHATSAPP_PREFIX) ? address.slice(WHATSAPP_PREFIX.length) : address;
  return plain.replace(/^\+521(\d{10})$/, '+52$1');
}

/** A tapped button and a chosen list item count as their label: Body holds it too, the title of a list item stands beside its id. */
function textOf(params: TwilioParams): { text: string; tapped?: true } {
  const label = only(params, 'ButtonText') || only(params, 'ListTitle') || only(params, 'ButtonPayload');
  if (label !== '') return { text: label, tapped: true };
  const text = decodeBase64Text(only(params, 'Body'));
  return only(params, 'ListId') === '' ? { text } : { text, tapped: true };
}

/** Long SMS in several parts sometimes arrive as base64. Only what decodes to readable UTF-8 is taken for it. */
export function decodeBase64Text(body: string): string {
  const packed = body.replace(/\r?\n/g, '');
  if (packed.length < BASE64_LENGTH_MIN || packed.length % 4 !== 0) return body;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(packed)) return body;
  const bytes = Buffer.from(packed, 'base64');
  const text = bytes.toString('utf8');
  const isText = Buffer.from(text, 'utf8').equals(bytes) && !/[^\P{C}\n\r\t]/u.test(text);
  const letters = text.match(/[\p{L}\p{Zs}]/gu)?.length ?? 0;
  return isText && letters * 2 > text.length ? text : body;
}

/** The one value of a parameter; '' when it is missing or given twice. */
function only(params: TwilioParams, name: string): string {
  const value = params[name];
  return typeof value === 'string' ? value : '';
}
