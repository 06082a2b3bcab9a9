import type { Command } from 'commander';
import type { App } from '../app.ts';
import type { DeadLetter } from '../conversations/conversations.ts';
import { civilDateIn, wallTimeIn } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { atMost } from './followups.ts';
import type { OpenApp } from './open-app.ts';
import { printJson, tableOf } from './terminal.ts';

const LIMIT_MAX = 1000;

const HELP = `
A message that five tries could not answer is put aside, and its conversation waits for a person: "pending", for the reason dead_letter.
Its words are not shown here; \`acuerdo conversation ID\` shows the conversation. "reason" is a code of docs/ERRORS.md, a kind of failure, or
"crashed": a process died on it. Once the cause is mended, "replay" puts it back, to be tried five times more.
A conversation that a person holds stays theirs: \`acuerdo conversation ID --return\` gives it back to the bot first.

Examples:
  $ acuerdo deadletters
  $ acuerdo deadletters --json
  $ acuerdo deadletters replay twilio:SM0123456789abcdef
  $ acuerdo deadletters replay --all

Exit codes: 0 done · 1 no such dead letter · 2 neither an id nor --all.
`;

/** `acuerdo deadletters`: what could not be answered, and another chance for it. */
export function addDeadLetters(program: Command, open: OpenApp): void {
  program
    .command('deadletters')
    .description('lists messages that could not be answered, and replays them')
    .argument('[action]', 'replay')
    .argument('[id]', 'as the list shows it')
    .option('--all', 'replay all of them')
    .option('--limit <n>', `at most so many, up to ${LIMIT_MAX}`, atMost(LIMIT_MAX), 50)
    .option('--json', 'as JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (action: string | undefined, id: string | undefined, options: Options) => {
      if (action !== undefined && action !== 'replay')
        throw new AppError('usage', `acuerdo deadletters ${action}: the only action is replay.`);
      const isReplay = action === 'replay';
      if (isReplay ? (id === undefined) !== (options.all === true) : options.all === true)
        throw new AppError('usage', 'Say which: acuerdo deadletters replay ID, or acuerdo deadletters replay --all.');
      const { app, close } = await open();
      try {
        await (isReplay ? replay(app, id ?? null) : list(app, options));
      } finally {
        await close();
      }
    });
}

interface Options {
  all?: true;
  limit: number;
  json?: true;
}

async function list({ conversations }: App, { limit, json }: Options): Promise<void> {
  const found = await conversations.deadLetters(limit);
  if (json) return printJson(found);
  if (found.length === 0) return console.error('There is no dead letter.');
  const table = tableOf<DeadLetter>(found, [
    { head: 'id', cell: ({ id }) => id },
    { head: 'conversation', cell: ({ conversationId }) => conversationId },
    { head: 'contact', cell: ({ contact }) => contact },
    { head: 'kind', cell: ({ kind }) => kind },
    { head: 'since (UTC)', cell: ({ since }) => `${civilDateIn('UTC', since)} ${wallTimeIn('UTC', since)}` },
    { head: 'tries', cell: ({ attempts }) => String(attempts) },
    { head: 'reason', cell: ({ reason }) => reason },
  ]);
  console.log(table);
}

async function replay({ conversations }: App, id: string | null): Promise<void> {
  const count = await conversations.replayDeadLetters(id);
  console.error(`${count} put back. The service answers them, at once if it runs, otherwise when it is started.`);
}
