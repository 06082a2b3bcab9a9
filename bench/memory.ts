import type { Connection } from 'mongoose';
import { TWILIO_SMS } from '../src/channels/twilio-events.ts';
import type { Config } from '../src/config.ts';
import { systemClock } from '../src/kernel/clock.ts';
import { startService } from './child.ts';
import { importDebtors, openBenchApp, phoneOf } from './house.ts';
import { flood, type Inbound } from './load.ts';
import { openProvider } from './provider.ts';
import { posterTo } from './replies.ts';

const PARTS = 20;
const AT_ONCE = 32;
const ANSWERED_WITHIN_MS = 600_000;
const PAUSE_MS = 200;

export interface Memory {
  /** What the process held after each twentieth of the conversations. */
  residentMb: number[];
  peakMb: number;
}

/** One process with every role, and so many debtors who each write for the first time and are answered. */
export async function benchMemory(
  db: Connection,
  mongodbUri: string,
  { config, conversations }: { config: Config; conversations: number },
): Promise<Memory> {
  const app = await openBenchApp(db, config, systemClock);
  await importDebtors(app, db, { from: 0, to: conversations, channel: TWILIO_SMS, plans: false });
  const provider = await openProvider();
  const service = await startService({ MONGODB_URI: mongodbUri, TWILIO_API_URL: provider.url });
  const { post, close } = posterTo(service);
  const residentMb: number[] = [];
  let peakMb = 0;
  const sample = setInterval(() => {
    peakMb = Math.max(peakMb, service.residentMb());
  }, PAUSE_MS);
  try {
    const some = Math.ceil(conversations / PARTS);
    for (let from = 0; from < conversations; from += some) {
      const hellos = hellosOf(from, Math.min(some, conversations - from));
      provider.expect(hellos.map((hello) => hello.from));
      const { failed } = await flood(post, hellos, AT_ONCE);
      const taken = await provider.untilAllTaken(ANSWERED_WITHIN_MS);
      if (failed > 0 || taken < hellos.length)
        throw new Error(`${failed} failed, ${taken} of ${hellos.length} answered`);
      residentMb.push(service.residentMb());
    }
    return { residentMb, peakMb: Math.max(peakMb, ...residentMb) };
  } finally {
    clearInterval(sample);
    close();
    await service.stop();
    await provider.close();
  }
}

const hellosOf = (from: number, count: number): Inbound[] =>
  Array.from({ length: count }, (_, n) => ({
    id: `SMhello${String(from + n).padStart(24, '0')}`,
    from: phoneOf(from + n),
    text: 'hola',
  }));
