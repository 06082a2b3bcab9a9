import type { Channel, SendResult } from '../channels/channel.ts';
import { toGsm7 } from '../dialog/gsm7.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Conversation, ConversationStore } from './conversation-store.ts';
import type { EventStore } from './event-store.ts';
import type { Judged, MayGo } from './gate.ts';
import type { ProviderOptOut } from './opt-out.ts';
import type { OutboxRow, OutboxStore } from './outbox-store.ts';
import { isWindowOpen } from './reach.ts';

const SEND_LEASE_MS = 60_000; // outlives any provider's timeout

export interface DispatchDeps {
  channels: Channel[];
  mayGo: MayGo;
  optOut: ProviderOptOut;
  stores: { conversations: ConversationStore; outbox: OutboxStore; events: EventStore };
  owner: string;
  clock: Clock;
  machine: Clock;
  log: Log;
}

/**
 * The only caller of `channel.send`. Per conversation one sender at a time, oldest row first; each row is judged by the gate now,
 * its intent is written before the call, and a row whose answer is lost is flagged and never sent blindly again.
 */
export function createDispatch({ channels, mayGo, optOut, stores, owner, clock, machine, log }: DispatchDeps) {
  const byId = new Map(channels.map((channel) => [channel.id, channel]));

  /** @returns how many rows were handed to a provider or settled. */
  async function dispatchAll(): Promise<number> {
    const ids = await stores.outbox.conversationsReady([...byId.keys()], clock.now(), 100);
    const counts = await Promise.all(ids.map(dispatchConversation));
    return counts.reduce((sum, count) => sum + count, 0);
  }

  async function dispatchConversation(id: ConversationId): Promise<number> {
    const conversation = await stores.conversations.takeToSend(id, owner, machine.now(), SEND_LEASE_MS);
    if (!conversation) return 0;
    try {
      let done = 0;
      for (const row of await stores.outbox.readyIn(id)) {
        const channel = byId.get(row.channel);
        if (!channel) continue;
        if (row.notBefore > clock.now()) {
          if (row.attempts > 0) break; // the provider asked to wait: order is kept
          continue; // the law makes it wait: an answer may overtake it
        }
        const went = await dispatchRow(row, conversation, channel);
        done += 1;
        if (!went) break; // what comes after waits for it
      }
      return done;
    } finally {
      await stores.conversations.releaseSend(id, owner);
    }
  }

  /** @returns false when the rows behind it must wait. */
  async function dispatchRow(row: OutboxRow, conversation: Conversation, channel: Channel): Promise<boolean> {
    const now = clock.now();
    if (row.expiresAt <= now) {
      await settle(row, 'expired', 'too_late');
      return true;
    }
    if (row.debtorId !== null && row.debtorId !== conversation.debtorId) {
      await settle(row, 'blocked', 'address_untied'); // written for a debtor whose number this is no longer
      return true;
    }
    const answer = await judge(row, conversation, now);
    if (answer.answer === 'block') {
      await settle(row, 'blocked', answer.rule);
      return true;
    }
    if (answer.answer === 'defer') {
      await stores.outbox.settle(row._id, 'ready', answer.rule, answer.until);
      return true;
    }
    if (!isWindowOpen(channel.windowHours, conversation, now)) {
      await settle(row, 'refused', 'window_closed');
      return true;
    }
    if (!(await stores.outbox.intend(row._id, machine.now()))) return false;
    const result = await send(row, channel, validForMs(row, answer, now));
    return record(row, result, now);
  }

  async function judge(row: OutboxRow, conversation: Conversation, now: Date): Promise<Judged> {
    const answer = await mayGo(conversation, row, now);
    await stores.events.append([
      {
        what: 'send.decided',
        at: now,
        conversationId: row.conversationId,
        debtorId: row.debtorId,
        details: { outbox: row._id, kind: row.kind, key: row.key, ...answer },
      },
    ]);
    return answer;
  }

  async function send(row: OutboxRow, channel: Channel, validForMs: number): Promise<SendResult> {
    try {
      const text = textFor(channel, row);
      return await channel.send({ id: row._id, to: row.address, text, options: row.options, validForMs });
    } catch (err) {
      log.warn({ err, outbox: row._id }, 'send failed without an answer');
      return { outcome: 'unknown', code: 'no_answer' };
    }
  }

  async function record(row: OutboxRow, result: SendResult, now: Date): Promise<boolean> {
    if (result.outcome === 'accepted') {
      await stores.outbox.accepted(row._id, result.providerId, now);
      return true;
    }
    if (result.outcome === 'later') {
      await stores.outbox.settle(row._id, 'ready', result.code, new Date(now.getTime() + result.retryAfterMs));
      return false;
    }
    await settle(row, result.outcome, result.code);
    if (result.outcome === 'refused' && result.optedOut) await optOut(row, result.code);
    return true;
  }

  async function settle(
    row: OutboxRow,
    state: 'expired' | 'blocked' | 'refused' | 'unknown',
    rule: string,
  ): Promise<void> {
    await stores.outbox.settle(row._id, state, rule);
    log.warn({ outbox: row._id, state, rule }, 'message did not go');
  }

  return { dispatchAll };
}

/** A provider may hold a message for hours: it drops what the law, or its own truth, no longer lets arrive. */
function validForMs(row: OutboxRow, { goodUntil }: Judged, now: Date): number {
  const until = goodUntil !== null && goodUntil < row.expiresAt ? goodUntil : row.expiresAt;
  return until.getTime() - now.getTime();
}

/** As this channel shows it. In an SMS one accent that GSM-7 lacks would more than double the price. */
function textFor({ capabilities, medium }: Channel, row: OutboxRow): string {
  const text = capabilities.buttons ? row.text : withNumbers(row.text, row.options);
  return medium === 'sms' ? toGsm7(text) : text;
}

/** For channels without buttons: the options as lines that can be answered with their number. */
function withNumbers(text: string, options: string[]): string {
  return [text, ...options.map((label, n) => `${n + 1}) ${label}`)].join('\n');
}
