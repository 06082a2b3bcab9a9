import { sign, type TwilioAccountOfTest } from '../fakes/twilio.ts';
import type { Posted } from './evidence.ts';

const WAIT_MS = 15_000; // reliability.md D6: Twilio waits so long for an answer
/** The first, and #rc=5. */
const TRIES = 6;
const PAUSE_MS = 1_500;

/** What one delivery came to: the status, or null when there was no answer. */
export type Delivery = number | null;

export interface PostmanInput {
  account: TwilioAccountOfTest;
  /** Where the service listens, and the address that it is known by: what is signed. */
  at: { url: string; publicUrl: string };
  /** How often a message is tried: as the provider does when left out. */
  tries?: number;
}

export type Postman = ReturnType<typeof createPostman>;

/**
 * The provider's side of the webhooks: signs, waits 15 s, tries the fallback address, tries again, and gives up. Writes down every message and whether the
 * service said that it has it.
 */
export function createPostman({ account, at, tries: triesMax = TRIES }: PostmanInput) {
  const posted: Posted[] = [];
  let count = 0;

  async function deliver(
    path: string,
    params: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<Delivery> {
    try {
      const response = await fetch(`${at.url}${path}`, {
        method: 'POST',
        body: new URLSearchParams(params),
        headers: { 'X-Twilio-Signature': sign(account.authToken, `${at.publicUrl}${path}`, params), ...headers },
        signal: AbortSignal.timeout(WAIT_MS),
      });
      await response.arrayBuffer();
      return response.status;
    } catch {
      return null; // refused, reset, or no answer in time
    }
  }

  /** A message that is written down and not sent yet. */
  function write(phone: string, text: string): { entry: Posted; params: Record<string, string> } {
    count += 1;
    const sid = `SMin${String(count).padStart(30, '0')}`;
    const entry: Posted = { id: `twilio:${sid}`, phone, text, firstAt: Date.now(), ackedAt: null };
    posted.push(entry);
    const params = {
      MessageSid: sid,
      AccountSid: account.accountSid,
      From: phone,
      To: account.smsFrom,
      Body: text,
      NumMedia: '0',
    };
    return { entry, params };
  }

  /** One try. */
  async function attempt(
    { entry, params }: ReturnType<typeof write>,
    path = '/webhooks/twilio/sms',
  ): Promise<Delivery> {
    const status = await deliver(path, params);
    if (status !== null && status >= 200 && status < 300) entry.ackedAt ??= Date.now();
    return status;
  }

  /** As the provider does it, to the end. @returns the journal's entry, acknowledged or given up */
  async function send(phone: string, text: string): Promise<Posted> {
    const letter = write(phone, text);
    for (let tries = 0; tries < triesMax && letter.entry.ackedAt === null; tries += 1) {
      if (tries > 1) await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
      await attempt(letter, tries % 2 === 0 ? '/webhooks/twilio/sms' : '/webhooks/twilio/fallback');
    }
    return letter.entry;
  }

  return { posted: posted as readonly Posted[], deliver, write, attempt, send };
}
