import type { Conversation } from '../conversations/conversation.ts';
import { isHeld } from '../conversations/holder.ts';
import { type Burst, type BurstRule, NO_BURST, nextBurst, type Place } from '../inbox/burst.ts';
import type { Completeness } from '../inbox/complete.ts';
import { type FloodLimits, weighFlood } from '../inbox/flood.ts';
import type { InboxRow } from '../inbox/inbox-store.ts';
import type { Clock } from '../kernel/clock.ts';

const ATTEMPTS_MAX = 5; // facts/reliability.md section 3: then a dead letter, and a person

/** What is to become of the first of the rows that wait in a conversation. `held` has them counted. */
export type NextTurn =
  | { act: 'wait'; until: Date }
  | { act: 'bury'; rows: Burst; held: Conversation }
  /** `flooded`: the debtor writes faster than can be answered, and is told so. */
  | { act: 'take'; rows: Burst; held: Conversation; flooded: boolean }
  /** Too many to be answered, of which the debtor was told: they are in the transcript, and that is all. */
  | { act: 'keep'; rows: Burst; held: Conversation };

export interface NextTurnDeps {
  completeness: Completeness;
  /** Channel id → its rule; without one each message is a turn. */
  burstOf: ReadonlyMap<string, BurstRule>;
  /** Null: nobody writes too much. */
  flood: FloodLimits | null;
  machine: Pick<Clock, 'now'>;
}

/** Decides what is read as one, whether it is time, and whether it is too much. Reads nothing and writes nothing. */
export function createNextTurn({ completeness, burstOf, flood, machine }: NextTurnDeps) {
  function nextTurn(rows: Burst, held: Conversation): NextTurn {
    const { burst, dueAt } = burstIn(rows, (row) => completeness.placeOf(row, held));
    if (dueAt > machine.now()) return { act: 'wait', until: dueAt };
    const [head] = burst;
    if (head.attempts >= ATTEMPTS_MAX) return { act: 'bury', rows: burst, held };
    const weighed = weigh(burst, held);
    if (weighed.verdict !== 'keep') return taking(burst, weighed.held, weighed.verdict === 'tell');
    return kept(burst, rows.slice(burst.length), weighed.held);
  }

  /** As many more of the same as there are, so that a flood costs one write. */
  function kept(burst: Burst, after: readonly InboxRow[], held: Conversation): NextTurn {
    const rows: [InboxRow, ...InboxRow[]] = [...burst];
    let counted = held;
    for (const row of after) {
      const next = weigh([row], counted);
      if (row.attempts > 0 || next.verdict !== 'keep') break;
      rows.push(row);
      counted = next.held;
    }
    return { act: 'keep', rows, held: counted };
  }

  /** Words that stop messages, the answer to an open question and the wish for a person are heard however much the debtor writes; and whoever holds it sees all of it. */
  function weigh(burst: Burst, held: Conversation) {
    const last = burst.at(-1) ?? burst[0];
    if (flood === null || isHeld(held) || last.incoming.kind !== 'message') return { verdict: 'take' as const, held };
    const { tally, verdict } = weighFlood(held.flood ?? null, burst.length, last.receivedAt, flood);
    const isOwed = verdict !== 'take' && burst.length === 1 && completeness.isUrgent(last, held);
    return { verdict: isOwed ? ('take' as const) : verdict, held: { ...held, flood: tally } };
  }

  function burstIn(rows: Burst, placeOf: (row: InboxRow) => Place) {
    const { incoming } = rows[0];
    const rule = incoming.kind === 'message' ? burstOf.get(incoming.channel) : undefined;
    return nextBurst(rows, rule ?? NO_BURST, placeOf);
  }

  /** Whether time alone makes it due, whatever the conversation is about: then nobody need look. */
  const isRipe = (rows: Burst): boolean => burstIn(rows, () => 'part').dueAt <= machine.now();

  return { nextTurn, isRipe };
}

export type NextTurns = ReturnType<typeof createNextTurn>;

const taking = (rows: Burst, held: Conversation, flooded: boolean): NextTurn => ({ act: 'take', rows, held, flooded });
