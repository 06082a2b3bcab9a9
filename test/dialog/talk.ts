import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';
import type { Facts } from '../../src/dialog/facts.ts';
import { knownOf } from '../../src/dialog/known.ts';
import { loadDialog } from '../../src/dialog/load.ts';
import { play } from '../../src/dialog/play.ts';
import { createSay } from '../../src/dialog/say.ts';
import {
  type ActionCall,
  type ActionResult,
  type DialogEvent,
  type DialogState,
  emptyDialog,
  type PartDraft,
  type Played,
  type Slots,
} from '../../src/dialog/state.ts';
import { civilDate } from '../../src/kernel/calendar.ts';
import type { MessageKind } from '../../src/kernel/medium.ts';
import { money } from '../../src/kernel/money.ts';
import { hear, type Words } from './debtor-words.ts';

export const { flows, texts } = loadDialog(readDataFiles(PACKAGE_ROOT));
export const say = createSay(texts);

/** Monday 23 November 2026: Ana owes 1,200 in one debt that is 8 days late. */
export const ANA: Facts = {
  known: true,
  verified: true,
  firstName: 'Ana',
  creditor: 'Tiendas Luna',
  country: 'mx',
  locale: 'es-MX',
  currency: 'MXN',
  today: civilDate('2026-11-23'),
  zone: 'America/Mexico_City',
  debts: [
    {
      debtId: 'luna/d1',
      concept: 'Crédito personal',
      owed: money(120000n, 'MXN'),
      overdue: money(120000n, 'MXN'),
      dueDate: civilDate('2026-11-15'),
      daysLate: 8,
    },
  ],
  total: money(120000n, 'MXN'),
  overdue: money(120000n, 'MXN'),
  daysLate: 8,
  instalment: money(120000n, 'MXN'),
  nextDue: null,
  openPromise: null,
  optedOut: false,
};

export const STRANGER: Facts = {
  ...ANA,
  known: false,
  verified: false,
  firstName: '',
  creditor: '',
  debts: [],
  total: money(0n, 'MXN'),
  overdue: money(0n, 'MXN'),
  daysLate: 0,
};

/** What is open under one folio: a day and centavos each. */
export function promised(folio: string, ...rows: [day: string, minor: bigint][]): NonNullable<Facts['openPromise']> {
  const parts = rows.map(([day, minor]) => ({
    date: civilDate(day),
    amount: money(minor, 'MXN'),
    source: { text: '', rule: '', span: null },
  }));
  const [next] = parts;
  if (!next) throw new Error('a promise has a day');
  return { folio, amount: next.amount, fulfilled: money(0n, 'MXN'), date: next.date, parts, missed: [] };
}

function single({ pay_date: day, amount, source }: Slots): PartDraft {
  if (day?.type !== 'date' || amount?.type !== 'money' || source?.type !== 'source')
    throw new Error('a promise needs a day, an amount and where they were read');
  return { days: [day.value], amount: amount.value, source: source.value };
}

/** Carries out actions as the house would, on nothing but the facts. Document: 4521. */
export function perform(call: ActionCall, facts: Facts): ActionResult {
  const done = (slots: Slots, change: Partial<Facts> = {}): ActionResult => ({
    outcome: 'ok',
    slots,
    facts: { ...facts, ...change },
  });
  const { slots } = call;
  switch (call.action) {
    case 'verify_identity':
      return slots.digits?.type === 'text' && slots.digits.value === '4521' && facts.known
        ? done({}, { verified: true })
        : { outcome: 'refused', slots: {} };
    case 'make_promise':
    case 'replace_promise': {
      const parts = slots.parts?.type === 'parts' ? slots.parts.value : [single(slots)];
      const folio = call.action === 'make_promise' ? 'K7M2QP' : 'W3X8RT';
      const openPromise = promised(
        folio,
        ...parts.map(({ days, amount }): [string, bigint] => [String(days[0]), amount?.amountMinor ?? 0n]),
      );
      return done({ folio: { type: 'text', value: folio } }, { openPromise });
    }
    case 'cancel_promise':
      return facts.openPromise ? done({}, { openPromise: null }) : { outcome: 'refused', slots: {} };
    case 'issue_pay_link':
      return done({
        url: { type: 'text', value: 'https://pay.test/p/abc' },
        amount: slots.amount ?? { type: 'money', value: facts.overdue },
      });
    case 'opt_out':
      return done({}, { optedOut: true });
    case 'opt_in':
      return done({}, { optedOut: false });
    case 'unlink':
      return done({}, { ...STRANGER, locale: facts.locale });
    case 'set_language':
      return slots.language?.type === 'text' && slots.language.value === 'pt'
        ? { outcome: 'refused', slots: {} }
        : done({}, { locale: slots.language?.type === 'text' && slots.language.value === 'en' ? 'en-US' : 'es-MX' });
    default:
      return done({});
  }
}

/** One dialog that is talked through in a test. */
export function talk(facts: Facts = ANA, state: DialogState = emptyDialog(), doing = perform) {
  const talk = {
    facts,
    state,
    last: null as Played | null,
    actions: [] as ActionCall[],
    turn(event: DialogEvent): string[] {
      const game = play({ flows, state: talk.state, event, facts: talk.facts });
      let step = game.next();
      while (!step.done) {
        talk.actions.push(structuredClone(step.value));
        const result = doing(step.value, talk.facts);
        if (result.facts) talk.facts = result.facts;
        step = game.next(result);
      }
      talk.last = step.value;
      talk.state = step.value.state;
      return step.value.sayings.map((saying) => saying.key);
    },
    /** @returns the keys that are said. */
    hears: (words: Words): string[] => {
      const known = knownOf(talk.facts, talk.state, flows);
      return talk.turn({ kind: 'heard', heard: hear(words, known) });
    },
    starts: (flow: string, slots: Slots = {}, messageKind: MessageKind = 'reminder'): string[] =>
      talk.turn({ kind: 'start', flow, slots, messageKind }),
    /** The last turn in words, options as numbered lines. */
    words: (): string[] =>
      (talk.last?.sayings ?? []).map((saying) => {
        const { text, options } = say(saying, talk.facts.locale);
        return [text, ...options.map((option, i) => `${i + 1}. ${option}`)].join('\n');
      }),
  };
  return talk;
}

/** What the debtor says, and the keys that answer it. */
export type Turns = [Words, string[]][];

/** `make_promise 2026-11-27 50000`, of instalments all of them */
export function inWords({ action, slots }: ReturnType<typeof talk>['actions'][number]): string {
  if (slots.parts?.type === 'parts' && action.endsWith('_promise'))
    return [action, ...slots.parts.value.map(({ days, amount }) => `${days.join('/')} ${amount?.amountMinor}`)].join(
      ' ',
    );
  const day = slots.pay_date?.type === 'date' ? ` ${slots.pay_date.value}` : '';
  const amount = slots.amount?.type === 'money' ? ` ${slots.amount.value.amountMinor}` : '';
  return `${action}${day}${amount}`;
}
