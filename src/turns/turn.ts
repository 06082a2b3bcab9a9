import type { Connection } from 'mongoose';
import type { Conversation } from '../conversations/conversation.ts';
import { isHeld } from '../conversations/holder.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Flows } from '../dialog/compile.ts';
import { play } from '../dialog/play.ts';
import type { ActionCall, ActionResult, DialogEvent, Played } from '../dialog/state.ts';
import type { Settled } from '../followups/followup-store.ts';
import type { Followups } from '../followups/followups.ts';
import type { Awaited, createTimer, Timer } from '../followups/timer.ts';
import { type Burst, joined } from '../inbox/burst.ts';
import type { InboxRow } from '../inbox/inbox-store.ts';
import { type Clock, monotonicMs } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import { AppError, Bug } from '../kernel/errors.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import type { Heard } from '../language/heard.ts';
import type { Account, Ledger } from '../ledger/ledger.ts';
import type { Said } from '../outbox/said.ts';
import { type createCommit, isMoney } from './commit.ts';
import type { Draft } from './draft.ts';
import { factsOf } from './facts.ts';
import { filesEvent } from './files.ts';
import { actAsAgent, awaitPerson, reopen } from './handoff.ts';
import type { createListen } from './listen.ts';
import type { createPerform } from './perform.ts';

export interface TurnDeps {
  db: Connection;
  ledger: Ledger;
  flows: Flows;
  followups: Followups;
  listen: ReturnType<typeof createListen>;
  perform: ReturnType<typeof createPerform>;
  commit: ReturnType<typeof createCommit>;
  weighTimers: ReturnType<typeof createTimer>;
  /** It is written, and may be sent. */
  onSaid: (said: Said[]) => void;
  crash: CrashPoint;
  clock: Clock;
  log: Log;
  meter: Meter;
}

/**
 * How a turn is taken: whether more turns follow under the same lease, the account when it was just read, whether nothing is open in the outbox, and
 * whether the debtor writes faster than can be answered (then the bot says no more than that it has their messages).
 */
export interface Taking {
  keepLease: boolean;
  account: Account | null;
  isClear: boolean;
  flooded?: boolean;
}

/** What is to be taken next in a conversation that we hold. */
export interface Next extends Omit<Taking, 'flooded'> {
  rows: Burst;
  held: Conversation;
}

/** A turn: a row of the inbox, or a burst of messages that are read as one, against the conversation as it stands, and everything that follows from it in one transaction. */
export function createTurn(deps: TurnDeps) {
  const { db, ledger, clock, log } = deps;

  return { takeTurn, takeTogether };

  /** @returns the conversation as saved, or null when another holder moved it on: then nothing at all was written */
  async function takeTurn(rows: Burst, held: Conversation, how: Taking): Promise<Conversation | null> {
    const row = joined(rows);
    const beganMs = monotonicMs();
    const now = clock.now();
    const account = how.account ?? (held.debtorId ? await ledger.account(held.debtorId, now) : null);
    const timer = (await deps.weighTimers([{ row, held, account }])).get(row._id) ?? null;
    const heard = deps.listen(row, held, account);
    deps.crash('turn.before_tx');
    const written = await orNullIfMoved(
      inTransaction(db, async (tx) => {
        const draft = begin(row, held, account, heard, now);
        draft.parts = rows;
        if (how.flooded) sayThatItIsMuch(draft);
        else await carryOn(draft, timer, (call) => deps.perform(call, draft, tx));
        return deps.commit([{ draft, keepLease: how.keepLease, isClear: how.isClear }], tx);
      }),
    );
    deps.crash('turn.after_commit');
    const saved = written?.saved[0] ?? null;
    deps.onSaid(written?.said ?? []);
    tell(row, held, saved, timer);
    time(beganMs, saved === null ? 'moved' : 'alone');
    return saved;
  }

  /**
   * The next turn of several conversations in one transaction, which costs the database little more than one turn does. A turn that asks for more
   * than an answer (a promise, money), or fails, or was moved on by another holder, is left to be taken by itself: no turn undoes another's.
   * @returns the conversations as saved
   */
  async function takeTogether(nexts: readonly Next[]): Promise<Map<ConversationId, Conversation>> {
    const beganMs = monotonicMs();
    const now = clock.now();
    const awaited = nexts.map((next) => ({ ...next, row: joined(next.rows) }));
    const timers = await deps.weighTimers(awaited);
    const drafted = awaited.map(async ({ rows, keepLease, isClear, ...about }) => {
      const timer = timers.get(about.row._id) ?? null;
      const draft = await answerOnly(about, timer, now);
      return draft ? [{ draft: { ...draft, parts: rows }, keepLease, isClear, timer }] : [];
    });
    const together = (await Promise.all(drafted)).flat();
    if (together.length < 2) return new Map();
    deps.crash('turn.before_tx');
    try {
      const { saved, said } = await inTransaction(db, (tx) => deps.commit(together, tx));
      deps.crash('turn.after_commit');
      deps.onSaid(said);
      for (const [n, { draft, timer }] of together.entries())
        tell(draft.row, draft.conversation, saved[n] ?? null, timer);
      time(beganMs, 'together');
      return new Map(saved.map((conversation) => [conversation._id, conversation]));
    } catch (err) {
      log.debug({ err, turns: together.length }, 'turns are taken one by one');
      return new Map();
    }
  }

  /** The turn as it would be written, or null when its flow asks for something to be done, or it cannot be taken at all. */
  async function answerOnly({ row, held, account }: Awaited, timer: Timer | null, now: Date): Promise<Draft | null> {
    if (isMoney(row) || row.incoming.kind === 'agent') return null;
    try {
      const draft = begin(row, held, account, deps.listen(row, held, account), now);
      return (await carryOn(draft, timer, null)) ? draft : null;
    } catch {
      return null; // by itself it fails again, and there it is counted and logged
    }
  }

  function tell(row: InboxRow, held: Conversation, saved: Conversation | null, timer: Timer | null): void {
    const { mode } = saved ?? held;
    log.info(
      { inbox: row._id, conversation: held._id, mode, timer: timer?.verdict.act, written: saved !== null },
      'turn taken',
    );
  }

  function time(beganMs: number, outcome: 'alone' | 'together' | 'moved'): void {
    deps.meter.time('turn', (monotonicMs() - beganMs) / 1000, { outcome });
  }

  /** @returns false when the flow asks for something to be done and there is no `act` */
  async function carryOn(draft: Draft, timer: Timer | null, act: Act | null): Promise<boolean> {
    const { row, conversation } = draft;
    const { incoming } = row;
    if (timer) draft.settled = settledBy(timer);
    if (timer && timer.verdict.act !== 'contact') return true;
    if (incoming.kind === 'agent' && !actAsAgent(draft)) return true;
    if (incoming.kind === 'message' && conversation.mode === 'resolved') reopen(draft);
    if (draft.event === null && isSilent(conversation, row)) return hearSilently(draft, act);
    draft.event ??= eventOf(draft, timer);
    return converse(draft, draft.event, act);
  }

  /** Plays the flow and carries out what it asks, until it has to wait. @returns false when it asks and there is no `act` */
  async function converse(draft: Draft, event: DialogEvent, act: Act | null): Promise<boolean> {
    const { conversation } = draft;
    const facts = factsOf(conversation, draft.account, draft.now);
    const game = play({ flows: deps.flows, state: conversation.dialog, event, facts });
    let step = game.next();
    while (!step.done) {
      if (!act) return false;
      step = game.next(await act(step.value));
    }
    settle(draft, step.value);
    return true;
  }

  function eventOf(draft: Draft, timer: Timer | null): DialogEvent {
    const { incoming } = draft.row;
    const files = filesEvent(draft.row, draft.conversation.medium);
    if (files) return files;
    if (draft.heard) return { kind: 'heard', heard: draft.heard };
    if (incoming.kind !== 'event') throw new Bug(`no dialog event for ${incoming.kind}`);
    const slots = timer && draft.account ? deps.followups.slotsOf(timer.row, draft.account) : incoming.slots;
    return { kind: 'start', flow: incoming.flow, slots, messageKind: incoming.messageKind };
  }
}

