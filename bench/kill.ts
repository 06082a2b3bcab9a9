import type { Connection } from 'mongoose';
import type { Config } from '../src/config.ts';
import { type Child, startChild, startService } from './child.ts';
import { type Inbound, type Post, pour } from './load.ts';
import { openProvider, type Provider } from './provider.ts';
import { openQuestions, posterTo, tapsOf } from './replies.ts';

const PROVIDER_MS = 50;
const PER_SECOND = 100;
export const KILLS = 5;
const NAIVE_WITHIN_MS = 5_000;
const OURS_WITHIN_MS = 150_000; // what a dead process held is free after 90 s at most

export interface Survival {
  acknowledged: number;
  /** Acknowledged, and never answered. */
  lost: number;
  /** Of those, the ones that are flagged for somebody to look at: sent or not, nobody can say. */
  flagged: number;
}

/** A handler without outbox and our service under the same load, each killed in the middle of it, and again, and started again. */
export async function benchKill(
  db: Connection,
  mongodbUri: string,
  { config, messages, seed }: { config: Config; messages: number; seed: number },
): Promise<{ naive: Survival; ours: Survival }> {
  const provider = await openProvider();
  provider.answerAfter(PROVIDER_MS);
  try {
    const env = { TWILIO_API_URL: provider.url };
    await openQuestions(db, config, 0, messages);
    const startNaive = () => startChild(['--import', 'tsx', 'bench/naive.ts'], { ...env, MONGODB_URI: mongodbUri });
    const naive = await killed({
      start: startNaive,
      taps: tapsOf(0, messages),
      provider,
      seed,
      withinMs: NAIVE_WITHIN_MS,
    });
    const start = () => startService({ MONGODB_URI: mongodbUri, ...env });
    const ours = await killed({ start, taps: tapsOf(0, messages), provider, seed, withinMs: OURS_WITHIN_MS });
    const flagged = await db.collection('outbox').distinct('address', { state: { $in: ['sending', 'unknown'] } });
    const isLost = new Set(ours.missing);
    return {
      naive: { ...naive, flagged: 0 },
      ours: { ...ours, flagged: flagged.filter((phone) => isLost.has(String(phone))).length },
    };
  } finally {
    await provider.close();
  }
}

async function killed({
  start,
  taps,
  provider,
  seed,
  withinMs,
}: {
  start: () => Promise<Child>;
  taps: Inbound[];
  provider: Provider;
  seed: number;
  withinMs: number;
}): Promise<{ acknowledged: number; lost: number; missing: string[] }> {
  const acknowledged = new Set<string>();
  const some = Math.ceil(taps.length / (KILLS + 1));
  const noting =
    (post: Post): Post =>
    async (message) => {
      const status = await post(message);
      if (status === 200) acknowledged.add(message.from);
      return status;
    };
  provider.expect(taps.map(({ from }) => from));
  for (let kill = 0; kill < KILLS; kill += 1) {
    const service = await start();
    const { post, close } = posterTo(service);
    const part = taps.slice(kill * some, (kill + 1) * some);
    await pour(noting(post), part, { perSecond: PER_SECOND, seed: seed + kill }, (tap) => {
      if (tap === part.at(-1)) void service.kill();
    });
    close();
    await service.kill();
  }
  const last = await start();
  const { post, close } = posterTo(last);
  await pour(noting(post), taps.slice(KILLS * some), { perSecond: PER_SECOND, seed });
  provider.expect([...acknowledged], 'the start');
  await provider.untilAllTaken(withinMs);
  close();
  await last.stop();
  const missing = [...acknowledged].filter((phone) => !provider.taken.has(phone));
  return { acknowledged: acknowledged.size, lost: missing.length, missing };
}
