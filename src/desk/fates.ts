import type { Conversations, TranscriptLine } from '../conversations/conversations.ts';
import type { Clock } from '../kernel/clock.ts';
import { fallbackIdOf, type OutboxId, sortableId } from '../kernel/ids.ts';
import type { DeskStore, Line } from './desk-store.ts';
import { elsewhereInWords, fateInWords } from './words.ts';

const LINES_A_LOOK = 50;
const LOOK_MS_MAX = 60_000;
const LOOKS_MAX = 1_500; // about a day
const ELSEWHERE = 'elsewhere';
const WORTH_TELLING_MS = 60_000; // what waits for less goes by itself before anybody has read of it

/**
 * Looks at what became of agents' lines until they are delivered, and tells the topic of those that were not: too late in the day, a window that closed,
 * a phone that is off. A line that goes on another channel instead has not failed. By looking, since a provider's word may come a day later and to any process.
 */
export function createFates({
  store,
  conversations,
  machine,
}: {
  store: DeskStore;
  conversations: () => Pick<Conversations, 'linesOf'>;
  machine: Clock;
}) {
  /** @returns how many topics are told something */
  return async function look(now: Date): Promise<number> {
    const watched = await store.linesToLookAt(machine.now(), LINES_A_LOOK);
    if (watched.length === 0) return 0;
    const lines = await conversations().linesOf(watched.map(({ _id }) => _id));
    const known = new Map(lines.map((line) => [line.id, line]));
    let told = 0;
    for (const line of watched) told += await weigh(line, known.get(line._id) ?? null, now);
    return told;
  };

  async function weigh(line: Line, first: TranscriptLine | null, now: Date): Promise<number> {
    const fate = line.checks < LOOKS_MAX ? first && (await lastOf(first)) : null;
    const bad = fate && newsOf(fate, fate !== first, now);
    const isNews = fate !== null && bad !== null && bad !== line.told;
    if (isNews) await tell(line, fate, bad, now);
    if (fate === null || fate.status === 'delivered' || fate.status === 'read') {
      await store.forgetLine(line._id);
      return isNews ? 1 : 0;
    }
    const lookAt = new Date(machine.now().getTime() + Math.min(1_000 * 2 ** line.checks, LOOK_MS_MAX));
    await store.lookedAt(line._id, { told: bad ?? line.told, lookAt });
    return isNews ? 1 : 0;
  }

  /** The line, or what said the same in its place on the debtor's next channels. */
  async function lastOf(fate: TranscriptLine): Promise<TranscriptLine> {
    if (fate.status !== 'failed') return fate;
    const [next] = await conversations().linesOf([fallbackIdOf(fate.id as OutboxId)]);
    return next ? lastOf(next) : fate;
  }

  /** Its id names the trouble: a look that dies before it is written down tells it once all the same. */
  async function tell(line: Line, fate: TranscriptLine, bad: string, now: Date): Promise<void> {
    const machineNow = machine.now();
    await store.add([
      {
        _id: `${line._id}:${bad}`,
        conversationId: line.conversationId,
        seq: sortableId(machineNow),
        at: now,
        what: 'told',
        text: bad === ELSEWHERE ? elsewhereInWords(line) : fateInWords(line, fate, now),
        state: 'new',
        attempts: 0,
        dueAt: machineNow,
        messages: [],
      },
    ]);
  }
}

/** Null: there is nothing to tell, or not yet. */
function newsOf(fate: TranscriptLine, isElsewhere: boolean, now: Date): string | null {
  if (fate.isLookedAt) return null;
  return troubleOf(fate, now) ?? (isElsewhere ? ELSEWHERE : null);
}

function troubleOf({ status, rule, deferredUntil }: TranscriptLine, now: Date): string | null {
  if (status === 'deferred' && deferredUntil && deferredUntil.getTime() - now.getTime() < WORTH_TELLING_MS) return null;
  const isBad = status === 'deferred' || status === 'blocked' || status === 'failed' || status === 'unknown';
  return isBad ? `${status}:${rule ?? ''}` : null;
}
