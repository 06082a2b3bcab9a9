import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type CreditorId = Branded<'creditor'>;
export type DebtorId = Branded<'debtor'>;
export type DebtId = Branded<'debt'>;
export type PromiseId = Branded<'promise'>;
export type ConversationId = Branded<'conversation'>;
export type InboxId = Branded<'inbox'>;
export type OutboxId = Branded<'outbox'>;
export type FollowupId = Branded<'followup'>;

/** `<creditor>` slug as the portfolio writes it. */
export const creditorId = (external: string): CreditorId => external as CreditorId;
/** One debtor of one creditor: `<creditor>/<debtor_id of the portfolio>`. */
export const debtorId = (creditor: CreditorId, external: string): DebtorId => `${creditor}/${external}` as DebtorId;
/** One debt of one creditor: `<creditor>/<debt_id of the portfolio>`. */
export const debtId = (creditor: CreditorId, external: string): DebtId => `${creditor}/${external}` as DebtId;
/** Derived from the address, so that a log or a command line names a conversation without naming a phone. 64 bits: among a million addresses two share a name once in 37 million times. */
export const conversationId = (channel: string, address: string): ConversationId =>
  `c-${digest(`${channel}:${address}`).slice(0, 16)}` as ConversationId;
export const outboxId = (inbox: InboxId, n: number): OutboxId => `${inbox}:${n}` as OutboxId;

/** `<id>~1` says on another channel what `<id>` could not say on its own, `<id>~2` on a third. The same each time, so that it is written once. */
export function fallbackIdOf(id: OutboxId): OutboxId {
  const [root, n = '0'] = id.split('~');
  return `${root}~${Number(n) + 1}` as OutboxId;
}

const FOLIO_ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'; // no 0 O 1 I L: a folio is read aloud

/** Six characters that a person can dictate. The same key gives the same folio, so that a turn that is run again writes the same one. */
export function folioOf(key: string): string {
  const bytes = createHash('sha256').update(key).digest();
  return Array.from({ length: 6 }, (_, i) => FOLIO_ALPHABET[(bytes[i] ?? 0) % FOLIO_ALPHABET.length]).join('');
}

/** 128 random bits, 22 URL-safe characters: short enough for an SMS. */
export const newToken = (): string => randomBytes(16).toString('base64url');
export const newUuid = (): string => randomUUID();

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');
export const digestOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
export const hmac = (key: string, text: string): string => createHmac('sha256', key).update(text).digest('hex');

/** Ids that sort by time: milliseconds of `at`, a counter within them, and 40 random bits. Later calls of one series sort later. */
export function sortableIds(): (at: Date) => string {
  let lastMs = 0;
  let tick = 0;
  return (at) => {
    const ms = Math.max(at.getTime(), lastMs);
    tick = ms === lastMs ? tick + 1 : 0;
    lastMs = ms;
    return `${ms.toString(36).padStart(9, '0')}${tick.toString(36).padStart(4, '0')}${randomBytes(5).toString('hex')}`;
  };
}

/** Sorts before all that are made at this instant or later. */
export const sortableFrom = (at: Date): string => at.getTime().toString(36).padStart(9, '0');

/** When a sortable id was made, to the millisecond. */
export const instantOf = (id: string): Date => new Date(Number.parseInt(id.replace(LATER, '').slice(0, 9), 36));

/** Sorts after all of the series: letters and digits come before '~'. */
export const afterAll = (id: string): string => `${LATER}${id}`;
const LATER = '~';

/** The machine's series, which orders messages across processes: never give it the demo's clock, whose future it would keep. */
export const sortableId = sortableIds();
