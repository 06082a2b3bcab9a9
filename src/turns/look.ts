import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import { areThere, type Burst } from '../inbox/burst.ts';
import type { InboxStore } from '../inbox/inbox-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { createHints } from '../kernel/hints.ts';
import type { ConversationId, InboxId } from '../kernel/ids.ts';
import { createRounds } from '../kernel/rounds.ts';
import type { createDrain, Waiting } from './drain.ts';
import type { NextTurns } from './next-turn.ts';

const CONVERSATIONS_A_LOOK = 100;
const BUSY_MS = 500; // somebody else holds it: others are looked at meanwhile

export interface LookDeps {
  inbox: InboxStore;
  nextTurns: NextTurns;
  drainAll: ReturnType<typeof createDrain>;
  conversations: Pick<ConversationStore, 'byId'>;
  /** Opens these, that are new. */
  open: (ids: readonly ConversationId[], waiting: Waiting) => Promise<Map<ConversationId, Conversation>>;
  machine: Pick<Clock, 'now'>;
}

/** Finds the conversations in which something is due, and has their turns taken: those that this process heard of itself without looking for them. */
export function createLook({ inbox, conversations, nextTurns, drainAll, open, machine }: LookDeps) {
  /** A hint, kept in memory: what a process that died holds must not fill our looks until its lease is over. */
  const busyUntil = new Map<ConversationId, number>();
  const expected = createHints<ConversationId, null>();
  const rounds = createRounds(machine);
  let nextFound: Date | null = null;

  /** Something will be due in this conversation. */
  const expect = (id: ConversationId, at: Date): void => expected.add(id, at, null);

  /** Something is due that nobody can name. */
  const lookSoon = rounds.soon;

  /** What a worker does at each ring: takes what is expected, and looks now and then for what else is to be expected. */
  async function takeTurns(signal: AbortSignal): Promise<void> {
    await takeExpected(signal);
    while (!signal.aborted && isToLook()) {
      await rounds.look(find);
      await takeExpected(signal);
    }
  }

  function isToLook(): boolean {
    return rounds.isDue() || (nextFound !== null && nextFound <= machine.now());
  }

  async function takeExpected(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const ids = expected.take(machine.now(), CONVERSATIONS_A_LOOK).map(([id]) => id);
      if (ids.length === 0) return;
      const { isLeft, moved } = await takeIn(ids);
      if (moved && (isLeft || ids.length === CONVERSATIONS_A_LOOK)) lookSoon(); // where nothing moves, to look at once again would never end
    }
  }

  /** What others stored goes with what we did: to take it by itself would cost as much again. @param freshMs only what came so lately */
  async function find(freshMs: number | null): Promise<void> {
    const now = machine.now();
    const ids = await inbox.due(now, CONVERSATIONS_A_LOOK, { except: stillBusy(), freshMs });
    for (const id of ids) expect(id, now);
    nextFound = await inbox.nextDue(now, freshMs);
  }

  /**
   * Takes every turn that is due. @returns how many rows were dealt with
   * @param signal ends it after the look under way: where messages keep coming there is always something due
   */
  async function runTurns(signal?: AbortSignal): Promise<number> {
    let total = 0;
    while (!signal?.aborted) {
      const ids = await inbox.due(machine.now(), CONVERSATIONS_A_LOOK, { except: stillBusy() });
      if (ids.length === 0) return total;
      const { done, moved } = await takeIn(ids);
      total += done;
      if (!moved) return total;
    }
    return total;
  }

  /** @returns rows dealt with; whether another look now would find something else; whether some of what was due is left */
  async function takeIn(ids: ConversationId[]): Promise<{ done: number; moved: boolean; isLeft: boolean }> {
    const [found, known] = await Promise.all([inbox.waitingIn(ids), conversations.byId(ids)]);
    const fresh = [...found.keys()].filter((id) => !known.has(id));
    for (const [id, conversation] of await open(fresh, found)) known.set(id, conversation);
    const { waiting, putOff } = await ripe(found, known);
    const before = busyUntil.size;
    const count = [...waiting.values()].reduce((sum, rows) => sum + rows.length, 0);
    const { done, moved } = await drainAll(waiting, known, (id) => {
      const until = machine.now().getTime() + BUSY_MS;
      busyUntil.set(id, until);
      expect(id, new Date(until));
    });
    return { done, moved: moved || putOff > 0 || busyUntil.size !== before, isLeft: done < count };
  }

  function stillBusy(): ConversationId[] {
    const now = machine.now().getTime();
    for (const [id, until] of busyUntil) if (until <= now) busyUntil.delete(id);
    return [...busyUntil.keys()];
  }

  /** Leaves out those whose debtor may still be writing, and has nobody look at them until they are due. */
  async function ripe(waiting: Waiting, known: ReadonlyMap<ConversationId, Conversation>) {
    const unripe = [...waiting].filter(([, rows]) => areThere(rows) && !nextTurns.isRipe(rows)).map(([id]) => id);
    const later: { ids: InboxId[]; until: Date }[] = [];
    for (const id of unripe) {
      const rows = waiting.get(id) ?? [];
      if (!areThere(rows)) continue;
      const until = waitsUntil(rows, known.get(id));
      if (!until) continue;
      waiting.delete(id);
      expect(id, until);
      later.push({ ids: rows.filter((row) => row.notBefore < until).map(({ _id }) => _id), until });
    }
    await inbox.putOff(later);
    return { waiting, putOff: later.length };
  }

  /** Null: it is due, or cannot be read at all, which its own turn finds out, where it is counted and hurts nobody else. */
  function waitsUntil(rows: Burst, held: Conversation | undefined): Date | null {
    try {
      const next = held && nextTurns.nextTurn(rows, held);
      return next?.act === 'wait' ? next.until : null;
    } catch {
      return null;
    }
  }

  /** When there will be something to do that nobody rings for. */
  function nextDue(): Date | null {
    const next = expected.next();
    return next && nextFound ? new Date(Math.min(next.getTime(), nextFound.getTime())) : (next ?? nextFound);
  }

  return { runTurns, takeTurns, expect, lookSoon, nextDue };
}
