import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Debtor } from './evidence.ts';
import type { FaultCase } from './fault-case.ts';
import { allReceived, pause, writeAll } from './fault-case.ts';
import type { World } from './world.ts';

const SOURCE = path.join(import.meta.dirname, '..', '..', 'src');
const CRASH_MS_MAX = 75_000; // longer than the 30 s for which a sweep that died keeps its lock, and some sweeps after it
const SWEPT_MS_MAX = 40_000;
const APART_MS = 600; // what comes together is written together, and is one passing
const SPOOLED_APART_MS = 3_600; // longer than the database is waited for before the first goes to the disk
const STOP_MS_MAX = 40_000;
const TAKEN_MS_MAX = 40_000; // who died is missed after 16 s

/** Faults of the table that a crash point shows. */
const FAULT_OF: Record<string, number> = {
  'inbox.before_insert': 1,
  'inbox.after_insert': 2,
  'dispatch.before_intent': 4,
  'dispatch.after_intent': 5,
  'dispatch.after_call': 6,
  'dispatch.before_settle': 6,
};

/** The rooms' prefixes of the points → the process that passes them, and the fault that a whole family shows. */
const FAMILIES: Record<string, { member: 'web' | 'worker' | 'sender'; fault: number | null }> = {
  inbox: { member: 'web', fault: null },
  spool: { member: 'web', fault: 9 },
  turn: { member: 'worker', fault: 3 },
  followups: { member: 'worker', fault: 29 },
  reconcile: { member: 'sender', fault: null },
  dispatch: { member: 'sender', fault: null },
};

/** Every point that the source names, so that a new one is swept without being written down here. */
export function namedPoints(): string[] {
  const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  const names = files.flatMap((file) =>
    [...readFileSync(path.join(SOURCE, file), 'utf8').matchAll(/\bcrash\(\s*'([a-z_.]+)'/g)].map(
      ([, name = '']) => name,
    ),
  );
  return [...new Set(names)].sort();
}

/** One case a point and passing. @param passings 1: the first time it is passed, 2: the second… */
export function crashCases(points: readonly string[], passings: readonly number[]): FaultCase[] {
  return points.flatMap((point) => {
    const family = FAMILIES[point.split('.')[0] ?? ''];
    if (!family) return [];
    const fault = FAULT_OF[point] ?? family.fault;
    return passings.map((nth) => ({
      faults: fault === null ? [] : [fault],
      name: `${family.member} dies at ${point}, time ${nth}`,
      run: (world: World, owner: string) => crashAt(world, owner, { point, nth, member: family.member }),
    }));
  });
}

/**
 * The same for a process that has every role: there an answer leaves with the turn that says it, and between the two are no points of a sender's own.
 * @param points those that such an answer passes
 */
export function wholeCrashCases(points: readonly string[], passings: readonly number[]): FaultCase[] {
  return points.flatMap((point) =>
    passings.map((nth) => ({
      faults: [],
      name: `one process with every role dies at ${point}, time ${nth}`,
      async run(world: World, owner: string) {
        await world.becomeOne();
        await crashAt(world, owner, { point, nth, member: 'whole' });
      },
    })),
  );
}

/** What an answer passes that leaves with its turn. */
export const DEPARTURE_POINTS: readonly string[] = [
  'turn.before_commit',
  'turn.after_commit',
  'dispatch.before_intent',
  'dispatch.after_intent',
  'dispatch.after_call',
  'dispatch.before_settle',
];

export interface Crash {
  point: string;
  nth: number;
  member: 'web' | 'worker' | 'sender' | 'whole';
}

/** Kills a process at a point while debtors of `owner` write. @throws Error when it does not die there */
export async function crashAt(world: World, owner: string, { point, nth, member: name }: Crash): Promise<void> {
  const member = world.fleet.of(name);
  const isTimed = point.startsWith('followups.');
  const debtors = world.adopt(owner, nth + 1, isTimed ? 'reminded' : 'open');
  await world.fleet.ready();
  await untilTaken(world);
  member.arm({ CRASH_AT: `${point}:${nth}` });
  member.signal('SIGTERM');
  if ((await member.nextEnd(STOP_MS_MAX)) === null)
    throw new Error(`SIGTERM did not end it within ${STOP_MS_MAX / 1000} s`);
  const crashed = member.nextEnd(CRASH_MS_MAX); // from its first moment: what another case left waiting may bring it there
  await member.ready();
  const isSpooled = point.startsWith('spool.');
  if (isSpooled) world.proxy.set({ blackhole: true });
  const written = isTimed
    ? fallDueOneByOne(world, debtors)
    : writeOneByOne(world, debtors, isSpooled ? SPOOLED_APART_MS : APART_MS);
  const how = await crashed;
  if (isSpooled) {
    world.proxy.clear();
    world.proxy.resetAll();
  }
  await written;
  if (how !== 'SIGKILL')
    throw new Error(`${point}: ${how === null ? 'it was not passed' : `the process ended with ${how}`}`);
}

/** What others have died on is dealt with first: a message that five processes die on is a dead letter, by right. */
async function untilTaken(world: World): Promise<void> {
  const until = Date.now() + TAKEN_MS_MAX;
  const isLeft = () => world.db.collection('inbox').countDocuments({ state: 'new', attempts: { $gt: 1 } });
  while ((await isLeft()) > 0 && Date.now() < until) await pause(250);
}

async function writeOneByOne(world: World, debtors: readonly Debtor[], apartMs: number): Promise<void> {
  const written: Promise<unknown>[] = [];
  for (const debtor of debtors) {
    written.push(writeAll(world, [debtor], 'hola'));
    await pause(apartMs);
  }
  await Promise.all(written);
}

/** The next one when the one before has spoken, so that each is a passing of its own. */
async function fallDueOneByOne(world: World, debtors: readonly Debtor[]): Promise<void> {
  for (const debtor of debtors) {
    await world.fallDue([debtor]);
    await allReceived(world, [debtor], 1, SWEPT_MS_MAX).catch(() => undefined); // its process died, maybe, and it speaks later
  }
}
