import { decide, inputsHash } from '../compliance/gate.ts';
import type { Pack, Packs } from '../compliance/pack.ts';
import type { ContactContext, ContactRequest, Decision, PastMessage } from '../compliance/request.ts';
import { closingAfter } from '../compliance/windows.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { InboxRow, InboxStore } from '../inbox/inbox-store.ts';
import { HOUR_MS } from '../kernel/calendar.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { Medium, MessageKind } from '../kernel/medium.ts';
import { countryOfPhone } from '../kernel/phone.ts';
import type { ClaimStore } from '../ledger/claim-store.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { Account, Ledger } from '../ledger/ledger.ts';
import type { OutboxRow } from './outbox-store.ts';
import type { Past, ReadPasts } from './past.ts';

const SESSION_HOURS = 24;

/** The message that wants to go, as far as the law cares. */
export interface Candidate {
  kind: MessageKind;
  disclosesDebt: boolean;
  text: string;
}

/** What was read a moment ago, for many at once: the gate need not read it again. */
export interface Known {
  debtor: Debtor;
  account: Account;
  hasClaim: boolean;
  past: Past;
}

/** May this go now? */
export type MayGo = (
  conversation: Conversation,
  candidate: Candidate,
  now: Date,
  known?: Partial<Known>,
) => Promise<Judged>;

export interface GateDeps {
  packs: Packs;
  ledger: Ledger;
  claims: ClaimStore;
  inbox: Pick<InboxStore, 'waitingIn'>;
  /** Channel id → what it counts as before the law. */
  mediumOf: ReadonlyMap<string, Medium>;
  readPasts: ReadPasts;
}

/** The gate's answer with a hash of what it was asked: what the audit keeps. `goodUntil`: when the hours that allow it end; null when it may not go now. */
export type Judged = Decision & { inputs: string; goodUntil: Date | null };

/** Asks the policy pack of the debtor's country, with the history it needs: the one question that every message answers before it leaves. */
export function createGate({ packs, ledger, claims, inbox, mediumOf, readPasts }: GateDeps): MayGo {
  return async function mayGo(conversation, candidate, now, known = {}): Promise<Judged> {
    const debtor = known.debtor ?? (conversation.debtorId && (await ledger.findDebtor(conversation.debtorId)));
    const country = debtor?.country ?? countryOfPhone(conversation.address) ?? '';
    const pack = packs.inForce(country, now);
    const [past, about] = await Promise.all([
      history(conversation, candidate.kind, { country, now, known }),
      context(conversation, candidate, debtor, { now, known }),
    ]);
    const request: ContactRequest = {
      now,
      zones: [debtor?.zone ?? pack?.tz_default ?? ''],
      channel: conversation.medium,
      kind: candidate.kind,
      history: past,
      context: about,
    };
    const decision = decide(packs, country, request);
    const goodUntil = pack && decision.answer === 'allow' ? lastInstant(pack, request, conversation) : null;
    return { ...decision, inputs: inputsHash(country, request), goodUntil };
  };

  async function history(
    conversation: Conversation,
    kind: MessageKind,
    { country, now, known }: { country: string; now: Date; known: Partial<Known> },
  ): Promise<PastMessage[]> {
    const { lastInboundAt, medium } = conversation;
    // A reply inside its session is judged by the session alone: no need to read weeks.
    if (kind === 'reply' && lastInboundAt && now.getTime() - lastInboundAt.getTime() < SESSION_HOURS * HOUR_MS) {
      return [{ at: lastInboundAt, channel: medium, direction: 'in' }];
    }
    if (!conversation.debtorId) {
      return lastInboundAt ? [{ at: lastInboundAt, channel: medium, direction: 'in' }] : [];
    }
    const id = conversation.debtorId;
    const { heard, sent } = known.past ?? (await readPasts([{ id, country }], now)).get(id) ?? NO_PAST;
    const unread = known.past ? [] : await unreadIn(conversation._id);
    const mediumFor = (channel: string) => mediumOf.get(channel) ?? medium; // a channel that is no more still bound somebody
    // The pack lets an acknowledgement go while nothing was sent since the opt-out: of that, what left before the word was read says nothing.
    const told = kind === 'opt_out_ack' ? sent.filter((row) => row.kind === kind) : sent;
    const past = [...[...heard, ...unread].map((row) => pastIn(row, mediumFor)), ...told.map(pastOut)];
    return past.sort((a, b) => a.at.getTime() - b.at.getTime());
  }

  /** What was written here and has had no turn yet: a word that stops messages binds from its arrival. */
  async function unreadIn(id: ConversationId): Promise<InboxRow[]> {
    const rows = (await inbox.waitingIn([id])).get(id) ?? [];
    return rows.filter(({ incoming }) => incoming.kind === 'message');
  }

  async function context(
    conversation: Conversation,
    candidate: Candidate,
    debtor: Debtor | null,
    { now, known }: { now: Date; known: Partial<Known> },
  ): Promise<ContactContext> {
    const authorized = debtor?.authorizedMedia;
    return {
      recipient: 'debtor',
      ...(authorized ? { authorizedChannels: authorized } : {}),
      debtStatus: await debtStatus(candidate.kind, debtor, now, known),
      consents: consentsOf(conversation, candidate.kind),
      identityVerified: conversation.verifiedUntil !== null && conversation.verifiedUntil > now,
      disclosesDebt: candidate.disclosesDebt,
      collector: 'first_party',
      provider: conversation.channel,
      text: candidate.text,
    };
  }

  /** Read again just before the send: what was owed when the text was written may be paid by now. */
  async function debtStatus(
    kind: MessageKind,
    debtor: Debtor | null,
    now: Date,
    known: Partial<Known>,
  ): Promise<ContactContext['debtStatus']> {
    if (!debtor || kind === 'reply') return 'current'; // a reply passes whatever the status
    const account = known.account ?? (await ledger.account(debtor.id, now));
    if (account.total.amountMinor <= 0n) return 'paid';
    if (known.hasClaim ?? (await claims.hasOpen(debtor.id, now))) return 'disputed';
    return account.overdue.amountMinor > 0n ? 'overdue' : 'current';
  }
}

