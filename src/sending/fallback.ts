import type { Connection } from 'mongoose';
import { isUnreachable } from '../channels/provider-codes.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import { isWindowOpen } from '../conversations/reach.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Clock } from '../kernel/clock.ts';
import { fallbackIdOf } from '../kernel/ids.ts';
import type { Meter } from '../kernel/meter.ts';
import type { DoubtStore } from '../outbox/doubt-store.ts';
import type { OutboxRow, OutboxStore } from '../outbox/outbox-store.ts';

export interface FallbackDeps {
  db: Connection;
  stores: { conversations: ConversationStore; outbox: OutboxStore; doubts: DoubtStore };
  /** Channels on which we may write first, the preferred one first. */
  proactiveChannels: readonly string[];
  windowHoursOf: ReadonlyMap<string, number>;
  clock: Clock;
  meter: Meter;
}

/**
 * A message that cannot reach the debtor where it was written for goes to their next channel: the same words, once, and judged there like any other.
 * The failed one is no contact before the law, since it reached nobody.
 */
export function createFallback({ db, stores, proactiveChannels, windowHoursOf, clock, meter }: FallbackDeps) {
  const { conversations, outbox, doubts } = stores;

  /** @param token under which the failure was claimed @returns whether it is said elsewhere now */
  return async function fallBack(row: OutboxRow, token: string): Promise<boolean> {
    const now = clock.now();
    const target = mayBeSaidElsewhere(row, now) ? await nextConversation(row, now) : null;
    if (!target) {
      await doubts.closeFailure(row._id, token);
      return false;
    }
    // Together: a delivery that is reported meanwhile undoes both, and one that is reported later finds the new row.
    const isWritten = await inTransaction(db, async (tx) => {
      if (!(await doubts.closeFailure(row._id, token, tx))) return false;
      await outbox.insert([saidOn(target, row, now)], tx);
      return true;
    });
    if (isWritten) meter.count('fallbacks', { from: row.channel, to: target.channel });
    return isWritten;
  };

  /** In the order in which we would write first, without those that were tried. */
  async function nextConversation(row: OutboxRow, now: Date): Promise<Conversation | null> {
    if (row.debtorId === null) return null;
    const [tied, tried] = await Promise.all([conversations.ofDebtor(row.debtorId), channelsTried(row)]);
    for (const channel of proactiveChannels) {
      if (tried.has(channel)) continue;
      const there = tied.find((each) => each.channel === channel && each.address !== '');
      if (there && isWindowOpen(windowHoursOf.get(channel), there, now)) return there;
    }
    return null;
  }

  /** This one's, and those of the failures that it was to make good. */
  async function channelsTried(row: OutboxRow): Promise<Set<string>> {
    const tried = new Set([row.channel]);
    let earlier = row.fallbackOf ? await outbox.find(row.fallbackOf) : null;
    while (earlier && !tried.has(earlier.channel)) {
      tried.add(earlier.channel);
      earlier = earlier.fallbackOf ? await outbox.find(earlier.fallbackOf) : null;
    }
    return tried;
  }
}

export type FallBack = ReturnType<typeof createFallback>;

/** Whether another channel may make this failure good. An acknowledgement of an opt-out belongs where the opt-out was heard. Pure. */
export function mayBeSaidElsewhere(row: Pick<OutboxRow, 'state' | 'rule' | 'kind' | 'expiresAt'>, now: Date): boolean {
  return row.state === 'refused' && isUnreachable(row.rule) && row.kind !== 'opt_out_ack' && row.expiresAt > now;
}

/** The same words for another conversation of the same debtor, at their own place in the order. A template is the provider's of the first one. Pure. */
export function saidOn(target: Conversation, failed: OutboxRow, now: Date): OutboxRow {
  const { seq, debtorId, from, kind, key, text, subject, options, disclosesDebt, expiresAt } = failed;
  return {
    _id: fallbackIdOf(failed._id),
    conversationId: target._id,
    channel: target.channel,
    medium: target.medium,
    address: target.address,
    ...{ debtorId, from, kind, key, text, subject, options, disclosesDebt, expiresAt },
    template: null,
    createdAt: now,
    seq,
    state: 'ready',
    notBefore: now,
    rule: null,
    attempts: 0,
    sendingAt: null,
    sentAt: null,
    providerId: null,
    status: null,
    fallbackOf: failed._id,
  };
}
