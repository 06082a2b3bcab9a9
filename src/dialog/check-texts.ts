import { addDays, civilDate } from '../kernel/calendar.ts';
import { smsSegments, toGsm7 } from '../kernel/gsm7.ts';
import { LOCALES, type Locale, languageOf } from '../kernel/locale.ts';
import { type Currency, money } from '../kernel/money.ts';
import type { Flows } from './compile.ts';
import type { Fault } from './fault.ts';
import type { CompiledFlow } from './flow.ts';
import { createSay, disclosesDebt } from './say.ts';
import { keysUsed, paramType, type SlotType, textsSaid } from './slot-types.ts';
import type { Slots, SlotValue } from './state.ts';
import type { Text, Texts } from './texts.ts';

/** Languages without which no flow is complete; any other is checked as soon as its folder exists. */
const REQUIRED_LANGUAGES = ['es', 'en'];
const BASE = 'es';
const OPTION_LENGTH_MAX = 20; // a WhatsApp reply button
const TONES = ['friendly', 'neutral', 'firm'];

/** Words that providers or the law take for an opt-out or its end: no option may be one (facts: Twilio 21610, CTIA, and the Spanish ones). */
export const OPT_OUT_WORDS = [
  ...['BAJA', 'ALTO', 'PARAR', 'PARE', 'SALIR', 'DETENER', 'NO MAS', 'DARME DE BAJA', 'CANCELAR MENSAJES', 'ALTA'],
  ...['STOP', 'STOPALL', 'UNSUBSCRIBE', 'CANCEL', 'END', 'QUIT', 'REVOKE', 'OPTOUT', 'REMOVE', 'START', 'UNSTOP'],
];

/** Word beginnings that give a debt away, without accents, in Spanish, English and Portuguese. */
const TELLING =
  /\b(deud|adeud|saldo|pag(o|os|a|ar|as|ue|aste|aron|ado|amos|amento)\b|mora\b|moros|cobr|vencid|venci(o|do)\b|atras(o|ad)|impag|debts?\b|balances?\b|pay(s|ing|ment|ments)?\b|paid\b|owe[sd]?\b|overdue\b|past due\b|collect|divida)/i;

export interface TextRules {
  optOutWords?: readonly string[];
  /** Wording that the law forbids; matched without accents, with collapsed spaces. */
  forbid?: readonly { id: string; re: RegExp }[];
}

/** All that is wrong with the words: what is missing, what is filled in differently, what gives a debt away, what costs too many SMS. */
export function checkTexts(flows: Flows, texts: Texts, rules: TextRules = {}): Fault[] {
  const faults = [...texts.faults];
  const used = keysUsed(flows);
  checkPresence(flows, texts, used, faults);
  for (const messages of texts.byFolder.values())
    for (const text of messages.values()) checkText(text, texts, used, rules, faults);
  for (const flow of flows.byName.values()) checkSaid(flow, texts, rules, faults);
  return unique(faults);
}

function checkPresence(flows: Flows, texts: Texts, used: ReadonlySet<string>, faults: Fault[]): void {
  const present = [...texts.byFolder.keys()].filter((folder) => folder.length === 2);
  for (const folder of new Set([...REQUIRED_LANGUAGES, ...present])) {
    for (const key of used) {
      if (texts.byFolder.get(folder)?.has(key)) continue;
      const [namespace, name] = key.split('.');
      const by = [...flows.byName.values()].find((flow) => textsSaid(flow).some((t) => t.key === key));
      faults.push({
        file: `locales/${folder}/${namespace}.yaml`,
        line: null,
        where: key,
        problem: `is missing${by ? ` and said by flow ${by.name}` : ''}`,
        fix: `add ${name}: "…"`,
      });
    }
  }
}

function checkText(
  text: Text,
  texts: Texts,
  used: ReadonlySet<string>,
  { forbid = [] }: TextRules,
  faults: Fault[],
): void {
  const report = (problem: string, fix: string) =>
    faults.push({ file: text.file, line: text.line, where: text.key, problem, fix });
  if (!used.has(text.key)) report('is said by no flow', 'remove it, or mend the key');
  const base = texts.byFolder.get(BASE)?.get(text.key);
  if (base && base.params.join() !== text.params.join())
    report(
      `fills in ${braced(text.params)}, and ${BASE} fills in ${braced(base.params)}`,
      'use the same names in every locale',
    );
  const words = plain(text.source);
  const telling = disclosesDebt(text.key) ? null : TELLING.exec(words);
  if (telling)
    report(`says "${telling[0]}" to people who did not show who they are`, 'say nothing of a debt in a neutral text');
  for (const { id, re } of forbid)
    if (re.test(words)) report(`has wording that the policy rule ${id} forbids`, 'say it otherwise');
}