const NO_PAST: Past = { heard: [], sent: [] };
const MINUTE_MS = 60_000;

/** Until when what is allowed now stays allowed by the hours: today's window, and what a reply or an acknowledgement may do outside it. */
function lastInstant(pack: Pack, request: ContactRequest, { lastInboundAt }: Conversation): Date | null {
  const { now, kind, zones } = request;
  const ends = [closingAfter(pack, zones, now)?.getTime() ?? 0];
  if (kind === 'reply' && lastInboundAt)
    ends.push(lastInboundAt.getTime() + pack.session.quiet_reply_minutes * MINUTE_MS);
  if (kind === 'opt_out_ack') ends.push(now.getTime() + pack.opt_out.ack_minutes * MINUTE_MS);
  const last = Math.max(...ends);
  return last > now.getTime() ? new Date(last) : null;
}

/** The debtor's last word on being written to, however long ago. The time to acknowledge it runs from when it came, not from when it was read. */
function consentsOf(
  { consent, medium, lastInboundAt }: Conversation,
  kind: MessageKind,
): NonNullable<ContactContext['consents']> {
  if (!consent) return [];
  const cameBefore = kind === 'opt_out_ack' && lastInboundAt !== null && lastInboundAt < consent.at;
  return [{ at: cameBefore ? lastInboundAt : consent.at, channel: medium, reading: consent.state }];
}

/** On the channel that it came by: a word that stops messages may bind that one alone. */
function pastIn({ incoming, receivedAt: at }: InboxRow, mediumFor: (channel: string) => Medium): PastMessage {
  const { channel, text } = incoming.kind === 'message' ? incoming : { channel: '', text: '' };
  return { at, channel: mediumFor(channel), direction: 'in', text };
}

function pastOut(row: OutboxRow): PastMessage {
  const status = row.state === 'accepted' ? 'sent' : 'unknown';
  return { at: row.sentAt ?? row.createdAt, channel: row.medium, direction: 'out', kind: row.kind, status };
}
