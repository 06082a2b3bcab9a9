import { Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { createConsoleChannel } from '../../src/channels/console.ts';
import { type ChatApp, createChatRoom } from '../../src/cli/chat-room.ts';
import { chatFromScript } from '../../src/cli/chat-script.ts';
import type { TranscriptLine } from '../../src/conversations/conversations.ts';
import { standingClock } from '../../src/kernel/clock.ts';
import { conversationId } from '../../src/kernel/ids.ts';
import { debtorOf } from '../http/small-house.ts';

const ana = debtorOf('MX-001', 'Ana López');

type Answer = Partial<TranscriptLine> & { text: string };

/** A house whose bot answers each message by `answer`, after a few looks; null never answers. */
async function roomThat(answer: (text: string) => Answer[] | null, looksUntilSettled = 3) {
  const clock = { ...standingClock(new Date('2026-11-23T16:00:00Z')), sleep: async () => {} };
  const lines: TranscriptLine[] = [];
  const looks = new Map<string, number>();
  const sent = new Map<string, string>();
  const moved: Date[] = [];
  const line = (id: string, from: TranscriptLine['from'], rest: Answer): TranscriptLine => ({
    id,
    at: clock.now(),
    from,
    options: [],
    status: from === 'debtor' ? null : 'accepted',
    rule: null,
    deferredUntil: null,
    ...rest,
  });
  const app: ChatApp = {
    clock,
    conversations: {
      link: async (channel, address) => conversationId(channel, address),
      find: async () => null,
      transcript: async () => lines,
      health: async () => ({ waiting: 0, oldestMs: 0, deadLetters: 0 }),
      async sweepFollowups() {
        moved.push(clock.now());
        lines.push(line(`timer:${moved.length}:0`, 'bot', { text: 'Hoy vence tu pago.' }));
        return 1;
      },
      async receive({ id, text }) {
        lines.push(line(id, 'debtor', { text }));
        looks.set(id, 0);
        return 'stored';
      },
      async isSettled(id) {
        const seen = (looks.get(id) ?? 0) + 1;
        looks.set(id, seen);
        const asked = lines.find((known) => known.id === id);
        const answers = answer(asked?.text ?? '');
        if (seen === looksUntilSettled)
          answers?.forEach((one, n) => {
            lines.push(line(`${id}:${n}`, 'bot', one));
          });
        return answers !== null && seen >= looksUntilSettled;
      },
    },
  };
  const room = await createChatRoom({ app, channel: createConsoleChannel(() => {}), debtor: ana, sent });
  return { room, lines, sent, clock };
}

async function play(room: Awaited<ReturnType<typeof roomThat>>['room'], input: string) {
  let out = '';
  let errors = '';
  const isAnswered = await chatFromScript(room, {
    stdin: Readable.from([input]),
    stdout: {
      write: (text: string) => {
        out += text;
      },
    },
    stderr: {
      write: (text: string) => {
        errors += text;
      },
    },
  });
  return { out, errors, isAnswered };
}

describe('chat from a script', () => {
  test('prints each line and what was answered, texts of several lines indented', async () => {
    const { room } = await roomThat((text) =>
      text === 'hola' ? [{ text: '¡Hola!' }, { text: 'Debes:\n\n• $100.00' }] : [{ text: 'De nada.' }],
    );
    expect(await play(room, 'hola\r\ngracias')).toEqual({
      out: '> hola\nbot: ¡Hola!\nbot: Debes:\n\n     • $100.00\n> gracias\nbot: De nada.\n',
      errors: '',
      isAnswered: true,
    });
  });

  test('blank lines are not sent, and /salir ends it', async () => {
    const { room, lines } = await roomThat(() => []);
    expect((await play(room, '\n   \nhola\n/salir\notra\n')).out).toBe('> hola\n');
    expect(lines.map(({ text }) => text)).toEqual(['hola']);
  });

  test('says what was put off or never went, by which rule, and shows a message that was put off again when it goes', async () => {
    const { room, lines } = await roomThat((text) =>
      text === 'uno'
        ? [{ text: 'Luego', status: 'deferred', rule: 'hours', deferredUntil: new Date('2026-11-24T13:00:00Z') }]
        : [{ text: 'Nunca', status: 'blocked', rule: 'opt_out' }],
    );
    expect((await play(room, 'uno\n')).out).toBe('> uno\nbot (se enviará 2026-11-24 07:00, regla hours): Luego\n');
    const deferred = lines.find(({ text }) => text === 'Luego');
    if (deferred) Object.assign(deferred, { status: 'accepted', rule: null, deferredUntil: null });
    expect((await play(room, 'dos\n')).out).toBe('> dos\nbot: Luego\nbot (no se envió, regla opt_out): Nunca\n');
  });

  test('shows the text that the channel was given, which lists the options', async () => {
    const { room, sent, lines } = await roomThat(() => [{ id: 'row', text: '¿Seguro?', options: ['Sí', 'No'] }]);
    sent.set('row', '¿Seguro?\n1) Sí\n2) No');
    expect((await play(room, 'hola\n')).out).toBe('> hola\nbot: ¿Seguro?\n     1) Sí\n     2) No\n');
    expect(lines).toHaveLength(2);
  });

  test('moves the clock and shows what then arrives', async () => {
    const { room, clock } = await roomThat(() => []);
    expect((await play(room, '/+1d\n')).out).toBe('> /+1d\nreloj: 2026-11-24 10:00\nbot: Hoy vence tu pago.\n');
    expect(clock.now().toISOString()).toBe('2026-11-24T16:00:00.000Z');
  });

  test('an answer that never comes is said on the error stream, and the rest still goes on', async () => {
    const { room } = await roomThat((text) => (text === 'uno' ? null : [{ text: 'Hola' }]));
    expect(await play(room, 'uno\ndos\n')).toEqual({
      out: '> uno\n> dos\nbot: Hola\n',
      errors: 'The answer did not come in 15 s.\n',
      isAnswered: false,
    });
  });
});