/** Carries out what a flow asks for. */
type Act = (call: ActionCall) => Promise<ActionResult>;

function settledBy({ row, verdict }: Timer): Settled {
  if (verdict.act === 'skip') return { id: row._id, state: 'skipped', reason: verdict.reason };
  if (verdict.act === 'contact') return { id: row._id, state: 'done', reason: null };
  return { id: row._id, state: 'scheduled', dueAt: verdict.until, reason: verdict.rule };
}

async function orNullIfMoved<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (err) {
    if (err instanceof AppError && err.code === 'write_conflict') return null;
    throw err;
  }
}

function begin(row: InboxRow, held: Conversation, account: Account | null, heard: Heard | null, now: Date): Draft {
  return {
    row: { ...row, debtorId: row.debtorId ?? held.debtorId }, // a message is stored before anybody asks whose it is
    parts: [row],
    conversation: { ...held, notDebtors: [...held.notDebtors] },
    account: account && { ...account, promises: account.promises.map((known) => ({ ...known })) },
    now,
    event: null,
    heard,
    sayings: [],
    settled: null,
    agentLine: null,
    wasHeld: isHeld(held),
    news: [],
    withholds: null,
    plansAnew: false,
    actions: [],
    visited: [],
  };
}

function settle(draft: Draft, played: Played): void {
  const { conversation } = draft;
  conversation.dialog = played.state;
  conversation.expecting = played.expecting;
  draft.sayings = played.sayings;
  draft.visited = played.visited;
  if (played.handoff) awaitPerson(draft, played.handoff.queue, played.handoff.reason);
}

/** A receipt is the debtor's by right, whoever holds the conversation, and so is to be told of the person; all else waits for them. */
function isSilent(conversation: Conversation, row: InboxRow): boolean {
  const { incoming } = row;
  const isOwed = incoming.kind === 'event' && (incoming.messageKind === 'receipt' || incoming.flow === 'handed_over');
  return isHeld(conversation) && !isOwed;
}

/** Nothing is lost: what was written stands in the transcript. A person who holds the conversation sees it there. */
function sayThatItIsMuch(draft: Draft): void {
  if (isSilent(draft.conversation, draft.row)) return;
  draft.sayings = [{ key: 'neutral.flooded', params: {}, options: [], kind: 'reply' }];
}

/** A person holds it: the bot says nothing, but an opt-out binds whoever hears it, as far as the law says. @returns false when it is one and there is no `act` */
async function hearSilently(draft: Draft, act: Act | null): Promise<boolean> {
  const { heard } = draft;
  if (!heard?.intents.some(({ intent }) => intent === 'opt_out')) return true;
  if (!act) return false;
  await act({ action: 'opt_out', step: 'held', slots: {}, heard });
  return true;
}
