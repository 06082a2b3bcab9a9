import { describe, expect, test } from '@jest/globals';
import { parse } from './corpus-adapter.ts';
import { readCorpus, score, summarise } from './score.ts';

const rows = readCorpus(new URL('./promises.own.jsonl', import.meta.url));
const scored = score(rows, parse);

/** Issue 6 asks for less; these are what the engine has reached, so that nobody lowers it unseen. */
const FLOORS: [measure: keyof ReturnType<typeof summarise>, atLeast: number][] = [
  ['exact', 98],
  ['ambiguousAsked', 98],
  ['amountExact', 98],
  ['action', 98],
];
const CEILINGS: [measure: keyof ReturnType<typeof summarise>, atMost: number][] = [
  ['wrong', 1],
  ['ambiguousWrong', 0],
  ['falsePromise', 1],
  ['amountWrong', 1],
  ['amountInvented', 0.5],
];

describe('the labelled messages of our own', () => {
  test('are many, of every category, and each has its own text', () => {
    expect(rows.length).toBeGreaterThanOrEqual(400);
    expect(new Set(rows.map(({ cat }) => cat)).size).toBeGreaterThanOrEqual(24);
    expect(new Set(rows.map(({ lang, ref, text }) => `${lang} ${ref} ${text}`)).size).toBe(rows.length);
  });
  test('each says why it is labelled so', () => {
    expect(rows.filter(({ note }) => !note)).toEqual([]);
  });
  test.each(FLOORS)('%s is at least %d %%', (measure, atLeast) => {
    expect(summarise(scored)[measure]).toBeGreaterThanOrEqual(atLeast);
  });
  test.each(CEILINGS)('%s is at most %d %%', (measure, atMost) => {
    expect(summarise(scored)[measure]).toBeLessThanOrEqual(atMost);
  });
  test.each(['es', 'pt', 'en'])('%s promises are read as well as the rest', (language) => {
    const own = scored.filter(({ row }) => row.lang.startsWith(language));
    expect(summarise(own).exact).toBeGreaterThanOrEqual(96);
  });
});

/** Written by other hands without a look at the engine, read, and mended after: the second's batches were first read at 93, 88, 88 and 97 % of the promises, the third's at 94 and 96 %, the fourth's at 97 and 88 %, the fifth's at 97 and 92 %. */
describe.each([
  { author: 'second', file: './promises.second.jsonl', rows: 600, categories: 24 },
  { author: 'third', file: './promises.third.jsonl', rows: 350, categories: 20 },
  { author: 'fourth', file: './promises.fourth.jsonl', rows: 340, categories: 24 },
  { author: 'fifth', file: './promises.fifth.jsonl', rows: 440, categories: 24 },
])('the labelled messages of a $author author', ({ file, rows: count, categories }) => {
  const rows = readCorpus(new URL(file, import.meta.url));
  const scored = score(rows, parse);
  test('are many, of every category, and each has its own text and says why', () => {
    expect(rows.length).toBeGreaterThanOrEqual(count);
    expect(new Set(rows.map(({ cat }) => cat)).size).toBeGreaterThanOrEqual(categories);
    expect(new Set(rows.map(({ lang, ref, text }) => `${lang} ${ref} ${text}`)).size).toBe(rows.length);
    expect(rows.filter(({ note }) => !note)).toEqual([]);
  });
  test.each<[measure: keyof ReturnType<typeof summarise>, atLeast: number]>([
    ['exact', 97],
    ['ambiguousAsked', 97],
    ['amountExact', 98],
    ['action', 97],
  ])('%s is at least %d %%', (measure, atLeast) => {
    expect(summarise(scored)[measure]).toBeGreaterThanOrEqual(atLeast);
  });
  test.each(CEILINGS)('%s is at most %d %%', (measure, atMost) => {
    expect(summarise(scored)[measure]).toBeLessThanOrEqual(atMost);
  });
  test.each(['es', 'pt', 'en'])('%s promises are read as well as the rest', (language) => {
    const own = scored.filter(({ row }) => row.lang.startsWith(language));
    expect(summarise(own).exact).toBeGreaterThanOrEqual(96);
  });
});

/** A batch for which nothing was ever mended, and nothing is to be: what is asked of messages that nobody here has seen. */
describe('the labelled messages of a sixth author, held back', () => {
  const scored = score(readCorpus(new URL('./promises.sixth.jsonl', import.meta.url)), parse);
  test.each<[measure: keyof ReturnType<typeof summarise>, atLeast: number]>([
    ['exact', 95],
    ['ambiguousAsked', 85],
    ['amountExact', 95],
    ['action', 93],
  ])('%s is at least %d %%', (measure, atLeast) => {
    expect(summarise(scored)[measure]).toBeGreaterThanOrEqual(atLeast);
  });
  test.each<[measure: keyof ReturnType<typeof summarise>, atMost: number]>([
    ['wrong', 2],
    ['ambiguousWrong', 0],
    ['falsePromise', 3],
    ['amountWrong', 2],
  ])('%s is at most %d %%', (measure, atMost) => {
    expect(summarise(scored)[measure]).toBeLessThanOrEqual(atMost);
  });
  test.each([
    ['es', 95],
    ['pt', 92],
    ['en', 92],
  ])('%s promises: at least %d %% exact', (language, atLeast) => {
    const own = scored.filter(({ row }) => row.lang.startsWith(language));
    expect(own.length).toBeGreaterThanOrEqual(18);
    expect(summarise(own).exact).toBeGreaterThanOrEqual(atLeast);
  });
});
