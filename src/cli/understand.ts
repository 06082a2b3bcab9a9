import { createInterface } from 'node:readline';
import { type Command, InvalidArgumentError, Option } from 'commander';
import pc from 'picocolors';
import { civilDate, civilDateIn, instantAt, isCivilDate, isZone, wallTimeIn, weekdayOf } from '../kernel/calendar.ts';
import { systemClock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { LOCALES, type Locale } from '../kernel/locale.ts';
import { CURRENCY_EXPONENTS, type Currency, formatMoney, isCurrency } from '../kernel/money.ts';
import { corpusReading } from '../language/corpus.ts';
import type { AmountReading, DateReading, Expecting, Heard, ListeningContext } from '../language/heard.ts';
import { understand } from '../language/understand.ts';
import { printable } from './terminal.ts';
import { addFactOptions, type FactOptions, factsIn } from './understand-facts.ts';

const EXPECTING: Expecting[] = ['nothing', 'date', 'amount', 'yes_no', 'choice', 'digits', 'text'];
const HOME: Record<Locale, { zone: string; currency: Currency }> = {
  'es-MX': { zone: 'America/Mexico_City', currency: 'MXN' },
  'es-CL': { zone: 'America/Santiago', currency: 'CLP' },
  'es-CO': { zone: 'America/Bogota', currency: 'COP' },
  'es-AR': { zone: 'America/Argentina/Buenos_Aires', currency: 'ARS' },
  'pt-BR': { zone: 'America/Sao_Paulo', currency: 'BRL' },
  'en-US': { zone: 'America/Chicago', currency: 'USD' },
};

const HELP = `
Examples:
  $ acuerdo understand "te deposito el viernes 500"
  $ acuerdo understand "el 15 no, mejor el 20" --locale es-CO --at 2026-11-22T10:30
  $ acuerdo understand 2 --expecting choice
  $ acuerdo understand "la mitad el viernes y el resto el 15" --balance 1200
  $ acuerdo understand "muévelo al lunes" --balance 1200 --promised 2026-11-27:500
  $ acuerdo understand --jsonl < promises.jsonl      one {id, lang, ref, tz, text} a line
`;

interface Options extends FactOptions {
  locale: Locale;
  at?: string;
  zone?: string;
  currency?: Currency;
  expecting: Expecting;
  json?: true;
  jsonl?: true;
}

/** `acuerdo understand`: what a message says, by which rule, and what would be done with it. */
export function addUnderstand(program: Command, input: NodeJS.ReadableStream = process.stdin): void {
  const command = program
    .command('understand')
    .description('what a message says, by which rule, and what would be done with it')
    .argument('[text]', 'the message; with --jsonl messages are read from stdin')
    .addOption(new Option('--locale <locale>', 'language and country of the debtor').choices(LOCALES).default('es-MX'))
    .option('--at <time>', 'when it was said: 2026-11-22T10:30 on the debtor’s wall, or with an offset (default: now)')
    .option('--zone <zone>', 'time zone of the debtor (default: that of the locale)', zoneNamed)
    .option('--currency <code>', 'currency of the debt (default: that of the locale)', currencyNamed)
    .addOption(new Option('--expecting <what>', 'what was asked before').choices(EXPECTING).default('nothing'));
  addFactOptions(command)
    .option('--json', 'all that was heard, as JSON')
    .option('--jsonl', 'reads lines of the corpus format, writes {id, kind, date, dates, amount, amounts} a line')
    .addHelpText('after', HELP)
    .action(async (text: string | undefined, options: Options) => {
      if (options.jsonl) return readLines(input);
      if (text === undefined)
        throw new AppError('usage', 'understand needs a message: acuerdo understand "el viernes te pago 500"');
      const context = contextOf(options);
      const heard = understand(text, context);
      console.log(options.json ? JSON.stringify(heard, bigintAsNumber, 2) : explained(heard, context).join('\n'));
    });
}

function contextOf({
  locale,
  at,
  zone = HOME[locale].zone,
  currency = HOME[locale].currency,
  expecting,
  ...known
}: Options): ListeningContext {
  const facts = factsIn(known, currency);
  return {
    now: at === undefined ? systemClock.now() : instantOf(at, zone),
    zone,
    locale,
    currency,
    expecting,
    optionCount: 3,
    ...(facts ? { facts } : {}),
  };
}

/** @throws AppError usage when `at` is no time. */
function instantOf(at: string, zone: string): Date {
  const [, day = '', time = '00:00', offset] =
    /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2})(?::\d{2}(?:\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/.exec(at) ?? [];
  if (!isCivilDate(day) || !/^([01]\d|2[0-3]):[0-5]\d$/.test(time))
    throw new AppError(
      'usage',
      `--at ${printable(at)} is no time; write 2026-11-22T10:30 or 2026-11-22T10:30:00-06:00`,
    );
  return offset === undefined ? instantAt(civilDate(day), time, zone) : new Date(at);
}

function zoneNamed(zone: string): string {
  if (!isZone(zone)) throw new InvalidArgumentError('It is a name such as America/Bogota.');
  return zone;
}

function currencyNamed(code: string): Currency {
  if (!isCurrency(code)) throw new InvalidArgumentError(`It is one of ${Object.keys(CURRENCY_EXPONENTS).join(', ')}.`);
  return code;
}

const WEEKDAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function explained(heard: Heard, { now, zone, locale }: ListeningContext): string[] {
  const today = civilDateIn(zone, now);
  const named = (day: string) => (isCivilDate(day) ? `${WEEKDAYS[weekdayOf(day) - 1]} ${day}` : day);
  const said = ({ span: [from, to] }: DateReading | AmountReading) => `“${printable(heard.text.slice(from, to))}”`;
  const dateLine = (date: DateReading) =>
    `${said(date)} ${date.candidates.map(named).join(' or ') || `no day (${date.grain})`}${date.open ? ', open' : ''}  ${pc.dim(date.rule)}`;
  const amountLine = (amount: AmountReading) => `${said(amount)} ${sumOf(amount, locale)}  ${pc.dim(amount.rule)}`;
  const row = (name: string, lines: string[]) => lines.map((line, i) => `${(i === 0 ? name : '').padEnd(9)} ${line}`);
  return [
    ...row('message', [printable(heard.text)]),
    ...row('heard', [`${named(today)} ${wallTimeIn(zone, now)} ${zone}, ${locale}`]),
    ...row('kind', [pc.bold(heard.kind)]),
    ...row('action', [pc.bold(heard.action)]),
    ...row('dates', heard.dates.map(dateLine)),
    ...row('amounts', heard.amounts.map(amountLine)),
    ...row(
      'offers',
      heard.offers.map(
        ({ date, amount }) =>
          `${date?.candidates.map(named).join(' or ') || 'no day'} · ${amount ? amountLine(amount) : 'no amount'}`,
      ),
    ),
    ...row('ask', heard.options.map(named)),
    ...row(
      'intents',
      heard.intents.map(({ intent, rule }) => `${intent}  ${pc.dim(rule)}`),
    ),
    ...row('answer', answersOf(heard)),
  ];
}

/** `$500.00`, `half`, and with what is known `half = $600.00`. */
function sumOf(amount: AmountReading, locale: Locale): string {
  const sum = amount.money && formatMoney(amount.money, locale);
  if (amount.kind === 'exact') return sum ?? '';
  const share = `${amount.of}${amount.percent === undefined ? '' : ` ${amount.percent}%`}`;
  return sum === undefined ? share : `${share} = ${sum}`;
}

const answersOf = ({ yesNo, choice, digits, isCorrection, language }: Heard): string[] => [
  ...(yesNo === null ? [] : [yesNo]),
  ...(choice === null ? [] : [`choice ${choice}`]),
  ...(digits === null ? [] : [`digits ${digits}`]),
  ...(isCorrection ? ['a correction'] : []),
  ...(language === null ? [] : [`language ${language}`]),
];

const bigintAsNumber = (_key: string, value: unknown): unknown => (typeof value === 'bigint' ? Number(value) : value);

interface CorpusLine {
  id: string;
  lang: Locale;
  ref: string;
  tz: string;
  text: string;
}

/** @throws AppError usage naming the first line that is not of the corpus format. */
async function readLines(input: NodeJS.ReadableStream): Promise<void> {
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    if (line.trim() === '') continue;
    const { id, lang, ref, tz, text } = corpusLine(line, number);
    console.log(
      JSON.stringify({
        id,
        ...corpusReading(text, { now: new Date(ref), zone: tz, locale: lang, currency: HOME[lang].currency }),
      }),
    );
  }
}

function corpusLine(line: string, number: number): CorpusLine {
  const fault = (what: string) =>
    new AppError(
      'usage',
      `line ${number}: ${what}; a line is {"id", "lang": one of ${LOCALES.join(' ')}, "ref": an instant, "tz": a zone, "text"}`,
    );
  let value: Partial<Record<keyof CorpusLine, unknown>>;
  try {
    value = JSON.parse(line);
  } catch {
    throw fault('not JSON');
  }
  const { id, ref, tz, text } = value ?? {};
  const lang = LOCALES.find((locale) => locale === value?.lang);
  if (lang === undefined) throw fault('lang is not a locale we know');
  if (typeof ref !== 'string' || Number.isNaN(Date.parse(ref))) throw fault('ref is no instant');
  if (typeof tz !== 'string' || !isZone(tz)) throw fault('tz is no time zone');
  if (typeof text !== 'string') throw fault('text is missing');
  return { id: String(id ?? number), lang, ref, tz, text };
}
