import type { InboundMessage } from '../channels/channel.ts';
import { debtorsAt } from '../conversations/addresses.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { InternalEvent } from '../conversations/conversations.ts';
import { firstReachable } from '../conversations/reach.ts';
import type { Tx } from '../database/transaction.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { type ConversationId, conversationId, type DebtorId, type InboxId, sortableId } from '../kernel/ids.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Log } from '../kernel/log.ts';
import type { Medium } from '../kernel/medium.ts';
import { countryOfPhone } from '../kernel/phone.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Stored } from './arrivals.ts';
import type { BurstRule } from './burst.ts';
import { ANSWER_LENGTH_MAX } from './complete.ts';
import type { InboxRow, InboxStore, Incoming } from './inbox-store.ts';

export const TEXT_LENGTH_MAX = 4096; // WhatsApp's own limit; what is longer is cut, not refused

export interface InboxDeps {
  ledger: Ledger;
  conversations: ConversationStore;
  inbox: InboxStore;
  /** Channel id → what it counts as before the law. */
  mediumOf: ReadonlyMap<string, Medium>;
  /** Channels that carry free text for so many hours after the debtor's last message only. */
  windowHoursOf: ReadonlyMap<string, number>;
  /** Channel id → how long to wait for what a debtor may add. */
  burstOf: ReadonlyMap<string, BurstRule>;
  /** Makes a row durable. */
  store: (row: InboxRow) => Promise<Stored>;
  clock: Clock;
  machine: Clock;
  log: Log;
  /** Something will be due there. */
  expect: (id: ConversationId, at: Date) => void;
}

/** Where everything enters: debtors' messages, what happens inside, what agents do. Stored once, then acknowledged, then worked on. */
export function createInbox(deps: InboxDeps) {
  const { ledger, conversations, inbox, clock, machine, log, expect } = deps;

  /** One durable write: whose message it is, and of which conversation, is asked when its turn is taken. */
  async function receive(message: InboundMessage): Promise<Stored> {
    if (!deps.mediumOf.has(message.channel))
      throw new AppError('request_invalid', `There is no channel ${message.channel}.`);
    const row = messageRow(message);
    const stored = await deps.store(row);
    if (stored === 'stored') expect(row.conversationId, row.notBefore);
    return stored;
  }

  function messageRow({ id, channel, from, text, tapped, media }: InboundMessage): InboxRow {
    const machineNow = machine.now();
    const isWhole = tapped === true || (media?.length ?? 0) > 0 || text.length <= ANSWER_LENGTH_MAX;
    const quietMs = isWhole ? 0 : (deps.burstOf.get(channel)?.quietMs ?? 0); // until then it is no use to look at it
    return {
      _id: id as InboxId,
      conversationId: conversationId(channel, from),
      debtorId: null,
      incoming: {
        ...{ kind: 'message', text: cleanText(text), channel, from },
        ...(tapped && { tapped }),
        ...(media && media.length > 0 && { media }),
      },
      receivedAt: clock.now(),
      seq: sortableId(machineNow),
      state: 'new',
      attempts: 0,
      notBefore: new Date(machineNow.getTime() + quietMs),
    };
  }

  /** Opens these conversations, each for the address that its first message came from. */
  async function openNew(ids: readonly ConversationId[], waiting: ReadonlyMap<ConversationId, InboxRow[]>) {
    const opened = new Map<ConversationId, Conversation>();
    for (const id of ids) {
      const first = waiting.get(id)?.find(({ incoming }) => incoming.kind === 'message')?.incoming;
      if (first?.kind === 'message') opened.set(id, await meet(id, first.channel, first.from));
    }
    return opened;
  }

  /** A first message: the address is tied to a debtor when exactly one has that phone, or that e-mail address. */
  async function meet(id: ConversationId, channel: string, address: string): Promise<Conversation> {
    const known = await debtorsAt(ledger, deps.mediumOf.get(channel), address);
    const [debtor] = known;
    await open(channel, address, known.length === 1 && debtor ? debtor : null);
    return required(id, await conversations.find(id));
  }

  async function link(channel: string, address: string, debtorId: DebtorId): Promise<ConversationId> {
    const debtor = await ledger.findDebtor(debtorId);
    if (!debtor) throw new AppError('debtor_unknown', `There is no debtor ${debtorId} in the portfolio.`);
    const id = await open(channel, address, debtor);
    await conversations.tie(id, debtor.id, debtor.locale);
    return id;
  }

  async function open(
    channel: string,
    address: string,
    debtor: { id: DebtorId; locale: Locale } | null,
  ): Promise<ConversationId> {
    const medium = deps.mediumOf.get(channel);
    if (!medium) throw new AppError('request_invalid', `There is no channel ${channel}.`);
    const id = conversationId(channel, address);
    const locale = debtor?.locale ?? localeOfCountry(countryOfPhone(address));
    await conversations.open({ _id: id, channel, medium, address, debtorId: debtor?.id ?? null, locale }, clock.now());
    return id;
  }

  /** Follows the debtor to where they last wrote from and can be reached. Without any conversation there is nobody to tell. */
  async function enqueue(event: InternalEvent, tx: Tx): Promise<void> {
    const latestFirst = await conversations.ofDebtor(event.debtorId, tx);
    const conversation = firstReachable(latestFirst, deps.windowHoursOf, clock.now());
    if (!conversation) {
      log.warn({ event: event.id }, 'event for a debtor without a conversation');
      return;
    }
    const { flow, slots, messageKind, followupId } = event;
    const incoming: Incoming = { kind: 'event', flow, slots, messageKind, followupId: followupId ?? null };
    await inbox.insertOnce([rowOf(event.id as InboxId, conversation, incoming)], tx);
  }

  function rowOf(_id: InboxId, conversation: Conversation, incoming: Incoming): InboxRow {
    const machineNow = machine.now();
    return {
      _id,
      conversationId: conversation._id,
      debtorId: conversation.debtorId,
      incoming,
      receivedAt: clock.now(),
      seq: sortableId(machineNow),
      state: 'new',
      attempts: 0,
      notBefore: machineNow,
    };
  }

  return { receive, link, enqueue, meet, openNew, rowOf };
}

export function required(id: ConversationId, conversation: Conversation | null): Conversation {
  if (!conversation)
    throw new AppError('conversation_unknown', `There is no conversation ${id}. \`acuerdo conversation\` lists them.`);
  return conversation;
}

/** Control characters are of no use to a reader and a trap for a database; the rest stays as it was written. */
export function cleanText(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.slice(0, TEXT_LENGTH_MAX).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, ' ');
}

const COUNTRY_LOCALES: Record<string, Locale> = {
  mx: 'es-MX',
  cl: 'es-CL',
  co: 'es-CO',
  ar: 'es-AR',
  br: 'pt-BR',
  us: 'en-US',
};

function localeOfCountry(country: string | null): Locale {
  return COUNTRY_LOCALES[country ?? ''] ?? 'es-MX';
}
