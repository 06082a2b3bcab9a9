import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { AgentAct } from '../../src/conversations/holder.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { AppError } from '../../src/kernel/errors.ts';
import { ANA, ANA_CONVERSATION, type House, openHouse } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';

let own: Awaited<ReturnType<typeof testDatabase>>;
let house: House;

beforeAll(async () => {
  own = await testDatabase();
});
afterAll(() => own.drop());

const LAURA = { id: 'laura', name: 'Laura' };
const PABLO = { id: 'pablo', name: 'Pablo' };

/** A turn that failed on a busy machine is tried again half a second later. */
async function settled(): Promise<void> {
  await house.settle();
  for (let tries = 0; tries < 40 && (await house.app.conversations.health()).waiting > 0; tries += 1) {
    await systemClock.sleep(250);
    await house.settle();
  }
}

async function acts(agent: typeof LAURA, act: AgentAct, more: { shown?: number; key?: string } = {}) {
  const stored = await house.app.conversations.agentActs(ANA_CONVERSATION, { agent, act, ...more });
  await settled();
  return stored;
}

const held = async () => {
  const found = await house.app.conversations.find(ANA_CONVERSATION);
  return [found?.mode, found?.heldBy?.name ?? null, found?.reason];
};
const texts = () => house.phone.map(({ text }) => text);

async function asked(words = 'quiero hablar con una persona'): Promise<void> {
  house = await openHouse(own.db);
  await house.says(words);
  await settled();
  house.phone.splice(0);
}

test.each<[string, AgentAct, unknown[]]>([
  ['take', { act: 'take' }, ['human', 'Laura', 'asked_for_person']],
  ['reply', { act: 'reply', text: 'Hola' }, ['human', 'Laura', 'asked_for_person']],
  ['note', { act: 'note', text: 'ojo' }, ['pending', null, 'asked_for_person']],
  ['return', { act: 'return' }, ['bot', null, null]],
  ['close', { act: 'close' }, ['resolved', null, 'asked_for_person']],
])('from pending, %s', async (_name, act, expected) => {
  await asked();
  await acts(LAURA, act);
  expect(await held()).toEqual(expected);
});

test('an act of one key is one act; an act shown in an earlier handoff does nothing', async () => {
  await asked();
  expect(await acts(LAURA, { act: 'reply', text: 'Hola' }, { key: 'tg:1:1' })).toBe('stored');
  expect(await acts(LAURA, { act: 'reply', text: 'Hola' }, { key: 'tg:1:1' })).toBe('duplicate');
  expect(texts()).toEqual(['Hola']);
  await acts(LAURA, { act: 'return' }, { shown: 0 });
  expect((await held())[0]).toBe('human');
  await acts(LAURA, { act: 'return' }, { shown: 1 });
  expect((await held())[0]).toBe('bot');
});

test('who holds it keeps it: another may neither take it nor answer, but may give it back when they are gone', async () => {
  await asked();
  await acts(LAURA, { act: 'take' });
  await acts(PABLO, { act: 'take' });
  await acts(PABLO, { act: 'reply', text: 'Soy Pablo' });
  expect(await held()).toEqual(['human', 'Laura', 'asked_for_person']);
  expect(texts()).toEqual([]);
  await acts(PABLO, { act: 'return' });
  expect((await held())[0]).toBe('bot');
});

test('a person may take a conversation that the bot has', async () => {
  house = await openHouse(own.db);
  await house.says('hola');
  await settled();
  await acts(LAURA, { act: 'reply', text: 'Hola, soy Laura' });
  expect(await held()).toEqual(['human', 'Laura', 'taken_over']);
  const before = house.phone.length;
  await house.says('cuánto debo');
  await settled();
  expect(house.phone.length).toBe(before);
});

test('what nobody holds is neither returned nor closed', async () => {
  house = await openHouse(own.db);
  await house.says('hola');
  await settled();
  for (const act of ['return', 'close'] as const)
    await expect(house.app.conversations.agentActs(ANA_CONVERSATION, { agent: LAURA, act: { act } })).rejects.toThrow(
      expect.objectContaining({ code: 'conversation_not_held' }),
    );
  const nobody = house.app.conversations.agentActs('c-0000000000000000' as never, {
    agent: LAURA,
    act: { act: 'take' },
  });
  await expect(nobody).rejects.toBeInstanceOf(AppError);
});

