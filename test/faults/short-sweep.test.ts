import { afterAll, expect, test } from '@jest/globals';
import { type Crash, crashAt, namedPoints } from './crash-points.ts';
import { pause, writeAll } from './fault-case.ts';
import { passTime } from './settled.ts';
import { openWorld, type World } from './world.ts';

/** The first minute of `npm run faults`: real processes, a real mongod, real kills. Whole: docs/faults.md. */
const CRASHES: readonly Crash[] = [
  { point: 'inbox.after_insert', nth: 1, member: 'web' },
  { point: 'turn.in_tx', nth: 1, member: 'worker' },
  { point: 'dispatch.after_call', nth: 1, member: 'sender' },
];
/** Of an answer that leaves with the turn that says it. */
const WHOLE_CRASHES: readonly Crash[] = [
  { point: 'turn.after_commit', nth: 1, member: 'whole' },
  { point: 'dispatch.after_call', nth: 1, member: 'whole' },
];
const KILLS = ['worker', 'sender', 'mongod', 'web', 'worker'] as const;
const SEED = 20_260_302;
const LEASES_MS = 95_000; // what the dead held, a send without an answer included
const SETTLE_MS = 60_000;
const TRIES = 40; // a minute: on a busy machine a process is long in coming back, and here every message must get in

let world: World | null = null;
afterAll(() => world?.close(), 60_000);

test('the points that the sweep names are in the source', () => {
  expect(namedPoints()).toEqual(expect.arrayContaining(CRASHES.map(({ point }) => point)));
});

test('killed in the middle of everything: nothing lost, doubled or out of order', async () => {
  const well = { lost: 0, doubled: 0.3, reversed: 0 };
  const wanted = { open: 30, reminded: 0, closed: 0 };
  world = await openWorld({ seed: SEED, debtors: wanted, manners: well, tries: TRIES });
  const { fleet, replica, chance, db } = world;
  for (const crash of CRASHES) await crashAt(world, crash.point, crash);
  await world.becomeOne();
  for (const crash of WHOLE_CRASHES) await crashAt(world, `whole:${crash.point}`, crash);
  await world.tidy();
  const debtors = world.adopt('kills', 8);
  const writing = (async () => {
    for (const text of ['hola', '1234', 'gracias'])
      if (world) await Promise.all([writeAll(world, debtors, text), pause(2_500)]);
  })();
  for (const victim of KILLS) {
    await pause(chance.between(300, 1_200));
    if (victim === 'mongod') await replica.killAndRestart();
    else fleet.of(victim).signal('SIGKILL');
  }
  await writing;
  await fleet.ready();
  await passTime(db, LEASES_MS);
  const isQuiet = await world.settle(SETTLE_MS);
  const { findings, evidence } = await world.judge(LEASES_MS);
  expect(findings).toEqual([]);
  expect(isQuiet).toBe(true);
  expect(evidence.posted.filter(({ ackedAt }) => ackedAt === null)).toEqual([]);
  // Everybody who wrote was written to; what piled up while nobody was there is read as one.
  expect(new Set(evidence.received.map(({ to }) => to))).toEqual(new Set(evidence.posted.map(({ phone }) => phone)));
}, 300_000);
