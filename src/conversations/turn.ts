import type { Connection } from 'mongoose';
import { inTransaction, type Tx } from '../database/transaction.ts';
import type { Flows } from '../dialog/compile.ts';
import { play } from '../dialog/play.ts';
import type { ActionResult, DialogEvent, Played } from '../dialog/state.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError, Bug } from '../kernel/errors.ts';
import type { Log } from '../kernel/log.ts';
import type { Heard } from '../language/heard.ts';
import type { Account, Ledger } from '../ledger/ledger.ts';
import type { Conversation, ConversationStore } from './conversation-store.ts';
import type { Draft } from './draft.ts';
import type { EventStore } from './event-store.ts';
import { factsOf } from './facts.ts';
import type { FollowupStore } from './followup-store.ts';
import type { Followups } from './followups.ts';
import type { InboxRow, InboxStore } from './inbox-store.ts';
import type { createListen } from './listen.ts';
import type { OutboxStore } from './outbox-store.ts';
import { auditOf, type createOutgoing } from './outgoing.ts';
import type { createPerform } from './perform.ts';
import type { createTimer, Timer } from './timer.ts';

export interface TurnDeps {
  db: Connection;
  ledger: Ledger;
  flows: Flows;
  followups: Followups;
  listen: ReturnType<typeof createListen>;
  perform: ReturnType<typeof createPerform>;
  outgoing: ReturnType<typeof createOutgoing>;
  weighTimer: ReturnType<typeof createTimer>;
  stores: {
    conversations: ConversationStore;
    inbox: InboxStore;
    outbox: OutboxStore;
    followups: FollowupStore;
    events: EventStore;
  };
  clock: Clock;
  log: Log;
}

/** How a turn is taken: whether more turns follow under the same lease, and the account when it was just read. */
export interface Taking {
  keepLease: boolean;
  account: Account | null;
}

/**
 * One turn: a row of the inbox against the conversation as it stands, and everything that follows from it in one transaction.
 * @returns the conversation as saved, or null when another holder moved it on: then nothing at all was written
 */
export function createTurn(deps: TurnDeps) {
  const { db, ledger, clock, log, stores } = deps;

  return async function takeTurn(row: InboxRow, held: Conversation, how: Taking): Promise<Conversation | null> {
    const now = clock.now();
    const account = how.account ?? (held.debtorId ? await ledger.account(held.debtorId, now) : null);
    const timer = account ? await deps.weighTimer(row, held, account, now) : null;
    const heard = deps.listen(row, held, account);
    const saved = await orNullIfMoved(
      inTransaction(db, async (tx) => {
        const draft = begin(row, held, account, heard, now);
        await carryOn(draft, timer, tx);
        return commit(draft, how.keepLease, tx);
      }),
    );
    const { mode } = saved ?? held;
    log.info(
      { inbox: row._id, conversation: held._id, mode, timer: timer?.verdict.act, written: saved !== null },
      'turn taken',
    );
    return saved;
  };

  async function carryOn(draft: Draft, timer: Timer | null, tx: Tx): Promise<void> {
    const { row, conversation } = draft;
    const { incoming } = row;
    if (timer && !(await isDue(timer, tx))) return;
    if (incoming.kind === 'agent_reply') return agentSays(draft, incoming.agent);
    if (incoming.kind === 'agent_return') returnToBot(draft);
    if (isSilent(conversation, row)) return hearSilently(draft);
    draft.event = eventOf(draft, timer);
    await converse(draft, draft.event, tx);
  }

  /** Settles the row of a follow-up. @returns whether it is to be said now */
  async function isDue({ row, verdict }: Timer, tx: Tx): Promise<boolean> {
    if (verdict.act === 'skip') await stores.followups.finish(row._id, 'skipped', verdict.reason, tx);
    else if (verdict.act === 'put_off') await stores.followups.putOff(row._id, verdict.until, verdict.rule, tx);
    else await stores.followups.finish(row._id, 'done', null, tx);
    return verdict.act === 'contact';
  }

  /** Plays the flow and carries out what it asks, until it has to wait. */
  async function converse(draft: Draft, event: DialogEvent, tx: Tx): Promise<void> {
    const { conversation } = draft;
    const facts = factsOf(conversation, draft.account, draft.now);
    const game = play({ flows: deps.flows, state: conversation.dialog, event, facts });
    let step = game.next();
    while (!step.done) {
      const result: ActionResult = await deps.perform(step.value, draft, tx);
      step = game.next(result);
    }
    settle(draft, step.value);
  }

  /** All of the turn, or none of it. @throws AppError write_conflict, which undoes the transaction */
  async function commit(draft: Draft, keepLease: boolean, tx: Tx): Promise<Conversation> {
    const { row, conversation, account, now } = draft;
    conversation.updatedAt = now;
    if (row.incoming.kind === 'message') conversation.lastInboundAt = row.receivedAt;
    const isOurs =
      (await stores.conversations.save(conversation, tx, keepLease)) && (await stores.inbox.finish(row._id, tx));
    if (!isOurs) throw new AppError('write_conflict', 'Another process has taken this turn.');
    await stores.outbox.insert(deps.outgoing(draft), tx);
    if (account && (draft.plansAnew || isMoney(row))) {
      await deps.followups.replan([await ledger.account(account.debtor.id, now, tx)], now, tx);
    }
    await stores.events.append([auditOf(draft)], tx);
    return { ...conversation, version: conversation.version + 1 };
  }

  function eventOf(draft: Draft, timer: Timer | null): DialogEvent {
    const { incoming } = draft.row;
    if (draft.heard) return { kind: 'heard', heard: draft.heard };
    if (incoming.kind === 'agent_return')
      return { kind: 'start', flow: 'after_agent', slots: {}, messageKind: 'reply' };
    if (incoming.kind !== 'event') throw new Bug(`no dialog event for ${incoming.kind}`);
    const slots = timer && draft.account ? deps.followups.slotsOf(timer.row, draft.account) : incoming.slots;
    return { kind: 'start', flow: incoming.flow, slots, messageKind: incoming.messageKind };
  }
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
    row,
    conversation: { ...held, notDebtors: [...held.notDebtors] },
    account: account && { ...account, promises: account.promises.map((known) => ({ ...known })) },
    now,
    event: null,
    heard,
    sayings: [],
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
  if (!played.handoff) return;
  conversation.mode = 'pending';
  conversation.handoff = { ...played.handoff, at: draft.now };
}

/** A receipt is the debtor's by right, whoever holds the conversation; all else waits for the person. */
function isSilent(conversation: Conversation, row: InboxRow): boolean {
  const isHeld = conversation.mode === 'pending' || conversation.mode === 'human';
  return isHeld && !(row.incoming.kind === 'event' && row.incoming.messageKind === 'receipt');
}

/** A person holds it: the bot says nothing, but an opt-out binds whoever hears it. */
function hearSilently(draft: Draft): void {
  const optsOut = draft.heard?.intents.some(({ intent }) => intent === 'opt_out');
  if (optsOut) draft.conversation.consent = { state: 'out', at: draft.now, words: draft.heard?.text ?? '' };
}

function agentSays(draft: Draft, agent: string): void {
  draft.conversation.mode = 'human';
  draft.conversation.heldBy = agent;
}

function returnToBot(draft: Draft): void {
  Object.assign(draft.conversation, { mode: 'bot', heldBy: null, handoff: null });
}

const isMoney = (row: InboxRow): boolean => row._id.startsWith('payment:');