test('of two who take it in the same instant, in two processes, one has it', async () => {
  await asked();
  await Promise.all(
    [LAURA, PABLO].map((agent) => house.app.conversations.agentActs(ANA_CONVERSATION, { agent, act: { act: 'take' } })),
  );
  await Promise.all([house.settle(), house.settle()]);
  await settled();
  const [mode, name] = await held();
  expect(mode).toBe('human');
  expect(['Laura', 'Pablo']).toContain(name);
});

test('closed and written to again, the bot has it; a dispute is for a person again, and says so once', async () => {
  await asked();
  await acts(LAURA, { act: 'close' });
  await house.says('hola');
  await settled();
  expect(await held()).toEqual(['bot', null, null]);

  await asked('hola');
  await house.says('1234');
  await house.says('esa deuda no es mía');
  await settled();
  expect(await held()).toEqual(['pending', null, 'dispute']);
  await acts(LAURA, { act: 'close' });
  house.phone.splice(0);
  await house.says('¿qué pasó con mi caso?');
  await house.says('¿hola?');
  await settled();
  expect(await held()).toEqual(['pending', null, 'dispute']);
  expect(texts()).toEqual(['Una persona de nuestro equipo va a seguir contigo por aquí.']);
});

test('a receipt goes to the debtor though a person holds the conversation', async () => {
  await asked();
  await acts(LAURA, { act: 'take' });
  const { conversations, ledger, clock } = house.app;
  const account = await ledger.account(ANA, clock.now());
  await inTransaction(own.db, (tx) =>
    conversations.enqueue(
      {
        id: 'payment:test:paid',
        debtorId: ANA,
        flow: 'receipt',
        slots: {
          amount: { type: 'money', value: account.total },
          folio: { type: 'text', value: 'ABC234' },
          balance: { type: 'money', value: { ...account.total, amountMinor: 0n } },
          left: { type: 'text', value: 'nothing' },
          credit: { type: 'money', value: { ...account.total, amountMinor: 0n } },
        },
        messageKind: 'receipt',
      },
      tx,
    ),
  );
  await settled();
  expect(texts()).toEqual([expect.stringContaining('ABC234')]);
});

test("a person's silence: a word of theirs starts the hours anew; a dispute goes to another person, not to the bot", async () => {
  await asked();
  await acts(LAURA, { act: 'take' });
  house.clock.advance(11.5 * 3_600_000);
  expect(await house.app.conversations.sweepIdle()).toBe(1); // the warning, once
  expect(await house.app.conversations.sweepIdle()).toBe(0);
  await acts(LAURA, { act: 'reply', text: 'Sigo aquí' });
  house.clock.advance(3_600_000);
  expect(await house.app.conversations.sweepIdle()).toBe(0);
  expect((await held())[0]).toBe('human');

  await asked('hola');
  await house.says('1234');
  await house.says('esa deuda no es mía');
  await settled();
  await acts(LAURA, { act: 'take' });
  house.clock.advance(12 * 3_600_000);
  await house.app.conversations.sweepIdle();
  await settled();
  expect(await held()).toEqual(['pending', null, 'dispute']);
});

test('what the phone typed to somebody unknown opens their conversation; what is ours comes back as nothing', async () => {
  house = await openHouse(own.db);
  await house.says('hola');
  await settled();
  const [ours] = house.phone;
  const echo = { id: `phone:${ours?.id}`, channel: 'simulator', to: '+525550100001', text: ours?.text ?? '' };
  expect(await house.app.conversations.typedOnPhone(echo)).toBe('duplicate');
  const typed = { id: 'phone:x', channel: 'simulator', to: '+525599999999', text: 'Buenas tardes' };
  expect(await house.app.conversations.typedOnPhone(typed)).toBe('stored');
  await settled();
  const met = await house.app.conversations.conversationOf('simulator', '+525599999999');
  expect(met).toMatchObject({ mode: 'human', reason: 'typed_on_phone', debtorId: null, contact: '…99' });
});
