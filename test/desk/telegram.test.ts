import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { ANA_CONVERSATION, settle } from '../conversations/house.ts';
import { GROUP } from '../fakes/telegram.ts';
import { testDatabase } from '../setup/database.ts';
import { type DeskHouse, LUIS, MARTA, openDeskHouse, SECRET, STRANGER } from './desk-house.ts';

let own: Awaited<ReturnType<typeof testDatabase>>;
let house: DeskHouse;

beforeAll(async () => {
  own = await testDatabase();
});
afterEach(() => house.close());
afterAll(() => own.drop());

/** Ana has asked for a person, and her topic is there. @returns its number */
async function asked(how: { webhook?: boolean } = {}): Promise<number> {
  house = await openDeskHouse(own.db, how);
  return house.asked();
}

test('a handoff opens a topic under a masked name, with a pinned card that has its buttons', async () => {
  const topic = await asked();
  expect(house.fake.topics).toMatchObject([{ name: 'Ana P. · …01' }]);
  const [card] = house.fake.written;
  expect(card?.text).toContain('⏳ Espera a una persona: pidió una persona');
  expect(card?.text).toContain('Saldo $1,200.00 · vencido $1,200.00, 20 días');
  expect(card?.text).toContain('💬 quiero hablar con una persona');
  expect(card?.buttons.map(({ label }) => label)).toEqual(['Tomar', 'Devolver al asistente', 'Cerrar']);
  expect(house.fake.accepted.map(({ method }) => method)).toEqual([
    'createForumTopic',
    'sendMessage',
    'pinChatMessage',
  ]);
  expect(card?.topic).toBe(topic);
});

test("an agent's line reaches the debtor once, though it is told twice, and takes the conversation", async () => {
  const topic = await asked();
  const told = await house.fake.says(MARTA, topic, 'Hola Ana, soy Marta.');
  await house.hear();
  await house.work.take(told.update);
  await house.settle();
  expect(house.ofAgents()).toEqual(['Hola Ana, soy Marta.']);
  expect([await house.mode(), await house.holder()]).toEqual(['human', 'Marta']);
  expect(house.texts(topic).slice(1)).toEqual(['✋ Marta tomó la conversación.']); // her own line stands there already
  expect(house.card()).toMatchObject({ edits: 1, text: expect.stringContaining('👤 La tiene Marta') });
});

test('a process that dies after it stored an act: the next one carries it out, once', async () => {
  const topic = await asked();
  await house.fake.says(MARTA, topic, 'Hola Ana.');
  await house.hear(); // durable; no turn was taken, and Telegram was never told that it need not tell it again
  const next = await house.start();
  house.machine.advance(50_000); // the lease of the dead ends
  expect(await next.work.listen(new AbortController().signal)).toBe(1);
  await settle(next.app);
  await next.close();
  await house.settle();
  expect(house.ofAgents()).toEqual(['Hola Ana.']);
});

test('while a person holds it the bot is silent, and what the debtor writes comes to the topic: a burst as one message', async () => {
  const topic = await asked();
  await house.heard(house.fake.says(MARTA, topic, 'Hola Ana.'));
  const before = house.phone.length;
  await house.says('cuánto debo');
  await house.says('y <b>cuándo</b> vence');
  await house.says('gracias & adiós');
  await house.settle();
  expect(house.phone.length).toBe(before);
  expect(house.texts(topic).at(-1)).toBe(
    '<b>Ana P.</b>\ncuánto debo\ny &lt;b&gt;cuándo&lt;/b&gt; vence\ngracias &amp; adiós',
  );
});

test('what the bot had not sent goes no more once a person is there', async () => {
  house = await openDeskHouse(own.db);
  await house.says('hola');
  await house.app.conversations.runTurns(); // written, not sent
  await house.app.conversations.agentActs(ANA_CONVERSATION, {
    agent: { id: 'laura', name: 'Laura' },
    act: { act: 'take' },
  });
  await house.settle();
  expect(house.phone).toEqual([]);
  const [line] = await house.app.conversations.transcript(ANA_CONVERSATION, 1);
  expect(line).toMatchObject({ status: 'blocked', rule: 'human_holds' });
});

