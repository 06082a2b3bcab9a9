import { expect, test } from '@jest/globals';
import { createHints } from '../../src/kernel/hints.ts';

const at = (ms: number) => new Date(1_000_000 + ms);

/** Hints that somebody takes. */
function hintsTaken<Key, About>() {
  const hints = createHints<Key, About>();
  hints.take(at(0), 1);
  return hints;
}

test('what is due is handed out once, no more of it than is asked for', () => {
  const hints = hintsTaken<string, number>();
  for (const [n, key] of ['a', 'b', 'c'].entries()) hints.add(key, at(n), n);
  expect(hints.take(at(1), 5)).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
  expect(hints.take(at(1), 5)).toEqual([]);
  expect(hints.next()).toEqual(at(2));
  hints.add('d', at(0), 3);
  expect(hints.take(at(9), 1)).toEqual([['c', 2]]);
  expect(hints.take(at(9), 1)).toEqual([['d', 3]]);
  expect(hints.next()).toBeNull();
});

test('what is not wanted now stays, what is dropped does not, and the later word on a key counts', () => {
  const hints = hintsTaken<string, string>();
  hints.add('held', at(0), 'x');
  hints.add('gone', at(0), 'x');
  hints.add('later', at(0), 'x');
  hints.add('later', at(50), 'y');
  hints.drop('gone');
  expect(hints.take(at(10), 9, (key) => key !== 'held')).toEqual([]);
  expect(hints.take(at(50), 9)).toEqual([
    ['held', 'x'],
    ['later', 'y'],
  ]);
});

test('a flood of them takes no memory without end, and those that are known are kept up', () => {
  const hints = hintsTaken<number, number>();
  for (let n = 0; n < 6_000; n += 1) hints.add(n, at(0), n);
  hints.add(0, at(0), -1);
  const taken = hints.take(at(0), 10_000);
  expect(taken).toHaveLength(5_000);
  expect(taken[0]).toEqual([0, -1]);
});

test('where nobody takes them none are kept', () => {
  const hints = createHints<string, number>();
  hints.add('early', at(0), 1);
  expect(hints.take(at(1), 5)).toEqual([]);
  hints.add('now', at(0), 2);
  expect(hints.take(at(1), 5)).toEqual([['now', 2]]);
});
