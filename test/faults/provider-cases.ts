import type { Answer } from '../fakes/twilio.ts';
import { allReceived, type FaultCase, must, outboxOf, receivedBy, writeAll } from './fault-case.ts';
import type { World } from './world.ts';

const CALLED_MS_MAX = 90_000; // longer than a lease, and than a provider that was tripped is left alone the first times

/** One that has not learnt from the case before to leave this provider alone. */
async function freshSender({ fleet }: World): Promise<void> {
  const sender = fleet.of('sender');
  const stopped = sender.nextEnd(CALLED_MS_MAX);
  sender.signal('SIGTERM');
  await stopped;
  await sender.ready();
}

/** Writes, so that the provider is called once a debtor, while its next answers are these. */
async function whileProvider(world: World, owner: string, debtors: number, answers: Answer[]): Promise<void> {
  await freshSender(world);
  world.fake.answers.push(...answers);
  await writeAll(world, world.adopt(owner, debtors), 'quién eres?');
  const until = Date.now() + CALLED_MS_MAX;
  while (world.fake.answers.length > 0) {
    must(Date.now() < until, 'the provider was not called as often as expected');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What every debtor of a case is due in the end: one text, once. */
const once: NonNullable<FaultCase['after']> = (_world, evidence, mine) => {
  const wrong = mine.filter(({ phone }) => evidence.received.filter(({ to }) => to === phone).length !== 1);
  must(wrong.length === 0, `${wrong.length} of ${mine.length} did not receive exactly one text`);
};

const times = (count: number, answer: Answer): Answer[] => Array.from({ length: count }, () => answer);

/** What the provider does to what we send. */
export const providerCases: readonly FaultCase[] = [
  {
    faults: [21],
    name: 'the provider answers 429 again and again',
    run: (world, owner) => whileProvider(world, owner, 4, times(4, { kind: 'error', status: 429, code: 20429 })),
    after: once,
  },
  {
    faults: [22],
    name: 'the provider answers 500 after it took the message',
    run: (world, owner) => whileProvider(world, owner, 3, times(3, { kind: 'error', status: 500, accepted: true })),
    after: once,
  },
  {
    faults: [22],
    name: 'the provider answers 503 and did not take the message',
    run: (world, owner) => whileProvider(world, owner, 3, times(3, { kind: 'error', status: 503 })),
    after: once,
  },
  {
    faults: [23],
    name: 'the connection is reset after the provider took the message',
    run: (world, owner) => whileProvider(world, owner, 3, times(3, { kind: 'reset', accepted: true })),
    after: once,
  },
  {
    faults: [23],
    name: 'the connection is reset before the provider took the message',
    run: (world, owner) => whileProvider(world, owner, 3, times(3, { kind: 'reset', accepted: false })),
    after: once,
  },
  {
    faults: [24],
    name: 'the provider never answers, with the message and without',
    run: (world, owner) =>
      whileProvider(world, owner, 4, [
        { kind: 'hang', accepted: true },
        { kind: 'hang', accepted: false },
        { kind: 'hang', accepted: true },
        { kind: 'hang', accepted: false },
      ]),
    after: once,
  },
  {
    faults: [22],
    name: 'the provider answers something that is no JSON',
    run: (world, owner) => whileProvider(world, owner, 3, times(3, { kind: 'garbage', accepted: true })),
    after: once,
  },
  {
    faults: [25],
    name: 'reports that are early, reversed, doubled, lost, of nobody',
    async run(world, owner) {
      await freshSender(world);
      const debtors = world.adopt(owner, 6);
      world.fake.answers.push(...times(6, { kind: 'accept', early: { status: 'delivered' } }));
      await writeAll(world, debtors, 'quién eres?');
      await allReceived(world, debtors, 1, 20_000);
      for (const taken of world.fake.taken.filter(({ to }) => debtors.some(({ phone }) => phone === to)))
        for (const status of ['sent', 'queued', 'sent', 'failed'])
          must((await world.fake.report(taken, { status })).status === 200, `the report ${status} was refused`);
      const [some] = world.fake.taken;
      const nobodys = some && { ...some, statusCallback: some.statusCallback.replace(/oid=.*/, 'oid=nobody%3A0') };
      if (nobodys) must((await world.fake.report(nobodys, { status: 'sent' })).status === 200, 'a report of nobody');
    },
    async after(world, evidence, mine) {
      const ids = outboxOf(evidence, mine).map(({ _id }) => _id);
      must(ids.length === receivedBy(evidence, mine).length, 'not every row was received once');
      const rows = await world.db
        .collection('outbox')
        .find({ _id: { $in: ids as never[] } })
        .toArray();
      const states = rows.map((row) => row['status']);
      must(
        states.every((status) => status === 'delivered'),
        `a later report took back a delivery: ${states.join(' ')}`,
      );
    },
  },
];
