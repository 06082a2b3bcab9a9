import type { Channel, OutboundMessage } from '../channels/channel.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { AuditEvent } from '../conversations/event-store.ts';
import { WITHHELD_FROM } from '../conversations/holder.ts';
import { isWindowOpen } from '../conversations/reach.ts';
import type { InboxStore } from '../inbox/inbox-store.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Judged, MayGo } from '../outbox/gate.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import type { Outcome } from '../outbox/sender-store.ts';
import type { Breakers } from './breaker.ts';
import { fitTo } from './fit.ts';
import { isLate, isOvertaken } from './lateness.ts';

/** A message on its way: what every step needs. */
export interface Passage {
  row: OutboxRow;
  conversation: Conversation;
  channel: Channel;
  now: Date;
  /** Whom it is with, where that was read a moment ago. */
  debtor?: Debtor;
}

/** What is to become of a row. `stop`: it does not go now, and why. `stay`: its channel carries nothing now. `judged`: what the law's gate said, where it was asked. */
export type Weighed =
  | { act: 'go'; message: OutboundMessage; judged: Judged }
  | { act: 'stop'; outcome: Outcome; judged?: Judged }
  | { act: 'stay'; judged: Judged };

export interface WeighDeps {
  mayGo: MayGo;
  ledger: Pick<Ledger, 'account'>;
  breakers: Breakers;
  stores: { inbox: InboxStore };
}

export type Weigh = ReturnType<typeof createWeigh>;

/** Writes nothing: whether a message may go now, by its own truth, by the law, by its channel. */
export function createWeigh({ mayGo, ledger, breakers, stores }: WeighDeps) {
  return async function weigh(passage: Passage): Promise<Weighed> {
    const { row, conversation, channel, now, debtor } = passage;
    const fault = await faultOf(passage);
    if (fault) return { act: 'stop', outcome: fault };
    const judged = await mayGo(conversation, row, now, debtor && { debtor });
    const { answer, rule } = judged;
    if (answer === 'block') return { act: 'stop', outcome: { to: 'blocked', rule }, judged };
    if (answer === 'defer') return { act: 'stop', outcome: { to: 'deferred', rule, until: judged.until }, judged };
    const isOpen = isWindowOpen(channel.windowHours, conversation, now);
    const asTemplate = !isOpen && row.template != null && channel.capabilities.templates === true;
    if (!isOpen && !asTemplate)
      return { act: 'stop', outcome: { to: 'refused', rule: 'window_closed', checkAt: now }, judged };
    if (breakers.state(channel.id) === 'open' || channel.isReady?.() === false) return { act: 'stay', judged };
    return { act: 'go', message: fitTo(channel, row, asTemplate), judged };
  };

  /** Why it may not go, whatever the law says: what is cheapest to find out comes first. */
  async function faultOf({
    row,
    conversation,
    now,
  }: Passage): Promise<{ to: 'expired' | 'blocked'; rule: string } | null> {
    if (row.expiresAt <= now) return { to: 'expired', rule: 'too_late' };
    // Written for a debtor whose number this is no longer.
    if (row.debtorId !== null && row.debtorId !== conversation.debtorId)
      return { to: 'blocked', rule: 'address_untied' };
    if (isWithheld(row, conversation)) return { to: 'blocked', rule: 'human_holds' };
    if (isLate(row, now) && (await wasOvertaken(row, conversation, now))) return { to: 'expired', rule: 'stale_reply' };
    return null;
  }

  async function wasOvertaken(row: OutboxRow, conversation: Conversation, now: Date): Promise<boolean> {
    const [heard, account] = await Promise.all([
      stores.inbox.messagesOf(conversation._id, 1),
      conversation.debtorId ? ledger.account(conversation.debtorId, now) : null,
    ]);
    return isOvertaken(row, { conversation, lastHeardAt: heard[0]?.receivedAt ?? null, seq: account?.seq ?? null });
  }
}

/** A person holds the conversation: the turn that gave it to them withheld what waited then, and this is for what came to wait since. */
function isWithheld({ from, kind }: OutboxRow, { mode }: Conversation): boolean {
  if (from !== 'bot' || (mode !== 'human' && mode !== 'pending')) return false;
  return WITHHELD_FROM[mode].includes(kind);
}

/** What the law's gate said of a message, for the audit. */
export function decisionOf({ row, now }: Passage, judged: Judged): AuditEvent {
  const { conversationId, debtorId, kind, key } = row;
  const details = { outbox: row._id, kind, key, ...judged };
  return { what: 'send.decided', at: now, conversationId, debtorId, details };
}
