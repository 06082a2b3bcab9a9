import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import pc from 'picocolors';
import { crashCases, DEPARTURE_POINTS, namedPoints, wholeCrashCases } from './crash-points.ts';
import { databaseCases } from './database-cases.ts';
import { pointingNowhere, shownElsewhere } from './elsewhere.ts';
import type { FaultCase } from './fault-case.ts';
import { killLoop } from './kills.ts';
import { type Performed, perform, unclaimed, verdicts } from './perform-cases.ts';
import { processCases } from './process-cases.ts';
import { providerCases } from './provider-cases.ts';
import { countsOf, headLine, lineOf, type Outcome, progressOf, writePage } from './report.ts';
import { openInWords } from './settled.ts';
import { webhookCases } from './webhook-cases.ts';
import { openWorld } from './world.ts';

const HELP = `npm run faults -- [options]

  --seed N         choose the victims as this run did (default: drawn and printed)
  --kills N        how many kill -9 under load, of several processes (default 200; 0: none)
  --one N          and of one process with every role (default 60; 0: none)
  --rate N         messages a second under load (default 12)
  --passings N     each crash point at its first N passings (default 3; 0: none)
  --only REGEX     only the cases whose name matches this regular expression
  --write          keep the figures in docs/faults.md
`;

const ROOT = path.join(import.meta.dirname, '..', '..');
/** A dead sender's lease is over after 60 s, its sends are abandoned after 90 s, and then they are asked about. */
const SETTLE_MS = 200_000;
const LATE_MS = 240_000;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    kills: { type: 'string', default: '200' },
    one: { type: 'string', default: '60' },
    rate: { type: 'string', default: '12' },
    passings: { type: 'string', default: '3' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const [seed, kills, oneKills, rate, passings] = [
  values.seed,
  values.kills,
  values.one,
  values.rate,
  values.passings,
].map(Number) as [number, number, number, number, number];
const named: readonly FaultCase[] = [...providerCases, ...webhookCases, ...databaseCases, ...processCases];
const passingNumbers = Array.from({ length: passings }, (_, n) => n + 1);
const crashes = [...crashCases(namedPoints(), passingNumbers), ...wholeCrashCases(DEPARTURE_POINTS, passingNumbers)];
const cases = [...crashes, ...named].filter(({ name }) => new RegExp(values.only).test(name));
const killings = [
  { isOne: false, kills, owner: `${kills} seeded kill -9 of web, worker, sender and mongod under load` },
  { isOne: true, kills: oneKills, owner: `${oneKills} seeded kill -9 of one process with every role, and mongod` },
].filter((killing) => killing.kills > 0);
const killsInAll = kills + oneKills;
const startedAt = Date.now();

console.log(
  `${pc.bold('Faults')}: seed ${seed}, ${cases.length} cases, ${killsInAll} kills at ${rate} messages a second`,
);
const nowhere = pointingNowhere();
const world = await openWorld({
  seed,
  debtors: { open: 1000 + killsInAll * 10, reminded: 200 + killsInAll, closed: 20 + killsInAll },
});
console.log(
  pc.dim(`logs of the processes: ${world.dir}; reminders may go in ${world.openZone ?? 'no zone of the world now'}`),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => void world.close().finally(() => process.exit(130))); // nobody is left running
let outcomes: Outcome[] = [];
try {
  const performed = await performAll();
  console.log(pc.dim('waiting until all is quiet…'));
  if (!(await world.settle(SETTLE_MS))) console.log(pc.red(`still under way:\n${await openInWords(world.db)}`));
  const judged = await world.judge(LATE_MS);
  outcomes = await verdicts(world, performed, judged);
  console.log(headLine());
  for (const outcome of outcomes) console.log(lineOf(outcome));
  for (const { kind, what } of unclaimed(performed, judged.evidence, judged.findings)) {
    console.log(pc.red(`${kind}, of no case: ${what}`));
    process.exitCode = 1;
  }
  if (outcomes.some(({ verdict }) => verdict === 'broken')) {
    const file = path.join(tmpdir(), `acuerdo-faults-${seed}.json`);
    writeFileSync(file, asJson({ findings: judged.findings, ...judged.evidence }));
    console.log(pc.dim(`what the checker was given: ${file}`));
  }
  const killed = judged.findings.filter(({ phone }) =>
    judged.evidence.debtors.some((d) => d.phone === phone && killings.some(({ owner }) => owner === d.owner)),
  );
  for (const { kind, what } of killed.slice(0, 20)) console.log(pc.red(`  kill loop, ${kind}: ${what}`));
  summary(judged.waits);
} finally {
  await world.close();
}
for (const { file, test } of nowhere) console.log(pc.red(`${file} has no test "${test}"`));
const broken = outcomes.filter(({ verdict }) => verdict === 'broken').length + nowhere.length;
if (broken > 0) process.exitCode = 1;
console.log(
  broken === 0 ? pc.green('All held.') : pc.red(`${broken} did not hold. Again: npm run faults -- --seed ${seed}`),
);
if (values.write) writePage(path.join(ROOT, 'docs/faults.md'), heading(), [...outcomes, ...elsewhere()]);
process.exit(process.exitCode ?? 0);

async function performAll(): Promise<Performed[]> {
  const performed: Performed[] = [];
  const bar = progressOf(cases.length, 'cases');
  for (const [n, one] of cases.entries()) {
    performed.push(await perform(world, one));
    bar.to(n + 1);
  }
  bar.stop();
  for (const { owner: name, ...how } of killings) {
    const killing = progressOf(how.kills, 'kills');
    const loop: FaultCase = {
      faults: [8],
      name,
      run: async (_world, owner) => {
        const done = await killLoop(world, owner, { ...how, perSecond: rate, onKill: killing.to });
        console.log(pc.dim(`killed: ${JSON.stringify(done.kills)}; ${done.talks} talks`));
      },
    };
    performed.push(await perform(world, loop));
    killing.stop();
  }
  return performed;
}

function summary(waits: number[]): void {
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  const numbers = new Set(
    [...outcomes.filter(({ verdict }) => verdict === 'held'), ...shownElsewhere].flatMap(({ faults }) => faults),
  );
  console.log(
    `acknowledged → answered, all cases: p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, slowest ${at(1)} ms (${sorted.length} messages)`,
  );
  console.log(`${numbers.size} of the 40 faults hold; ${Math.round((Date.now() - startedAt) / 1000)} s in all`);
}

function elsewhere(): Outcome[] {
  return shownElsewhere.map(({ faults, file, test }) => {
    const name = `${test} (${file})`;
    return { faults, name, counts: countsOf([]), verdict: 'held', why: null, messages: 0 };
  });
}

/** Numbers of 64 bits as text: for a person to read. */
function asJson(value: unknown): string {
  return JSON.stringify(value, (_key, each) => (typeof each === 'bigint' ? String(each) : each), 1);
}

function heading(): string {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  return `Commit ${commit}, seed ${seed}, Node ${process.version}, 2 cores, ${seconds} s, ${killsInAll} kills at ${rate} messages a second.`;
}
