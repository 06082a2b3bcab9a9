import { userInfo } from 'node:os';
import type { Command } from 'commander';
import type { App } from '../app.ts';
import type { ConversationSummary, TranscriptLine } from '../conversations/conversations.ts';
import { civilDateIn, wallTimeIn } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { atMost } from './followups.ts';
import type { OpenApp } from './open-app.ts';
import { printable, printJson, tableOf } from './terminal.ts';

const MODES = ['bot', 'pending', 'human', 'resolved'] as const;
type Mode = (typeof MODES)[number];
const LIMIT_MAX = 1000;

interface Options {
  reply?: string;
  return?: true;
  agent: string;
  mode?: Mode;
  limit: number;
  json?: true;
}

const HELP = `
Without an id: the conversations, the latest first. "pending" ones wait for a person, for the reason shown.
With an id: what was said. --reply answers as a person, and the bot is silent from then on; --return gives the conversation back to it.
A reply is sent by the service (acuerdo start), at once if it runs, otherwise when it is started.

Examples:
  $ acuerdo conversation --mode pending
  $ acuerdo conversation c-3f2a9b81c0de4d07
  $ acuerdo conversation c-3f2a9b81c0de4d07 --reply "Hola, soy Laura. ¿En qué le ayudo?" --agent laura
  $ acuerdo conversation c-3f2a9b81c0de4d07 --return

Exit codes: 0 done · 1 no such conversation, another person holds it (--reply), or nobody does (--return).
`;

/** `acuerdo conversation`: a small desk. */
export function addConversation(program: Command, open: OpenApp): void {
  program
    .command('conversation')
    .description('list conversations, read one, answer as a person, give it back to the bot')
    .argument('[id]', 'as the list shows it: c-…')
    .option('--reply <text>', 'answer as a person')
    .option('--return', 'give it back to the bot (after --reply, when both are given)')
    .option('--agent <name>', 'who you are', nameOfUser())
    .option('--mode <mode>', `list only these: ${MODES.join(', ')}`, modeNamed)
    .option('--limit <n>', `at most so many, up to ${LIMIT_MAX}`, atMost(LIMIT_MAX), 50)
    .option('--json', 'as JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (id: string | undefined, options: Options) => {
      if (id === undefined && (options.reply !== undefined || options.return))
        throw new AppError(
          'usage',
          'Say which conversation: acuerdo conversation ID --reply "…". Without an id it lists them.',
        );
      if (options.reply?.trim() === '') throw new AppError('usage', '--reply is empty.');
      const { app, close } = await open();
      try {
        await (id === undefined ? list(app, options) : one(app, id, options));
      } finally {
        await close();
      }
    });
}

async function list({ conversations }: App, { mode, limit, json }: Options): Promise<void> {
  const found = await conversations.list(mode ? { mode } : {}, limit);
  if (json) return printJson(found);
  if (found.length === 0) return console.error('There is no conversation.');
  const table = tableOf<ConversationSummary>(found, [
    { head: 'id', cell: ({ id }) => id },
    { head: 'channel', cell: ({ channel }) => channel },
    { head: 'debtor', cell: ({ debtorId }) => debtorId ?? '' },
    { head: 'mode', cell: (row) => row.mode },
    { head: 'reason', cell: ({ reason }) => reason ?? '' },
    {
      head: 'updated (UTC)',
      cell: ({ updatedAt }) => `${civilDateIn('UTC', updatedAt)} ${wallTimeIn('UTC', updatedAt)}`,
    },
  ]);
  console.log(table);
}

async function one({ conversations, ledger }: App, id: string, options: Options): Promise<void> {
  const found = await conversations.find(id);
  if (found === null)
    throw new AppError('conversation_unknown', `There is no conversation ${id}. \`acuerdo conversation\` lists them.`);
  const agent = { id: options.agent, name: options.agent };
  if (options.reply !== undefined)
    await conversations.agentActs(found.id, { agent, act: { act: 'reply', text: options.reply } });
  await conversations.runTurns(); // so that the transcript below has it, whether the service runs or not
  if (options.reply !== undefined) await mustHold(conversations, found.id, options.agent);
  if (options.return) await conversations.agentActs(found.id, { agent, act: { act: 'return' } });
  await conversations.runTurns();
  const lines = await conversations.transcript(found.id, options.limit);
  if (options.json) return printJson({ ...(await conversations.find(id)), lines });
  const zone = found.debtorId === null ? 'UTC' : ((await ledger.findDebtor(found.debtorId))?.zone ?? 'UTC');
  for (const line of lines) console.log(transcriptLine(line, zone));
}

/** @throws AppError conversation_held when somebody else has it, and the answer was not sent */
async function mustHold({ find }: App['conversations'], id: string, agent: string): Promise<void> {
  const holder = (await find(id))?.heldBy;
  if (!holder || holder.id === agent) return;
  throw new AppError('conversation_held', `${holder.name} holds conversation ${id}: your answer was not sent.`);
}

/** `2026-11-23 10:00  debtor  hola`; further lines of a text are indented. */
export function transcriptLine({ at, from, text, options, status, rule }: TranscriptLine, zone: string): string {
  const head = `${civilDateIn(zone, at)} ${wallTimeIn(zone, at)}  ${from.padEnd(6)}  `;
  const fate = status === null ? '' : ` (${[status, rule].filter((part) => part !== null).join(', ')})`;
  const choices = options.length > 0 ? [`[${options.join('] [')}]`] : [];
  const [first = '', ...rest] = [...text.split('\n'), ...choices].map(printable);
  return [`${head}${first}`, ...rest.map((line) => ' '.repeat(head.length) + line)].join('\n') + fate;
}

function modeNamed(text: string): Mode {
  const mode = MODES.find((known) => known === text);
  if (mode === undefined) throw new AppError('usage', `--mode ${text}: it is one of ${MODES.join(', ')}.`);
  return mode;
}

/** A container may run under a number that has no name. */
function nameOfUser(): string {
  try {
    return userInfo().username;
  } catch {
    return 'agent';
  }
}
