import type { Connection } from 'mongoose';
import type { FileType } from '../channels/channel.ts';
import { createMediaStore } from '../channels/media-store.ts';
import type { ConversationSummary, Conversations } from '../conversations/conversations.ts';
import { type Agent, type AgentAct, type HeldNews, PHONE } from '../conversations/holder.ts';
import type { Tx } from '../database/transaction.ts';
import { DAY_MS, HOUR_MS } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { type ConversationId, sortableId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Button } from './board.ts';
import type { CardView } from './card.ts';
import { pressData, readCommand, readPress } from './commands.ts';
import { createDeskStore, type DeskStore, type Line, type Post } from './desk-store.ts';
import type { Told } from './updates.ts';
import { HELP, LABELS, newsInWords, SAY } from './words.ts';

const BURST_MS = 2_000; // what a debtor writes within it is one message of the board
const CARD_LINES = 10;
const CARD_NOTES = 3;
const CARD_PROMISES = 3;
const EARLIER_FILES = 5;
const EARLIER_FILES_MS = 7 * DAY_MS;
const FIRST_LOOK_MS = 1_000;

type Rooms = Pick<Conversations, 'agentActs' | 'find' | 'transcript' | 'notes' | 'linesOf'>;

export interface DeskDeps {
  db: Connection;
  /** They know each other: what happens there is shown here, what is done here happens there. */
  conversations: () => Rooms;
  ledger: Pick<Ledger, 'account'>;
  /** Telegram users who may act. */
  agents: readonly number[];
  clock: Clock;
  machine: Clock;
  log: Log;
}

/** Agents' view of conversations: who may do what, and what is shown where. */
export interface Desk {
  store: DeskStore;
  /** Writes what is to be shown, in the transaction in which it happened. */
  feed(news: HeldNews[], tx: Tx): Promise<void>;
  /** Somebody did something on the board. Durable when it resolves; the same key twice is once. @returns what whoever pressed a button is shown */
  hear(told: Told): Promise<string | null>;
  /** A conversation as it stands now, and its buttons; null when there is none. */
  cardOf(id: ConversationId): Promise<{ view: CardView; buttons: Button[] } | null>;
  /** A file that was kept. */
  fileOf(file: string): Promise<{ type: FileType; bytes: Buffer } | null>;
  /** The files of the week before are to be shown too, each once. */
  showEarlierFiles(id: ConversationId): Promise<void>;
}

