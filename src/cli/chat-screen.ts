import { clearLine, createInterface, cursorTo, type Interface } from 'node:readline';
import pc from 'picocolors';
import type { InboxId } from '../kernel/ids.ts';
import { asksHelp, CHAT_HELP, clockMove, isLeaving } from './chat-commands.ts';
import type { ChatRoom, ShownLine } from './chat-room.ts';
import { printable } from './terminal.ts';

const LOOK_MS = 200;
const HISTORY_LINES = 12;
const BUBBLE_WIDTH_MAX = 68;
const COLUMNS = 80; // where the terminal does not say, or says 0
const TYPING_LOOKS_MAX = 75; // 15 s: after that the dots would be a lie
const PROMPT = pc.cyan('tú › ');

interface Terminal {
  stdin: NodeJS.ReadStream;
  stdout: NodeJS.WriteStream;
}

/** A chat for a person at a terminal: answers appear above the line that is being typed. Ends with /salir, Ctrl-C or Ctrl-D. */
export async function chatOnScreen(room: ChatRoom, { stdin, stdout }: Terminal): Promise<boolean> {
  const screen = createInterface({ input: stdin, output: stdout, prompt: PROMPT });
  const print = (text: string) => printAbove(screen, stdout, text);
  stdout.write(
    `${pc.bold(`Chat de ${room.debtor.name}`)} ${pc.dim(`(${room.debtor.externalId}, ${room.now()}). /ayuda, /salir`)}\n\n`,
  );
  for (const line of room.before.slice(-HISTORY_LINES)) stdout.write(`${pc.dim(plain(line))}\n`);

  const watch = { isOpen: true, waitingFor: null as InboxId | null, looks: 0, mode: 'bot' };
  const watching = watchAnswers(room, watch, { screen, print });
  screen.prompt();
  for await (const line of screen) {
    if (isLeaving(line)) break;
    const move = clockMove(line);
    if (asksHelp(line)) stdout.write(`${pc.dim(CHAT_HELP.join('\n'))}\n`);
    else if (move !== null) await moveClock(room, move, stdout);
    else if (line.trim() !== '') Object.assign(watch, { waitingFor: await room.say(line), looks: 0 });
    screen.prompt();
  }
  watch.isOpen = false;
  screen.close();
  await watching;
  stdout.write('\n');
  return true;
}

async function moveClock(room: ChatRoom, ms: number, stdout: NodeJS.WriteStream): Promise<void> {
  await room.advance(ms).catch((err: Error) => stdout.write(`${pc.yellow(err.message)}\n`));
  stdout.write(`${pc.dim(`reloj: ${room.now()}`)}\n`);
}

/** Looks for answers until the chat ends, and lets the prompt say that the bot is writing. */
async function watchAnswers(
  room: ChatRoom,
  watch: { isOpen: boolean; waitingFor: InboxId | null; looks: number; mode: string },
  { screen, print }: { screen: Interface; print: (text: string) => void },
): Promise<void> {
  while (watch.isOpen) {
    const lines = await room.unseen();
    for (const line of lines) print(bubble(line));
    const { waitingFor } = watch;
    watch.looks += 1;
    if (waitingFor && (watch.looks > TYPING_LOOKS_MAX || (await room.isSettled(waitingFor)))) watch.waitingFor = null;
    const isTyping = watch.waitingFor !== null && watch.mode === 'bot';
    screen.setPrompt(isTyping ? pc.dim(`escribiendo${'·'.repeat((watch.looks % 3) + 1).padEnd(3)} `) + PROMPT : PROMPT);
    if (waitingFor && watch.isOpen) screen.prompt(true);
    const mode = await room.mode();
    if (mode !== watch.mode && mode === 'pending') print(pendingNote(room));
    watch.mode = mode;
    await room.pause(LOOK_MS);
  }
}

/** Writes over the prompt and draws it again below, with what was typed so far. */
function printAbove(screen: Interface, stdout: NodeJS.WriteStream, text: string): void {
  cursorTo(stdout, 0);
  clearLine(stdout, 0);
  stdout.write(`${text}\n`);
  screen.prompt(true);
}

function bubble({ from, text, note }: ShownLine): string {
  const colour = from === 'agent' ? pc.blue : pc.green;
  const width = Math.min(BUBBLE_WIDTH_MAX, (process.stdout.columns || COLUMNS) - 6);
  const lines = text.split('\n').flatMap((line) => wrapped(printable(line), width));
  const head = from === 'agent' ? [colour(`┃ ${pc.bold('Una persona del equipo')}`)] : [];
  const foot = note ? [pc.yellow(`┃ ${note}`)] : [];
  return [...head, ...lines.map((line) => `${colour('┃')} ${line}`), ...foot, ''].join('\n');
}

const plain = ({ from, text, note }: ShownLine): string =>
  `${from === 'debtor' ? 'tú' : from === 'bot' ? 'bot' : 'agente'}: ${printable(text)}${note ? ` (${note})` : ''}`;

const pendingNote = ({ conversation }: ChatRoom): string =>
  pc.yellow(
    `Pendiente de una persona. Desde otra terminal: npm run acuerdo -- conversation ${conversation} --reply "…"\n`,
  );

/** Breaks between words; a word that is longer than a line (a link) stays whole, so that it can be clicked. */
function wrapped(line: string, width: number): string[] {
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(' ')) {
    if (current !== '' && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else current = current === '' ? word : `${current} ${word}`;
  }
  return [...lines, current];
}
