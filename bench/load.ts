import { Agent, request } from 'node:http';
import { monotonicMs } from '../src/kernel/clock.ts';
import { sign } from '../test/fakes/twilio.ts';

/** What Twilio would post for a text from a phone. */
export interface Inbound {
  id: string;
  from: string;
  text: string;
}

/** How a load went. Latency counts from the instant at which a request was to be sent, not from when there was time for it. */
export interface Outcome {
  sent: number;
  failed: number;
  seconds: number;
  latenciesMs: number[];
}

export type Post = (inbound: Inbound) => Promise<number>;

/** Posts signed forms over connections that are kept open. @param atOnce connections at most */
export function createPoster(
  target: { url: string; publicUrl: string; path: string },
  account: { accountSid: string; authToken: string; smsFrom: string },
  atOnce: number,
): { post: Post; close(): void } {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  const post: Post = ({ id, from, text }) => {
    const params = {
      MessageSid: id,
      AccountSid: account.accountSid,
      From: from,
      To: account.smsFrom,
      Body: text,
      NumMedia: '0',
    };
    const signature = sign(account.authToken, `${target.publicUrl}${target.path}`, params);
    return new Promise((resolve, reject) => {
      const call = request(`${target.url}${target.path}`, {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature },
      });
      call.on('error', reject);
      call.on('response', (answer) => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode ?? 0));
      });
      call.end(new URLSearchParams(params).toString());
    });
  };
  return { post, close: () => agent.destroy() };
}

/** As many at a time as there are lanes, one after the other: what the other side can take at most. */
export async function flood(post: Post, messages: readonly Inbound[], atOnce: number): Promise<Outcome> {
  const outcome: Outcome = { sent: messages.length, failed: 0, seconds: 0, latenciesMs: [] };
  const start = monotonicMs();
  let next = 0;
  const lane = async () => {
    for (let message = messages[next++]; message; message = messages[next++])
      await timed(post, message, monotonicMs(), outcome);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  return { ...outcome, seconds: (monotonicMs() - start) / 1000 };
}

/**
 * At instants of their own, as people write (a Poisson stream), whether or not earlier ones were answered: a slow answer delays nobody's clock.
 * @param onSend told of each at its instant
 */
export async function pour(
  post: Post,
  messages: readonly Inbound[],
  { perSecond, seed }: { perSecond: number; seed: number },
  onSend: (message: Inbound, atMs: number) => void = () => undefined,
): Promise<Outcome> {
  const outcome: Outcome = { sent: messages.length, failed: 0, seconds: 0, latenciesMs: [] };
  const chance = seeded(seed);
  const start = monotonicMs();
  let atMs = start;
  const underWay: Promise<void>[] = [];
  for (const message of messages) {
    atMs -= (Math.log(1 - chance()) * 1000) / perSecond;
    const waitMs = atMs - monotonicMs();
    if (waitMs > 1) await new Promise((resolve) => setTimeout(resolve, waitMs));
    onSend(message, atMs);
    underWay.push(timed(post, message, atMs, outcome));
  }
  await Promise.all(underWay);
  return { ...outcome, seconds: (monotonicMs() - start) / 1000 };
}

async function timed(post: Post, message: Inbound, atMs: number, outcome: Outcome): Promise<void> {
  const status = await post(message).catch(() => 0);
  if (status !== 200) outcome.failed += 1;
  else outcome.latenciesMs.push(monotonicMs() - atMs);
}

/** The same numbers from 0 to 1 for the same seed (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param share from 0 to 1 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
