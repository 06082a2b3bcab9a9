import type { Chance } from './chance.ts';
import type { Debtor } from './evidence.ts';
import { DIGITS } from './portfolio.ts';
import type { Postman } from './postman.ts';

/** What debtors write under load, and all of it has an answer. Each talk is one debtor's, from the first word to a promise. */
const TALKS: readonly (readonly string[])[] = [
  ['hola', DIGITS, 'cuánto debo?', 'muchas gracias'],
  ['hola', DIGITS, 'el viernes te deposito 500', 'sí', 'gracias'],
  ['quién eres?', 'cuánto debo?', DIGITS, 'mañana te pago 300', 'sí'],
  ['hola', '9999', DIGITS, 'saldo', 'quién eres?', 'gracias'],
];
const PAUSE_MS = { least: 2_500, most: 5_000 }; // longer than a burst is waited for, so that each message is a turn of its own
const TALK_LENGTH = TALKS.flat().length / TALKS.length;

export interface Load {
  /** Talks that have begun. */
  started(): number;
  /** Begins no more talks; resolves when those under way have said all. */
  stop(): Promise<void>;
}

/**
 * Open-loop: talks begin at seeded instants at the given rate, whether or not the service keeps up. Within a talk a debtor writes on once the message before was
 * acknowledged or given up, as people do.
 * @param perSecond messages a second, on the whole
 */
export function startLoad(postman: Postman, debtors: () => Debtor | null, perSecond: number, chance: Chance): Load {
  const talks = new Set<Promise<void>>();
  let started = 0;
  let timer: NodeJS.Timeout;
  const next = () => {
    // exponential gaps: arrivals that know nothing of each other
    const gapMs = (-Math.log(1 - chance.next()) * 1000 * TALK_LENGTH) / perSecond;
    timer = setTimeout(() => {
      const debtor = debtors();
      if (!debtor) return;
      started += 1;
      const talk = talkOf(debtor, chance.pick(TALKS), chance.fork()).finally(() => talks.delete(talk));
      talks.add(talk);
      next();
    }, gapMs);
  };
  next();

  async function talkOf({ phone }: Debtor, texts: readonly string[], own: Chance): Promise<void> {
    for (const [n, text] of texts.entries()) {
      if (n > 0) await new Promise((resolve) => setTimeout(resolve, own.between(PAUSE_MS.least, PAUSE_MS.most)));
      await postman.send(phone, text);
    }
  }

  return {
    started: () => started,
    async stop() {
      clearTimeout(timer);
      await Promise.all(talks);
    },
  };
}
