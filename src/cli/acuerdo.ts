import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Command, CommanderError } from 'commander';
import { PACKAGE_ROOT } from '../data-files.ts';
import type { Env } from '../database/program.ts';
import type { OpenApp } from './open-app.ts';
import { EXIT, endWhenNobodyReads, explain } from './terminal.ts';

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
  try {
    const program = await buildProgram(argv[2], env);
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

type AddCommand = (program: Command, env: Env) => Promise<void>;

/** Each is loaded when it is named: `start` has its database on the way before it loads anything else. In the order of the help. */
const COMMANDS: Readonly<Record<string, AddCommand>> = {
  start: async (program, env) => (await import('./start.ts')).addStart(program, env),
  chat: async (program, env) => (await import('./chat.ts')).addChat(program, await opening(env, { withSample: true })),
  import: async (program, env) => (await import('./import.ts')).addImport(program, await opening(env)),
  check: async (program) => {
    const { checkPoliciesAndStrategies, textRulesOf } = await import('./data-checks.ts');
    (await import('./check.ts')).addCheck(program, PACKAGE_ROOT, [checkPoliciesAndStrategies], textRulesOf);
  },
  understand: async (program) => (await import('./understand.ts')).addUnderstand(program),
  followups: async (program, env) => (await import('./followups.ts')).addFollowups(program, await opening(env)),
  conversation: async (program, env) =>
    (await import('./conversation.ts')).addConversation(program, await opening(env)),
  deadletters: async (program, env) => (await import('./deadletters.ts')).addDeadLetters(program, await opening(env)),
};

async function opening(env: Env, options: { withSample?: boolean } = {}): Promise<OpenApp> {
  const { createOpenApp } = await import('./open-app.ts');
  return createOpenApp(env, options);
}

/** @param named what the command line begins with: when it is no command, such as `--help`, all are there to be told of */
async function buildProgram(named: string | undefined, env: Env): Promise<Command> {
  const { version } = JSON.parse(readFileSync(path.join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string };
  const program = new Command('acuerdo')
    .description('Conversational collections: balances, promises and payments by chat, within the law.')
    .version(version)
    .showHelpAfterError('(acuerdo --help says more)')
    .addHelpText('after', HELP)
    .exitOverride();
  const ofThat = Object.entries(COMMANDS).filter(([name]) => name === named);
  for (const [, add] of ofThat.length > 0 ? ofThat : Object.entries(COMMANDS)) await add(program, env);
  return program;
}
