import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import { isDatabaseAway } from '../database/away.ts';
import { areThere, type Burst } from '../inbox/burst.ts';
import type { InboxRow, InboxStore } from '../inbox/inbox-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import type { ConversationId, DebtorId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import type { Account, Ledger } from '../ledger/ledger.ts';
import type { NextTurn, NextTurns } from './next-turn.ts';
import type { createTurn, Next, Taking } from './turn.ts';
import type { createUnanswered } from './unanswered.ts';

const LEASE_MS = 30_000; // a turn takes milliseconds; a paused holder is fenced off after this
const RETRY_MS = 500;
const CONVERSATIONS_AT_ONCE = 16;
const UNDONE_MAX = 5; // times that one turn is taken in a row
const TURNS_HELD_MAX = 5; // in one conversation, and
const HELD_MS_MAX = 2_000; // so long: a hundred are held at once, sixteen are worked on, and the last must still be ours when its time comes
const TURNS_TOGETHER_MAX = 10; // in one transaction: with more the first answers wait for the last ones, with fewer all wait for more commits

export interface DrainDeps {
  ledger: Pick<Ledger, 'accounts'>;
  turns: ReturnType<typeof createTurn>;
  nextTurns: NextTurns;
  stores: { conversations: ConversationStore; inbox: InboxStore };
  unanswered: ReturnType<typeof createUnanswered>;
  owner: string;
  /** In which of these nothing waits to be sent, or to be known of, as far as this process sends at all. */
  clearAmong: (ids: readonly ConversationId[]) => Promise<ReadonlySet<ConversationId>>;
  meter: Meter;
  clock: Clock;
  machine: Clock;
  log: Log;
}

/** Rows in the order of arrival, by conversation. */
export type Waiting = Map<ConversationId, InboxRow[]>;

interface Taken {
  held: Conversation;
  account: Account | null;
  isClear: boolean;
}

/** What the first turns of conversations are taken with. */
interface ReadAhead {
  accounts: ReadonlyMap<DebtorId, Account>;
  clear: ReadonlySet<ConversationId>;
}

/** Conversations in which something is due, as they were read with their rows. */
type Known = ReadonlyMap<ConversationId, Conversation>;

/** What a look came to: rows dealt with, and whether another look now would find more. */
export interface Drained {
  done: number;
  moved: boolean;
}

/**
 * Takes the turns of one conversation in order, one at a time, under a lease. What fails goes to the front again, and after five tries to a person.
 * A row that failed before, or that a process died on, is taken while nothing else is under way: when it brings the process down, it is known which it was.
 */
