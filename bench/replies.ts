import type { Connection } from 'mongoose';
import type { App } from '../src/app.ts';
import { TWILIO_SMS } from '../src/channels/twilio-events.ts';
import type { Config } from '../src/config.ts';
import { monotonicMs, systemClock } from '../src/kernel/clock.ts';
import { ACCOUNT } from '../test/fakes/twilio.ts';
import { type Child, PUBLIC_URL, startService } from './child.ts';
import { DOCUMENT_DIGITS, importDebtors, openBenchApp, phoneOf } from './house.ts';
import { createPoster, flood, type Inbound, type Post, pour, quantile } from './load.ts';
import { openProvider, type Provider } from './provider.ts';

const AT_ONCE = 64;
const GREETED_AT_ONCE = 1_000;
const ANSWERED_WITHIN_MS = 60_000;

export interface Latency {
  providerMs: number;
  p50Ms: number;
  p99Ms: number;
  p999Ms: number;
}

export interface ReplySpeeds {
  /** Messages answered at the provider, as fast as they can be. */
  perSecond: number;
  /** From the instant at which a message was to be sent until its answer was taken, the provider's own time taken off, at half of that. */
  latencies: Latency[];
}

/**
 * The whole service in one process over real signed HTTP: from a debtor's message to its answer at the provider. Debtors tap an option of a question that
 * is open, which is answered at once; what may be the beginning of a longer thought is waited for (1.2 s) and says nothing about speed.
 */
export async function benchReplies(
  db: Connection,
  mongodbUri: string,
  { config, debtors, poured, seed }: { config: Config; debtors: number; poured: number; seed: number },
): Promise<ReplySpeeds> {
  await openQuestions(db, config, 0, debtors + 3 * poured);
  const provider = await openProvider();
  const service = await startService({ MONGODB_URI: mongodbUri, TWILIO_API_URL: provider.url });
  const poster = posterTo(service);
  try {
    await pourAt({ post: poster.post, provider, from: debtors, count: poured, perSecond: 50, seed, providerMs: 0 }); // until the code is compiled
    const perSecond = await atMost(poster.post, provider, debtors);
    const latencies: Latency[] = [];
    for (const [n, providerMs] of [0, 50].entries()) {
      const from = debtors + (n + 1) * poured;
      const load = { from, count: poured, perSecond: perSecond / 2, seed: seed + n };
      latencies.push(await pourAt({ post: poster.post, provider, providerMs, ...load }));
    }
    return { perSecond, latencies };
  } finally {
    poster.close();
    await service.stop();
    await provider.close();
  }
}

export const posterTo = ({ url }: Pick<Child, 'url'>) =>
  createPoster({ url, publicUrl: PUBLIC_URL, path: '/webhooks/twilio/sms' }, ACCOUNT, AT_ONCE);

/** Imports debtors and lets each say hello and who they are, so that all of them have a question open. What was said to them is thrown away. */
export async function openQuestions(db: Connection, config: Config, from: number, to: number): Promise<void> {
  const app = await openBenchApp(db, config, systemClock);
  await importDebtors(app, db, { from, to, channel: TWILIO_SMS, plans: false });
  for (let at = from; at < to; at += GREETED_AT_ONCE) {
    const some = Array.from({ length: Math.min(GREETED_AT_ONCE, to - at) }, (_, n) => at + n);
    for (const text of ['hola', DOCUMENT_DIGITS]) await sayAll(app, some, text);
  }
  await db.collection('outbox').deleteMany({});
}

async function sayAll({ conversations }: App, who: number[], text: string): Promise<void> {
  const id = (n: number) => `before:${text}:${n}`;
  await Promise.all(who.map((n) => conversations.receive({ id: id(n), channel: TWILIO_SMS, from: phoneOf(n), text })));
  const turns = await conversations.runTurns();
  if (turns !== who.length) throw new Error(`${turns} of ${who.length} turns were taken`);
}

export const tapsOf = (from: number, count: number): Inbound[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `SMtap${String(from + n).padStart(24, '0')}`,
    from: phoneOf(from + n),
    text: '1',
  }));

async function atMost(post: Post, provider: Provider, count: number): Promise<number> {
  const taps = tapsOf(0, count);
  provider.expect(taps.map(({ from }) => from));
  provider.answerAfter(0);
  const start = monotonicMs();
  const { failed } = await flood(post, taps, AT_ONCE);
  const taken = await provider.untilAllTaken(ANSWERED_WITHIN_MS);
  if (failed > 0 || taken < count)
    throw new Error(`${failed} were not acknowledged, ${taken} of ${count} were answered`);
  return (count * 1000) / (monotonicMs() - start);
}

async function pourAt(load: {
  post: Post;
  provider: Provider;
  from: number;
  count: number;
  perSecond: number;
  seed: number;
  providerMs: number;
}): Promise<Latency> {
  const { post, provider, from, count, providerMs } = load;
  const taps = tapsOf(from, count);
  provider.expect(taps.map((tap) => tap.from));
  provider.answerAfter(providerMs);
  const sentAt = new Map<string, number>();
  const { failed } = await pour(post, taps, load, (tap, atMs) => sentAt.set(tap.from, atMs));
  const taken = await provider.untilAllTaken(ANSWERED_WITHIN_MS);
  if (failed > 0 || taken < count)
    throw new Error(`${failed} were not acknowledged, ${taken} of ${count} were answered`);
  const tookMs = [...provider.taken].map(([phone, { firstAtMs }]) => firstAtMs - (sentAt.get(phone) ?? 0) - providerMs);
  return { providerMs, p50Ms: quantile(tookMs, 0.5), p99Ms: quantile(tookMs, 0.99), p999Ms: quantile(tookMs, 0.999) };
}
