import { type Command, InvalidArgumentError } from 'commander';
import type { FollowupRow } from '../conversations/conversations.ts';
import { civilDateIn, wallTimeIn } from '../kernel/calendar.ts';
import type { DebtorId } from '../kernel/ids.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { debtorNamed } from './debtor-named.ts';
import type { OpenApp } from './open-app.ts';
import { printJson, tableOf } from './terminal.ts';

const LIMIT_MAX = 1000;

const HELP = `
Each line is one contact that is planned, soonest first, in the debtor's own time. "silenced" says why it would be skipped
if it fell due as things stand: promise_open, human, opted_out …

Examples:
  $ acuerdo followups
  $ acuerdo followups --debtor MX-001 --json
`;

/** `acuerdo followups`: what is coming, for whom, and why. */
export function addFollowups(program: Command, open: OpenApp): void {
  program
    .command('followups')
    .description('what is coming, for whom, and why')
    .option('--debtor <debtor>', 'debtor_id (MX-001), full id or the beginning of a name')
    .option('--limit <n>', `at most so many, up to ${LIMIT_MAX}`, atMost(LIMIT_MAX), 50)
    .option('--json', 'as JSON, for programs')
    .addHelpText('after', HELP)
    .action(async (options: { debtor?: string; limit: number; json?: true }) => {
      const { app, close } = await open();
      try {
        const debtor = options.debtor === undefined ? null : await debtorNamed(app.ledger, options.debtor);
        const rows = await app.conversations.followups({
          ...(debtor && { debtorId: debtor.id }),
          limit: options.limit,
        });
        if (options.json) return printJson(rows);
        if (rows.length === 0) return console.error('Nothing is planned.');
        console.log(await tableOfFollowups(rows, app.ledger));
      } finally {
        await close();
      }
    });
}

async function tableOfFollowups(rows: FollowupRow[], ledger: Pick<Ledger, 'findDebtor'>): Promise<string> {
  const zones = await zonesOf(rows, ledger);
  const localTime = ({ debtorId, dueAt }: FollowupRow) => {
    const zone = zones.get(debtorId) ?? 'UTC';
    return `${civilDateIn(zone, dueAt)} ${wallTimeIn(zone, dueAt)}`;
  };
  return tableOf(rows, [
    { head: 'when', cell: localTime },
    { head: 'debtor', cell: ({ debtorId }) => debtorId },
    { head: 'name', cell: ({ debtorName }) => debtorName },
    { head: 'why', cell: ({ why }) => why },
    { head: 'flow', cell: ({ flow }) => flow },
    { head: 'state', cell: ({ state }) => state },
    { head: 'silenced', cell: ({ silencedBy }) => silencedBy ?? '' },
  ]);
}

async function zonesOf(rows: FollowupRow[], ledger: Pick<Ledger, 'findDebtor'>): Promise<Map<DebtorId, string>> {
  const zones = new Map<DebtorId, string>();
  for (const id of new Set(rows.map(({ debtorId }) => debtorId)))
    zones.set(id, (await ledger.findDebtor(id))?.zone ?? 'UTC');
  return zones;
}

/** A whole number from 1 to `max`. */
export const atMost =
  (max: number) =>
  (text: string): number => {
    const n = Number(text);
    if (Number.isInteger(n) && n >= 1 && n <= max) return n;
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${max}.`);
  };
