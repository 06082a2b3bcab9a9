import type { Connection } from 'mongoose';
import { readOptOut } from '../compliance/opt-out.ts';
import type { Pack, Packs } from '../compliance/pack.ts';
import { inTransaction, type Tx } from '../database/transaction.ts';
import type { Flows } from '../dialog/compile.ts';
import { play } from '../dialog/play.ts';
import { disclosesDebt, optionNamed, type Say } from '../dialog/say.ts';
import type { ActionResult, DialogEvent, Played, Saying } from '../dialog/state.ts';
import { civilDateIn, DAY_MS } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import { Bug } from '../kernel/errors.ts';
import { outboxId, sortableId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import { countryOfPhone } from '../kernel/phone.ts';
import type { Heard, Understand } from '../language/heard.ts';
import type { Account, Ledger } from '../ledger/ledger.ts';
import type { Conversation, ConversationStore } from './conversation-store.ts';
import type { Draft } from './draft.ts';
import type { EventStore } from './event-store.ts';
import { factsOf } from './facts.ts';
import type { Followup, FollowupStore } from './followup-store.ts';
import type { Followups } from './followups.ts';
import type { Candidate, Judged } from './gate.ts';
import type { InboxRow, InboxStore } from './inbox-store.ts';
import type { OutboxRow, OutboxStore } from './outbox-store.ts';
import type { createPerform } from './perform.ts';

const EXPIRES_DAYS = { reply: 2, other: 5 }; // an answer that comes two days late answers nothing

export interface TurnDeps {
  db: Connection;
  ledger: Ledger;
  understand: Understand;
  flows: Flows;
  say: Say;
  packs: Packs;
  perform: ReturnType<typeof createPerform>;
  mayGo: (conversation: Conversation, candidate: Candidate, now: Date) => Promise<Judged>;
  followups: Followups;
  stores: {
    conversations: ConversationStore;
    inbox: InboxStore;
    outbox: OutboxStore;
    followups: FollowupStore;
    events: EventStore;
  };
  clock: Clock;
  machine: Clock;
  log: Log;
}

/** What a due follow-up comes to when its turn is taken. */
type Timer = {
  row: Followup;
  verdict: { act: 'contact' } | { act: 'skip'; reason: string } | { act: 'put_off'; until: Date; rule: string };
};

/**
 * One turn: a row of the inbox against the conversation as it stands, and everything that follows from it in one transaction.
 * @returns the conversation as saved, or null when another holder moved it on and nothing was written.
 */
export function createTurn(deps: TurnDeps) {
  const { db, ledger, clock, log, stores } = deps;

  return async function takeTurn(row: InboxRow, held: Conversation, keepLease: boolean): Promise<Conversation | null> {
    const now = clock.now();
    const account = held.debtorId ? await ledger.account(held.debtorId, now) : null;
    const timer = account ? await weighTimer(row, held, account, now) : null;
    const heard = listen(row, held, account);
    const saved = await inTransaction(db, async (tx) => {
      const draft = begin(row, held, account, heard, now);
      if (timer?.verdict.act === 'skip')
        await stores.followups.finish(timer.row._id, 'skipped', timer.verdict.reason, tx);
      else if (timer?.verdict.act === 'put_off')
        await stores.followups.putOff(timer.row._id, timer.verdict.until, timer.verdict.rule, tx);
      else await carryOn(draft, timer, tx);
      return commit(draft, keepLease, tx);
    });
    log.info(
      { inbox: row._id, conversation: held._id, mode: saved?.mode, timer: timer?.verdict.act, written: saved !== null },
      'turn taken',
    );
    return saved;
  };

  async function carryOn(draft: Draft, timer: Timer | null, tx: Tx): Promise<void> {
    const { row, conversation } = draft;
    const { incoming } = row;
    if (timer) await stores.followups.finish(timer.row._id, 'done', null, tx);
    if (incoming.kind === 'agent_reply') return agentSays(draft, incoming.agent);
    if (incoming.kind === 'agent_return') returnToBot(draft);
    if (isSilent(conversation, row)) return hearSilently(draft);
    draft.event = eventOf(draft, timer);
    await converse(draft, tx);
  }

  /** Plays the flow and carries out what it asks, until it has to wait. */
  async function converse(draft: Draft, tx: Tx): Promise<void> {
    if (!draft.event) throw new Bug('a turn without an event');
    const { conversation } = draft;
    const facts = factsOf(conversation, draft.account, draft.now);
    const game = play({ flows: deps.flows, state: conversation.dialog, event: draft.event, facts });
    let step = game.next();
    while (!step.done) {
      const result: ActionResult = await deps.perform(step.value, draft, tx);
      step = game.next(result);
    }
    settle(draft, step.value);
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

  /** All of the turn, or none of it. */
  async function commit(draft: Draft, keepLease: boolean, tx: Tx): Promise<Conversation | null> {
    const { row, conversation, account, now } = draft;
    conversation.updatedAt = now;
    if (row.incoming.kind === 'message') conversation.lastInboundAt = row.receivedAt;
    if (!(await stores.conversations.save(conversation, tx, keepLease))) return null;
    if (!(await stores.inbox.finish(row._id, tx))) return null;
    await stores.outbox.insert(outboxRows(draft), tx);
    if (account && (draft.plansAnew || isMoney(row)))
      await deps.followups.replan(await ledger.account(account.debtor.id, now, tx), now, tx);
    await stores.events.append([auditOf(draft)], tx);
    return { ...conversation, version: conversation.version + 1 };
  }

  async function weighTimer(row: InboxRow, held: Conversation, account: Account, now: Date): Promise<Timer | null> {
    if (row.incoming.kind !== 'event' || !row.incoming.followupId) return null;
    const followup = await stores.followups.find(row.incoming.followupId);
    if (!followup) return null;
    const verdict = await deps.followups.weigh(followup, account, held, now);
    if (verdict.act === 'skip') return { row: followup, verdict };
    const answer = await deps.mayGo(held, { kind: followup.messageKind, disclosesDebt: false, text: '' }, now);
    if (answer.answer === 'defer') {
      // "Mañana" and "hoy" are said on their day or not at all.
      const isOfItsDay = followup.kind === 'promise_eve' || followup.kind === 'promise_day';
      const { zone } = account.debtor;
      const day = civilDateIn(zone, answer.until);
      if (isOfItsDay && day !== civilDateIn(zone, followup.dueAt))
        return { row: followup, verdict: { act: 'skip', reason: answer.rule } };
      // One contact a day: what is put off gives way to what is planned for that day anyhow.
      const others = await stores.followups.scheduledOf(followup.debtorId);
      if (followup.kind === 'due_reminder' && others.some(({ dueAt }) => civilDateIn(zone, dueAt) === day))
        return { row: followup, verdict: { act: 'skip', reason: 'superseded' } };
      return { row: followup, verdict: { act: 'put_off', until: answer.until, rule: answer.rule } };
    }
    if (answer.answer === 'block') return { row: followup, verdict: { act: 'skip', reason: answer.rule } };
    return { row: followup, verdict };
  }

  function listen(row: InboxRow, held: Conversation, account: Account | null): Heard | null {
    if (row.incoming.kind !== 'message') return null;
    const options = held.dialog.stack.at(-1)?.options.length ?? 0;
    const heard = deps.understand(row.incoming.text, {
      now: row.receivedAt,
      zone: account?.debtor.zone ?? 'UTC',
      locale: held.locale,
      currency: account?.total.currency ?? 'MXN',
      expecting: held.expecting,
      ...(options > 0 ? { optionCount: options } : {}),
    });
    const country = account?.debtor.country ?? countryOfPhone(held.address) ?? '';
    return {
      ...asTheLawReads(heard, deps.packs.inForce(country, row.receivedAt)),
      // A tapped button arrives as its label.
      choice: heard.choice ?? optionNamed(row.incoming.text, held.dialog, deps.say, held.locale),
    };
  }

  function outboxRows(draft: Draft): OutboxRow[] {
    const { row, conversation, now } = draft;
    const said = draft.sayings.map((saying) => ({ saying, ...deps.say(saying, conversation.locale) }));
    const { incoming } = row;
    const agent =
      incoming.kind === 'agent_reply' ? [{ saying: null, text: incoming.text, options: [] as string[] }] : [];
    return [...agent, ...said].map(({ saying, text, options }, n) => ({
      _id: outboxId(row._id, n),
      conversationId: conversation._id,
      debtorId: row.debtorId ?? conversation.debtorId,
      channel: conversation.channel,
      medium: conversation.medium,
      address: conversation.address,
      from: saying ? 'bot' : 'agent',
      kind: saying?.kind ?? 'reply',
      key: saying?.key ?? 'agent',
      text,
      options,
      disclosesDebt: saying ? disclosesDebt(saying.key) : false,
      createdAt: now,
      seq: sortableId(deps.machine.now()),
      state: 'ready',
      notBefore: now,
      expiresAt: new Date(
        now.getTime() + (saying?.kind === 'reply' ? EXPIRES_DAYS.reply : EXPIRES_DAYS.other) * DAY_MS,
      ),
      rule: null,
      attempts: 0,
      sendingAt: null,
      sentAt: null,
      providerId: null,
      status: null,
    }));
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
}

/** Which words stop and resume messages is the policy pack's to say, and it differs by country: CANCEL is an opt-out in one and may mean to pay in another. */
function asTheLawReads(heard: Heard, pack: Pack | null): Heard {
  const reading = pack && readOptOut(pack, heard.text);
  if (!reading) return heard;
  const intent = ({ out: 'opt_out', out_all: 'opt_out', in: 'opt_in', ambiguous: 'cancel' } as const)[reading];
  const others =
    reading === 'ambiguous'
      ? []
      : heard.intents.filter((known) => known.intent !== 'opt_out' && known.intent !== 'opt_in');
  return { ...heard, intents: [{ intent, rule: `pack.${reading}`, span: [0, heard.text.length] }, ...others] };
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

/** A receipt is the debtor's by right, whoever holds the conversation; all else waits for the person. */
function isSilent(conversation: Conversation, row: InboxRow): boolean {
  const isHeld = conversation.mode === 'pending' || conversation.mode === 'human';
  return isHeld && !(row.incoming.kind === 'event' && row.incoming.messageKind === 'receipt');
}

const isMoney = (row: InboxRow): boolean => row._id.startsWith('payment:');

function auditOf(draft: Draft) {
  const { row, conversation, heard, now } = draft;
  return {
    what: 'turn.taken',
    at: now,
    conversationId: conversation._id,
    debtorId: conversation.debtorId,
    details: {
      inbox: row._id,
      mode: conversation.mode,
      ...(heard ? { kind: heard.kind, intents: heard.intents.map(({ intent, rule }) => `${intent} ${rule}`) } : {}),
      visited: draft.visited,
      actions: draft.actions,
      said: draft.sayings.map(({ key }: Saying) => key),
    },
  };
}
