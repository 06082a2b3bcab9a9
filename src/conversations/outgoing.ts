import { disclosesDebt, type Say } from '../dialog/say.ts';
import type { Saying } from '../dialog/state.ts';
import { DAY_MS } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import { outboxId, sortableId } from '../kernel/ids.ts';
import type { Draft } from './draft.ts';
import type { AuditEvent } from './event-store.ts';
import type { OutboxRow } from './outbox-store.ts';

const REPLY_EXPIRES_DAYS = 2; // an answer that comes two days late answers nothing
const EXPIRES_DAYS = 5; // longer than a long weekend

/** What a turn says, as rows to be sent: an agent's own words, or the texts of the flow in the debtor's locale. */
export function createOutgoing(say: Say, machine: Clock) {
  return function outgoing(draft: Draft): OutboxRow[] {
    const { row, conversation, now } = draft;
    const said = draft.sayings.map((saying) => ({ saying, ...say(saying, conversation.locale) }));
    const { incoming } = row;
    const agent =
      incoming.kind === 'agent_reply' ? [{ saying: null, text: incoming.text, options: [] as string[] }] : [];
    return [...agent, ...said].map(({ saying, text, options }, n) => ({
      _id: outboxId(row._id, n),
      conversationId: conversation._id,
      debtorId: conversation.debtorId,
      channel: conversation.channel,
      medium: conversation.medium,
      address: conversation.address,
      from: saying ? 'bot' : 'agent',
      kind: saying?.kind ?? 'reply',
      key: saying?.key ?? 'agent',
      text,
      options,
      disclosesDebt: saying ? disclosesDebt(saying.key) : false,
      createdAt: now,
      seq: sortableId(machine.now()),
      state: 'ready',
      notBefore: now,
      expiresAt: expiryOf(saying, now),
      rule: null,
      attempts: 0,
      sendingAt: null,
      sentAt: null,
      providerId: null,
      status: null,
    }));
  };
}

function expiryOf(saying: Saying | null, now: Date): Date {
  const days = saying?.kind === 'reply' ? REPLY_EXPIRES_DAYS : EXPIRES_DAYS;
  return new Date(now.getTime() + days * DAY_MS);
}

/** What happened in a turn and by which rules: for the audit. Texts and amounts stand elsewhere. */
export function auditOf(draft: Draft): AuditEvent {
  const { row, conversation, heard, now } = draft;
  return {
    what: 'turn.taken',
    at: now,
    conversationId: conversation._id,
    debtorId: conversation.debtorId,
    details: {
      inbox: row._id,
      mode: conversation.mode,
      ...(heard ? { kind: heard.kind, intents: heard.intents.map(({ intent, rule }) => `${intent} ${rule}`) } : {}),
      visited: draft.visited,
      actions: draft.actions,
      said: draft.sayings.map(({ key }) => key),
    },
  };
}
