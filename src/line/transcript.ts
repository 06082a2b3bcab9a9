import type { AgentNote, TranscriptLine } from '../conversations/conversations.ts';
import { heardText, type InboxRow, type InboxStore } from '../inbox/inbox-store.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { OutboxRow, OutboxStore } from '../outbox/outbox-store.ts';

/** A conversation as its two sides saw it: read off the inbox and the outbox, stored nowhere else. */
export function createTranscript(inbox: InboxStore, outbox: OutboxStore) {
  return async function transcript(id: ConversationId, limit: number): Promise<TranscriptLine[]> {
    const [heard, said] = await Promise.all([inbox.messagesOf(id, limit), outbox.linesOf(id, limit)]);
    const lines = [
      ...heard.map((row) => ({ seq: row.seq, line: heardLine(row) })),
      ...said.map((row) => ({ seq: row.seq, line: saidLine(row) })),
    ];
    lines.sort((a, b) => (a.seq < b.seq ? -1 : 1));
    return lines.slice(-limit).map(({ line }) => line);
  };
}

export const noteOf = ({ incoming, receivedAt: at }: InboxRow): AgentNote[] =>
  incoming.kind === 'agent' && incoming.act.act === 'note' ? [{ at, by: incoming.agent, text: incoming.act.text }] : [];

function heardLine(row: InboxRow): TranscriptLine {
  return {
    id: row._id,
    at: row.receivedAt,
    from: 'debtor',
    text: heardText(row),
    options: [],
    status: null,
    rule: null,
    deferredUntil: null,
  };
}

export function saidLine(row: OutboxRow): TranscriptLine {
  const isDeferred = row.state === 'ready' && row.rule !== null;
  return {
    id: row._id,
    at: row.sentAt ?? row.createdAt,
    from: row.from,
    text: row.text,
    options: row.options,
    status: isDeferred ? 'deferred' : statusOf(row),
    rule: row.rule,
    deferredUntil: isDeferred ? row.notBefore : null,
    ...(row.state === 'refused' && row.checkAt && { isLookedAt: true as const }),
  };
}

function statusOf(row: OutboxRow): TranscriptLine['status'] {
  if (row.state === 'ready' || row.state === 'sending') return 'waiting';
  if (row.state === 'blocked' || row.state === 'expired') return 'blocked';
  if (row.state === 'refused') return 'failed';
  if (row.state === 'unknown') return 'unknown';
  return row.status ?? 'accepted';
}
