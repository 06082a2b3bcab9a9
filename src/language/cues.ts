/** What the words of one clause say about its dates and sums. Each is tested on a clause of the skeleton, ` palabra DATE palabra `. */
export interface Cues {
  /** Paid already, by anyone: "ya pagué", "quedó pagado". */
  paid: RegExp;
  /** Words that mark any past: with a date it is behind us. */
  past: RegExp;
  /** What was meant or said once: "iba a pagar", "quedé de", "dije". */
  voided: RegExp;
  /** Not on that date. */
  negated: RegExp;
  /** Negations that promise: "sin falta", "no le fallo", "de DATE no pasa". Taken out before `negated` is asked. */
  assuring: RegExp;
  /** Begins as only a question does: chats leave the mark out. */
  asks: RegExp;
  /** Questions about the business, never an offer: "¿abren el sábado?". */
  asksInfo: RegExp;
  /** An offer put as a question: "¿puede ser DATE?". */
  proposes: RegExp;
  /** Asks for time: "aguánteme a DATE". */
  asksTime: RegExp;
  /** Conditions; `pious` formulas are taken out before. */
  conditional: RegExp;
  pious: RegExp;
  /** "tal vez", "creo que", "voy a tratar". */
  hedged: RegExp;
  /** Money comes in: "cobro DATE", "me pagan DATE". */
  income: RegExp;
  /** Puts it off without offering: "mañana le aviso". */
  putsOff: RegExp;
  /** Dates of other things, told as facts: "mi recibo vence DATE", "nací DATE". Asked before the past. */
  tells: RegExp;
  /** About something else: due dates, birthdays, appointments, calls. */
  aside: RegExp;
  /** Says plainly that it is an offer. */
  offers: RegExp;
  /** No date, but a wish to pay: "lo antes posible". */
  soon: RegExp;
  /** What was said before is replaced by what follows. */
  corrects: RegExp;
  /** Will not or need not pay: a person looks. */
  refuses: RegExp;
  /** Words that begin a clause. */
  splitters: ReadonlySet<string>;
  /** Words without weight beside a date. */
  filler: RegExp;
}

/** A pattern over whole words: alternatives separated by `|`, between spaces. */
export const cue = (...alternatives: string[]): RegExp => new RegExp(` (?:${alternatives.join('|')})(?= )`);
export const cueAll = (...alternatives: string[]): RegExp => new RegExp(` (?:${alternatives.join('|')})(?= )`, 'g');
