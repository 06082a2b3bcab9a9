import type { FakeTwilio, Taken } from '../fakes/twilio.ts';
import type { Chance } from './chance.ts';
import type { Received } from './evidence.ts';
import type { Postman } from './postman.ts';

const LOOK_MS = 15;

/** How bad the reports of what became of a message are. */
export interface Manners {
  lost: number;
  doubled: number;
  reversed: number;
}

export const BAD_MANNERS: Manners = { lost: 0.15, doubled: 0.15, reversed: 0.2 };

/**
 * Writes down when the provider took each message, and reports on it: queued, sent, delivered, with reports that are lost, doubled and reversed.
 * Nobody tries a report again.
 */
export function watchProvider(fake: FakeTwilio, postman: Postman, chance: Chance, manners: Manners) {
  const received: Received[] = [];
  const reports = new Set<Promise<unknown>>();
  const timer = setInterval(look, LOOK_MS);

  function look(): void {
    while (received.length < fake.taken.length) {
      const taken = fake.taken[received.length];
      if (!taken) return;
      received.push(receivedOf(taken));
      const reporting = report(taken).finally(() => reports.delete(reporting));
      reports.add(reporting);
    }
  }

  async function report({ sid, from, to, statusCallback }: Taken): Promise<void> {
    const callback = new URL(statusCallback);
    const path = `${callback.pathname}${callback.search}`;
    const said = ['queued', 'sent', 'delivered'].filter(() => !chance.once(manners.lost));
    const twice = said.flatMap((status) => (chance.once(manners.doubled) ? [status, status] : [status]));
    if (chance.once(manners.reversed)) twice.reverse();
    for (const status of twice)
      await postman.deliver(path, { MessageSid: sid, MessageStatus: status, From: from, To: to });
  }

  return {
    /** As far as it has looked: call `look` for all. */
    received: received as readonly Received[],
    look,
    async stop(): Promise<void> {
      clearInterval(timer);
      look();
      await Promise.all(reports);
    },
  };
}

const receivedOf = ({ to, body, validityPeriod, statusCallback }: Taken): Received => ({
  outboxId: new URL(statusCallback).searchParams.get('oid') ?? '',
  to,
  body,
  validityPeriod,
  at: Date.now(),
});
