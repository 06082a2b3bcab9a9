import type { Connection } from 'mongoose';
import type { Channel } from '../channels/channel.ts';
import { createMediaKeeping } from '../channels/media-keep.ts';
import { createMediaStore } from '../channels/media-store.ts';
import type { Packs } from '../compliance/pack.ts';
import { createAddresses } from '../conversations/addresses.ts';
import { createConversationStore } from '../conversations/conversation-store.ts';
import type { ConversationSummary, Conversations } from '../conversations/conversations.ts';
import { createEventStore } from '../conversations/event-store.ts';
import { createHeartbeat } from '../conversations/heartbeat.ts';
import type { HeldNews } from '../conversations/holder.ts';
import { createProcessStore } from '../conversations/process-store.ts';
import { summaryOf } from '../conversations/summary.ts';
import { endOrphans } from '../database/orphans.ts';
import type { Tx } from '../database/transaction.ts';
import type { Flows } from '../dialog/compile.ts';
import type { Say } from '../dialog/say.ts';
import { createFollowupStore } from '../followups/followup-store.ts';
import { createFollowups } from '../followups/followups.ts';
import { createPlanning } from '../followups/planning.ts';
import { createTimer } from '../followups/timer.ts';
import { createAgentActs } from '../inbox/agent-acts.ts';
import { type ArrivalRules, AS_IT_COMES, createArrivals } from '../inbox/arrivals.ts';
import { createCompleteness } from '../inbox/complete.ts';
import { createDeadLetters } from '../inbox/dead-letters.ts';
import { createInbox } from '../inbox/inbox.ts';
import { createInboxStore } from '../inbox/inbox-store.ts';
import { createSpool } from '../inbox/spool.ts';
import { type Clock, monotonicMs } from '../kernel/clock.ts';
import { type CrashPoint, noCrash } from '../kernel/crash.ts';
import { conversationId, newUuid } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Log } from '../kernel/log.ts';
import { createBell } from '../kernel/loop.ts';
import type { Medium } from '../kernel/medium.ts';
import { type Meter, noMeter } from '../kernel/meter.ts';
import type { Understand } from '../language/heard.ts';
import { createClaimStore } from '../ledger/claim-store.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createGate } from '../outbox/gate.ts';
import { createOutboxStore } from '../outbox/outbox-store.ts';
import { createPastReader } from '../outbox/past.ts';
import type { Said } from '../outbox/said.ts';
import type { PaymentsDoor } from '../payments/payments.ts';
import { createProviderOptOut } from '../sending/opt-out.ts';
import { createSending } from '../sending/sending.ts';
import type { Strategy } from '../strategy/strategy.ts';
import { createCommit } from '../turns/commit.ts';
import { createDrain } from '../turns/drain.ts';
import { showFile, tellOfRefusedFile } from '../turns/files.ts';
import { createListen } from '../turns/listen.ts';
import { createLook } from '../turns/look.ts';
import { createNextTurn } from '../turns/next-turn.ts';
import { createOutgoing } from '../turns/outgoing.ts';
import { createPerform } from '../turns/perform.ts';
import { createTurn } from '../turns/turn.ts';
import { createUnanswered } from '../turns/unanswered.ts';
import { createTranscript, noteOf, saidLine } from './transcript.ts';
import { createWork } from './work.ts';

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
  /** What those who watch held conversations should see, in the transaction in which it happens. */
  onHeld?: (news: HeldNews[], tx: Tx) => Promise<void>;
  clock: Clock;
  machine: Clock;
  /** Milliseconds that only grow; the machine's own when left out. */
  monotonic?: () => number;
  /** For tests: where this process dies; nowhere when left out. */
  crash?: CrashPoint;
  /** How what debtors write is taken in: each message at once when left out. */
  arrivals?: ArrivalRules;
  log: Log;
  /** What operators watch; nobody when left out. */
  meter?: Meter;
}

