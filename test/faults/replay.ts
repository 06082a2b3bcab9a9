import { createApp } from '../../src/app.ts';
import type { Channel } from '../../src/channels/channel.ts';
import { readConfig } from '../../src/config.ts';
import { connect } from '../../src/database/connect.ts';
import { importReactions } from '../../src/demo.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { importPortfolio } from '../../src/ledger/portfolio-import.ts';
import { ACCOUNT } from '../fakes/twilio.ts';
import { turnsOfScript } from './evidence.ts';
import { makePortfolio } from './portfolio.ts';

const CHANNEL = 'twilio-sms';

/**
 * What an undisturbed service answers to each of these scripts: the same rooms in one process, on a database of their own, with one debtor a script to whom
 * nothing else happens.
 * @returns script → keys of the texts, in order
 */
export async function replayAll(uri: string, scripts: readonly string[], zone: string): Promise<Map<string, string[]>> {
  const db = await connect(uri, { database: 'replay' });
  try {
    await db.dropDatabase();
    const said: string[] = [];
    const channel: Channel = {
      id: CHANNEL,
      medium: 'sms',
      capabilities: { buttons: false, lengthMax: 1600 },
      send: async ({ id }) => {
        said.push(id);
        return { outcome: 'accepted', providerId: `replay:${id}` };
      },
    };
    const app = await createApp({
      config: replayConfig(),
      db,
      clock: systemClock,
      log: silentLog(),
      channels: [channel],
      publicUrl: () => 'https://pay.example.com',
    });
    const { csv, debtors } = makePortfolio([{ count: scripts.length, zone, reminded: false }], Date.now());
    const open = async function* () {
      yield Buffer.from(csv);
    };
    await importPortfolio({ db, open, now: new Date(), ...importReactions(app) });
    const answers = new Map<string, string[]>();
    for (const [n, script] of scripts.entries()) {
      said.length = 0;
      const from = debtors[n]?.phone ?? '';
      for (const [turn, text] of turnsOfScript(script).entries()) {
        await app.conversations.receive({ id: `replay:${n}:${turn}`, channel: CHANNEL, from, text, tapped: true });
        while ((await app.conversations.runTurns()) + (await app.conversations.dispatch()) > 0);
      }
      const rows = await db
        .collection('outbox')
        .find({ _id: { $in: said as never[] } })
        .toArray();
      const keys = new Map(rows.map((row) => [String(row._id), String(row['key'])]));
      answers.set(
        script,
        said.map((id) => keys.get(id) ?? ''),
      );
    }
    await db.dropDatabase();
    return answers;
  } finally {
    await db.close();
  }
}

function replayConfig() {
  return readConfig({
    NODE_ENV: 'test',
    DEMO: 'off',
    PUBLIC_URL: 'https://pay.example.com',
    PAYMENT_PROVIDER: 'sandbox',
    TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
    TWILIO_SMS_FROM: '52525',
  });
}
