import type { SendResult } from './channel.ts';

type Failure = Exclude<SendResult, { outcome: 'accepted' }>;

const RETRY_CONNECTION_MS = 60_000; // the server cannot be reached, or does not let us in
const RETRY_ANSWER_MS = 300_000; // 4xx is often a greylist, which opens after some minutes (RFC 6647)
/** Answers on our own right to send, which say nothing of the recipient: RFC 4954. */
const OF_OUR_ACCOUNT = [530, 534, 535, 538];
/** Steps at which the server judges this message. Before them it judges us, and the message stays good. */
const OF_THE_MESSAGE = ['MAIL FROM', 'RCPT TO', 'DATA'];

/**
 * What a failed delivery says of the message. Of the error only its code and number are read: its text may hold the address.
 * @param mayHaveGone the message was being handed over, so the server may have it
 */
export function sortSmtpFailure(err: unknown, mayHaveGone: boolean): Failure {
  const { code, responseCode, command } = (err ?? {}) as Record<string, unknown>;
  const name = typeof code === 'string' && /^\w+$/.test(code) ? code : 'smtp_failed';
  const isAnswer = typeof responseCode === 'number';
  if (mayHaveGone && !(isAnswer && command === 'DATA')) return { outcome: 'unknown', code: name };
  if (isAnswer) return answered(responseCode, String(command));
  if (name === 'EENVELOPE') return { outcome: 'refused', code: 'address_invalid' };
  if (name === 'EMESSAGE') return { outcome: 'refused', code: 'message_too_large' };
  return { outcome: 'later', code: name, retryAfterMs: RETRY_CONNECTION_MS };
}

function answered(status: number, command: string): Failure {
  const code = `smtp_${status}`;
  const isOfMessage = OF_THE_MESSAGE.includes(command) && !OF_OUR_ACCOUNT.includes(status);
  if (!isOfMessage) return { outcome: 'later', code, retryAfterMs: RETRY_CONNECTION_MS };
  return status >= 500 ? { outcome: 'refused', code } : { outcome: 'later', code, retryAfterMs: RETRY_ANSWER_MS };
}
