import type { Connection } from 'mongoose';
import type { Packs } from '../compliance/pack.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { EventStore } from '../conversations/event-store.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';

export interface OptOutDeps {
  db: Connection;
  ledger: Pick<Ledger, 'findDebtor'>;
  packs: Packs;
  stores: { conversations: ConversationStore; events: EventStore };
  clock: Clock;
}

/** Writes down an opt-out that a provider tells of: the debtor wrote STOP, and the provider's filter heard it. It binds as far as the word does in their country. */
export function createProviderOptOut({ db, ledger, packs, stores, clock }: OptOutDeps) {
  return async function optOut(row: OutboxRow, code: string): Promise<void> {
    const now = clock.now();
    const consent = { state: 'out' as const, at: now, words: `${row.channel}:${code}` };
    const debtor = row.debtorId && (await ledger.findDebtor(row.debtorId));
    const everywhere = debtor && packs.inForce(debtor.country, now)?.opt_out.scope === 'all';
    await inTransaction(db, async (tx) => {
      if (!(await stores.conversations.optOut(row.conversationId, consent, tx))) return;
      if (debtor && everywhere) await stores.conversations.spreadConsent(debtor.id, row.conversationId, consent, tx);
      const details = { outbox: row._id, channel: row.channel, code, everywhere: everywhere === true };
      const event = { what: 'opt_out.reported', at: now, details } as const;
      await stores.events.append([{ ...event, conversationId: row.conversationId, debtorId: row.debtorId }], tx);
    });
  };
}

export type ProviderOptOut = ReturnType<typeof createProviderOptOut>;
