import type { Conversation } from '../conversations/conversation.ts';
import {
  type Agent,
  type AgentAct,
  type HeldNews,
  handoffsOf,
  isHeld,
  type News,
  PHONE,
  TIME,
} from '../conversations/holder.ts';
import { heardText, type InboxRow } from '../inbox/inbox-store.ts';
import type { InboxId } from '../kernel/ids.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import type { Draft } from './draft.ts';

/** A person was asked for, or is needed: nobody holds it yet, and the bot is silent from here. */
export function awaitPerson(draft: Draft, queue: string, reason: string): void {
  const { conversation, now } = draft;
  Object.assign(conversation, { mode: 'pending', handoff: { queue, reason, at: now }, heldBy: null });
  conversation.handoffs = handoffsOf(conversation) + 1;
  draft.withholds = 'pending';
  draft.news.push({ what: 'asked', reason });
}

/** The debtor writes again after all was settled: the bot has it, but a dispute is a person's. @returns whether the bot answers as it does always */
export function reopen(draft: Draft): boolean {
  const { conversation, heard } = draft;
  const optsOut = heard?.intents.some(({ intent }) => intent === 'opt_out');
  if (isDispute(conversation) && !optsOut) {
    awaitPerson(draft, 'disputes', 'dispute');
    draft.event = startOf('handed_over');
    return false;
  }
  giveBack(draft);
  return true;
}

/** Carries out what a person did. What may not be is refused by name, and nothing changes. @returns whether the bot speaks now */
export function actAsAgent(draft: Draft): boolean {
  const { incoming } = draft.row;
  if (incoming.kind !== 'agent') return false;
  const { agent, act, shown } = incoming;
  const { conversation } = draft;
  if (shown !== null && shown !== handoffsOf(conversation)) return refuse(draft, agent, act.act, 'stale');
  switch (act.act) {
    case 'note':
      draft.news.push({ what: 'note', by: agent, text: act.text });
      return false;
    case 'take':
      return claim(draft, agent, 'take') && false;
    case 'reply':
      if (claim(draft, agent, 'reply')) draft.agentLine = { by: agent, text: act.text, providerId: null };
      return false;
    case 'typed':
      if (conversation.mode === 'human') conversation.lastHumanAt = draft.now;
      else claim(draft, agent, 'typed');
      draft.agentLine = { by: agent, text: act.text, providerId: act.providerId };
      return false;
    case 'close':
      if (!isHeld(conversation)) return refuse(draft, agent, 'close', 'not_held');
      Object.assign(conversation, { mode: 'resolved', heldBy: null, lastHumanAt: null });
      draft.news.push({ what: 'closed', by: agent });
      return false;
    case 'return':
      if (!isHeld(conversation)) return refuse(draft, agent, 'return', 'not_held');
      return backToBot(draft, agent);
    default:
      return timeWentBy(draft, act);
  }
}

/** All that the watchers are told of a turn. @param rows what it says */
export function newsOf(draft: Draft, rows: readonly OutboxRow[]): HeldNews[] {
  const { row, conversation, now, agentLine } = draft;
  const said = rows.map((each): News[] => {
    if (each.from === 'bot') return draft.wasHeld ? [{ what: 'bot', text: each.text }] : [];
    const { by, text, providerId } = agentLine ?? { by: PHONE, text: each.text, providerId: null };
    return [{ what: 'line', by, text, outboxId: each._id, typed: providerId !== null }];
  });
  const all = [...(draft.wasHeld ? heardIn(row) : []), ...draft.news, ...said.flat()];
  return all.map((news, n) => inFull(news, n, row._id, conversation, now));
}

/** The same for a row that no turn could be made of, and whose conversation goes to a person. */
export function newsOfBuried(row: InboxRow, held: Conversation, now: Date): HeldNews[] {
  const asked: News[] = isHeld(held) ? [] : [{ what: 'asked', reason: 'dead_letter' }];
  return [...asked, ...heardIn(row)].map((news, n) => inFull(news, n, row._id, held, now));
}

function inFull(news: News, n: number, inbox: InboxId, { _id, debtorId }: Conversation, at: Date): HeldNews {
  return { ...news, id: `${inbox}:${n}`, conversationId: _id, debtorId, at } as HeldNews;
}

const heardIn = ({ incoming }: InboxRow): News[] =>
  incoming.kind === 'message' ? [{ what: 'debtor', text: heardText({ incoming }) }] : [];

/** The first who comes has it. @returns whether it is theirs now */
function claim(draft: Draft, agent: Agent, act: 'take' | 'reply' | 'typed'): boolean {
  const { conversation, now } = draft;
  const holder = conversation.mode === 'human' ? conversation.heldBy : null;
  if (holder && holder.id !== agent.id && holder.id !== PHONE.id) return refuse(draft, agent, act, 'held');
  const isTheirs = holder?.id === agent.id;
  if (!isHeld(conversation)) {
    conversation.handoffs = handoffsOf(conversation) + 1;
    conversation.handoff = { queue: 'collections', reason: act === 'typed' ? 'typed_on_phone' : 'taken_over', at: now };
  }
  Object.assign(conversation, { mode: 'human', heldBy: agent, lastHumanAt: now });
  draft.withholds = 'human';
  if (!isTheirs) draft.news.push({ what: 'taken', by: agent });
  return true;
}

function refuse(draft: Draft, by: Agent, act: AgentAct['act'], why: 'held' | 'stale' | 'not_held'): false {
  draft.news.push({ what: 'refused', by, act, why, holder: draft.conversation.heldBy?.name ?? null });
  return false;
}

function backToBot(draft: Draft, by: Agent): true {
  giveBack(draft);
  draft.news.push({ what: 'returned', by });
  draft.event = startOf('after_agent');
  return true;
}

/** Weighed again here: a word that the person said meanwhile makes it void. */
function timeWentBy(draft: Draft, { act, since }: Extract<AgentAct, { since: Date }>): boolean {
  const { conversation } = draft;
  if (conversation.mode !== 'human' || conversation.lastHumanAt?.getTime() !== since.getTime()) return false;
  if (act === 'idle_warning') {
    draft.news.push({ what: 'idle_warning', by: conversation.heldBy ?? TIME });
    return false;
  }
  if (!isDispute(conversation)) return backToBot(draft, TIME);
  awaitPerson(draft, 'disputes', 'dispute'); // the bot cannot settle it: another person may
  return false;
}

function giveBack({ conversation }: Draft): void {
  Object.assign(conversation, { mode: 'bot', heldBy: null, handoff: null, lastHumanAt: null });
}

const isDispute = ({ handoff }: Conversation): boolean => handoff?.queue === 'disputes';

const startOf = (flow: string) => ({ kind: 'start' as const, flow, slots: {}, messageKind: 'reply' as const });