test('a note is never sent, and stands on the next card', async () => {
  const topic = await asked();
  await house.heard(house.fake.says(MARTA, topic, '/n tiene dos empleos'));
  expect(house.ofAgents()).toEqual([]);
  expect(await house.mode()).toBe('pending');
  await house.heard(house.fake.presses(MARTA, house.card(), 'Tomar'));
  expect(house.card().text).toContain('📝 Marta: tiene dos empleos');
});

test('of two who press Take one has it, and the other is told who', async () => {
  await asked();
  const card = house.card();
  await house.fake.presses(MARTA, card, 'Tomar');
  await house.fake.presses(LUIS, card, 'Tomar');
  await house.heard();
  expect(await house.holder()).toBe('Marta');
  expect(house.texts().at(-1)).toBe('✋ Marta tomó la conversación.\n⛔ Luis: la conversación la tiene Marta.');
  await house.heard(house.fake.presses(LUIS, card, 'Tomar'));
  await house.heard(house.fake.presses(MARTA, card, 'Tomar'));
  expect(await house.toasts(4)).toEqual(['Hecho.', 'Hecho.', 'La tiene Marta.', 'Ya es tuya.']);
});

test('a line of an agent who does not hold it is refused by name and not sent', async () => {
  const topic = await asked();
  await house.heard(house.fake.says(MARTA, topic, 'Hola Ana.'));
  await house.heard(house.fake.says(LUIS, topic, 'Yo también'));
  expect(house.ofAgents()).toEqual(['Hola Ana.']);
  expect(house.texts(topic).at(-1)).toBe('⛔ Luis: la conversación la tiene Marta. Tu mensaje no se envió.');
});

test('returned, the bot greets and answers again; a second press changes nothing', async () => {
  const topic = await asked();
  await house.heard(house.fake.says(MARTA, topic, 'Hola Ana.'));
  const card = house.card();
  await house.fake.presses(MARTA, card, 'Devolver al asistente');
  await house.fake.presses(MARTA, card, 'Devolver al asistente');
  await house.heard();
  expect(await house.mode()).toBe('bot');
  expect(house.phone.filter(({ text }) => text.includes('asistente virtual'))).toHaveLength(1);
  expect(house.texts(topic).join('\n')).toContain('🤖 Marta devolvió la conversación al asistente.');
  expect(house.card()).toMatchObject({ text: expect.stringContaining('🤖 La atiende el asistente') });
  expect(house.card().buttons.map(({ label }) => label)).toEqual(['Tomar']);
  await house.heard(house.fake.presses(MARTA, card, 'Cerrar'));
  expect((await house.toasts(3)).at(-1)).toBe('Ya la atiende el asistente.');
});

test('closed, its topic is closed too; when the debtor asks again there is a new card in it, and its old buttons do nothing', async () => {
  const topic = await asked();
  const old = house.card();
  await house.heard(house.fake.presses(MARTA, old, 'Cerrar'));
  expect(await house.mode()).toBe('resolved');
  expect(house.fake.topics).toMatchObject([{ id: topic, isOpen: false }]);
  await house.says('quiero hablar con una persona');
  await house.settle();
  expect(await house.mode()).toBe('pending');
  expect(house.fake.topics).toMatchObject([{ id: topic, isOpen: true }]);
  expect(house.card().id).not.toBe(old.id);
  await house.heard(
    house.fake.presses(
      LUIS,
      { ...old, buttons: [{ ...(old.buttons[0] ?? { label: '', data: '' }), label: 'Tomar' }] },
      'Tomar',
    ),
  );
  expect((await house.toasts(2)).at(-1)).toBe('Ese botón es de una atención anterior.');
  expect(await house.mode()).toBe('pending');
});

