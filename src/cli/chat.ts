import type { Command } from 'commander';
import { createConsoleChannel } from '../channels/console.ts';
import { AppError } from '../kernel/errors.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createChatRoom } from './chat-room.ts';
import { chatOnScreen } from './chat-screen.ts';
import { chatFromScript } from './chat-script.ts';
import { debtorNamed } from './debtor-named.ts';
import type { OpenApp } from './open-app.ts';

const SHOWN_DEBTORS_MAX = 8;

const HELP = `
On a terminal, type as the debtor. /ayuda lists what else can be typed: /salir, and /+1h and /+1d, which move the demo's clock.

With input that is not a terminal, each line is sent as one message, its answer is waited for (at most 15 s) and printed:
  $ printf 'hola\\n¿cuánto debo?\\n' | acuerdo chat --as MX-001
  > hola
  bot: ¡Hola, Ana! …
Lines of an answer after its first are indented. Blank lines are skipped, since no phone sends them.

Exit codes: 0 everything was answered · 1 an answer did not come in 15 s, or there is no such debtor · 2 nobody or several are named
`;

/** `acuerdo chat`: the same conversation as on the phone, in a terminal, with its own worker and sender. */
export function addChat(program: Command, open: OpenApp): void {
  program
    .command('chat')
    .description('chat as a debtor, in this terminal or from a script')
    .option('--as <debtor>', 'debtor_id (MX-001), full id (creditor/MX-001) or the beginning of a name')
    .addHelpText('after', HELP)
    .action(async ({ as }: { as?: string }) => {
      const sent = new Map<string, string>();
      const channel = createConsoleChannel(({ id, text }) => sent.set(id, text));
      const { app, close } = await open({ channels: [channel] });
      try {
        const debtor = await chooseDebtor(app.ledger, as);
        const room = await createChatRoom({ app, channel, debtor, sent });
        const stop = new AbortController();
        const working = app.conversations.work({ worker: true, sender: true }, stop.signal);
        try {
          const isPerson = process.stdin.isTTY === true;
          const isAnswered = await (isPerson ? chatOnScreen(room, process) : chatFromScript(room, process));
          if (!isAnswered) process.exitCode = 1;
        } finally {
          stop.abort();
          await working;
        }
      } finally {
        await close();
      }
    });
}

/** @throws AppError usage with some debtors to choose from when nobody is named, or one without a phone */
async function chooseDebtor(ledger: Pick<Ledger, 'searchDebtors' | 'listDebtors'>, text?: string): Promise<Debtor> {
  if (text !== undefined) {
    const debtor = await debtorNamed(ledger, text);
    if (debtor.phone) return debtor;
    throw new AppError('usage', `${debtor.externalId} has no phone in the portfolio: there is nobody to chat as.`);
  }
  const some = await ledger.listDebtors(SHOWN_DEBTORS_MAX);
  const [first] = some;
  if (!first) throw new AppError('usage', 'The portfolio is empty. Run `acuerdo import FILE` first.');
  const rows = some.map(({ externalId, name }) => `  ${externalId.padEnd(12)} ${name}`);
  throw new AppError('usage', `Say who you are, for example --as ${first.externalId}:\n${rows.join('\n')}`);
}
