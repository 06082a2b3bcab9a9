import type { AuditEvent } from '../conversations/event-store.ts';
import { disclosesDebt, type Say } from '../dialog/say.ts';
import { SUBJECT_KEY } from '../dialog/slot-types.ts';
import type { Saying } from '../dialog/state.ts';
import { DAY_MS } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import { outboxId, sortableId } from '../kernel/ids.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import type { Draft } from './draft.ts';

const REPLY_EXPIRES_DAYS = 2; // an answer that comes two days late answers nothing
const EXPIRES_DAYS = 5; // longer than a long weekend
/** What leaves nothing behind that the debtor must be told of. */
const PASSING = ['verify_identity', 'issue_pay_link', 'set_language'];

/** What a turn says, as rows to be sent: an agent's own words, or the texts of the flow in the debtor's locale. */
export function createOutgoing(say: Say, machine: Clock) {
  return function outgoing(draft: Draft): OutboxRow[] {
    const { row, conversation, now, agentLine } = draft;
    const subject = subjectOf(draft);
    const said = draft.sayings.map((saying) => ({ saying, ...say(saying, conversation.locale) }));
    const nextSeq = seqAfter(conversation.saidSeq);
    const agent = agentLine ? [{ saying: null, text: agentLine.text, options: [] as string[], template: null }] : [];
    return [...agent, ...said].map(({ saying, text, options, template }, n) => ({
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
      subject,
      options,
      template,
      disclosesDebt: saying ? disclosesDebt(saying.key) : false,
      createdAt: now,
      seq: nextSeq(),
      state: 'ready',
      notBefore: earlier(row.receivedAt, now), // a sender whose clock is minutes behind ours sends it all the same
      expiresAt: expiryOf(saying, now),
      answers: saying ? answersOf(draft) : null,
      rule: null,
      attempts: 0,
      sendingAt: null,
      sentAt: null,
      providerId: null,
      status: null,
      ...(saying === null && agentLine?.providerId ? sentByPhone(agentLine.providerId, row.receivedAt) : {}),
    }));
  };

  /** The order of what is said in a conversation is that of its turns, whatever the clocks of the workers that took them. */
  function seqAfter(last = ''): () => string {
    let latest = last;
    return () => {
      const fresh = sortableId(machine.now());
      latest = fresh > latest ? fresh : `${latest}0`; // sorts after it and before all that is a moment later
      return latest;
    };
  }

  /** On every row, since what could not be carried elsewhere may yet go by e-mail. A stranger is not written to there. */
  function subjectOf({ account, conversation }: Draft): string | null {
    if (!account) return null;
    const creditor = { type: 'text', value: account.creditor.name } as const;
    const saying: Saying = { key: SUBJECT_KEY, params: { creditor }, options: [], kind: 'reply' };
    return say(saying, conversation.locale).text;
  }
}

const earlier = (a: Date, b: Date): Date => (a < b ? a : b);

/** The phone that holds our number has sent it: nothing is sent again. */
function sentByPhone(
  providerId: string,
  at: Date,
): Pick<OutboxRow, 'state' | 'status' | 'providerId' | 'sentAt' | 'attempts'> {
  return { state: 'accepted', status: 'accepted', providerId, sentAt: at, attempts: 1 };
}

/** What these words were written from, so that a late one is known. What a turn has done stays true, and its words are owed. */
function answersOf({ row, account, actions }: Draft): NonNullable<OutboxRow['answers']> | null {
  const hasActed = actions.some(({ action, outcome }) => outcome === 'ok' && !PASSING.includes(action));
  if (row.incoming.kind !== 'message' || hasActed) return null;
  return { at: row.receivedAt, seq: account?.seq ?? null };
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
      ...(row.incoming.kind === 'agent' ? { agent: row.incoming.agent.id, act: row.incoming.act.act } : {}),
      ...(heard ? { kind: heard.kind, intents: heard.intents.map(({ intent, rule }) => `${intent} ${rule}`) } : {}),
      visited: draft.visited,
      actions: draft.actions,
      said: draft.sayings.map(({ key }) => key),
    },
  };
}
