import type { App } from '../app.ts';
import type { Channel } from '../channels/channel.ts';
import type { TranscriptLine } from '../conversations/conversations.ts';
import { civilDateIn, wallTimeIn } from '../kernel/calendar.ts';
import type { Clock, MovableClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { type ConversationId, type InboxId, newUuid } from '../kernel/ids.ts';
import type { Debtor } from '../ledger/debtor.ts';

const POLL_MS = 50;
const TURN_WAIT_MS = 15_000;
const LINES = 100;

export type ChatApp = { clock: Clock } & { conversations: ChatConversations };
type ChatConversations = Pick<
  App['conversations'],
  'receive' | 'link' | 'transcript' | 'isSettled' | 'find' | 'sweepFollowups' | 'health'
>;

/** A line as the terminal shows it. `note` says what became of it when it did not simply go. */
export interface ShownLine {
  from: 'debtor' | 'bot' | 'agent';
  text: string;
  note: string | null;
}

export type ChatRoom = Awaited<ReturnType<typeof createChatRoom>>;

/**
 * One debtor's conversation on the console channel: what both ways of showing it need.
 * @param input.sent texts as the channel was given them, by the row's id: with their options listed
 */
export async function createChatRoom(input: {
  app: ChatApp;
  channel: Channel;
  debtor: Debtor;
  sent: ReadonlyMap<string, string>;
}) {
  const { app, channel, debtor, sent } = input;
  const { conversations, clock } = app;
  const address = debtor.phone ?? '';
  const conversation: ConversationId = await conversations.link(channel.id, address, debtor.id);
  const shown = new Set<string>();
  const before = await conversations.transcript(conversation, LINES);
  for (const line of before) shown.add(markOf(line));

  /** Ours that are new or whose fate changed; what is still on its way is left for later. */
  async function unseen(): Promise<ShownLine[]> {
    const lines = await conversations.transcript(conversation, LINES);
    const fresh = lines.filter(
      (line) => line.from !== 'debtor' && line.status !== 'waiting' && !shown.has(markOf(line)),
    );
    for (const line of fresh) shown.add(markOf(line));
    return fresh.map(show);
  }

  function show(line: TranscriptLine): ShownLine {
    return { from: line.from, text: sent.get(line.id) ?? line.text, note: noteOf(line, debtor.zone) };
  }

  async function say(text: string): Promise<InboxId> {
    const id = `${channel.id}:${newUuid()}` as InboxId;
    await conversations.receive({ id, channel: channel.id, from: address, text });
    return id;
  }

  /** @returns false when the answer did not come in time. */
  async function settled(isSettled: () => Promise<boolean>): Promise<boolean> {
    for (let waitedMs = 0; waitedMs < TURN_WAIT_MS; waitedMs += POLL_MS) {
      if (await isSettled()) return true;
      await clock.sleep(POLL_MS);
    }
    return false;
  }

  const isQuiet = async (): Promise<boolean> =>
    (await conversations.health()).waiting === 0 &&
    (await conversations.transcript(conversation, LINES)).every(({ status }) => status !== 'waiting');

  /** Moves the demo's clock and lets fall due what falls due. @throws AppError usage when this is no demo */
  async function advance(ms: number): Promise<boolean> {
    if (!isMovable(clock)) throw new AppError('usage', 'Only the demo has a clock that can be moved.');
    clock.advance(ms);
    await conversations.sweepFollowups(conversation);
    return settled(isQuiet);
  }

  return {
    debtor,
    before: before.map(show),
    unseen,
    say,
    advance,
    isSettled: conversations.isSettled,
    answered: (id: InboxId) => settled(() => conversations.isSettled(id)),
    pause: (ms: number) => clock.sleep(ms),
    mode: async () => (await conversations.find(conversation))?.mode ?? 'bot',
    conversation,
    /** `2026-11-23 10:00`, on the debtor's wall. */
    now: () => momentIn(debtor.zone, clock.now()),
  };
}

/** A line is shown again when it was put off and then went. */
const markOf = ({ id, status }: TranscriptLine): string =>
  `${id}|${status === 'deferred' || status === 'waiting' ? status : 'final'}`;

function noteOf({ status, rule, deferredUntil }: TranscriptLine, zone: string): string | null {
  const by = rule === null ? '' : `, regla ${rule}`;
  if (status === 'deferred') return `se enviará ${deferredUntil ? momentIn(zone, deferredUntil) : 'más tarde'}${by}`;
  if (status === 'blocked') return `no se envió${by}`;
  if (status === 'failed') return `no se pudo entregar${by}`;
  if (status === 'unknown') return 'sin confirmar';
  return null;
}

const momentIn = (zone: string, at: Date): string => `${civilDateIn(zone, at)} ${wallTimeIn(zone, at)}`;

const isMovable = (clock: Clock): clock is MovableClock => 'advance' in clock;
