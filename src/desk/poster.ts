import type { FileType } from '../channels/channel.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Answer, Board } from './board.ts';
import { cardText, maskedName, topicName } from './card.ts';
import type { Desk } from './desk.ts';
import type { Post, Topic } from './desk-store.ts';
import type { BoardLease } from './lease-store.ts';
import { nextMessage } from './posts.ts';
import { captionOf, SAY } from './words.ts';

const CONVERSATIONS_A_LOOK = 50;
const POSTS_A_MESSAGE_MAX = 50;
const ATTEMPTS_MAX = 6; // two minutes of a board that refuses; one that does not answer is asked again for ever
const FILE_ATTEMPTS_MAX = 3; // then what comes after it has waited long enough
const RETRY_MS = 2_000;
const MISCONFIGURED_MS = 60_000;

export interface PosterDeps {
  desk: Desk;
  board: Board;
  lease: BoardLease;
  machine: Clock;
  log: Log;
}

/**
 * Shows on the board what is to be shown: in order per conversation, each at least once. A message whose answer was lost is sent again: a board cannot
 * be asked whether it has it (tdlib/telegram-bot-api#126), and an agent who reads a line twice is better off than one who never does.
 */
export function createPoster({ desk, board, lease, machine, log }: PosterDeps) {
  const { store } = desk;

  /** One thing. @returns 0 when nothing can be done now */
  return async function step(): Promise<number> {
    for (const id of await store.due(machine.now(), CONVERSATIONS_A_LOOK)) {
      const posts = await store.waitingIn(id, POSTS_A_MESSAGE_MAX);
      const [head] = posts;
      if (!head || (head.attempts > 0 && head.dueAt > machine.now())) continue; // what comes after waits for it
      return (await lease.spend()) ? show(id, head, posts) : 0;
    }
    const topic = await store.dirtyTopic();
    return topic !== null && (await lease.spend()) ? refresh(topic) : 0;
  };

  async function show(id: ConversationId, head: Post, posts: Post[]): Promise<number> {
    const topic = await store.topicOf(id);
    if (topic === null || topic.thread === null) return openTopic(id, head);
    if (head.what === 'asked' || topic.card === null) return postCard(id, topic.thread, topic, head);
    if (head.what === 'file') return postFile(id, topic.thread, head);
    const untilCard = posts.findIndex(({ what }) => what === 'asked' || what === 'file');
    const card = await desk.cardOf(id);
    const next = nextMessage(
      posts.slice(0, untilCard < 0 ? posts.length : untilCard),
      maskedName(card?.view.name ?? null),
    );
    const sent = await board.post(topic.thread, next.html, []);
    if (!sent.ok)
      return failed(
        id,
        posts.filter(({ _id }) => next.ids.includes(_id)),
        sent,
      );
    await store.posted(next.ids, sent.value, machine.now());
    return 1;
  }

  async function openTopic(id: ConversationId, head: Post): Promise<number> {
    const card = await desk.cardOf(id);
    if (card === null) return drop(head);
    const opened = await board.openTopic(topicName(card.view));
    if (!opened.ok) return failed(id, [head], opened);
    await store.openTopic(id, opened.value);
    log.info({ conversation: id }, 'desk.topic_opened');
    return 1;
  }

  /** Each handoff has a card of its own: what is at the end of a topic is what an agent sees. */
  async function postCard(id: ConversationId, thread: number, topic: Topic, head: Post): Promise<number> {
    const card = await desk.cardOf(id);
    if (card === null) return drop(head);
    if (topic.closed) await board.setOpen(thread, true);
    const sent = await board.post(thread, cardText(card.view), card.buttons);
    if (!sent.ok) return failed(id, [head], sent);
    await store.setTopic(id, { card: sent.value, dirty: false, closed: false });
    if (head.what === 'asked') await desk.showEarlierFiles(id);
    if (head.what === 'asked') await store.posted([head._id], sent.value, machine.now());
    await board.pin(sent.value); // a convenience: without the right to it, the card is there all the same
    return 1;
  }

  /** A file that the board does not take, or that does not get there, is told of: what comes after it waits for it. */
  async function postFile(id: ConversationId, thread: number, head: Post): Promise<number> {
    const file = head.file === undefined ? null : await desk.fileOf(head.file);
    if (file === null) return drop(head);
    const card = await desk.cardOf(id);
    const name = maskedName(card?.view.name ?? null);
    const sent =
      head.attempts < FILE_ATTEMPTS_MAX
        ? await board.postFile(thread, {
            ...namedAs(file.type),
            bytes: file.bytes,
            caption: captionOf(name, file.type, file.bytes.byteLength),
          })
        : await board.post(thread, SAY.notShown, []);
    if (sent.ok) {
      await store.posted([head._id], sent.value, machine.now());
      return 1;
    }
    const isSlow = sent.why === 'unknown' && head.attempts < FILE_ATTEMPTS_MAX;
    if (isSlow) await retryLater(id, [head]);
    return isSlow ? 1 : failed(id, [head], sent);
  }

  async function refresh(topic: Topic): Promise<number> {
    const { _id: id, thread, card: message } = topic;
    await store.setTopic(id, { dirty: false }); // before it is read: what changes meanwhile is shown by the next edit
    const card = await desk.cardOf(id);
    if (card === null || thread === null || message === null) return 1;
    const edited = await board.edit(message, cardText(card.view), card.buttons);
    if (!edited.ok && edited.why === 'gone') await store.setTopic(id, { card: null }); // posted anew with what comes next
    if (!edited.ok && (edited.why === 'later' || edited.why === 'unknown')) {
      await store.setTopic(id, { dirty: true });
      await lease.quiet(edited.why === 'later' ? edited.afterMs : RETRY_MS);
      return 1;
    }
    const isDone = card.view.mode === 'resolved';
    if (isDone && !topic.closed && (await board.setOpen(thread, false)).ok) await store.setTopic(id, { closed: true });
    return 1;
  }

  async function failed(
    id: ConversationId,
    posts: Post[],
    answer: Exclude<Answer<never>, { ok: true }>,
  ): Promise<number> {
    if (answer.why === 'later') {
      await lease.quiet(answer.afterMs);
      return 1;
    }
    if (answer.why === 'gone') {
      log.warn({ conversation: id }, 'desk.topic_gone');
      await store.setTopic(id, { thread: null, card: null });
      return 1;
    }
    if (answer.why === 'unknown') {
      await lease.quiet(RETRY_MS);
      return 1;
    }
    log.error({ conversation: id, code: answer.code }, 'desk.refused');
    // The group or the bot's rights are not as they must be: nothing would go anywhere.
    if (isMisconfigured(answer.code)) await lease.quiet(MISCONFIGURED_MS);
    else await retryLater(id, posts);
    return 1;
  }

  async function retryLater(id: ConversationId, posts: Post[]): Promise<void> {
    const waitMs = RETRY_MS * 2 ** (posts[0]?.attempts ?? 0);
    const dueAt = new Date(machine.now().getTime() + waitMs);
    const ids = posts.map(({ _id }) => _id);
    await store.failed(id, ids, dueAt, ATTEMPTS_MAX);
  }

  async function drop(head: Post): Promise<number> {
    await store.failed(head.conversationId, [head._id], machine.now(), 0);
    return 1;
  }
}

const NAMES: Record<FileType, string> = {
  'image/jpeg': 'foto.jpg',
  'image/png': 'foto.png',
  'image/webp': 'foto.webp',
  'application/pdf': 'documento.pdf',
};
const namedAs = (type: FileType) => ({ name: NAMES[type], isPicture: type !== 'application/pdf' });

const isMisconfigured = (code: string): boolean => /^(401|403)\b|rights|chat not found|not a forum/.test(code);
