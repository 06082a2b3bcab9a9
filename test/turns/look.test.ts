import { expect, test } from '@jest/globals';
import type { InboxStore } from '../../src/inbox/inbox-store.ts';
import type { ConversationId } from '../../src/kernel/ids.ts';
import { createLook } from '../../src/turns/look.ts';

/** Messages come faster than they are answered: something is always due. */
function underSteadyLoad(onDrain: (looks: number) => void) {
  let looks = 0;
  const inbox: Pick<InboxStore, 'due' | 'waitingIn' | 'putOff'> = {
    due: async () => ['c-1' as ConversationId],
    waitingIn: async () => new Map(),
    putOff: async () => undefined,
  };
  return createLook({
    inbox: inbox as InboxStore,
    nextTurns: {} as never,
    conversations: { byId: async () => new Map() },
    open: async () => new Map(),
    machine: { now: () => new Date(0) },
    async drainAll() {
      looks += 1;
      onDrain(looks);
      return { done: 1, moved: true };
    },
  });
}

test('under steady load it ends when it is told to, after the look under way', async () => {
  const stopping = new AbortController();
  const { runTurns } = underSteadyLoad((looks) => looks === 3 && stopping.abort());
  expect(await runTurns(stopping.signal)).toBe(3);
  expect(await runTurns(stopping.signal)).toBe(0);
});

/** A worker's view of an inbox in which only a look finds what others stored. @param isMovable false: whatever is taken stays as it is */
function atWork(isMovable = true) {
  let nowMs = 0;
  let looks = 0;
  const taken: string[] = [];
  const stored = new Map<string, Date>();
  const inbox: Pick<InboxStore, 'due' | 'waitingIn' | 'putOff' | 'nextDue'> = {
    due: async (now, limit) => {
      looks += 1;
      const ids = [...stored].filter(([, at]) => at <= now).map(([id]) => id as ConversationId);
      return ids.slice(0, limit);
    },
    waitingIn: async (ids) => new Map(ids.filter((id) => stored.has(id)).map((id) => [id, []])),
    putOff: async () => undefined,
    nextDue: async (now) => [...stored.values()].find((at) => at > now) ?? null,
  };
  const look = createLook({
    inbox: inbox as InboxStore,
    nextTurns: { isRipe: () => true } as never,
    conversations: { byId: async () => new Map() },
    open: async () => new Map(),
    machine: { now: () => new Date(nowMs) },
    async drainAll(waiting) {
      if (!isMovable) return { done: 0, moved: false };
      for (const id of waiting.keys()) stored.delete(id);
      taken.push(...waiting.keys());
      return { done: 0, moved: waiting.size > 0 };
    },
  });
  const never = new AbortController().signal;
  return {
    look,
    taken,
    looks: () => looks,
    store: (id: string, at = new Date(nowMs)) => stored.set(id, at),
    async ringAt(ms: number) {
      nowMs = ms;
      await look.takeTurns(never);
    },
  };
}

test('what this process stored is taken without looking; what others stored is looked for a few times a second', async () => {
  const { look, taken, looks, store, ringAt } = atWork();
  await ringAt(0);
  const before = looks();
  store('ours');
  store('theirs');
  look.expect('ours' as ConversationId, new Date(0));
  await ringAt(10);
  expect(taken).toEqual(['ours']);
  expect(looks()).toBe(before);
  await ringAt(250);
  expect(taken).toEqual(['ours', 'theirs']);
});

test('a burst that will be over is waited for, and the wait is known', async () => {
  const { look, taken, store, ringAt } = atWork();
  await ringAt(0);
  store('ours', new Date(120));
  look.expect('ours' as ConversationId, new Date(120));
  expect(look.nextDue()).toEqual(new Date(120));
  await ringAt(119);
  expect(taken).toEqual([]);
  await ringAt(120);
  expect(taken).toEqual(['ours']);
  expect(look.nextDue()).toBeNull();
});

test('what nobody can name is looked for at once, and so is what was found to be due later', async () => {
  const { look, taken, store, ringAt } = atWork();
  await ringAt(0);
  store('replayed');
  look.lookSoon();
  store('theirs', new Date(60));
  await ringAt(10);
  expect(taken).toEqual(['replayed']);
  expect(look.nextDue()).toEqual(new Date(60));
  await ringAt(60);
  expect(taken).toEqual(['replayed', 'theirs']);
});

test('a backlog is taken to its end, a hundred conversations a look', async () => {
  const { taken, looks, store, ringAt } = atWork();
  for (let n = 0; n < 250; n += 1) store(`theirs-${n}`);
  await ringAt(0);
  expect(taken).toHaveLength(250);
  expect(looks()).toBe(3);
});

test('a backlog in which nothing moves is not looked at without end', async () => {
  const { looks, store, ringAt } = atWork(false);
  for (let n = 0; n < 250; n += 1) store(`stuck-${n}`);
  await ringAt(0);
  expect(looks()).toBe(1);
  await ringAt(250);
  expect(looks()).toBe(2);
});
