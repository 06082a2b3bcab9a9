import { expect, test } from '@jest/globals';
import { createRounds } from '../../src/kernel/rounds.ts';

function atWork() {
  let nowMs = 0;
  const rounds = createRounds({ now: () => new Date(nowMs) }, () => nowMs);
  const looks: (number | null)[] = [];
  return {
    rounds,
    looks,
    async lookFor(ms: number) {
      await rounds.look(async () => {
        nowMs += ms;
      });
    },
    async ringAt(ms: number) {
      nowMs = ms;
      if (rounds.isDue()) await rounds.look(async (freshMs) => void looks.push(freshMs));
    },
  };
}

test('four looks a second, the first of each second for everything, the others for what came lately', async () => {
  const { looks, ringAt } = atWork();
  for (let ms = 0; ms < 2000; ms += 50) await ringAt(ms);
  expect(looks).toEqual([null, 8000, 8000, 8000, null, 8000, 8000, 8000]);
});

test('what is known to be left is looked for at once, however old it is', async () => {
  const { rounds, looks, ringAt } = atWork();
  await ringAt(0);
  await ringAt(10);
  rounds.soon();
  await ringAt(20);
  expect(looks).toEqual([null, null]);
});

test('so is what was left while a look for everything was under way', async () => {
  const { rounds, looks, ringAt } = atWork();
  await rounds.look(async () => rounds.soon());
  await ringAt(1);
  expect(looks).toEqual([null]);
});

test('a look for everything takes a twentieth of the time, and one that hung does not keep the next away', async () => {
  const { looks, lookFor, ringAt } = atWork();
  await lookFor(100);
  for (let ms = 100; ms <= 2_300; ms += 50) await ringAt(ms);
  expect(looks.indexOf(null)).toBe(looks.length - 1);
  await lookFor(60_000);
  looks.length = 0;
  for (let ms = 62_100; ms <= 67_200; ms += 50) await ringAt(ms);
  expect(looks).toContain(null);
});
