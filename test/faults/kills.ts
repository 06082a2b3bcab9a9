import { pause } from './fault-case.ts';
import { startLoad } from './load.ts';
import type { World } from './world.ts';

/** A mongod that dies takes everybody's connections along, so it dies less often than those who come back in two seconds. */
const EACH_NINE = ['web', 'worker', 'sender', 'web', 'worker', 'sender', 'web', 'worker', 'sender', 'mongod'] as const;
const ONE_NINE = EACH_NINE.map((victim) => (victim === 'mongod' ? victim : 'whole'));
const GAP_MS = { least: 300, most: 2_000 };
const REMINDED_EVERY = 4; // kills

export interface Killed {
  kills: Record<string, number>;
  talks: number;
}

/**
 * kill -9 of web, worker, sender and mongod at seeded instants while debtors write and follow-ups fall due. Whoever dies is started again at once.
 * @param isOne one process has every role @param perSecond messages a second
 */
export async function killLoop(
  world: World,
  owner: string,
  {
    isOne,
    kills,
    perSecond,
    onKill,
  }: { isOne: boolean; kills: number; perSecond: number; onKill: (done: number) => void },
): Promise<Killed> {
  if (isOne) await world.becomeOne();
  const chance = world.chance.fork();
  const count: Record<string, number> = {};
  const nextDebtor = () => {
    try {
      return world.adopt(owner, 1)[0] ?? null;
    } catch {
      return null; // everybody has been talked to
    }
  };
  const load = startLoad(world.postman, nextDebtor, perSecond, chance.fork());
  for (let done = 1; done <= kills; done += 1) {
    await pause(chance.between(GAP_MS.least, GAP_MS.most));
    const victim = chance.pick(isOne ? ONE_NINE : EACH_NINE);
    if (victim === 'mongod') await world.replica.killAndRestart();
    else {
      await world.fleet.of(victim).ready(); // who is down already is waited for: else mongod, which is soon back, would die most often
      world.fleet.of(victim).signal('SIGKILL');
    }
    count[victim] = (count[victim] ?? 0) + 1;
    onKill(done);
    if (done % REMINDED_EVERY === 0) await remindSomebody(world, owner);
  }
  await load.stop();
  return { kills: count, talks: load.started() };
}

async function remindSomebody(world: World, owner: string): Promise<void> {
  const kind = world.openZone !== null && world.chance.once(0.7) ? 'reminded' : 'closed';
  await world.fallDue(world.adopt(owner, 1, kind));
}
