import type { Clause } from './clauses.ts';
import type { Cues } from './cues.ts';

/** How a clause stands to its dates. */
export type Stance =
  | 'paid'
  | 'refusal'
  | 'past'
  | 'voided'
  | 'negated'
  | 'info'
  | 'proposal'
  | 'asks_time'
  | 'conditional'
  | 'hedged'
  | 'income'
  | 'puts_off'
  | 'aside'
  | 'offer'
  | 'bare'
  | 'soon'
  | 'nothing';

/** Reads a clause by its cues; the order is the order of trust. Past comes before any date is believed. */
export function stanceOf(clause: Clause, cues: Cues): Stance {
  const text = clause.text.replace(cues.pious, '');
  const isQuestion = clause.isQuestion || cues.asks.test(text);
  const plain = text.replace(cues.assuring, '').padStart(1);
  const hasDate = / (DATE|LOOSEDATE|OTHERDATE|HOUR)(?= )/.test(text);
  const hasAnyDate = hasDate || / (VAGUEDATE|DURATION)(?= )/.test(text);
  if (cues.refuses.test(text)) return 'refusal';
  if (hasAnyDate && !isQuestion && cues.tells.test(text) && !/ (PAY|PAYINF)(?= )/.test(text)) return 'aside';
  if (
    cues.paid.test(plain) &&
    !cues.voided.test(plain) &&
    !isNegatedPaid(plain) &&
    !(hasDate && (isVoucherToCome(plain) || isDoneByThen(plain)))
  )
    return !isQuestion || clause.asksLater || ASKS_AFTER_OWN.test(plain)
      ? 'paid'
      : hasDate && cues.proposes.test(text)
        ? 'proposal'
        : 'info';
  if (isQuestion) return questionStance(text, hasDate || (hasAnyDate && cues.proposes.test(text)), cues);
  if (!hasAnyDate && OTHERS_DEED.test(plain)) return 'aside';
  if (EXPLAINS.test(plain) && !/ (?:PAY|PAID|PAYQ|DONE|\w*DATE) /.test(plain)) return 'aside';
  if (cues.voided.test(plain)) return 'voided';
  if (cues.past.test(plain)) return 'past';
  if (cues.asksTime.test(text)) return 'asks_time';
  if (cues.conditional.test(text)) return 'conditional';
  if (hasAnyDate && cues.negated.test(plain)) return 'negated';
  if (hasDate && putsOff(text, cues)) return 'puts_off';
  const offers = cues.offers.test(text);
  if (hasDate && cues.hedged.test(text)) return 'hedged';
  if (hasDate && cues.income.test(text) && !OFFERS_TOO.test(text.replace(cues.income, ''))) return 'income';
  if (hasAnyDate && !offers && cues.aside.test(text)) return 'aside';
  if (hasDate) return offers ? 'offer' : 'bare';
  if (cues.putsOff.test(text)) return 'puts_off';
  if (offers) return 'offer';
  return cues.soon.test(text) ? 'soon' : 'nothing';
}

/** "my landlord raised the rent $200": a sum of somebody else's. */
const OTHERS_DEED =
  / (?:he|she|they|it|(?:my|the|our) \w+) (?:just |also |already )?(?!PAID|exceed|proceed|succeed)\w{3,}ed (?:.* )?MONEY /;

/** "when i get paid on the 30th ill give you 300": what comes in is passed on. */
const OFFERS_TOO = / (?:PAY|PAYINF|(?:ill|i will) (?:give|bring|get|do|drop|hand))(?= )/;

/** "es lo que junté", "that's all i got": why the sum is no greater. */
const EXPLAINS =
  /^ (?:(?:porque|pues|y|e|and) )?(?:es|fue|eh|foi|its|thats|was) (?:(?:REL|todo|tudo|lo unico|o unico|so|lo poco) ){0,2}(?:lo|que|o|a unica coisa|all|what|everything|REL) (?:poco )?(?:que|i|we|lo|deu) /;

/** "¿ya les cayó mi pago?": claims it and asks whether it is there. */
const ASKS_AFTER_OWN =
  / (?:mi|my|meu|minha) (?:PAY|pago|deposito|transferencia|abono|consignacion|transfer|giro|pagamento|pix|payment|money|check|deposit)(?= )/;

/** "le aviso mañana"; not "le aviso que mañana le pago". */
function putsOff(text: string, cues: Cues): boolean {
  const match = cues.putsOff.exec(text);
  return match !== null && (match[0].includes('PAY') || !/ (PAY|PAYINF)(?= )/.test(text));
}

/** "el viernes te mando el comprobante": nothing is paid yet. */
export const isVoucherToCome = (text: string): boolean =>
  / (comprobante|voucher|baucher|soporte|comprovante|receipt)(?= )/.test(text) &&
  !/ (ya|ja|already|PAID|DONE|PAYQ|PASTDATE|\w+\+)(?= )/.test(text);

/** "el lunes está consignado": said of a day to come. */
const isDoneByThen = (text: string): boolean =>
  / DATE (?:(?:ya|a|mas|como|muy|tardar|maximo|at|the|latest) ){0,4}(?:esta\+?|estan|estara\+?|queda|quedan|quedara\+?|va a (?:estar|quedar)|ta|fica|estara|vai (?:estar|ficar)|is) (?:(?:REL|eso|todo|tudo|isso) )?DONE(?= )/.test(
    text,
  );

const isNegatedPaid = (text: string): boolean =>
  / (no|nao|not|didnt|havent|hasnt|nunca|ni) (?:\w+ ){0,3}(PAID|DONE|PAYQ)(?= )/.test(text);

const HOW_MUCH = /^ (?:\w+ ){0,2}(?:cuant[oa]s?|quant[oa]s?|how much|que horas?|que horario|what time)(?= )/;

function questionStance(text: string, hasDate: boolean, cues: Cues): Stance {
  if (cues.asksTime.test(text)) return 'asks_time';
  if (!hasDate || HOW_MUCH.test(text)) return 'info';
  const isOffer = / (PAY|PAYINF|PAYING|MONEY|REL)(?= )/.test(text) || cues.proposes.test(text);
  return cues.asksInfo.test(text) && !(isOffer && cues.proposes.test(text)) ? 'info' : 'proposal';
}
