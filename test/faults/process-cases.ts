import path from 'node:path';
import { type Crash, crashAt } from './crash-points.ts';
import type { Debtor, Evidence } from './evidence.ts';
import { allReceived, type FaultCase, must, pause, postedBy, receivedBy, Skipped, writeAll } from './fault-case.ts';
import type { World } from './world.ts';

const SKEW = path.join(import.meta.dirname, 'skewed-clock.mjs');
const DEATHS: readonly Crash[] = [
  { point: 'turn.in_tx', nth: 1, member: 'worker' },
  { point: 'dispatch.after_intent', nth: 1, member: 'sender' },
  { point: 'dispatch.after_call', nth: 1, member: 'sender' },
];
const TAKEN_OVER_MS = 45_000; // its heart is missed for 12 s, its call was over after 20 s, and somebody asks every 5 s; and room for a busy machine
const POISON_TRIES_MS = 40_000; // half a second, doubled four times, and the turns between

/** What happens to our own processes. */
export const processCases: readonly FaultCase[] = [
  {
    faults: [7],
    name: 'a worker is stopped for longer than its lease, and goes on',
    async run(world, owner) {
      const debtors = world.adopt(owner, 24);
      const second = world.fleet.start('worker2', { roles: 'worker' });
      await second.ready();
      const writing = writeAll(world, debtors, 'hola');
      await pause(1_350); // bursts are over after 1.2 s: turns are under way
      world.fleet.of('worker').signal('SIGSTOP');
      await writing;
      await pause(36_000);
      world.fleet.of('worker').signal('SIGCONT');
      await allReceived(world, debtors, 2, 30_000);
      await world.fleet.retire('worker2');
    },
  },
  {
    faults: [3, 5, 6],
    name: 'who dies over a turn or a call is missed within seconds, not when its leases are over',
    async run(world, owner) {
      for (const death of DEATHS) await crashAt(world, owner, death);
      await pause(TAKEN_OVER_MS);
    },
    after(_world, evidence, mine) {
      const late = mine.filter(({ phone }) => {
        const wrote = evidence.posted.find((posted) => posted.phone === phone)?.firstAt ?? 0;
        const [answer] = evidence.received.filter(({ to }) => to === phone);
        return !answer || answer.at - wrote > TAKEN_OVER_MS;
      });
      must(late.length === 0, `${late.length} of ${mine.length} had no answer within ${TAKEN_OVER_MS / 1000} s`);
    },
  },
  {
    faults: [36],
    name: 'SIGTERM every 3 s under load',
    async run(world, owner) {
      const debtors = world.adopt(owner, 12);
      let isOver = false;
      const talking = (async () => {
        for (const text of ['hola', '1234', 'saldo', 'gracias', 'quién eres?', 'gracias']) {
          await writeAll(world, debtors, text);
          await pause(6_000);
        }
        isOver = true;
      })();
      for (const name of repeat(['web', 'worker', 'sender'])) {
        if (isOver) break;
        await world.fleet.of(name).ready();
        world.fleet.of(name).signal('SIGTERM');
        await pause(3_000);
      }
      await talking;
      const ends = ['web', 'worker', 'sender'].flatMap((name) => world.fleet.of(name).ends.slice(-2));
      must(
        ends.every((end) => end === 'exit 0'),
        `SIGTERM was answered with ${ends.join(', ')}`,
      );
    },
    after(_world, evidence, mine) {
      must(
        postedBy(evidence, mine).every(({ ackedAt }) => ackedAt !== null),
        'a message was never acknowledged',
      );
    },
  },
  {
    faults: [34],
    name: 'a conversation whose turns always fail',
    // it is a dead letter, and its conversation a person's
    expects: ['lost'],
    async run(world, owner) {
      const [poisoned, ...others] = world.adopt(owner, 5);
      if (!poisoned) throw new Error('no debtors');
      await world.postman.send(poisoned.phone, 'quién eres?');
      await allReceived(world, [poisoned], 1, 20_000);
      await world.settle(10_000, [poisoned.phone]);
      const conversations = world.db.collection('conversations');
      const whole = await conversations.findOne({ address: poisoned.phone });
      await conversations.updateOne({ address: poisoned.phone }, { $set: { 'dialog.stack': 'poison' } });
      try {
        await world.postman.send(poisoned.phone, 'hola');
        await writeAll(world, others, 'hola');
        await allReceived(world, others, 2, 20_000);
        const until = Date.now() + POISON_TRIES_MS;
        const isBuried = async () => (await world.db.collection('inbox').countDocuments({ state: 'dead' })) > 0;
        while (!(await isBuried())) {
          must(Date.now() < until, 'it was not given up after five tries');
          await pause(250);
        }
      } finally {
        // whatever it came to: what follows is not to be spoilt by it
        await conversations.updateOne({ address: poisoned.phone }, { $set: { dialog: whole?.['dialog'] } });
      }
    },
    after(_world, evidence, mine) {
      const phones = mine.map(({ phone }) => phone);
      const ids = evidence.conversations.filter(({ address }) => phones.includes(address));
      const dead = evidence.inbox.filter(
        (row) => row.state === 'dead' && ids.some(({ _id }) => _id === row.conversationId),
      );
      must(dead.length === 1, `${dead.length} dead letters in place of one`);
      const held = ids.find(({ _id }) => _id === dead[0]?.conversationId);
      must(held?.mode === 'pending', 'nobody was asked to look at it');
    },
  },
  {
    faults: [35],
    name: 'the web process stands still for 3 s, then has 64 files and 128 MB',
    async run(world, owner) {
      const debtors = world.adopt(owner, 40);
      world.fleet.of('web').signal('SIGSTOP');
      const writing = writeAll(world, debtors.slice(0, 10), 'hola');
      await pause(3_000);
      world.fleet.of('web').signal('SIGCONT');
      await writing;
      await world.fleet.retire('web');
      const small = { roles: 'http', under: ['prlimit', '--nofile=64'], node: ['--max-old-space-size=128'] };
      await world.fleet.start('web', small).ready();
      await Promise.all(debtors.map(({ phone }) => world.postman.send(phone, 'quién eres?')));
      await world.fleet.retire('web');
      await world.fleet.start('web', { roles: 'http' }).ready();
    },
    after(_world, evidence, mine) {
      must(
        postedBy(evidence, mine).every(({ ackedAt }) => ackedAt !== null),
        'a message was never acknowledged',
      );
    },
  },
  {
    faults: [31],
    name: 'two workers whose clocks are five minutes apart',
    async run(world, owner) {
      const debtors = world.adopt(owner, 10);
      const ahead = world.fleet.start('ahead', {
        roles: 'worker',
        node: ['--import', SKEW],
        env: { SKEW_MS: '300000' },
      });
      await ahead.ready();
      for (const text of ['hola', '1234', 'gracias']) {
        await writeAll(world, debtors, text);
        await pause(4_000);
      }
      await world.fleet.retire('ahead');
    },
  },
  {
    faults: [33],
    name: 'STOP as a reminder leaves',
    async run(world, owner) {
      const debtors = remindedOrSkip(world, owner, 12);
      await Promise.all(
        debtors.map(async (debtor, n) => {
          await pause(n * 400);
          if (n % 2 === 0) await world.postman.send(debtor.phone, 'BAJA');
          await world.fallDue([debtor]);
          if (n % 2 === 1) await pause(world.chance.between(0, 3_000));
          if (n % 2 === 1) await world.postman.send(debtor.phone, 'BAJA');
        }),
      );
    },
    after(_world, evidence, mine) {
      const out = evidence.conversations.filter(({ address }) => mine.some(({ phone }) => phone === address));
      must(
        out.every(({ consent }) => consent?.state === 'out'),
        'somebody who opted out is not out',
      );
      for (const { phone } of mine) {
        const acks = evidence.outbox.filter(({ address, kind }) => address === phone && kind === 'opt_out_ack');
        must(acks.length === 1, `an opt-out was acknowledged ${acks.length} times`);
      }
    },
  },
  {
    faults: [29],
    name: 'the scheduler is killed in the middle of sweeps, with another one beside it',
    async run(world, owner) {
      const debtors = remindedOrSkip(world, owner, 20);
      const second = world.fleet.start('worker2', { roles: 'worker,scheduler' });
      await second.ready();
      await world.fallDue(debtors);
      for (let n = 0; n < 4; n += 1) {
        await pause(world.chance.between(300, 1_500));
        world.fleet.of('worker').signal('SIGKILL');
        await world.fleet.of('worker').ready();
      }
      await allReceived(world, debtors, 2, 60_000);
      await world.fleet.retire('worker2');
    },
    after: remindedOnce,
  },
  {
    faults: [32],
    name: 'reminders by day and by night, and what a provider may hold of them',
    async run(world, owner) {
      const awake = world.openZone === null ? [] : world.adopt(owner, 5, 'reminded');
      const asleep = world.adopt(owner, 10, 'closed');
      await world.fallDue([...awake, ...asleep]);
      const [askedAtNight] = asleep;
      await pause(6_000);
      must(
        !world.fake.taken.some(({ to }) => asleep.some(({ phone }) => phone === to)),
        'a reminder went out of hours',
      );
      if (askedAtNight) await world.postman.send(askedAtNight.phone, 'quién eres?'); // an answer may come at any hour
      if (askedAtNight) await allReceived(world, [askedAtNight], 1, 20_000);
      await allReceived(world, awake, 2, 30_000);
    },
  },
  {
    faults: [37],
    name: '20,000 follow-ups parked, 100 due in one second, and debtors who write',
    async run(world, owner) {
      const followups = world.db.collection('followups');
      const far = new Date(Date.now() + 20 * 86_400_000);
      const parked = Array.from({ length: 20_000 }, (_, n) => ({
        ...{
          _id: `parked:${n}` as never,
          debtorId: 'banco/parked',
          debtId: 'banco/parked',
          promiseId: null,
          kind: 'due_reminder',
        },
        ...{
          occurrence: 'd+1',
          dueAt: far,
          flow: 'reminder_after',
          tone: 'friendly',
          messageKind: 'reminder',
          why: 'parked',
        },
        ...{ state: 'scheduled', reason: null },
      }));
      await followups.insertMany(parked as never[], { ordered: false });
      const due = remindedOrSkip(world, owner, 100);
      const writers = world.adopt(owner, 5);
      await world.fallDue(due);
      await writeAll(world, writers, 'quién eres?');
      await allReceived(world, writers, 1, 15_000);
      await allReceived(world, due, 2, 90_000);
      await followups.deleteMany({ debtorId: 'banco/parked' });
    },
    after: (world, evidence, mine) =>
      remindedOnce(
        world,
        evidence,
        mine.filter(({ reminded }) => reminded),
      ),
  },
];

/** Two texts: who writes, and the question who reads it. */
function remindedOnce(_world: World, evidence: Evidence, mine: readonly Debtor[]): void {
  const wrong = mine.filter((debtor) => receivedBy(evidence, [debtor]).length !== 2);
  must(wrong.length === 0, `${wrong.length} of ${mine.length} were not reminded exactly once`);
}

function remindedOrSkip(world: World, owner: string, count: number): Debtor[] {
  if (world.openZone === null) throw new Skipped('it is night or weekend all over the world: no reminder may go');
  return world.adopt(owner, count, 'reminded');
}

function* repeat<T>(items: readonly T[]): Generator<T> {
  for (;;) yield* items;
}
