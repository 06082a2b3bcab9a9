import type { Connection } from 'mongoose';
import type { Channel } from '../channels/channel.ts';
import type { Packs } from '../compliance/pack.ts';
import { inTransaction } from '../database/transaction.ts';
import type { Flows } from '../dialog/compile.ts';
import type { Say } from '../dialog/say.ts';
import type { Clock } from '../kernel/clock.ts';
import { conversationId, type DebtorId, newUuid } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Log } from '../kernel/log.ts';
import type { Medium } from '../kernel/medium.ts';
import type { Understand } from '../language/heard.ts';
import { createClaimStore } from '../ledger/claim-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { PaymentsDoor } from '../payments/payments.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { createAddresses } from './addresses.ts';
import { type Conversation, createConversationStore } from './conversation-store.ts';
import type { ConversationSummary, Conversations } from './conversations.ts';
import { createDispatch } from './dispatch.ts';
import { createDrain } from './drain.ts';
import { createEventStore } from './event-store.ts';
import { createFollowupStore } from './followup-store.ts';
import { createFollowups } from './followups.ts';
import { createGate } from './gate.ts';
import { createInbox } from './inbox.ts';
import { createInboxStore } from './inbox-store.ts';
import { createListen } from './listen.ts';
import { createProviderOptOut } from './opt-out.ts';
import { createOutboxStore } from './outbox-store.ts';
import { createOutgoing } from './outgoing.ts';
import { createPerform } from './perform.ts';
import { createTimer } from './timer.ts';
import { createTranscript } from './transcript.ts';
import { createTurn } from './turn.ts';
import { createBell, keepDoing } from './work.ts';

const ROWS_A_LOOK = 100; // more than 8 conversations empty in one go, and a flood of one debtor does not fill the memory
const PLANNED_AT_ONCE = 500; // debtors in one transaction: well under a second
const ABANDONED_AFTER_MS = 90_000; // longer than a send lease: nobody is still waiting for that answer

export interface ConversationsDeps {
  db: Connection;
  ledger: Ledger;
  payments: () => Pick<PaymentsDoor, 'issueLink' | 'revokeLinks'>;
  packs: Packs;
  strategy: Strategy;
  flows: Flows;
  say: Say;
  /** The locales that have all their texts. */
  locales: readonly Locale[];
  understand: Understand;
  channels: Channel[];
  /** Every channel that the house knows, in this process or another. */
  mediumOf: ReadonlyMap<string, Medium>;
  /** Those of them that carry free text for so many hours after the debtor's last message only; none when left out. */
  windowHoursOf?: ReadonlyMap<string, number>;
  proactiveChannels: string[];
  clock: Clock;
  machine: Clock;
  log: Log;
}

