import type { Connection } from 'mongoose';
import type { App } from '../../src/app.ts';
import { importPortfolio } from '../../src/ledger/portfolio-import.ts';

/** Imports a portfolio that is given as text, ties every address to these channels, and plans the follow-ups: as `acuerdo import` does. */
export async function importText(app: App, db: Connection, text: string, channels = ['simulator']): Promise<void> {
  const result = await importPortfolio({
    db,
    now: app.clock.now(),
    async *open() {
      yield Buffer.from(text);
    },
    linkAddresses: (debtors) => app.conversations.linkPhones(channels, debtors),
    async onDebtorsChanged(ids) {
      await app.conversations.planFollowups(ids);
    },
  });
  if (!result.ok)
    throw new Error(result.faults.map(({ line, column, reason }) => `line ${line}, ${column}: ${reason}`).join('\n'));
}
