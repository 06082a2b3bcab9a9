import type { CivilDate } from '../kernel/calendar.ts';
import type { Heard, HeardKind, ListeningContext } from './heard.ts';
import { understand } from './understand.ts';

export interface CorpusAmount {
  /** Minor units. */
  value: number;
  currency: string;
}

/** One answer in the format of shared/corpus: plain dates, and amounts in minor units as JSON numbers. */
export interface CorpusReading {
  kind: HeardKind;
  date: CivilDate | null;
  dates: CivilDate[];
  amount: CorpusAmount | null;
  amounts: (CorpusAmount | null)[];
}

export function corpusReading(text: string, context: Omit<ListeningContext, 'expecting'>): CorpusReading {
  return inCorpusFormat(understand(text, { ...context, expecting: 'nothing' }));
}

/** Dates only of what may be registered; one amount when one payment is offered, the list when there are several. */
export function inCorpusFormat(heard: Heard): CorpusReading {
  const dates = heard.kind === 'promise' ? heard.offers.flatMap(({ date }) => date?.candidates[0] ?? []) : [];
  const amounts = heard.offers.map(({ amount }): CorpusAmount | null =>
    amount?.kind === 'exact' ? { value: Number(amount.money.amountMinor), currency: amount.money.currency } : null,
  );
  return {
    kind: heard.kind,
    date: dates[0] ?? null,
    dates,
    amount: amounts.length === 1 ? (amounts[0] ?? null) : null,
    amounts,
  };
}
