import { allReceived, type FaultCase, must, outboxOf, pause, postedBy, receivedBy, writeAll } from './fault-case.ts';
import type { World } from './world.ts';

const SMS = '/webhooks/twilio/sms';
const FLOOD = 200;
const FLOOD_ANSWERS_MAX = 45; // twenty a minute are answered, with two texts at most, and one word that it is too much

/** What comes in: doubled, out of order, forged, in floods. */
export const webhookCases: readonly FaultCase[] = [
  {
    faults: [18],
    name: 'one webhook a hundred times at once',
    async run(world, owner) {
      const [debtor] = world.adopt(owner, 1);
      const letter = world.postman.write(debtor?.phone ?? '', 'hola');
      const statuses = await Promise.all(Array.from({ length: 100 }, () => world.postman.attempt(letter)));
      must(
        statuses.every((status) => status === 200),
        `answered with ${[...new Set(statuses)].join(', ')}`,
      );
    },
    after(_world, evidence, mine) {
      const [posted] = postedBy(evidence, mine);
      must(evidence.inbox.filter(({ _id }) => _id === posted?.id).length === 1, 'there is not exactly one inbox row');
      must(receivedBy(evidence, mine).length === 2, 'the debtor did not get exactly one answer of two texts');
    },
  },
  {
    faults: [19],
    name: 'webhooks in another order, and again when all is done',
    async run(world, owner) {
      const debtors = world.adopt(owner, 5);
      for (const { phone } of debtors) {
        const [first, second] = [world.postman.write(phone, 'hola'), world.postman.write(phone, 'quién eres?')];
        await world.postman.attempt(second);
        await world.postman.attempt(first);
        await world.postman.attempt(second, '/webhooks/twilio/fallback');
      }
      await allReceived(world, debtors, 1, 30_000); // two thoughts in one moment are read as one
      await world.settle(
        20_000,
        debtors.map(({ phone }) => phone),
      );
      const before = world.fake.taken.length;
      for (const { entry, params } of lettersOf(
        world,
        debtors.map(({ phone }) => phone),
      ))
        must((await world.postman.deliver(SMS, params)) === 200, `${entry.id} was refused the second time`);
      await pause(2_000);
      must(world.fake.taken.length === before, 'a message that was done was answered again');
    },
  },
  {
    faults: [20],
    name: 'signatures that are wrong, missing, of another address, replayed; a wrong Host',
    async run(world, owner) {
      const debtors = world.adopt(owner, 2);
      const [forged, true_] = debtors.map(({ phone }) => world.postman.write(phone, 'hola'));
      if (!forged || !true_) throw new Error('no debtors');
      const wrong = { 'X-Twilio-Signature': 'AAAAAAAAAAAAAAAAAAAAAAAAAAA=' };
      must((await world.postman.deliver(SMS, forged.params, wrong)) === 403, 'a wrong signature was let in');
      must(
        (await world.postman.deliver(SMS, forged.params, { 'X-Twilio-Signature': '' })) === 403,
        'no signature was let in',
      );
      const elsewhere = await world.fake.post('/webhooks/twilio/whatsapp', forged.params, {
        signed: { ...forged.params, Body: 'x' },
      });
      must(elsewhere.status === 403, 'the signature of other words was let in');
      // The address that is signed comes from the configuration, so a lying Host changes nothing.
      must(
        (await world.postman.deliver(SMS, true_.params, { Host: 'evil.example' })) === 200,
        'a right one was refused',
      );
      true_.entry.ackedAt = Date.now();
      for (let n = 0; n < 3; n += 1)
        must((await world.postman.attempt(true_)) === 200, 'a replayed request was not acknowledged');
    },
    after(_world, evidence, mine) {
      const [forged, right] = postedBy(evidence, mine);
      must(!evidence.inbox.some(({ _id }) => _id === forged?.id), 'a forged message was stored');
      must(evidence.inbox.filter(({ _id }) => _id === right?.id).length === 1, 'the right one is not stored once');
      must(receivedBy(evidence, mine).length === 2, 'the right one was not answered once, or a forged one was');
    },
  },
  {
    faults: [39],
    name: `one debtor writes ${FLOOD} messages in ten seconds`,
    // what is beyond the cap is stored and acknowledged, and has no answer of its own
    expects: ['lost'],
    async run(world, owner) {
      const [flooder, ...others] = world.adopt(owner, 6);
      const flood = [];
      for (let n = 0; n < FLOOD; n += 1) {
        flood.push(world.postman.send(flooder?.phone ?? '', 'quién eres?'));
        await pause(50);
        if (n === FLOOD / 2) flood.push(writeAll(world, others, 'hola'));
      }
      await Promise.all(flood);
      await allReceived(world, others, 2, 20_000);
    },
    after(_world, evidence, mine) {
      const [flooder] = mine;
      const of = flooder ? [flooder] : [];
      must(
        postedBy(evidence, of).every(({ ackedAt }) => ackedAt !== null),
        'a message of the flood was not acknowledged',
      );
      const answers = receivedBy(evidence, of).length;
      must(answers > 0 && answers <= FLOOD_ANSWERS_MAX, `the flood was answered with ${answers} messages`);
      must(outboxOf(evidence, of).length <= FLOOD_ANSWERS_MAX, 'answers to the flood pile up');
    },
  },
];

/** The letters of these phones, to be sent once more as they were. */
function lettersOf({ postman, fake }: World, phones: readonly string[]) {
  return postman.posted
    .filter(({ phone }) => phones.includes(phone))
    .map((entry) => ({
      entry,
      params: {
        MessageSid: entry.id.replace('twilio:', ''),
        AccountSid: fake.account.accountSid,
        From: entry.phone,
        To: fake.account.smsFrom,
        Body: entry.text,
        NumMedia: '0',
      },
    }));
}
