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
  /** Asks leave for what was just offered: "¿le parece?". */
  permits: RegExp;
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
}

/**
 * A list of phrases as one pattern: alternatives on lines of their own or between ` | `, one idea a line. A bare `|` belongs to the pattern of
 * a single phrase, such as `(?:le|les)`.
 */
export const phrases = (text: TemplateStringsArray, ...parts: string[]): string =>
  String.raw(text, ...parts)
    .trim()
    .replace(/\s*\n\s*| \| /g, '|');

/** Whole words between spaces, anywhere in a clause. */
export const cue = (text: TemplateStringsArray, ...parts: string[]): RegExp =>
  new RegExp(` (?:${phrases(text, ...parts)})(?= )`);
/** The same, only as the first words. */
export const cueAtStart = (text: TemplateStringsArray, ...parts: string[]): RegExp =>
  new RegExp(`^ (?:${phrases(text, ...parts)})(?= )`);
/** The same as `cue`, to take every one of them out. */
export const cueAll = (text: TemplateStringsArray, ...parts: string[]): RegExp =>
  new RegExp(` (?:${phrases(text, ...parts)})(?= )`, 'g');