/** Puts the room together: its stores, and the line from the inbox to the channel. */
export function createConversations(deps: ConversationsDeps): Conversations {
  const { db, ledger, clock, machine, log } = deps;
  const owner = newUuid();
  const stores = {
    conversations: createConversationStore(db),
    inbox: createInboxStore(db),
    outbox: createOutboxStore(db),
    followups: createFollowupStore(db),
    events: createEventStore(db),
  };
  const claims = createClaimStore(db);
  const workBell = createBell();
  const sendBell = createBell();

  const windowHoursOf = deps.windowHoursOf ?? new Map<string, number>();
  const inbox = createInbox({
    ...deps,
    windowHoursOf,
    conversations: stores.conversations,
    inbox: stores.inbox,
    wake: workBell.ring,
  });
  const mayGo = createGate({ packs: deps.packs, ledger, claims, inbox: stores.inbox, outbox: stores.outbox });
  const followups = createFollowups({
    ...deps,
    windowHoursOf,
    claims,
    followups: stores.followups,
    inbox: stores.inbox,
    conversations: stores.conversations,
  });
  const perform = createPerform({
    ledger,
    payments: deps.payments,
    claims,
    conversations: stores.conversations,
    packs: deps.packs,
    locales: deps.locales,
  });
  const takeTurn = createTurn({
    ...deps,
    followups,
    perform,
    stores,
    listen: createListen(deps),
    outgoing: createOutgoing(deps.say, machine),
    weighTimer: createTimer({ followups, store: stores.followups, mayGo }),
  });
  const drainAll = createDrain({ ledger, db, takeTurn, stores, owner, onDone: sendBell.ring, clock, machine, log });
  const optOut = createProviderOptOut({ ...deps, stores });
  const { dispatchAll } = createDispatch({
    channels: deps.channels,
    mayGo,
    optOut,
    stores,
    owner,
    clock,
    machine,
    log,
  });
  const transcript = createTranscript(stores.inbox, stores.outbox);

  async function runTurns(): Promise<number> {
    let total = 0;
    for (;;) {
      const done = await drainAll(await stores.inbox.waiting(machine.now(), ROWS_A_LOOK));
      total += done;
      if (done === 0) return total;
    }
  }

  async function planFollowups(debtorIds: readonly DebtorId[]): Promise<{ scheduled: number; cancelled: number }> {
    const now = clock.now();
    return inTransaction(db, async (tx) =>
      followups.replan([...(await ledger.accounts(debtorIds, now, tx)).values()], now, tx),
    );
  }

  async function planAll(): Promise<number> {
    let added = 0;
    let batch: DebtorId[] = [];
    const plan = async () => {
      added += (await planFollowups(batch)).scheduled;
      batch = [];
    };
    for await (const debtorId of ledger.debtorsOwing()) if (batch.push(debtorId) === PLANNED_AT_ONCE) await plan();
    await plan();
    return added;
  }

  async function find(id: string): Promise<ConversationSummary | null> {
    const conversation = await stores.conversations.find(id);
    return conversation && summaryOf(conversation);
  }

  return {
    receive: inbox.receive,
    enqueue: inbox.enqueue,
    async recordStatus(channel, providerId, status) {
      if (!(await stores.outbox.recordStatus(channel, providerId, status)))
        log.debug({ channel, status }, 'status changed nothing');
    },
    async recordStatusOf(outboxId, status, providerId, failure) {
      const code = failure?.code ?? null;
      const outcome = await stores.outbox.recordStatusOf(outboxId, { status, providerId, now: clock.now(), code });
      const row = failure?.optedOut && outcome !== 'unknown' ? await stores.outbox.find(outboxId) : null;
      if (row && failure) await optOut(row, failure.code);
      return outcome;
    },
    link: inbox.link,
    linkPhones: createAddresses({ ...deps, conversations: stores.conversations }),
    find,
    conversationOf: (channel, address) => find(conversationId(channel, address)),
    list: async (filter, limit) => (await stores.conversations.list(filter, limit)).map(summaryOf),
    transcript,
    agentReply: (id, agent, text) => inbox.agentActs(id, { kind: 'agent_reply', agent, text }),
    returnToBot: (id, agent) => inbox.agentActs(id, { kind: 'agent_return', agent }),
    planFollowups,
    planAll,
    followups: followups.list,
    runTurns,
    dispatch: dispatchAll,
    async sweepFollowups(here) {
      const count = await followups.sweep(here);
      if (count > 0) workBell.ring();
      return count;
    },
    sweepStale: () => stores.outbox.abandon(new Date(machine.now().getTime() - ABANDONED_AFTER_MS)),
    isSettled: async (id) => (await stores.inbox.isDone(id)) && (await stores.outbox.settledFor(id)),
    async work(roles, signal) {
      const loops = [];
      if (roles.worker) loops.push(keepDoing('worker', runTurns, { bell: workBell, clock: machine, log, signal }));
      if (roles.sender) loops.push(keepDoing('sender', dispatchAll, { bell: sendBell, clock: machine, log, signal }));
      await Promise.all(loops);
    },
    async health() {
      const { count, oldest, dead } = await stores.inbox.backlog();
      const oldestMs = oldest ? Math.max(0, clock.now().getTime() - oldest.getTime()) : 0;
      return { waiting: count, oldestMs, deadLetters: dead };
    },
  };
}

function summaryOf(conversation: Conversation): ConversationSummary {
  const { _id: id, channel, debtorId, mode, handoff, locale, updatedAt } = conversation;
  return { id, channel, debtorId, mode, reason: handoff?.reason ?? null, locale, updatedAt };
}
