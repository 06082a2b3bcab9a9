import { expect, test } from '@jest/globals';
import { sortableIds } from '../src/kernel/ids.ts';

test('ids of one series sort in the order in which they were made, also when the clock steps back', () => {
  const next = sortableIds();
  const ids = [1000, 1000, 1001, 900, 1001, 2000].map((ms) => next(new Date(ms)));
  expect(ids.toSorted()).toEqual(ids);
});

test("a series keeps nothing of another one's future: a demo's clock does not move messages of this machine", () => {
  const [demo, machine] = [sortableIds(), sortableIds()];
  const dayAhead = demo(new Date(86_400_000));
  expect(machine(new Date(1000)) < machine(new Date(2000))).toBe(true);
  expect(machine(new Date(3000)) < dayAhead).toBe(true);
});