test('a topic that an agent closes in Telegram closes the conversation', async () => {
  const topic = await asked();
  await house.heard(house.fake.sends(MARTA, topic, { forum_topic_closed: {} }));
  expect(await house.mode()).toBe('resolved');
});

test('strangers, anonymous administrators, edits, pictures and slips are refused for all to see, and nothing is sent', async () => {
  const topic = await asked();
  const before = house.phone.length;
  await house.fake.says(STRANGER, topic, 'soy de la competencia');
  await house.fake.says({ id: 1_087_968_824, name: 'Group', isBot: true }, topic, 'oculto', {
    sender_chat: { id: GROUP },
  });
  await house.fake.edits(MARTA, topic, 'otra cosa');
  await house.fake.sends(MARTA, topic, { photo: [], media_group_id: 'a' });
  await house.fake.sends(MARTA, topic, { photo: [], media_group_id: 'a' });
  await house.fake.says(MARTA, topic, '/borrar');
  await house.fake.says(MARTA, null, 'en General se puede hablar');
  await house.fake.says({ id: 7, name: 'otro bot', isBot: true }, topic, 'hola');
  await house.fake.presses(STRANGER, house.card(), 'Cerrar');
  await house.heard();
  expect(house.phone.length).toBe(before);
  expect(await house.mode()).toBe('pending');
  const said = house.texts(topic).slice(1).join('\n');
  expect(said.match(/⛔/g)).toHaveLength(5);
  expect(said).toMatch(/Pedro: no estás.*anónimos.*Editaste.*fotos.*No conozco esa orden/s);
  expect(await house.toasts(1)).toEqual([expect.stringContaining('no estás en la lista')]);
});

test('what no turn could be made of comes to the desk too, and the debtor is told of the person once', async () => {
  house = await openDeskHouse(own.db);
  await house.says('xilófono');
  await own.db.collection('inbox').updateMany({}, { $set: { attempts: 5 } });
  await house.settle();
  expect(house.card().text).toContain('⏳ Espera a una persona: el asistente no pudo procesar su mensaje');
  expect(house.texts().at(-1)).toContain('<b>Ana P.</b>\nxilófono');
  expect(house.phone.map(({ text }) => text)).toEqual(['Una persona de nuestro equipo va a seguir contigo por aquí.']);
});

test('/ayuda says what an agent can do', async () => {
  const topic = await asked();
  await house.heard(house.fake.says(MARTA, topic, '/ayuda'));
  expect(house.texts(topic).at(-1)).toContain('/n texto — nota para el equipo');
});

test('an agent is told of a line that did not reach the debtor, and when it will go', async () => {
  const topic = await asked();
  await house.heard(house.fake.says(MARTA, topic, 'Hola Ana.'));
  house.fates.push({ outcome: 'refused', code: '63016' });
  await house.heard(house.fake.says(MARTA, topic, '¿Sigue ahí?'));
  await house.settle();
  await house.app.conversations.reconcile(); // no other channel has her
  await house.settle();
  expect(house.texts(topic).at(-1)).toContain('⚠️ «¿Sigue ahí?» no le llegó');
  house.clock.advance(12.5 * 3_600_000); // 22:30 in Mexico City
  await house.heard(house.fake.says(MARTA, topic, 'Mañana le llamo.'));
  await house.settle();
  expect(house.texts(topic).at(-1)).toMatch(
    /⏸ «Mañana le llamo\.» todavía no sale: está fuera del horario permitido\. Saldrá en unas \d+ h\./,
  );
});

/** Looks at what became of lines come ever more seldom. */
async function settleFor(seconds: number): Promise<void> {
  for (let past = 0; past < seconds; past += 10) {
    house.machine.advance(10_000);
    await house.settle();
  }
}

