import { expect, test } from '@jest/globals';
import { remembered } from '../../src/kernel/remember.ts';

test('each object is asked about once, whatever comes of it', () => {
  const asked: string[] = [];
  const firstOf = remembered((list: readonly string[]) => {
    asked.push(list.join());
    return list[0];
  });
  const [some, none] = [['a', 'b'], []];
  expect([firstOf(some), firstOf(none), firstOf(some), firstOf(none)]).toEqual(['a', undefined, 'a', undefined]);
  expect(firstOf(['a', 'b'])).toBe('a'); // another object, though it says the same
  expect(asked).toEqual(['a,b', '', 'a,b']);
});
