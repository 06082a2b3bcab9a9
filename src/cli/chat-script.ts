import { createInterface } from 'node:readline';
import { clockMove, isLeaving } from './chat-commands.ts';
import type { ChatRoom, ShownLine } from './chat-room.ts';
import { printable } from './terminal.ts';

const SPEAKERS = { bot: 'bot', agent: 'agente', debtor: '>' };

/**
 * Plays lines of a file or a pipe, one message at a time, and prints the transcript without colour.
 * @returns false when an answer did not come in time
 */
export async function chatFromScript(
  room: ChatRoom,
  io: {
    stdin: NodeJS.ReadableStream;
    stdout: { write(text: string): unknown };
    stderr: { write(text: string): unknown };
  },
): Promise<boolean> {
  let isAnswered = true;
  for await (const line of createInterface({ input: io.stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === '') continue;
    if (isLeaving(line)) break;
    io.stdout.write(`> ${printable(line)}\n`);
    const move = clockMove(line);
    const came = move === null ? await room.answered(await room.say(line)) : await room.advance(move);
    if (move !== null) io.stdout.write(`reloj: ${room.now()}\n`);
    for (const shown of await room.unseen()) io.stdout.write(printed(shown));
    if (came) continue;
    isAnswered = false;
    io.stderr.write('The answer did not come in 15 s.\n');
  }
  return isAnswered;
}

function printed({ from, text, note }: ShownLine): string {
  const speaker = SPEAKERS[from];
  const [first = '', ...rest] = text.split('\n').map(printable);
  const indent = ' '.repeat(speaker.length + 2);
  const lines = [
    `${speaker}${note ? ` (${note})` : ''}: ${first}`,
    ...rest.map((line) => (line === '' ? '' : indent + line)),
  ];
  return `${lines.join('\n')}\n`;
}