/** Puts the line together: its stores, and what a message passes from the inbox to the channel. */
export function createConversations(deps: ConversationsDeps): Conversations {
  const { db, ledger, clock, machine, log } = deps;
  const owner = newUuid();
  const crash = deps.crash ?? noCrash;
  const meter = deps.meter ?? noMeter;
  const outbox = createOutboxStore(db);
  const heartbeat = createHeartbeat({
    ...{ store: createProcessStore(db), monotonic: deps.monotonic ?? monotonicMs, machine, meter, log },
    onDead: (lives) => sending.onDead(lives),
    endOrphans: (inactiveMs) => endOrphans(db, inactiveMs),
  });
  const stores = {
    conversations: createConversationStore(db, heartbeat),
    inbox: createInboxStore(db),
    outbox,
    followups: createFollowupStore(db),
    events: createEventStore(db),
    media: createMediaStore(db),
  };
  const claims = createClaimStore(db);
  const workBell = createBell();
  const sendBell = createBell();

  /** There are turns to be taken, in conversations that only a look finds. */
  const wake = () => {
    look.lookSoon();
    workBell.ring();
  };

  const windowHoursOf = deps.windowHoursOf ?? new Map<string, number>();
  const rules = deps.arrivals ?? AS_IT_COMES;
  const spool =
    rules.spoolDir === null ? null : createSpool({ dir: rules.spoolDir, crash, log, now: () => machine.now() });
  const arrivals = createArrivals({ insertAll: stores.inbox.insertAll, spool, crash, meter, clock: machine, log });
  const inbox = createInbox({
    ...deps,
    burstOf: rules.burstOf,
    store: arrivals.store,
    windowHoursOf,
    conversations: stores.conversations,
    inbox: stores.inbox,
    expect(id, at) {
      look.expect(id, at);
      workBell.ring();
    },
  });
  const readPasts = createPastReader({ packs: deps.packs, inbox: stores.inbox, outbox: stores.outbox });
  const onHeld = deps.onHeld ?? (async () => undefined);
  const agents = createAgentActs({ ...stores, rowOf: inbox.rowOf, meet: inbox.meet, wake, clock });
  const mayGo = createGate({ ...deps, claims, inbox: stores.inbox, readPasts });
  const followups = createFollowups({
    ...deps,
    windowHoursOf,
    claims,
    followups: stores.followups,
    inbox: stores.inbox,
    conversations: stores.conversations,
    wake,
    crash,
  });
  const perform = createPerform({
    ledger,
    payments: deps.payments,
    claims,
    conversations: stores.conversations,
    packs: deps.packs,
    locales: deps.locales,
  });
  const outgoing = createOutgoing(deps.say, machine);
  const depart = (said: Said) => sending.depart(said);
  const commit = createCommit({ ledger, followups, outgoing, onHeld, depart, stores, crash });
  const turns = createTurn({
    ...deps,
    followups,
    perform,
    listen: createListen(deps),
    commit,
    onSaid(said) {
      if (said.length === 0) return;
      sending.expect(said);
      sendBell.ring();
    },
    crash,
    weighTimers: createTimer({ followups, store: stores.followups, claims, readPasts, mayGo, clock }),
    meter,
  });
  const nextTurns = createNextTurn({ ...rules, completeness: createCompleteness(deps), machine });
  const unanswered = createUnanswered({ db, stores, onHeld, meter, clock, machine, log });
  const drainAll = createDrain({
    ...{ ledger, turns, nextTurns, unanswered, stores, owner, meter, clock, machine, log },
    clearAmong: (ids) => sending.clearAmong(ids),
  });
  const look = createLook({ ...stores, nextTurns, drainAll, open: inbox.openNew, machine });
  const optOut = createProviderOptOut({ ...deps, stores });
  const sending = createSending({
    ...{ ...deps, windowHoursOf, mayGo, optOut, stores },
    presence: heartbeat,
    wake: sendBell.ring,
  });
  const transcript = createTranscript(stores.inbox, stores.outbox);
  const toDebtor = tellOfRefusedFile(inbox.enqueue);
  const toAgents = showFile(stores.conversations.find, onHeld);

  async function replaySpool(): Promise<number> {
    const rows = await arrivals.replay();
    if (rows > 0) wake();
    return rows;
  }

  async function find(id: string): Promise<ConversationSummary | null> {
    const conversation = await stores.conversations.find(id);
    return conversation && summaryOf(conversation, windowHoursOf);
  }

  return {
    receive: inbox.receive,
    isSpooling: () => spool !== null && !spool.isEmpty(),
    known: stores.inbox.known,
    enqueue: inbox.enqueue,
    async recordStatus(channel, providerId, status) {
      if (!(await stores.outbox.recordStatus(channel, providerId, status, clock.now())))
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
    list: async (filter, limit) =>
      (await stores.conversations.list(filter, limit)).map((each) => summaryOf(each, windowHoursOf)),
    transcript,
    agentActs: agents.agentActs,
    typedOnPhone: agents.typedOnPhone,
    sweepIdle: agents.sweepIdle,
    notes: async (id, limit) => (await stores.inbox.notesOf(id, limit)).flatMap(noteOf).reverse(),
    linesOf: async (ids) =>
      (await Promise.all(ids.map(stores.outbox.find))).flatMap((row) => (row ? [saidLine(row)] : [])),
    ...createPlanning({ db, ledger, replan: followups.replan, clock }),
    followups: followups.list,
    runTurns: look.runTurns,
    ...createDeadLetters({ ...stores, wake, machine }),
    dispatch: sending.dispatchAll,
    reconcile: sending.reconcile,
    senders: sending.senders,
    sweepFollowups: followups.sweep,
    sweepStale: () => {
      const machineNow = machine.now();
      const before = new Date(machineNow.getTime() - ABANDONED_AFTER_MS);
      return outbox.abandon({ before }, machineNow, clock.now());
    },
    sweepFiles: createMediaKeeping({
      ...deps,
      store: stores.media,
      async onSettled(...settled) {
        await toDebtor(...settled);
        await toAgents(...settled);
      },
      meter,
    }),
    async isSettled(id) {
      const turn = await stores.inbox.takenWith(id);
      return turn !== null && (await stores.outbox.settledFor(turn));
    },
    work: createWork({
      ...{ look, sending, heartbeat, workBell, sendBell, machine, log },
      replaySpool: spool && replaySpool,
    }),
    async lateness() {
      const now = clock.now();
      const since = (at: Date | null) => (at ? Math.max(0, now.getTime() - at.getTime()) : 0);
      const [{ oldestDue, unknown }, followup] = await Promise.all([
        stores.outbox.backlog(
          deps.channels.map(({ id }) => id),
          now,
        ),
        stores.followups.oldestDue(now),
      ]);
      return { sendMs: since(oldestDue), followupMs: since(followup), unknown };
    },
    async health() {
      const { count, oldest, dead } = await stores.inbox.backlog();
      const oldestMs = oldest ? Math.max(0, clock.now().getTime() - oldest.getTime()) : 0;
      return { waiting: count, oldestMs, deadLetters: dead };
    },
  };
}
