import { createHmac, timingSafeEqual } from 'node:crypto';
import { AppError } from '../kernel/errors.ts';

/** Seconds that a signature's time may lie before or after ours. Stripe's and Fintoc's own tolerance; theirs forgets the future. */
export const SIGNATURE_WINDOW_SEC = 300;

/** `t=<unix seconds>,v1=<hex>`: HMAC-SHA256 of `t.body`, as Stripe and Fintoc sign. */
export function signBody(secret: string, body: Buffer | string, at: Date): string {
  const t = Math.floor(at.getTime() / 1000);
  return `t=${t},v1=${mac(secret, t, body).toString('hex')}`;
}

/**
 * Checks such a header against every secret that is active (two while one is being replaced).
 * @throws AppError signature_invalid, saying which check failed and nothing of the secret.
 */
export function checkBody(
  header: string | string[] | undefined,
  body: Buffer,
  secrets: readonly string[],
  now: Date,
): void {
  if (secrets.length === 0) throw refused('no secret is configured');
  if (typeof header !== 'string') throw refused('the signature header is missing');
  const fields = header.split(',').map((field) => field.trim().split('='));
  const t = Number(fields.find(([name]) => name === 't')?.[1]);
  const signatures = fields.filter(([name]) => name === 'v1').map(([, value]) => Buffer.from(value ?? '', 'hex'));
  if (!Number.isSafeInteger(t) || signatures.length === 0) throw refused('the signature header is not t=…,v1=…');
  const matches = secrets.some((secret) => {
    const expected = mac(secret, t, body);
    return signatures.some((given) => given.length === expected.length && timingSafeEqual(given, expected));
  });
  if (!matches) throw refused('the signature does not match the body');
  if (Math.abs(now.getTime() / 1000 - t) > SIGNATURE_WINDOW_SEC) throw refused('the signature is too old or too new');
}

function mac(secret: string, t: number, body: Buffer | string): Buffer {
  return createHmac('sha256', secret).update(`${t}.`).update(body).digest();
}

const refused = (why: string): AppError => new AppError('signature_invalid', `The webhook was refused: ${why}.`);
