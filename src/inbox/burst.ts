import { instantOf } from '../kernel/ids.ts';
import type { InboxRow } from './inbox-store.ts';

/** How long to wait for what a debtor may add: people write a thought in three short messages. */
export interface BurstRule {
  /** Milliseconds without another message after which a burst is over. */
  quietMs: number;
  /** Milliseconds after its first message at which a burst is over, however busily the debtor writes on. */
  maxMs: number;
}

/** Each message is a turn of its own: for a terminal, and for tests. */
export const NO_BURST: BurstRule = Object.freeze({ quietMs: 0, maxMs: 0 });

/** One second feels alive and five feel dead: facts/platforms.md section c. */
export const CHAT_BURST: BurstRule = Object.freeze({ quietMs: 1_200, maxMs: 6_000 });

/** What a message is to a burst. `alone`: complete in itself. `last`: it ends the burst and speaks for all of it, as words that stop messages do. */
export type Place = 'part' | 'alone' | 'last';

/** A row of the inbox, or messages that are read as one. */
export type Burst = readonly [InboxRow, ...InboxRow[]];

export const areThere = (rows: readonly InboxRow[]): rows is Burst => rows.length > 0;

const PARTS_MAX = 20; // what is more than that in six seconds was not typed
const TEXT_LENGTH_MAX = 4096; // what is understood of one message

/**
 * What is to be read as one turn, and from when. A message that is complete in itself is one alone, and ends the burst before it. A burst that failed before is taken apart, so that the part that nobody can read is found.
 * @param rows what waits in a conversation, in the order of arrival
 * @returns the first rows of them, and the instant, by the machine's clock, at which they are due
 */
export function nextBurst(
  rows: Burst,
  rule: BurstRule,
  placeOf: (row: InboxRow) => Place,
): { burst: Burst; dueAt: Date } {
  const [head, ...rest] = rows;
  if (head.attempts > 0) return { burst: [head], dueAt: head.notBefore };
  if (rule.quietMs === 0) return { burst: [head], dueAt: head.notBefore };
  if (placeOf(head) !== 'part') return { burst: [head], dueAt: arrivalOf(head) };
  const burst: [InboxRow, ...InboxRow[]] = [head];
  let length = textOf(head).length;
  for (const row of rest) {
    length += 1 + textOf(row).length;
    const isFull = burst.length === PARTS_MAX || length > TEXT_LENGTH_MAX;
    const place = isFull || row.attempts > 0 ? 'alone' : placeOf(row);
    if (place === 'last') burst.push(row);
    if (place !== 'part') return { burst, dueAt: arrivalOf(head) };
    if (arrivalOf(row).getTime() >= arrivalOf(head).getTime() + rule.maxMs) return { burst, dueAt: arrivalOf(row) };
    burst.push(row);
  }
  const quietAt = arrivalOf(burst.at(-1) ?? head).getTime() + rule.quietMs;
  return { burst, dueAt: new Date(Math.min(quietAt, arrivalOf(head).getTime() + rule.maxMs)) };
}

/** The burst as one message: the first one's id, all the words, the last one's time. */
export function joined(burst: Burst): InboxRow {
  const [head] = burst;
  if (burst.length === 1 || head.incoming.kind !== 'message') return head;
  const last = burst.at(-1) ?? head;
  const parts = burst.map(textOf);
  return { ...head, incoming: { ...head.incoming, text: parts.join('\n'), parts }, receivedAt: last.receivedAt };
}

/** By the machine's clock, as its place in the order says. */
const arrivalOf = (row: InboxRow): Date => (row.incoming.kind === 'message' ? instantOf(row.seq) : row.notBefore);

const textOf = ({ incoming }: InboxRow): string => (incoming.kind === 'message' ? incoming.text : '');
