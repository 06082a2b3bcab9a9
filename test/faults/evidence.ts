/** What a run leaves behind, and all that the checker is given: three witnesses who do not know of each other. */
export interface Evidence {
  /** The load generator's journal: what debtors wrote, and what the service answered the provider. */
  posted: readonly Posted[];
  /** The database. */
  inbox: readonly InboxDoc[];
  outbox: readonly OutboxDoc[];
  followups: readonly FollowupDoc[];
  conversations: readonly ConversationDoc[];
  /** What the provider took, in its order: what debtors received. */
  received: readonly Received[];
  debtors: readonly Debtor[];
  /** What was said in a conversation, turn by turn (`scriptOf`) → keys of what an undisturbed service answers to it, in order. */
  replay: ReadonlyMap<string, readonly string[]>;
  /** When nothing was disturbed or sent any more, in ms; what should be finished by now is. */
  at: number;
  /** Milliseconds from the acknowledgement to the answer after which it counts as late. */
  lateMs: number;
}

/** One message of a debtor's, with all the tries that the provider made. */
export interface Posted {
  /** As the inbox knows it: `twilio:SM…`. */
  id: string;
  phone: string;
  text: string;
  firstAt: number;
  /** When the service first said 2xx; null: never, and the provider gave up. */
  ackedAt: number | null;
}

/** A message that the provider accepted. `outboxId` comes from the callback address that went with it. */
export interface Received {
  outboxId: string;
  to: string;
  body: string;
  validityPeriod: number | null;
  at: number;
}

/** A debtor of the portfolio, and which case it belongs to. */
export interface Debtor {
  debtorId: string;
  phone: string;
  zone: string;
  /** Whether a follow-up of theirs can be made to fall due. */
  reminded: boolean;
  owner: string;
}

export interface InboxDoc {
  _id: string;
  conversationId: string;
  incoming: { kind: string; text?: string; flow?: string; followupId?: string | null };
  receivedAt: Date;
  seq: string;
  state: string;
  notBefore: Date;
  /** The first message of the burst that it was read with. */
  takenWith?: string | null;
}

export interface OutboxDoc {
  _id: string;
  conversationId: string;
  address: string;
  kind: string;
  key: string;
  seq: string;
  state: string;
  rule: string | null;
  attempts: number;
  notBefore: Date;
  createdAt: Date;
  /** When the provider is asked about it again; null: never. */
  checkAt?: Date | null;
  /** It was sent again without proof that it had not arrived. */
  mayBeTwice?: boolean;
}

export interface FollowupDoc {
  _id: string;
  debtorId: string;
  dueAt: Date;
  state: string;
}

export interface ConversationDoc {
  _id: string;
  address: string;
  mode: string;
  consent: { state: string; at: Date } | null;
}

/** `<inbox id>:<n>` → the inbox row that it answers. */
export const inboxIdOf = (outboxId: string): string => outboxId.slice(0, outboxId.lastIndexOf(':'));

/** The turn of which a row was part: messages of a burst are read as one. */
export const turnOf = ({ _id, takenWith }: Pick<InboxDoc, '_id' | 'takenWith'>): string => takenWith ?? _id;

const TURN_MARK = '\u0001';

/** All that was said in a conversation, turn by turn, as one text. @param rows in the order of arrival */
export function scriptOf(rows: readonly InboxDoc[]): string {
  const turns = new Map<string, string[]>();
  for (const row of rows) turns.set(turnOf(row), [...(turns.get(turnOf(row)) ?? []), row.incoming.text ?? '']);
  return [...turns.values()].map((texts) => texts.join('\n')).join(TURN_MARK);
}

export const turnsOfScript = (script: string): string[] => script.split(TURN_MARK);

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}
