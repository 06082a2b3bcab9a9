import { Bug } from '../kernel/errors.ts';
import type { Locale } from '../kernel/locale.ts';
import { formatMoney } from '../kernel/money.ts';
import type { DebtFact } from './facts.ts';
import type { DialogState, PartDraft, Saying, Slots, SlotValue } from './state.ts';
import { noTemplates, type Template, type Templates } from './templates.ts';
import type { Texts } from './texts.ts';
import { listed, longDay, shortDay } from './wording.ts';

export interface Said {
  text: string;
  /** Labels of the options, in order: reply buttons, or numbered lines where a channel has none. */
  options: string[];
  /** The same as a text that the provider has approved, where there is one: what may go when free text may not. */
  template: { id: string; variables: Record<string, string> } | null;
}

export type Say = (saying: Saying, locale: Locale) => Said;

/** Whether a text says anything about a debt. Only what stands in the namespace `neutral` does not; the check reads those word by word. */
export const disclosesDebt = (key: string): boolean => !key.startsWith('neutral.');

/** One debt a line. */
const LINE_KEY = 'lines.debt';
const PART_KEY = 'lines.part';
const SHORT = '_short';

/**
 * Turns keys into words. A placeholder `{day_short}` is the slot `day` in few letters; a placeholder that has no value is left empty.
 * @throws Bug when no locale has the key: `acuerdo check` finds that before.
 */
export function createSay(texts: Texts, templates: Templates = noTemplates): Say {
  function write(key: string, params: Slots, locale: Locale): string {
    const text = texts.find(key, locale);
    if (!text) throw new Bug(`no text for ${key}`);
    const values: Record<string, string | number> = {};
    for (const name of text.params) values[name] = fillIn(name, params, locale);
    return text.format(values);
  }

  function fillIn(name: string, params: Slots, locale: Locale): string | number {
    const given = params[name];
    if (given) return inWords(given, locale);
    const base = name.endsWith(SHORT) ? params[name.slice(0, -SHORT.length)] : undefined;
    if (base?.type === 'date') return shortDay(base.value, locale);
    return '';
  }

  function inWords(slot: SlotValue, locale: Locale): string | number {
    if (slot.type === 'money') return formatMoney(slot.value, locale);
    if (slot.type === 'date') return longDay(slot.value, locale);
    if (slot.type === 'dates') return slot.value.map((day) => longDay(day, locale)).join(', ');
    if (slot.type === 'debts') return slot.value.map((debt) => write(LINE_KEY, paramsOfDebt(debt), locale)).join('\n');
    if (slot.type === 'parts') return inOneLine(slot.value, locale);
    if (slot.type === 'source') return slot.value.text;
    return slot.type === 'flag' ? String(slot.value) : slot.value;
  }

  /** "$300.00 para el viernes … y $200.00 para el martes …" */
  function inOneLine(parts: readonly PartDraft[], locale: Locale): string {
    const said = parts.map(({ days: [day], amount }) =>
      write(
        PART_KEY,
        {
          ...(amount ? { amount: { type: 'money', value: amount } as const } : {}),
          ...(day ? { day: { type: 'date', value: day } as const } : {}),
        },
        locale,
      ),
    );
    return listed(said, locale);
  }

  return (saying, locale) => ({
    text: write(saying.key, saying.params, locale),
    options: saying.options.map((option) => write(option.key, option.params, locale)),
    template: approved(templates.find(saying.key, locale), saying.params, locale),
  });

  /** Null when a gap would stay empty, which Twilio refuses (error 21656). */
  function approved(template: Template | null, params: Slots, locale: Locale): Said['template'] {
    if (!template) return null;
    const filled = [...template.variables].map(([n, name]) => [n, inOneRow(fillIn(name, params, locale))] as const);
    if (filled.some(([, value]) => value === '')) return null;
    return { id: template.contentSid, variables: Object.fromEntries(filled) };
  }
}

/** WhatsApp takes no line break in what is filled in. */
const inOneRow = (value: string | number): string =>
  String(value)
    .trim()
    .replace(/\s*\n\s*/g, '; ')
    .replace(/\s+/g, ' ');

function paramsOfDebt(debt: DebtFact): Slots {
  return {
    concept: { type: 'text', value: debt.concept },
    owed: { type: 'money', value: debt.owed },
    days_late: { type: 'number', value: debt.daysLate },
    overdue: { type: 'money', value: debt.overdue },
    due: { type: 'text', value: dueWord(debt) },
    ...(debt.dueDate ? { due_date: { type: 'date', value: debt.dueDate } } : {}),
  };
}

/** Of a debt in instalments often only a part is late: the line must not say that all of it is. */
function dueWord({ daysLate, dueDate, owed, overdue }: DebtFact): 'late' | 'partly' | 'coming' | 'none' {
  if (daysLate > 0) return overdue.amountMinor < owed.amountMinor ? 'partly' : 'late';
  return dueDate ? 'coming' : 'none';
}

/** Said around a label without changing it: "la cantidad, por favor". */
const AROUND = new Set(
  'el la los las un una por favor quiero prefiero opcion mejor the a please i want option o um uma quero opcao'.split(
    ' ',
  ),
);

/**
 * The number (from 1) of the option that a debtor named by its label, as reply buttons do, or with a few small words around it.
 * Null when that is none of those last offered, or several. A sentence that merely holds a label picks nothing: "no puedo pagar" is no "Pagar".
 */
export function optionNamed(text: string, state: DialogState, say: Say, locale: Locale): number | null {
  const offered = state.stack.at(-1)?.options.length ?? 0;
  const saying = state.lastSaid.findLast(({ options }) => options.length > 0);
  if (!saying || offered !== saying.options.length) return null;
  const said = coreOf(text);
  const named = say(saying, locale).options.flatMap((label, i) => (coreOf(label) === said ? [i + 1] : []));
  return named.length === 1 ? (named[0] ?? null) : null;
}

function coreOf(text: string): string {
  const words = wordsOf(text);
  const core = words.filter((word) => !AROUND.has(word));
  return (core.length > 0 ? core : words).join(' ');
}

const wordsOf = (text: string): string[] =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
