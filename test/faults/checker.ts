import {
  type ConversationDoc,
  type Evidence,
  groupBy,
  type InboxDoc,
  inboxIdOf,
  type OutboxDoc,
  type Received,
  scriptOf,
  turnOf,
} from './evidence.ts';
import { isWithinHours, wallClock } from './hours.ts';

/**
 * lost: acknowledged and never answered, or said to be sent and never received. duplicated: received twice, or by nobody's order.
 * reordered: answered in another order than asked, or otherwise than an undisturbed service answers. unknown: nobody can say whether it was sent.
 * unfinished: still on its way when all is quiet. repeated: one follow-up, two contacts.
 */
export const KINDS = [
  'lost',
  'duplicated',
  'reordered',
  'late',
  'out_of_hours',
  'unknown',
  'after_opt_out',
  'unfinished',
  'repeated',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Finding {
  kind: Kind;
  /** The phone of the debtor it happened to. */
  phone: string;
  what: string;
}

/** Kinds that the law times: an answer to the debtor's own message may come at any hour. */
const ORDINARY = new Set(['reminder', 'preventive', 'promise_followup', 'demand', 'offer']);
const SENT = new Set(['accepted']);
const NEVER_SENT = new Set(['expired', 'refused', 'blocked']);

/** Holds the three witnesses against each other. Pure. */
export function check(evidence: Evidence): Finding[] {
  const index = indexOf(evidence);
  return [
    ...messagesLost(evidence, index),
    ...answersLost(evidence, index),
    ...sentTwice(evidence, index),
    ...outOfOrder(evidence, index),
    ...late(evidence, index),
    ...againstTheLaw(evidence, index),
    ...unknown(evidence, index),
    ...leftOver(evidence),
    ...firedTwice(evidence, index),
  ];
}

/** Milliseconds from acknowledgement to answer, of every message that was answered. */
export function waitsOf(evidence: Evidence): number[] {
  const { inbox, receivedFor } = indexOf(evidence);
  return evidence.posted.flatMap(({ id, ackedAt }) => {
    const row = inbox.get(id);
    const first = row && receivedFor.get(turnOf(row))?.[0];
    return ackedAt === null || !first ? [] : [Math.max(0, first.at - ackedAt)];
  });
}

type Index = ReturnType<typeof indexOf>;

function indexOf({ inbox, outbox, received, conversations, debtors }: Evidence) {
  return {
    inbox: new Map(inbox.map((row) => [row._id, row])),
    outbox: new Map(outbox.map((row) => [row._id, row])),
    rowsFor: groupBy(outbox, ({ _id }) => inboxIdOf(_id)),
    receivedOf: groupBy(received, ({ outboxId }) => outboxId),
    receivedFor: groupBy(received, ({ outboxId }) => inboxIdOf(outboxId)),
    phoneOf: new Map(conversations.map(({ _id, address }) => [_id, address])),
    conversations: new Map(conversations.map((conversation) => [conversation.address, conversation])),
    debtors: new Map(debtors.map((debtor) => [debtor.phone, debtor])),
  };
}

function messagesLost({ posted }: Evidence, { inbox, rowsFor }: Index): Finding[] {
  const lost = (phone: string, what: string): Finding => ({ kind: 'lost', phone, what });
  return posted.flatMap(({ id, phone, ackedAt }) => {
    const row = inbox.get(id);
    if (ackedAt !== null && !row) return [lost(phone, `${id} was acknowledged and is not stored`)];
    if (row?.state === 'dead') return [lost(phone, `${id} is a dead letter`)];
    if (row?.state === 'done' && !rowsFor.has(turnOf(row)))
      return [lost(phone, `${id} was taken and nothing was answered`)];
    return [];
  });
}

function answersLost({ outbox }: Evidence, { receivedOf }: Index): Finding[] {
  return outbox.flatMap(({ _id, address: phone, state, kind, rule }) => {
    if (SENT.has(state) && !receivedOf.has(_id))
      return [{ kind: 'lost', phone, what: `${_id} counts as sent and nobody received it` }];
    if (NEVER_SENT.has(state) && !ORDINARY.has(kind) && !receivedOf.has(_id))
      return [{ kind: 'lost', phone, what: `${_id} did not go: ${state}, ${rule}` }];
    return [];
  });
}

function sentTwice({ received }: Evidence, { receivedOf, outbox }: Index): Finding[] {
  // A row that says of itself that it may have come twice is flagged: the debtor is owed it at least once.
  const isFlagged = (all: readonly Received[]) => outbox.get(all[0]?.outboxId ?? '')?.mayBeTwice === true;
  const twice = [...receivedOf.values()].filter((all) => all.length > 1 && !isFlagged(all));
  const strays = received.filter(({ outboxId }) => !outbox.has(outboxId));
  return [
    ...twice.map((all) => finding('duplicated', all[0], `${all[0]?.outboxId} was received ${all.length} times`)),
    ...strays.map((one) => finding('duplicated', one, `${one.outboxId} was received and is in no outbox`)),
  ];
}

const finding = (kind: Kind, one: Received | undefined, what: string): Finding => ({
  kind,
  phone: one?.to ?? '',
  what,
});

function outOfOrder(evidence: Evidence, index: Index): Finding[] {
  const { inbox, posted } = evidence;
  const conversations = groupBy(inbox, ({ conversationId }) => conversationId);
  const received = groupBy(evidence.received, ({ to }) => to);
  const journal = groupBy(posted, ({ phone }) => phone);
  return [...conversations].flatMap(([id, rows]) => {
    const phone = index.phoneOf.get(id) ?? '';
    rows.sort(bySeq);
    const said = [
      ...receivedInOrder(rows, received.get(phone) ?? [], index),
      ...arrivedInOrder(rows, journal.get(phone) ?? []),
      ...asReplayed(rows, evidence, index),
    ];
    return said.map((what): Finding => ({ kind: 'reordered', phone, what }));
  });
}

/** What is received follows the order of what was asked. What the law put off may be overtaken. */
function receivedInOrder(rows: readonly InboxDoc[], got: readonly Received[], { outbox }: Index): string[] {
  const place = new Map(rows.map(({ _id }, n) => [_id, n]));
  const said: string[] = [];
  let last: { place: number; n: number; id: string } | null = null;
  for (const { outboxId } of got) {
    const row = outbox.get(outboxId);
    if (!row || ORDINARY.has(row.kind)) continue;
    const here = { place: place.get(inboxIdOf(outboxId)) ?? -1, n: Number(outboxId.split(':').at(-1)), id: outboxId };
    if (last && (here.place < last.place || (here.place === last.place && here.n < last.n)))
      said.push(`${outboxId} was received after ${last.id}`);
    last = here;
  }
  return said;
}

/** Of two messages the second of which was written after the first was acknowledged, the first comes first. */
function arrivedInOrder(rows: readonly InboxDoc[], posted: { id: string; firstAt: number; ackedAt: number | null }[]) {
  const stored = new Map(rows.map((row, n) => [row._id, n]));
  const known = posted.filter(({ id }) => stored.has(id)).sort((a, b) => a.firstAt - b.firstAt);
  return known.flatMap((second, n) => {
    const first = known[n - 1];
    if (!first || first.ackedAt === null || first.ackedAt > second.firstAt) return [];
    return (stored.get(first.id) ?? 0) > (stored.get(second.id) ?? 0) ? [`${second.id} overtook ${first.id}`] : [];
  });
}

/** The last answer that a replay can give to a flood: how much is too much is counted by the clock and by message, and a replay has neither. */
const FLOODED = 'neutral.flooded';

/** Every decision is the one that an undisturbed service makes on the same messages. */
function asReplayed(rows: readonly InboxDoc[], { replay }: Evidence, { rowsFor }: Index): string[] {
  const expected = replay.get(scriptOf(rows));
  if (!expected || rows.some(({ incoming, state }) => incoming.kind !== 'message' || state !== 'done')) return [];
  const keys = rows.flatMap(({ _id }) => (rowsFor.get(_id) ?? []).sort(byNumber).map(({ key }) => key));
  const toldAt = keys.indexOf(FLOODED);
  const comparable = (all: readonly string[]) => (toldAt < 0 ? all : all.slice(0, toldAt)).join();
  if (comparable(keys) === comparable(expected)) return [];
  return [`the answers differ from the replay: ${keys.join(' ')} in place of ${expected.join(' ')}`];
}

function late({ posted, lateMs }: Evidence, { inbox, receivedFor }: Index): Finding[] {
  return posted.flatMap(({ id, phone, ackedAt }) => {
    const row = inbox.get(id);
    const first = row && receivedFor.get(turnOf(row))?.[0];
    if (!first || ackedAt === null || first.at - ackedAt <= lateMs) return [];
    return [{ kind: 'late' as const, phone, what: `${id} was answered after ${Math.round(first.at - ackedAt)} ms` }];
  });
}

function againstTheLaw({ received }: Evidence, { outbox, debtors, conversations }: Index): Finding[] {
  return received.flatMap((one) => {
    const { outboxId, to, at, validityPeriod } = one;
    const row = outbox.get(outboxId);
    const debtor = debtors.get(to);
    if (!row || !debtor || !ORDINARY.has(row.kind)) return [];
    const said: Finding[] = [];
    const when = `at ${wallClock(debtor.zone, at)} in ${debtor.zone}`;
    if (!isWithinHours(debtor.zone, at)) said.push(finding('out_of_hours', one, `${outboxId} was sent ${when}`));
    else if (validityPeriod === null || !isWithinHours(debtor.zone, at + (validityPeriod - 1) * 1000))
      said.push(finding('out_of_hours', one, `${outboxId}, sent ${when}, may be delivered after hours`));
    if (isAfterOptOut(conversations.get(to), at))
      said.push(finding('after_opt_out', one, `${outboxId} was sent ${when}, after the debtor opted out`));
    return said;
  });
}

/** A send that was under way as the opt-out was written is no breach: the intent stood before it. */
const OPT_OUT_SLACK_MS = 1_000;
const isAfterOptOut = (conversation: ConversationDoc | undefined, at: number): boolean =>
  conversation?.consent?.state === 'out' && at > conversation.consent.at.getTime() + OPT_OUT_SLACK_MS;

function leftOver({ inbox, outbox, followups, conversations, debtors, at }: Evidence): Finding[] {
  const phones = new Map(conversations.map(({ _id, address }) => [_id, address]));
  const phoneOfDebtor = new Map(debtors.map(({ debtorId, phone }) => [debtorId, phone]));
  const unfinished = (phone: string, what: string): Finding => ({ kind: 'unfinished', phone, what });
  return [
    ...inbox
      .filter(({ state }) => state === 'new')
      .map((row) => unfinished(phones.get(row.conversationId) ?? '', `${row._id} still waits for its turn`)),
    ...outbox
      .filter(
        (row) =>
          row.state === 'sending' || isBeingChecked(row) || (row.state === 'ready' && row.notBefore.getTime() <= at),
      )
      .map((row) => unfinished(row.address, `${row._id} is still ${row.state}`)),
    ...followups
      .filter(({ state, dueAt }) => state === 'fired' || (state === 'scheduled' && dueAt.getTime() <= at))
      .map((row) => unfinished(phoneOfDebtor.get(row.debtorId) ?? '', `follow-up ${row._id} is still ${row.state}`)),
  ];
}

const isBeingChecked = ({ state, checkAt }: OutboxDoc): boolean => state === 'unknown' && checkAt instanceof Date;

/**
 * A demand that may have been sent and was not is flagged and let go: twice would be a second contact under the law. Anything else that nobody knows of should
 * have been found out.
 */
function unknown({ outbox }: Evidence, { receivedOf }: Index): Finding[] {
  return outbox
    .filter(({ _id, state, kind }) => state === 'unknown' && (receivedOf.has(_id) || !ORDINARY.has(kind)))
    .map(({ _id, address, rule }) => ({ kind: 'unknown', phone: address, what: `nobody knows of ${_id} (${rule})` }));
}

/** A follow-up that was put off has a new due instant, so its contacts may have several inbox rows; one of them may speak. */
function firedTwice({ inbox }: Evidence, { receivedFor, phoneOf }: Index): Finding[] {
  const timers = groupBy(
    inbox.filter(({ incoming }) => incoming.followupId),
    ({ incoming }) => incoming.followupId ?? '',
  );
  return [...timers].flatMap(([id, rows]) => {
    const spoke = rows.filter(({ _id }) => receivedFor.has(_id));
    if (spoke.length < 2) return [];
    const phone = phoneOf.get(spoke[0]?.conversationId ?? '') ?? '';
    return [{ kind: 'repeated' as const, phone, what: `follow-up ${id} spoke ${spoke.length} times` }];
  });
}

const bySeq = (a: { seq: string }, b: { seq: string }): number => (a.seq < b.seq ? -1 : 1);
const byNumber = (a: { _id: string }, b: { _id: string }): number =>
  Number(a._id.split(':').at(-1)) - Number(b._id.split(':').at(-1));
