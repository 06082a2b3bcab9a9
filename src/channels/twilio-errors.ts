import type { SendResult } from './channel.ts';

type Failure = Exclude<SendResult, { outcome: 'accepted' }>;

const RETRY_SOON_MS = 5_000; // 429, 20429: too many calls at once
const RETRY_SLOWLY_MS = 60_000; // 63018: WhatsApp's own limit; 20003: the token is being changed; the API cannot be reached at all

/** https://www.twilio.com/docs/api/errors/21610: the recipient wrote STOP, and Twilio carries nothing more from this number. */
const OPTED_OUT = '21610';

const LATER: Record<string, number> = {
  '429': RETRY_SOON_MS,
  '20429': RETRY_SOON_MS,
  '63018': RETRY_SLOWLY_MS,
  '401': RETRY_SLOWLY_MS,
  '20003': RETRY_SLOWLY_MS,
};

/** The connection was never made, so Twilio cannot have the message. All other failures of the network leave that open. */
const NEVER_LEFT = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH'];

export const isTwilioOptOut = (code: string | undefined): boolean => code === OPTED_OUT;

/**
 * What a failed call says of the message: refused for good, to be tried later, or perhaps accepted all the same.
 * Of the error only its numbers are read: its message may hold the phone, its config the credentials.
 * @returns `status` is HTTP's, null when there was no answer
 */
export function sortTwilioFailure(err: unknown): { status: number | null; result: Failure } {
  const { status, code } = (err ?? {}) as { status?: unknown; code?: unknown };
  if (typeof status !== 'number') return { status: null, result: withoutAnswer(code) };
  return { status, result: refusal(status, typeof code === 'number' && code > 0 ? String(code) : null) };
}

function withoutAnswer(code: unknown): Failure {
  if (typeof code !== 'string') return { outcome: 'unknown', code: 'answer_unreadable' };
  if (NEVER_LEFT.includes(code)) return { outcome: 'later', code, retryAfterMs: RETRY_SLOWLY_MS };
  return { outcome: 'unknown', code };
}

function refusal(status: number, twilioCode: string | null): Failure {
  const code = twilioCode ?? `http_${status}`;
  const retryAfterMs = LATER[code] ?? LATER[String(status)];
  if (retryAfterMs !== undefined) return { outcome: 'later', code, retryAfterMs };
  if (status < 400 || status === 408 || status >= 500) return { outcome: 'unknown', code };
  return isTwilioOptOut(code) ? { outcome: 'refused', code, optedOut: true } : { outcome: 'refused', code };
}
