import type { Kind } from './checker.ts';
import type { Debtor, Evidence } from './evidence.ts';
import type { World } from './world.ts';

/** One fault, made to happen. What must hold afterwards is the checker's; a case adds what only it can know. */
export interface FaultCase {
  /** Its numbers in the table of faults, docs/faults.md. */
  faults: readonly number[];
  name: string;
  /** Lets it happen to debtors of its own. @throws Error when what must hold at once does not, Skipped when this machine cannot do it */
  run(world: World, owner: string): Promise<void>;
  /** What must hold when all is quiet, beside the checker. @throws Error */
  after?(world: World, evidence: Evidence, mine: readonly Debtor[]): void | Promise<void>;
  /** Findings that are the fault itself, not its consequence. */
  expects?: readonly Kind[];
}

/** This machine cannot make the fault happen: said by name, never passed over. */
export class Skipped extends Error {
  override name = 'Skipped';
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Each writes the same, at once; resolves when every message was acknowledged or given up. */
export async function writeAll(world: World, debtors: readonly Debtor[], text: string): Promise<void> {
  await Promise.all(debtors.map(({ phone }) => world.postman.send(phone, text)));
}

/** Resolves when each of them has received so many messages. @throws Error after `ms` */
export async function allReceived(world: World, debtors: readonly Debtor[], count: number, ms: number): Promise<void> {
  const until = Date.now() + ms;
  const of = (phone: string) => world.fake.taken.filter(({ to }) => to === phone).length;
  while (debtors.some(({ phone }) => of(phone) < count)) {
    if (Date.now() > until) {
      const missing = debtors.filter(({ phone }) => of(phone) < count).length;
      throw new Error(`${missing} of ${debtors.length} had no answer within ${ms / 1000} s`);
    }
    await pause(50);
  }
}

export function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

export const postedBy = (evidence: Evidence, mine: readonly Debtor[]) =>
  evidence.posted.filter(({ phone }) => mine.some((debtor) => debtor.phone === phone));

export const receivedBy = (evidence: Evidence, mine: readonly Debtor[]) =>
  evidence.received.filter(({ to }) => mine.some((debtor) => debtor.phone === to));

export const outboxOf = (evidence: Evidence, mine: readonly Debtor[]) =>
  evidence.outbox.filter(({ address }) => mine.some((debtor) => debtor.phone === address));
