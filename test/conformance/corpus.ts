/** `npm run corpus [-- FILE.jsonl …]`: how this engine and its peers read labelled messages; `--fails` lists what it read otherwise. */
import { parseArgs } from 'node:util';
import { parse } from './corpus-adapter.ts';
import { chrono, recognizers } from './peers.ts';
import { contextOf, type Engine, type Row, readCorpus, type Scored, score, summarise } from './score.ts';

const OWN = new URL('./promises.own.jsonl', import.meta.url);
const SPEED_MS = 2_000;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { fails: { type: 'boolean', default: false } },
});
const rows = positionals.length > 0 ? positionals.flatMap((file) => readCorpus(file)) : readCorpus(OWN);
const suite = await recognizers();
const engines: Record<string, Engine> = { acuerdo: parse, chrono, ...(suite ? { recognizers: suite } : {}) };
if (!suite)
  console.log('(recognizers-text is not installed: npm i --no-save @microsoft/recognizers-text-suite@1.3.1)\n');

const results = Object.fromEntries(Object.entries(engines).map(([name, engine]) => [name, score(rows, engine)]));
const fixed = (n: number) => (Number.isNaN(n) ? '-' : n.toFixed(1));
const table = (groups: Record<string, Scored[]>) =>
  console.table(
    Object.fromEntries(
      Object.entries(groups).map(([name, scored]) => {
        const { promises, ...shares } = summarise(scored);
        return [
          name,
          {
            rows: scored.length,
            promises,
            ...Object.fromEntries(Object.entries(shares).map(([key, share]) => [key, fixed(share)])),
          },
        ];
      }),
    ),
  );
function groupBy(scored: readonly Scored[], key: (row: Row) => string): Record<string, Scored[]> {
  const groups: Record<string, Scored[]> = {};
  for (const one of scored) groups[key(one.row)] = [...(groups[key(one.row)] ?? []), one];
  return groups;
}

console.log(`${rows.length} messages; % of promises, of ambiguous messages, of the others, of stated amounts, of all`);
table(results);
const own = results['acuerdo'] ?? [];
console.log('acuerdo by language');
table(groupBy(own, ({ lang }) => lang));
console.log('acuerdo by category');
table(groupBy(own, ({ cat }) => cat));

if (values.fails)
  for (const { row, answer, date, amount, actionIsRight } of own)
    if (!actionIsRight || /^(miss|wrong|guess-ok|false-promise)$/.test(date) || /^(miss|wrong|false)$/.test(amount))
      console.log(
        row.id,
        row.lang,
        row.cat,
        JSON.stringify(row.text),
        `want ${row.expect.kind} ${row.expect.dates ?? row.expect.date ?? ''}, heard ${answer.kind} ${answer.dates}; amount ${amount}`,
      );

for (const [name, engine] of Object.entries(engines)) {
  const contexts = rows.map((row) => [row.text, contextOf(row)] as const);
  const began = performance.now();
  let count = 0;
  do
    for (const [text, context] of contexts) {
      engine(text, context);
      count += 1;
    }
  while (performance.now() - began < SPEED_MS);
  console.log(
    `${name}: ${Math.round((1000 * count) / (performance.now() - began)).toLocaleString('en')} messages/s on one core`,
  );
}
