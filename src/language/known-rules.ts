import { type Calendar, certain, type Meaning } from './date-meaning.ts';
import { COUNT, count, type DateRule, END, rule } from './date-rule.ts';

const DUE_NOUN = '(?:vencimiento|vencimento)';
const DUE_VERB = '(?:se )?(?:venza|vence|vencer|venca)';
/** "antes de que venza mi pago"; not "antes de que venza mi contrato". */
const OURS =
  '(?! (?:(?:ART[FS]?|mi|su|meu|minha|A) )+(?!(?:pago|cuota|plazo|fecha|deuda|mensualidad|prazo|boleto|parcela|divida|data)(?= )))';
const IS_DUE = '(?:its|it is|ART (?:bill|payment|PAYMENTS) is) due';
const NOT_TOLD = '(?! (?:DE|es|eh|e|fue|era|foi|cae|seria|is|was|ya|IS|mudou|cambio|passou|paso|changed|moved)(?= ))';
const WHEN = '(?<=(?:^|IN|BY|BEFORE|AFTER|TO|ON|AT|[.,;:!?]|THIS))';
/** Little words that may stand before what is said first. */
const AT_FIRST =
  '(?<=(?:^(?: (?:no|nao|si|sim|yes|ok|bueno|mejor|melhor|pues|claro|,|BY|IN|ON|TO|te|le|lo|pago|deposito))*))';

/** "un día después": after what stands. */
export const DAYS_LATER = 'days_later';
const SAME_DAY = 'same_day';
/** Days that are counted from what stands, where the message names none. */
export const OF_WHAT_STANDS: ReadonlySet<string> = new Set([SAME_DAY, DAYS_LATER]);

/** Days that only the house knows: when it falls due, and when what was promised is to come. */
export const knownRules: readonly DateRule[] = [
  rule(
    'due_date',
    'known',
    `${WHEN} (?:ART[FS]? )?(?:(?:DAY|fecha|data) DE (?:ART )?)?${DUE_NOUN}${NOT_TOLD}`,
    (_, c) => due(c),
  ),
  rule('due_limit', 'known', `${WHEN} (?:ARTF )?(?:fecha|data) BY(?: DE pago)?${END}`, (_, c) => due(c)),
  rule('due_when', 'known', `(?<=(?:BEFORE|AFTER|BY)) ${DUE_VERB}${OURS}`, (_, c) => due(c)),
  rule('due_when', 'known', `(?:cuando|quando|ART DAY (?:que|IN que|em que)) ${DUE_VERB}${OURS}`, (_, c) => due(c)),
  rule('due_date', 'known', `${WHEN} (?:ART )?due date${NOT_TOLD}`, (_, c) => due(c)),
  rule('due_when', 'known', `(?<=(?:BEFORE|BY)) ${IS_DUE}`, (_, c) => due(c)),
  rule('due_when', 'known', `when ${IS_DUE}`, (_, c) => due(c)),
  rule(
    SAME_DAY,
    'known',
    `(?<=(?:^(?: (?:si|sim|yes|ok|no|mejor|pero|but|,|IN|ON|BY|TO|te|le|lo|pago))*|pago|deposito|MONEY|Q|\\d+|,)) (?:(?:IN|ON|BY|TO) )?(?:ART[FS]? |THIS )?(?:mismo|misma|mesmo|mesma) (?:DAY|fecha|data)${END}`,
    (_, c) => sameDay(c),
  ),
  rule(
    SAME_DAY,
    'known',
    `(?<=(?:^(?: (?:yes|ok|no|but|,|ON|IN|pay|BY))*|MONEY|Q|\\d+|,)) (?:(?:IN|ON|BY|TO) )?(?:ART )?THIS (?:DAY|date)${END}`,
    (_, c) => sameDay(c),
  ),
  rule(DAYS_LATER, 'known', `${AT_FIRST} ${COUNT} (DAY|WEEK) (?:despues|depois)${END}`, ([n, unit], c) => {
    const [day] = sameDay(c)?.candidates ?? [];
    const days = count(n) * (unit === 'WEEK' ? 7 : 1);
    return day === undefined || !(days > 0 && days <= DAYS_LATER_MAX) ? null : certain(day + days);
  }),
];

const DAYS_LATER_MAX = 31;

const due = ({ known, today }: Calendar): Meaning | null =>
  known?.due != null && known.due >= today ? certain(known.due) : null;

/** What stands on one day only: of several nobody knows which is meant. */
function sameDay({ known, today }: Calendar): Meaning | null {
  const [day, ...others] = new Set(known?.standing ?? []);
  return day !== undefined && others.length === 0 && day >= today ? certain(day) : null;
}
