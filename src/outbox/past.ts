import { lookbackDays } from '../compliance/gate.ts';
import type { Packs } from '../compliance/pack.ts';
import { byDebtor } from '../conversations/by-debtor.ts';
import type { InboxRow, InboxStore } from '../inbox/inbox-store.ts';
import { DAY_MS } from '../kernel/calendar.ts';
import type { DebtorId } from '../kernel/ids.ts';
import type { OutboxRow, OutboxStore } from './outbox-store.ts';

/** What a debtor wrote and was sent. */
export interface Past {
  heard: InboxRow[];
  sent: OutboxRow[];
}

/** Whose past is asked for, and by the law of which country. */
export interface Asked {
  id: DebtorId;
  country: string;
}

export type ReadPasts = (of: readonly Asked[], now: Date) => Promise<Map<DebtorId, Past>>;

/** The history that the gate judges by, as far back as the law of each debtor's country looks: two reads however many they are. */
export function createPastReader({
  packs,
  inbox,
  outbox,
}: {
  packs: Packs;
  inbox: InboxStore;
  outbox: OutboxStore;
}): ReadPasts {
  function sinceOf(country: string, now: Date): Date {
    const pack = packs.inForce(country, now);
    return new Date(now.getTime() - (pack ? lookbackDays(pack) + 1 : 1) * DAY_MS);
  }

  return async function readPasts(of, now) {
    if (of.length === 0) return new Map();
    const since = new Map(
      [...new Set(of.map(({ country }) => country))].map((country) => [country, sinceOf(country, now)]),
    );
    const earliest = new Date(Math.min(...[...since.values()].map((at) => at.getTime())));
    const ids = of.map(({ id }) => id);
    const [heard, sent] = await Promise.all([inbox.heardFrom(ids, earliest), outbox.sentTo(ids, earliest)]);
    const [heardBy, sentBy] = [byDebtor(heard), byDebtor(sent)];
    return new Map(
      of.map(({ id, country }) => {
        const from = since.get(country) ?? earliest;
        const past = {
          heard: (heardBy.get(id) ?? []).filter(({ receivedAt }) => receivedAt >= from),
          sent: (sentBy.get(id) ?? []).filter(({ createdAt }) => createdAt >= from),
        };
        return [id, past];
      }),
    );
  };
}