export function createDesk(deps: DeskDeps): Desk {
  const { ledger, clock, machine, log } = deps;
  const store = createDeskStore(deps.db);
  const media = createMediaStore(deps.db);
  const inMs = (ms: number) => new Date(machine.now().getTime() + ms);

  async function feed(news: HeldNews[], tx: Tx): Promise<void> {
    await store.add(news.filter(isShown).map(postOf), tx);
    await store.watch(news.flatMap(lineOf), tx);
    const changed = news.filter(({ what }) => what === 'taken' || what === 'returned' || what === 'closed');
    await store.touch([...new Set(changed.map(({ conversationId }) => conversationId))], tx);
  }

  function postOf(news: HeldNews): Post {
    const { id: _id, conversationId, at, what } = news;
    if (what === 'file' && news.why === null) return filePost(news.file, conversationId, at);
    const isTheirs = what === 'debtor';
    return {
      ...newPost(_id, conversationId, at, what === 'asked' ? '' : isTheirs ? news.text : newsInWords(news)),
      what: what === 'asked' ? 'asked' : isTheirs ? 'debtor' : 'told',
      dueAt: inMs(isTheirs ? BURST_MS : 0),
    };
  }

  function newPost(_id: string, conversationId: ConversationId, at: Date, text: string): Post {
    const now = machine.now();
    const fresh = { state: 'new', attempts: 0, dueAt: now } as const;
    return { _id, conversationId, at, what: 'told', text, seq: sortableId(now), ...fresh, messages: [] };
  }

  const filePost = (file: string, id: ConversationId, at: Date): Post => ({
    ...newPost(`file:${file}`, id, at, ''),
    what: 'file',
    file,
  });

  async function showEarlierFiles(id: ConversationId): Promise<void> {
    const now = clock.now();
    const files = await media.keptIn(id, new Date(now.getTime() - EARLIER_FILES_MS), EARLIER_FILES);
    await store.add(files.map((file) => filePost(file, id, now)));
  }

  function lineOf(news: HeldNews): Line[] {
    if (news.what !== 'line' || news.typed) return [];
    const { outboxId: _id, conversationId, by, text } = news;
    return [{ _id, conversationId, by: by.name, text, told: null, checks: 0, lookAt: inMs(FIRST_LOOK_MS) }];
  }

  async function hear(told: Told): Promise<string | null> {
    const { what } = told;
    if (what.kind === 'press') return press(told, what.data);
    const topic = told.topic === null ? null : await store.topicAt(told.topic);
    if (topic === null) return null; // General, or a topic of the agents' own: they may talk there
    const { _id: id } = topic;
    if (what.kind === 'reopened') return store.setTopic(id, { closed: false }).then(() => null);
    if (told.isAnonymous) return say(id, onceAnHour('anonymous', told), SAY.anonymous);
    if (!isAllowed(told)) return say(id, onceAnHour('stranger', told), SAY.notAllowed(told.from.name));
    if (what.kind === 'edited') return say(id, told.key, SAY.edited);
    if (what.kind === 'file') return say(id, albumOf(told), SAY.file);
    if (what.kind === 'closed') {
      await store.setTopic(id, { closed: true });
      return act(id, told, { act: 'close' });
    }
    return obey(id, told, what.text);
  }

  async function obey(id: ConversationId, told: Told, text: string): Promise<string | null> {
    const command = readCommand(text);
    switch (command.is) {
      case 'reply':
      case 'note':
        return act(id, told, { act: command.is, text: command.text });
      case 'help':
        return say(id, told.key, HELP);
      case 'empty':
        return say(id, told.key, SAY.emptyNote);
      case 'unknown':
        return say(id, told.key, SAY.unknownCommand);
      default:
        return act(id, told, { act: command.is });
    }
  }

  /** What can be told at once is told at once; the turn decides. */
  async function press(told: Told, data: string): Promise<string> {
    if (!isAllowed(told)) return SAY.notAllowed(told.from.name);
    const wish = readPress(data);
    const held = wish && (await deps.conversations().find(wish.conversationId));
    if (!wish || !held) return SAY.unknownButton;
    const no = objection(wish.act, wish.handoffs, held, agentOf(told));
    if (no !== null) return no;
    return (await act(held.id, told, { act: wish.act }, wish.handoffs)) ?? SAY.done;
  }

  /** @returns why it cannot be done, or null */
  async function act(id: ConversationId, told: Told, what: AgentAct, shown?: number): Promise<string | null> {
    const key = told.key;
    const button = shown === undefined ? {} : { shown };
    try {
      const stored = await deps.conversations().agentActs(id, { agent: agentOf(told), act: what, key, ...button });
      log.info({ conversation: id, act: what.act, stored, update: key }, 'desk.act');
      return null;
    } catch (err) {
      if (!(err instanceof AppError) || err.code !== 'conversation_not_held') throw err;
      if (told.what.kind === 'text') await say(id, key, SAY.withBot);
      return SAY.withBot;
    }
  }

  async function say(id: ConversationId, key: string, text: string): Promise<null> {
    await store.add([newPost(key, id, clock.now(), text)]);
    return null;
  }

  /** Somebody who goes on writing is told once an hour: the board takes twenty messages a minute from all of us. */
  const onceAnHour = (why: string, { topic, from }: Told): string =>
    `${why}:${topic}:${from.id}:${Math.floor(machine.now().getTime() / HOUR_MS)}`;

  const isAllowed = ({ from, isAnonymous }: Told): boolean => !isAnonymous && deps.agents.includes(from.id);

  async function cardOf(id: ConversationId): Promise<{ view: CardView; buttons: Button[] } | null> {
    const { find, transcript, notes } = deps.conversations();
    const held = await find(id);
    if (held === null) return null;
    const now = clock.now();
    const [account, lines, noted] = await Promise.all([
      held.debtorId === null ? null : ledger.account(held.debtorId, now),
      transcript(id, CARD_LINES),
      notes(id, CARD_NOTES),
    ]);
    const promises = account?.promises.slice(-CARD_PROMISES).map(({ promise, state }) => ({ ...promise, state })) ?? [];
    const { contact, channel, mode, reason, heldBy, heldSince: since, windowUntil, locale } = held;
    const view: CardView = {
      ...{ contact, channel, mode, reason, since, windowUntil, locale, now, lines, notes: noted },
      name: account?.debtor.name ?? null,
      holder: heldBy?.id === PHONE.id ? PHONE.id : (heldBy?.name ?? null),
      account: account && { total: account.total, overdue: account.overdue, daysLate: account.daysLate, promises },
      zone: account?.debtor.zone ?? 'UTC',
    };
    return { view, buttons: buttonsOf(held) };
  }

  return { store, feed, hear, cardOf, fileOf: media.find, showEarlierFiles };
}

/** What an agent writes on the board stands there already. */
function isShown(news: HeldNews): boolean {
  return !((news.what === 'line' || news.what === 'note') && news.by.id.startsWith('tg:'));
}

const agentOf = ({ from }: Told): Agent => ({ id: `tg:${from.id}`, name: from.name });

const albumOf = ({ key, what }: Told): string => (what.kind === 'file' && what.album ? `album:${what.album}` : key);

/** @returns what speaks against it at first sight, or null */
function objection(act: AgentAct['act'], shown: number, held: ConversationSummary, agent: Agent): string | null {
  if (shown !== held.handoffs) return SAY.staleButton;
  const isOpen = held.mode === 'pending' || held.mode === 'human';
  if (act !== 'take') return isOpen ? null : SAY.withBot;
  if (held.heldBy === null || held.heldBy.id === PHONE.id) return null;
  return held.heldBy.id === agent.id ? SAY.yours : SAY.holds(held.heldBy.name);
}

function buttonsOf({ id, mode, handoffs, heldBy }: ConversationSummary): Button[] {
  const isOpen = mode === 'pending' || mode === 'human';
  const isFree = heldBy === null || heldBy.id === PHONE.id;
  const acts = [...(isFree ? ['take' as const] : []), ...(isOpen ? (['return', 'close'] as const) : [])];
  return acts.map((act) => ({ label: LABELS[act], data: pressData({ act, handoffs, conversationId: id }) }));
}
