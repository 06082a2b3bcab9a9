import type { Connection } from 'mongoose';
import { ACCOUNT } from '../test/fakes/twilio.ts';
import { PUBLIC_URL, startChild, startService } from './child.ts';
import { phoneOf } from './house.ts';
import { createPoster, flood, type Inbound, type Post, pour, quantile } from './load.ts';
import { bareInserts } from './physical.ts';

const AT_ONCE = 64;
const PHONES = 5_000;

export interface InboundSpeeds {
  perSecond: number;
  bareInsertsPerSecond: number;
  bareExpressPerSecond: number;
  ackP50Ms: number;
  ackP99Ms: number;
}

/**
 * Signed webhooks over HTTP, each acknowledged once its row is durable, in alternation with bare inserts at the same concurrency and with a
 * bare Express that takes the same form and does nothing. The web role alone: turns are another figure.
 */
export async function benchInbound(
  db: Connection,
  mongodbUri: string,
  size: { messages: number; rounds: number; seed: number },
): Promise<InboundSpeeds> {
  const service = await startService({ MONGODB_URI: mongodbUri, ROLES: 'http' });
  const express = await startChild(['--import', 'tsx', 'bench/bare-express.ts'], {});
  const ours = posterTo(service.url);
  const bare = posterTo(express.url);
  try {
    const seconds = { ours: 0, inserts: 0, express: 0 };
    for (let round = -1; round < size.rounds; round += 1) {
      const inserts = (await bareInserts(db, size.messages, AT_ONCE)) / 1000;
      const answered = await allAnswered(ours.post, messagesOf(`flood${round}`, size.messages));
      const echoed = await allAnswered(bare.post, messagesOf(`bare${round}`, size.messages));
      if (round < 0) continue;
      seconds.inserts += inserts;
      seconds.ours += answered;
      seconds.express += echoed;
    }
    const count = size.messages * size.rounds;
    const perSecond = count / seconds.ours;
    const half = { perSecond: perSecond / 2, seed: size.seed };
    const poured = await pour(ours.post, messagesOf('pour', Math.round(size.messages)), half);
    if (poured.failed > 0) throw new Error(`${poured.failed} webhooks were not acknowledged`);
    await expectStored(db, size.messages * (size.rounds + 2));
    return {
      perSecond,
      bareInsertsPerSecond: count / seconds.inserts,
      bareExpressPerSecond: count / seconds.express,
      ackP50Ms: quantile(poured.latenciesMs, 0.5),
      ackP99Ms: quantile(poured.latenciesMs, 0.99),
    };
  } finally {
    ours.close();
    bare.close();
    await Promise.all([service.stop(), express.stop()]);
  }
}

const posterTo = (url: string) =>
  createPoster({ url, publicUrl: PUBLIC_URL, path: '/webhooks/twilio/sms' }, ACCOUNT, AT_ONCE);

const messagesOf = (name: string, count: number): Inbound[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `SM${name}${String(n).padStart(24, '0')}`,
    from: phoneOf(n % PHONES),
    text: 'cuánto debo?',
  }));

/** @returns seconds */
async function allAnswered(post: Post, messages: Inbound[]): Promise<number> {
  const { failed, seconds } = await flood(post, messages, AT_ONCE);
  if (failed > 0) throw new Error(`${failed} of ${messages.length} requests failed`);
  return seconds;
}

async function expectStored(db: Connection, count: number): Promise<void> {
  const stored = await db.collection('inbox').countDocuments({});
  if (stored !== count) throw new Error(`${stored} messages were stored of ${count} acknowledged`);
}