export function createDrain({ ledger, turns, nextTurns, unanswered, stores, owner, ...deps }: DrainDeps) {
  const { meter, clock, machine, log } = deps;
  const { conversations, inbox } = stores;
  /** Leases that could not be given back, since the database was away. */
  const owed = new Map<ConversationId, number>();

  /** Takes what of these conversations is due and nobody else holds. `busy` is told of those that somebody holds. */
  return async function drainAll(waiting: Waiting, known: Known, busy: (id: ConversationId) => void): Promise<Drained> {
    for (const [id, fence] of owed) {
      await conversations.release(id, fence);
      owed.delete(id);
    }
    const ids = [...waiting.keys()];
    const doubtful = new Set(ids.filter((id) => (waiting.get(id)?.[0]?.attempts ?? 0) > 0));
    const sound = ids.filter((id) => !doubtful.has(id));
    const first = await drainThese(sound, { waiting, known, busy });
    for (const id of first.crashed) doubtful.add(id);
    let done = first.done;
    for (const id of doubtful) done += (await drainThese([id], { waiting, known, busy })).done;
    return { done, moved: done > 0 || first.crashed.length > 0 };
  };

  async function drainThese(
    ids: ConversationId[],
    { waiting, known, busy }: { waiting: Waiting; known: Known; busy: (id: ConversationId) => void },
  ): Promise<{ done: number; crashed: ConversationId[] }> {
    if (ids.length === 0) return { done: 0, crashed: [] };
    const wanted = ids.flatMap((id) => known.get(id) ?? []);
    // Read with the others', and beside the lease: of what nobody held when it was read and is as it was then, so that no turn lies in between.
    const reading = readAhead(wanted.filter(({ lease }) => lease === null));
    reading.catch(() => undefined); // it is awaited once the leases are ours to give back
    const taken = await takeAll(wanted);
    const mine = new Map(taken.map(({ held }) => [held._id, held.fence]));
    try {
      for (const id of ids) if (!mine.has(id)) busy(id);
      const crashed: ConversationId[] = [];
      for (const { held, crashed: isCrashed } of taken) {
        if (!isCrashed) continue;
        meter.count('leases_taken_over');
        await blame(waiting.get(held._id));
        if (ids.length === 1) continue;
        await giveBack(held, mine);
        crashed.push(held._id);
      }
      const held = taken.map((each) => each.held).filter(({ _id }) => mine.has(_id));
      return { done: await drainTaken(held, await reading, { waiting, mine }), crashed };
    } finally {
      for (const [id, fence] of mine) owed.set(id, fence);
    }
  }

  async function readAhead(wanted: readonly Conversation[]): Promise<ReadAhead> {
    const debtorIds = wanted.flatMap(({ debtorId }) => debtorId ?? []);
    const ids = wanted.map(({ _id }) => _id);
    const [accounts, clear] = await Promise.all([ledger.accounts(debtorIds, clock.now()), deps.clearAmong(ids)]);
    return { accounts, clear };
  }

  /** What somebody held when it was read may be free by now, or its holder dead. */
  async function takeAll(wanted: readonly Conversation[]): Promise<{ held: Conversation; crashed: boolean }[]> {
    const idle = wanted.filter(({ lease }) => lease === null);
    const leased = wanted.filter(({ lease }) => lease !== null).map(({ _id }) => _id);
    const [fresh, others] = await Promise.all([
      conversations.takeIdle(idle, owner, machine.now(), LEASE_MS),
      leased.length > 0 ? conversations.take(leased, owner, machine.now(), LEASE_MS) : [],
    ]);
    return [...fresh.map((held) => ({ held, crashed: false })), ...others];
  }

  /** Its last holder died on it. */
  async function blame(rows: InboxRow[] | undefined): Promise<void> {
    const head = rows?.[0];
    if (!rows || !head) return;
    await inbox.fail(head._id, machine.now(), 'crashed');
    rows[0] = { ...head, attempts: head.attempts + 1, notBefore: machine.now() };
    log.error(
      { inbox: head._id, conversation: head.conversationId, attempts: head.attempts + 1 },
      'a process died on a turn',
    );
  }

  async function giveBack(held: Conversation, mine: Map<ConversationId, number>): Promise<void> {
    await conversations.release(held._id, held.fence);
    mine.delete(held._id);
  }

  /** @param mine conversations under our lease, by fence: those that are given back leave it */
  async function drainTaken(
    held: Conversation[],
    { accounts, clear }: ReadAhead,
    { waiting, mine }: { waiting: Waiting; mine: Map<ConversationId, number> },
  ): Promise<number> {
    const all = held.map((each): Taken => {
      const account = (each.debtorId && accounts.get(each.debtorId)) ?? null;
      return { held: each, account, isClear: clear.has(each._id) };
    });
    const saved = await takeFirst(all, waiting);
    let done = [...saved.values()].reduce((sum, { rows }) => sum + rows, 0);
    for (const [id, { left }] of saved) if (left.length === 0) mine.delete(id);
    const rest = all.filter(({ held: { _id } }) => mine.has(_id));
    const failures: unknown[] = [];
    const takeNext = async () => {
      for (let next = rest.shift(); next; next = rest.shift()) {
        const first = saved.get(next.held._id);
        const rows = first?.left ?? waiting.get(next.held._id) ?? [];
        const count = await drain(first ? { held: first.held, account: null, isClear: false } : next, rows, mine);
        done += count;
      }
    };
    const workers = Array.from({ length: CONVERSATIONS_AT_ONCE }, () =>
      takeNext().catch((err) => void failures.push(err)),
    );
    await Promise.all(workers);
    if (failures.length > 0) throw failures[0];
    return done;
  }

  /** The first turn of each conversation, many in one transaction. What failed before, or is too much, is not among them. */
  async function takeFirst(taken: Taken[], waiting: Waiting) {
    const saved = new Map<ConversationId, { held: Conversation; rows: number; left: InboxRow[] }>();
    const firsts = taken.flatMap(({ held, account, isClear }): Next[] => {
      const rows = waiting.get(held._id) ?? [];
      if (!areThere(rows) || rows[0].attempts > 0 || (held.debtorId !== null && account === null)) return [];
      const next = decide(rows, held);
      if (next.act !== 'take' || next.flooded) return [];
      return [{ rows: next.rows, held: next.held, account, isClear, keepLease: rows.length > next.rows.length }];
    });
    const takeSome = async (): Promise<void> => {
      const some = firsts.splice(0, TURNS_TOGETHER_MAX);
      if (some.length === 0) return;
      const together = await turns.takeTogether(some);
      for (const { rows, held } of some) {
        const next = together.get(held._id);
        const left = (waiting.get(held._id) ?? []).slice(rows.length);
        if (next) saved.set(held._id, { held: next, rows: rows.length, left });
      }
      return takeSome();
    };
    const ended = await Promise.allSettled([takeSome(), takeSome()]); // one is written by the database while the other is thought up
    for (const end of ended) if (end.status === 'rejected') throw end.reason;
    return saved;
  }

  /** Gives the conversation back after a while, whatever waits in it then: that is due again at once. @returns how many rows were dealt with */
  async function drain(
    { held, ...first }: Taken,
    rows: InboxRow[],
    mine: Map<ConversationId, number>,
  ): Promise<number> {
    let current = held;
    let done = 0;
    const until = machine.now().getTime() + HELD_MS_MAX;
    for (let turn = 1; done < rows.length && turn <= TURNS_HELD_MAX && machine.now().getTime() < until; turn += 1) {
      const left = rows.slice(done);
      const next = areThere(left) ? decide(left, current) : null;
      if (!next || next.act === 'wait') break;
      if (next.act === 'fail') await fail(next.row, next.err);
      if (next.act === 'fail') break;
      const keepLease = left.length > next.rows.length && turn < TURNS_HELD_MAX;
      const known = done === 0 ? first : { account: null, isClear: false }; // a turn may have changed it
      const saved = await carryOut(next, { keepLease, ...known });
      if (!saved) break;
      current = saved;
      done += next.rows.length;
      if (!keepLease) mine.delete(held._id);
    }
    if (mine.has(held._id)) await giveBack(held, mine);
    return done;
  }

  /** @returns the conversation as saved; null when nothing was written */
  async function carryOut(
    next: Exclude<NextTurn, { act: 'wait' }>,
    how: Omit<Taking, 'flooded'>,
  ): Promise<Conversation | null> {
    if (next.act === 'keep') return unanswered.keep(next.rows, next.held, how.keepLease);
    const [head] = next.rows;
    if (next.act === 'bury') return unanswered.bury(head, next.held, how.keepLease);
    try {
      return await takeAsItStands(next, how);
    } catch (err) {
      if (isDatabaseAway(err)) throw err; // says nothing about the row
      await fail(head, err);
      return null;
    }
  }

  /** A conversation that cannot even be read fails by itself, as a turn does: all others go on. */
  function decide(rows: Burst, held: Conversation): NextTurn | { act: 'fail'; row: InboxRow; err: unknown } {
    try {
      return nextTurns.nextTurn(rows, held);
    } catch (err) {
      return { act: 'fail', row: rows[0], err };
    }
  }

  async function fail(row: InboxRow, err: unknown): Promise<void> {
    const attempts = row.attempts + 1;
    log.error({ err, inbox: row._id, conversation: row.conversationId, attempts }, 'turn failed');
    const notBefore = new Date(machine.now().getTime() + RETRY_MS * 2 ** row.attempts);
    await inbox.fail(row._id, notBefore, reasonOf(err));
  }

  /**
   * A turn that was undone is taken again at once as long as the lease is ours: another's opt-out may have raised the version, or the transaction
   * may have read from just before our lease, which is written without waiting for the journal.
   */
  async function takeAsItStands(
    next: Extract<NextTurn, { act: 'take' }>,
    how: Omit<Taking, 'flooded'>,
  ): Promise<Conversation | null> {
    const { rows, flooded } = next;
    let saved = await turns.takeTurn(rows, next.held, { ...how, flooded });
    for (let n = 1; saved === null && n < UNDONE_MAX; n += 1) {
      const now = (await conversations.byId([next.held._id])).get(next.held._id);
      if (!now || now.fence !== next.held.fence) return null;
      const held = { ...now, ...(next.held.flood && { flood: next.held.flood }) };
      saved = await turns.takeTurn(rows, held, { keepLease: how.keepLease, account: null, isClear: false, flooded });
    }
    return saved;
  }
}

/** What an operator may be told of a failure: never its words, which may be the debtor's. */
function reasonOf(err: unknown): string {
  if (err instanceof AppError) return err.code;
  if (!(err instanceof Error)) return 'failed';
  const { code } = err as { code?: unknown };
  return typeof code === 'string' || typeof code === 'number' ? `${err.name} ${code}` : err.name;
}
