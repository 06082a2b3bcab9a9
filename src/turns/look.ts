import type { Conversation } from '../conversations/conversation.ts';
import { areThere, type Burst } from '../inbox/burst.ts';
import type { InboxRow, InboxStore } from '../inbox/inbox-store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ConversationId, InboxId } from '../kernel/ids.ts';
import type { Drained, OpenNew } from './drain.ts';
import type { NextTurns } from './next-turn.ts';

const CONVERSATIONS_A_LOOK = 100;
const BUSY_MS = 500; // somebody else holds it: others are looked at meanwhile

export interface LookDeps {
  inbox: InboxStore;
  nextTurns: NextTurns;
  drainAll: (waiting: Map<ConversationId, InboxRow[]>, busy: (id: ConversationId) => void) => Promise<Drained>;
  open: OpenNew;
  machine: Pick<Clock, 'now'>;
}

/** Finds the conversations in which something is due, and has their turns taken. */
export function createLook({ inbox, nextTurns, drainAll, open, machine }: LookDeps) {
  /** A hint, kept in memory: what a process that died holds must not fill our looks until its lease is over. */
  const busyUntil = new Map<ConversationId, number>();

  /**
   * Takes every turn that is due. @returns how many rows were dealt with
   * @param signal ends it after the look under way: where messages keep coming there is always something due
   */
  async function runTurns(signal?: AbortSignal): Promise<number> {
    let total = 0;
    while (!signal?.aborted) {
      const ids = await inbox.due(machine.now(), CONVERSATIONS_A_LOOK, stillBusy());
      if (ids.length === 0) return total;
      const { waiting, putOff } = await ripe(await inbox.waitingIn(ids));
      const before = busyUntil.size;
      const { done, moved } = await drainAll(waiting, (id) => busyUntil.set(id, machine.now().getTime() + BUSY_MS));
      total += done;
      if (!moved && putOff === 0 && busyUntil.size === before) return total;
    }
    return total;
  }

  function stillBusy(): ConversationId[] {
    const now = machine.now().getTime();
    for (const [id, until] of busyUntil) if (until <= now) busyUntil.delete(id);
    return [...busyUntil.keys()];
  }

  /** Leaves out those whose debtor may still be writing, and has nobody look at them until they are due; opens those that are new. */
  async function ripe(waiting: Map<ConversationId, InboxRow[]>) {
    const unripe = [...waiting].filter(([, rows]) => areThere(rows) && !nextTurns.isRipe(rows)).map(([id]) => id);
    const known = await open(unripe, waiting);
    const later: { ids: InboxId[]; until: Date }[] = [];
    for (const id of unripe) {
      const rows = waiting.get(id) ?? [];
      if (!areThere(rows)) continue;
      const until = waitsUntil(rows, known.get(id));
      if (!until) continue;
      waiting.delete(id);
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
  const nextDue = (): Promise<Date | null> => inbox.nextDue(machine.now());

  return { runTurns, nextDue };
}
