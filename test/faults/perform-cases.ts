import type { Finding } from './checker.ts';
import type { Evidence } from './evidence.ts';
import { type FaultCase, Skipped } from './fault-case.ts';
import { countsOf, type Outcome } from './report.ts';
import type { World } from './world.ts';

/** A case that has been run and waits for the verdict, which is given when all is quiet. */
export interface Performed {
  one: FaultCase;
  owner: string;
  said: Error | null;
}

/** Runs one case and leaves the world as it found it: clear weather, everybody up. */
export async function perform(world: World, one: FaultCase): Promise<Performed> {
  const owner = one.name;
  let said: Error | null = null;
  try {
    await one.run(world, owner);
  } catch (err) {
    said = err instanceof Error ? err : new Error(String(err));
  }
  // A process that does not come back is this case's, and not the end of all others.
  const left = await complaintOf(() => world.tidy());
  return { one, owner, said: said ?? left };
}

/** What each case came to, from what all of them left behind. */
export async function verdicts(
  world: World,
  performed: readonly Performed[],
  { evidence, findings }: { evidence: Evidence; findings: readonly Finding[] },
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const { one, owner, said } of performed) {
    const mine = evidence.debtors.filter((debtor) => debtor.owner === owner);
    const phones = new Set(mine.map(({ phone }) => phone));
    const found = findings.filter(({ phone, kind }) => phones.has(phone) && !one.expects?.includes(kind));
    const complaint = said ?? (await complaintOf(() => one.after?.(world, evidence, mine)));
    outcomes.push({
      faults: one.faults,
      name: one.name,
      counts: countsOf(found),
      messages: evidence.posted.filter(({ phone }) => phones.has(phone)).length,
      verdict: said instanceof Skipped ? 'skipped' : complaint || found.length > 0 ? 'broken' : 'held',
      why: complaint?.message ?? found[0]?.what ?? null,
    });
  }
  return outcomes;
}

/** Findings at debtors of no case: they would be nobody's fault, and are everybody's. */
export const unclaimed = (
  performed: readonly Performed[],
  evidence: Evidence,
  findings: readonly Finding[],
): Finding[] => {
  const owners = new Set(performed.map(({ owner }) => owner));
  const claimed = new Set(evidence.debtors.filter(({ owner }) => owners.has(owner)).map(({ phone }) => phone));
  return findings.filter(({ phone }) => !claimed.has(phone));
};

async function complaintOf(work: () => unknown): Promise<Error | null> {
  try {
    await work();
    return null;
  } catch (err) {
    return err instanceof Error ? err : new Error(String(err));
  }
}
