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
