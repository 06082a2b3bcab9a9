import twilio from 'twilio';
import { smsSegments } from '../kernel/gsm7.ts';
import type { Log } from '../kernel/log.ts';
import type { Channel, Found, OutboundMessage, SendResult, SentWithoutAnswer } from './channel.ts';
import { downloadFile } from './media-download.ts';
import { sortTwilioFailure } from './twilio-errors.ts';
import { TWILIO_SMS, TWILIO_WHATSAPP, WHATSAPP_PREFIX, WHATSAPP_WINDOW_HOURS } from './twilio-events.ts';
import { findSent, type ListMessages } from './twilio-find.ts';

const TIMEOUT_MS = 15_000; // facts/reliability.md: shorter than the send lease, so that an answer still finds its holder
const LENGTH_MAX = 1600; // error 21617, on SMS and on WhatsApp alike
const VALIDITY_SECONDS_MAX = 36_000; // error 90007: 1 to 36,000
const API_ORIGIN = 'https://api.twilio.com';
/** Where the API sends whoever asks for a file: https://www.twilio.com/docs/messaging/api/media-resource. */
const FILE_HOSTS = ['mms.twiliocdn.com', 'media.twiliocdn.com', 's3-external-1.amazonaws.com'];

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
  /** SMS segments a second that our number may send; null: as fast as Twilio takes them. */
  smsPerSecond?: number | null;
}

export interface TwilioInput extends TwilioAccount {
  /** Where Twilio reports what became of a message. Without a slash at the end. */
  publicUrl: () => string;
  log: Log;
  timeoutMs?: number;
}

/** What the account's REST API is asked beside sending. Everything here may throw the client's raw error: it must be caught where it is called. */
export interface TwilioLists {
  messages: ListMessages;
  /** The files of a message that came in. */
  filesOf(sid: string): Promise<{ url: string; type: string }[]>;
}

/**
 * One channel for each number of ours. Messages go out by REST, never as an answer to a webhook, which would be a send that nobody wrote down.
 * No raw error of the client leaves this file: it carries the account's credentials, the phone and the text.
 */
export function createTwilioChannels(input: TwilioInput): Channel[] {
  const { smsFrom, whatsappFrom, log } = input;
  const client = clientOf(input);
  const lists = listsOf(client, input);

  async function send(message: OutboundMessage, prefix: string, from: string): Promise<SendResult> {
    if (message.text.length > LENGTH_MAX && !message.template) return { outcome: 'refused', code: 'text_too_long' };
    try {
      const { sid } = await client.messages.create({
        to: `${prefix}${message.to}`,
        from: `${prefix}${from}`,
        ...contentOf(message),
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

  const finder = (prefix: string, from: string) =>
    async function find(sent: SentWithoutAnswer): Promise<Found> {
      try {
        return await findSent(lists.messages, { to: `${prefix}${sent.to}`, from: `${prefix}${from}` }, sent);
      } catch (err) {
        const { status, result } = sortTwilioFailure(err);
        log.warn({ outbox: sent.id, status, code: result.code }, 'twilio.find_failed');
        return { outcome: 'unsure', code: result.code };
      }
    };

  const apiOrigin = new URL(input.apiUrl ?? API_ORIGIN).origin;
  const fetchFile: NonNullable<Channel['fetchFile']> = ({ url, type }) =>
    downloadFile(input.apiUrl === null ? url : url.replace(API_ORIGIN, input.apiUrl), type, {
      from: apiOrigin,
      onTo: FILE_HOSTS,
      headers: { Authorization: `Basic ${Buffer.from(`${input.accountSid}:${input.authToken}`).toString('base64')}` },
    });

  const channels: Channel[] = [];
  if (whatsappFrom !== null)
    channels.push({
      id: TWILIO_WHATSAPP,
      medium: 'whatsapp',
      capabilities: { buttons: false, templates: true, media: true, lengthMax: LENGTH_MAX },
      windowHours: WHATSAPP_WINDOW_HOURS,
      send: (message) => send(message, WHATSAPP_PREFIX, whatsappFrom),
      find: finder(WHATSAPP_PREFIX, whatsappFrom),
      fetchFile,
    });
  if (smsFrom !== null)
    channels.push({
      id: TWILIO_SMS,
      medium: 'sms',
      capabilities: { buttons: false, media: true, lengthMax: LENGTH_MAX },
      ...(input.smsPerSecond ? { pace: { perSecond: input.smsPerSecond, recipientSpacingMs: 0 } } : {}),
      segments: (text) => smsSegments(text).segments,
      send: (message) => send(message, '', smsFrom),
      find: finder('', smsFrom),
      fetchFile,
    });
  return channels;
}

/** For whoever looks for messages that never came by webhook. */
export const createTwilioLists = (input: TwilioInput): TwilioLists => listsOf(clientOf(input), input);

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

type Client = ReturnType<typeof twilio>;

const clientOf = (input: TwilioInput): Client =>
  twilio(input.accountSid, input.authToken, { httpClient: createHttpClient(input), logLevel: 'error' });

function listsOf(client: Client, { accountSid }: TwilioInput): TwilioLists {
  return {
    messages: (query) => client.messages.list(query),
    filesOf: async (sid) =>
      (await client.messages(sid).media.list({ limit: 10 })).map((file) => ({
        url: `${API_ORIGIN}/2010-04-01/Accounts/${accountSid}/Messages/${sid}/Media/${file.sid}`,
        type: file.contentType.toLowerCase(),
      })),
  };
}

function createHttpClient({ apiUrl, timeoutMs = TIMEOUT_MS }: TwilioInput) {
  const http = new twilio.RequestClient({ timeout: timeoutMs });
  if (apiUrl === null) return http;
  const request = http.request.bind(http);
  http.request = (options) => request({ ...options, uri: options.uri.replace(API_ORIGIN, apiUrl) });
  return http;
}

/** Error 21656, 63016: a template goes without a body of its own, which would make it free text. */
const contentOf = ({ text, template }: OutboundMessage) =>
  template ? { contentSid: template.id, contentVariables: JSON.stringify(template.variables) } : { body: text };

const validitySeconds = (ms: number): number => Math.min(VALIDITY_SECONDS_MAX, Math.max(1, Math.floor(ms / 1000)));
