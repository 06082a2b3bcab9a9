import twilio from 'twilio';
import type { Log } from '../kernel/log.ts';
import type { Channel, OutboundMessage, SendResult } from './channel.ts';
import { sortTwilioFailure } from './twilio-errors.ts';
import { TWILIO_SMS, TWILIO_WHATSAPP, WHATSAPP_PREFIX, WHATSAPP_WINDOW_HOURS } from './twilio-events.ts';

const TIMEOUT_MS = 15_000; // facts/reliability.md: shorter than the send lease, so that an answer still finds its holder
const LENGTH_MAX = 1600; // error 21617, on SMS and on WhatsApp alike
const VALIDITY_SECONDS_MAX = 36_000; // error 90007: 1 to 36,000
const API_ORIGIN = 'https://api.twilio.com';

export const TWILIO_STATUS_PATH = '/webhooks/twilio/status';

export interface TwilioAccount {
  accountSid: string;
  authToken: string;
  /** Our number for SMS: E.164, or a short code. */
  smsFrom: string | null;
  /** Our number on WhatsApp: E.164. */
  whatsappFrom: string | null;
  /** Another base of the REST API, without a slash at the end: a proxy, a test. */
  apiUrl: string | null;
}

export interface TwilioInput extends TwilioAccount {
  /** Where Twilio reports what became of a message. Without a slash at the end. */
  publicUrl: () => string;
  log: Log;
  timeoutMs?: number;
}

/**
 * One channel for each number of ours. Messages go out by REST, never as an answer to a webhook, which would be a send that nobody wrote down.
 * No raw error of the client leaves this file: it carries the account's credentials, the phone and the text.
 */
export function createTwilioChannels(input: TwilioInput): Channel[] {
  const { accountSid, authToken, smsFrom, whatsappFrom, log } = input;
  const client = twilio(accountSid, authToken, { httpClient: createHttpClient(input), logLevel: 'error' });

  async function send(message: OutboundMessage, prefix: string, from: string): Promise<SendResult> {
    if (message.text.length > LENGTH_MAX) return { outcome: 'refused', code: 'text_too_long' };
    try {
      const { sid } = await client.messages.create({
        to: `${prefix}${message.to}`,
        from: `${prefix}${from}`,
        body: message.text,
        statusCallback: `${input.publicUrl()}${TWILIO_STATUS_PATH}?oid=${encodeURIComponent(message.id)}`,
        ...(message.validForMs === undefined ? {} : { validityPeriod: validitySeconds(message.validForMs) }),
      });
      if (typeof sid === 'string' && sid !== '') return { outcome: 'accepted', providerId: sid };
      return { outcome: 'unknown', code: 'no_sid' };
    } catch (err) {
      const { status, result } = sortTwilioFailure(err);
      log.warn({ outbox: message.id, status, ...result }, 'twilio.send_failed');
      return result;
    }
  }

  const capabilities = { buttons: false, lengthMax: LENGTH_MAX };
  const channels: Channel[] = [];
  if (whatsappFrom !== null)
    channels.push({
      id: TWILIO_WHATSAPP,
      medium: 'whatsapp',
      capabilities,
      windowHours: WHATSAPP_WINDOW_HOURS,
      send: (message) => send(message, WHATSAPP_PREFIX, whatsappFrom),
    });
  if (smsFrom !== null)
    channels.push({
      id: TWILIO_SMS,
      medium: 'sms',
      capabilities,
      send: (message) => send(message, '', smsFrom),
    });
  return channels;
}

/**
 * Whether Twilio sent this request: HMAC-SHA1 over the address that Twilio was told and the sorted parameters.
 * There is no time in it, so a captured request is valid for ever: the message's id must tell that it was seen before.
 * @param url the public address with the query as it came, never built from the Host header
 */
export function isSignedByTwilio(
  authToken: string,
  request: { signature: string | undefined; url: string; params: Record<string, string | string[]> },
): boolean {
  const { signature, url, params } = request;
  return signature !== undefined && twilio.validateRequest(authToken, signature, url, params);
}

function createHttpClient({ apiUrl, timeoutMs = TIMEOUT_MS }: TwilioInput) {
  const http = new twilio.RequestClient({ timeout: timeoutMs });
  if (apiUrl === null) return http;
  const request = http.request.bind(http);
  http.request = (options) => request({ ...options, uri: options.uri.replace(API_ORIGIN, apiUrl) });
  return http;
}

const validitySeconds = (ms: number): number => Math.min(VALIDITY_SECONDS_MAX, Math.max(1, Math.floor(ms / 1000)));