test('a line that goes on another channel in its place has not failed, until that fails too', async () => {
  const topic = await asked();
  house.fates.push({ outcome: 'refused', code: '63016' });
  await house.heard(house.fake.says(MARTA, topic, '¿Sigue ahí?'));
  const told = () => house.texts(topic).filter((text) => text.includes('«¿Sigue ahí?»'));
  await settleFor(30);
  expect(told()).toEqual([]); // another channel may make it good
  const outbox = own.db.collection<{ _id: string }>('outbox');
  const row = await outbox.findOneAndUpdate({ rule: '63016' }, { $set: { checkAt: null } });
  const id = `${row?._id}~1`;
  await outbox.insertOne({ ...row, _id: id, state: 'accepted', status: 'sent', rule: null, checkAt: null } as never);
  await settleFor(60);
  expect(told()).toEqual(['↪️ «¿Sigue ahí?» no salió por este canal: va por otro del deudor.']);
  await outbox.updateOne({ _id: id }, { $set: { state: 'refused', status: 'failed', rule: '30005', checkAt: null } });
  await settleFor(120);
  expect(told().slice(1)).toEqual(['⚠️ «¿Sigue ahí?» no le llegó: 30005.']);
});

test('a line typed on the phone takes the conversation over, is shown and is not sent again', async () => {
  house = await openDeskHouse(own.db);
  const typed = { id: 'phone:abc', channel: 'simulator', to: '+525550100001', text: 'Te marco en un rato' };
  expect(await house.app.conversations.typedOnPhone(typed)).toBe('stored');
  expect(await house.app.conversations.typedOnPhone(typed)).toBe('duplicate');
  await house.settle();
  expect(house.phone).toEqual([]);
  expect(await house.mode()).toBe('human');
  expect(house.texts().slice(1).join('\n')).toBe(
    '📱 Alguien escribe desde el teléfono: el asistente calla.\n📱 Desde el teléfono: Te marco en un rato',
  );
  const [line] = await house.app.conversations.transcript(ANA_CONVERSATION, 1);
  expect(line).toMatchObject({ from: 'agent', text: 'Te marco en un rato', status: 'accepted' });
  const topic = house.fake.topics[0]?.id ?? 0;
  await house.heard(house.fake.says(MARTA, topic, 'Sigo yo.'));
  expect(await house.holder()).toBe('Marta');
});

test('after eleven hours without a word the desk warns, after twelve the bot has it again', async () => {
  const topic = await asked();
  await house.heard(house.fake.says(MARTA, topic, 'Hola Ana.'));
  house.clock.advance(11 * 3_600_000);
  await house.app.conversations.sweepIdle();
  await house.app.conversations.sweepIdle();
  await house.settle();
  expect(house.texts(topic).join('\n').match(/⏰/g)).toHaveLength(1);
  house.clock.advance(3_600_000);
  await house.app.conversations.sweepIdle();
  await house.settle();
  expect(await house.mode()).toBe('bot');
  expect(house.texts(topic).join('\n')).toContain('Pasaron 12 horas sin un mensaje nuestro');
});

test('by webhook: the same, with its secret; a wrong one is refused and nothing is stored', async () => {
  const topic = await asked({ webhook: true });
  expect(house.fake.webhook()).toEqual({ url: `${house.url}/webhooks/telegram`, secret: SECRET });
  const { update, answer } = await house.fake.says(MARTA, topic, 'Hola Ana.');
  expect(answer?.status).toBe(200);
  expect((await house.fake.retell(update))?.status).toBe(200);
  await house.settle();
  expect(house.ofAgents()).toEqual(['Hola Ana.']);
  for (const secret of [null, 'wrong', `${SECRET}x`]) {
    const headers = {
      'content-type': 'application/json',
      ...(secret && { 'x-telegram-bot-api-secret-token': secret }),
    };
    const forged = JSON.stringify({ ...update, update_id: 1 });
    const refused = await fetch(`${house.url}/webhooks/telegram`, { method: 'POST', headers, body: forged });
    expect(refused.status).toBe(403);
  }
  await house.settle();
  expect(house.ofAgents()).toEqual(['Hola Ana.']);
});