function checkSaid(
  flow: CompiledFlow,
  texts: Texts,
  { optOutWords = OPT_OUT_WORDS }: TextRules,
  faults: Fault[],
): void {
  const words = createSay(texts);
  for (const { key, step, isOption } of textsSaid(flow)) {
    for (const [text, locale] of variants(texts, key)) {
      const report = (problem: string, fix: string) =>
        faults.push({
          file: text.file,
          line: text.line,
          where: key,
          problem: `${problem} (flow ${flow.name}, step ${step})`,
          fix,
        });
      const types = new Map(text.params.map((name) => [name, paramType(name, flow)]));
      const unknown = [...types].filter(([, type]) => type === null).map(([name]) => name);
      if (unknown.length > 0)
        report(`wants ${braced(unknown)}, which nothing fills in here`, 'use a slot of the flow or a fact');
      if (!disclosesDebt(key)) checkNeutralParams(types, report);
      if (unknown.length > 0) continue;
      const samples = TONES.map(
        (tone) => words({ key, params: sample(types, locale, tone), options: [], kind: 'reply' }, locale).text,
      );
      const longest = samples.reduce((a, b) => (b.length > a.length ? b : a));
      if (isOption) checkOption(longest, optOutWords, report);
      const cost = smsSegments(toGsm7(longest + optionLines(flow, step, texts, locale)));
      if (cost.segments > flow.segments)
        report(`costs ${cost.segments} SMS (${cost.encoding}), and the flow allows ${flow.segments}`, 'shorten it');
    }
  }
}

/** What a choice adds to its question where a channel has no buttons. */
function optionLines(flow: CompiledFlow, id: string, texts: Texts, locale: Locale): string {
  const step = flow.steps.get(id);
  const options = step?.is === 'choose' ? step.options : [];
  return options.map(({ key }, i) => `\n${i + 1}. ${texts.find(key, locale)?.source ?? ''}`).join('');
}

function checkNeutralParams(
  types: ReadonlyMap<string, SlotType | null>,
  report: (problem: string, fix: string) => void,
): void {
  const telling = [...types].filter(
    ([, type]) => type === 'money' || type === 'date' || type === 'dates' || type === 'debts' || type === 'parts',
  );
  if (telling.length > 0)
    report(`fills in ${braced(telling.map(([name]) => name))}`, 'a neutral text holds no money, days or debts');
}

function checkOption(
  label: string,
  optOutWords: readonly string[],
  report: (problem: string, fix: string) => void,
): void {
  if (
    optOutWords.includes(
      plain(label)
        .toUpperCase()
        .replace(/[^A-Z0-9 ]/g, '')
        .trim(),
    )
  )
    report(`is the option "${label}", which providers take for an opt-out word`, 'choose another word');
  if (label.length > OPTION_LENGTH_MAX)
    report(`is an option of ${label.length} letters`, `at most ${OPTION_LENGTH_MAX}: it is a reply button`);
}

/** A text in each locale that has words of its own for it. */
function variants(texts: Texts, key: string): [Text, Locale][] {
  const found = new Map<Text, Locale>();
  for (const locale of LOCALES) {
    const text = texts.find(key, locale);
    if (text && texts.byFolder.has(languageOf(locale)) && !found.has(text)) found.set(text, locale);
  }
  return [...found];
}

const CURRENCY_OF: Partial<Record<Locale, Currency>> = {
  'es-CL': 'CLP',
  'es-CO': 'COP',
  'en-US': 'USD',
  'pt-BR': 'BRL',
};
/** As long as they come in practice. */
const TEXT_SAMPLES: Record<string, string> = {
  first_name: 'Guadalupe',
  creditor: 'Financiera del Pacífico',
  folio: 'K7M2QP',
  promise_folio: 'K7M2QP',
  url: 'https://pagos.financiera.example/p/AAAAAAAAAAAAAAAAAAAAAA',
};

function sample(types: ReadonlyMap<string, SlotType | null>, locale: Locale, tone: string): Slots {
  const slots: Slots = {};
  for (const [name, type] of types) {
    if (name === 'tone') slots[name] = { type: 'text', value: tone };
    else if (type !== null) slots[name.replace(/_short$/, '')] = sampleOf(name, type, locale);
  }
  return slots;
}

function sampleOf(name: string, type: SlotType, locale: Locale): SlotValue {
  const day = civilDate('2026-09-23'); // a Wednesday in September: the longest names in Spanish
  const amount = money(12_345_678n, CURRENCY_OF[locale] ?? 'MXN');
  const debt = { debtId: 'd', concept: 'Crédito personal', owed: amount, overdue: amount, dueDate: day, daysLate: 45 };
  const part = { days: [day], amount, source: { text: 'texto', rule: '', span: null } };
  const values: Record<SlotType, SlotValue> = {
    text: { type: 'text', value: TEXT_SAMPLES[name] ?? 'texto' },
    number: { type: 'number', value: 45 },
    date: { type: 'date', value: day },
    dates: { type: 'dates', value: [day, addDays(day, 7)] },
    money: { type: 'money', value: amount },
    debts: { type: 'debts', value: [debt, debt] },
    parts: { type: 'parts', value: [part, part] },
    source: { type: 'source', value: part.source },
    flag: { type: 'flag', value: true },
  };
  return values[type];
}

const braced = (names: readonly string[]): string =>
  names.length === 0 ? 'nothing' : names.map((n) => `{${n}}`).join(' ');

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/\s+/g, ' ');

function unique(faults: readonly Fault[]): Fault[] {
  return [
    ...new Map(
      faults.map((f) => [[f.file, f.line, f.where, f.problem.replace(/ \(flow .*\)$/, '')].join('|'), f]),
    ).values(),
  ];
}
