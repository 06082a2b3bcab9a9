import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { PACKAGE_ROOT } from '../data-files.ts';
import type { Env } from '../database/program.ts';
import { addChat } from './chat.ts';
import { addCheck } from './check.ts';
import { addConversation } from './conversation.ts';
import { checkPoliciesAndStrategies, textRulesOf } from './data-checks.ts';
import { addDeadLetters } from './deadletters.ts';
import { addFollowups } from './followups.ts';
import { addImport } from './import.ts';
import { createOpenApp } from './open-app.ts';
import { addStart } from './start.ts';
import { EXIT, endWhenNobodyReads, explain } from './terminal.ts';
import { addUnderstand } from './understand.ts';

const HELP = `
Examples:
  $ acuerdo start                                  the service, with a database of its own
  $ acuerdo chat --as MX-001                       talk to it as a debtor
  $ acuerdo import portfolio.csv                   load a portfolio
  $ acuerdo followups --debtor MX-001              what is coming, and why
  $ acuerdo conversation c-… --reply "Buenas tardes"

Exit codes: 0 done · 1 it did not work out, and stderr says why · 2 the command line is not right ·
  69 the database, the port or a provider cannot be had · 70 a fault of Acuerdo's own · 78 the configuration is not right

Settings come from the environment: .env.example names them, docs/cli.md explains the commands.
`;

/** The command line. Sets the process's exit code; never throws. */
export async function runAcuerdo(argv: string[], env: Env): Promise<void> {
  endWhenNobodyReads();
  const program = buildProgram(env);
  try {
    if (argv.length <= 2) {
      program.outputHelp({ error: true });
      process.exitCode = EXIT.usage;
      return;
    }
    await program.parseAsync(argv);
  } catch (err) {
    if (err instanceof CommanderError) process.exitCode = err.exitCode === 0 ? EXIT.ok : EXIT.usage;
    else process.exitCode = explain(err);
    if (argv[2] === 'start') process.exit(); // what a half-started service leaves running is not waited for
  }
}

function buildProgram(env: Env): Command {
  const { version } = JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string };
  const program = new Command('acuerdo')
    .description('Conversational collections: balances, promises and payments by chat, within the law.')
    .version(version)
    .showHelpAfterError('(acuerdo --help says more)')
    .addHelpText('after', HELP)
    .exitOverride();
  const open = createOpenApp(env);
  addStart(program, env);
  addChat(program, createOpenApp(env, { withSample: true }));
  addImport(program, open);
  addCheck(program, PACKAGE_ROOT, [checkPoliciesAndStrategies], textRulesOf);
  addUnderstand(program);
  addFollowups(program, open);
  addConversation(program, open);
  addDeadLetters(program, open);
  return program;
}
