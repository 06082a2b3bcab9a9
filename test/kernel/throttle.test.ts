import { expect, test } from '@jest/globals';
import { createThrottle } from '../../src/kernel/throttle.ts';

/** A throttle of 20 ms over a clock of its own, and what it was slept. */
function throttled() {
  const slept: number[] = [];
  let nowMs = 1_000;
  const clock = {
    async sleep(ms: number) {
      slept.push(ms);
      nowMs += ms;
    },
  };
  const goBy = (ms: number) => {
    nowMs += ms;
  };
  const pass = createThrottle(20, clock, () => nowMs);
  return { pass, slept, goBy };
}

test('the first begins at once, and so does whatever comes after a pause', async () => {
  const { pass, slept, goBy } = throttled();
  await pass();
  goBy(20);
  await pass();
  goBy(500);
  await pass();
  expect(slept).toEqual([]);
});

test('rounds begin as far apart as is said, however long each takes', async () => {
  const { pass, slept, goBy } = throttled();
  await pass();
  goBy(5);
  await pass();
  await pass();
  goBy(30);
  await pass();
  expect(slept).toEqual([15, 20]);
});
