import type { Conversation } from '../conversations/conversation.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';

/** An answer that comes later than this is an answer to something else, unless nothing has changed. */
export const LATE_MS = 600_000;

/** What has become of the conversation since the answer was written. */
export interface Since {
  conversation: Pick<Conversation, 'updatedAt'>;
  /** The debtor's last message, answered or not. */
  lastHeardAt: Date | null;
  /** The last entry of the debtor's journal; null when nobody knows whose the conversation is. */
  seq: number | null;
}

/** Whether an answer is so late that what it says must be looked at again. What only reports a thing done is never late: it stays true, and is owed in writing. */
export const isLate = ({ answers }: Pick<OutboxRow, 'answers'>, now: Date): boolean =>
  !!answers && now.getTime() - answers.at.getTime() > LATE_MS;

/** A late answer goes only while it would be written the same: no turn came after it, the debtor did not write again, and no money came or went. */
export function isOvertaken({ answers, createdAt }: Pick<OutboxRow, 'answers' | 'createdAt'>, since: Since): boolean {
  if (!answers) return false;
  if (since.conversation.updatedAt > createdAt) return true;
  if (since.lastHeardAt !== null && since.lastHeardAt > answers.at) return true;
  return answers.seq !== null && since.seq !== answers.seq;
}
