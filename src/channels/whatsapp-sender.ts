import type { BinaryNode, WAMessageUpdate } from '@whiskeysockets/baileys';
import type { Clock } from '../kernel/clock.ts';
import type { OutboxId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Channel, DeliveryStatus, Found, OutboundMessage, SendResult } from './channel.ts';
import { sentId, usualJid, WHATSAPP } from './whatsapp-address.ts';
import type { IdentityStore } from './whatsapp-identity-store.ts';
import type { SentStore } from './whatsapp-sent-store.ts';
import type { WaSocket } from './whatsapp-socket.ts';

const LENGTH_MAX = 4096; // WhatsApp's text body
const ACK_MS = 10_000; // WhatsApp answers within a second; longer, and the message is flagged until a later word settles it
const SEND_MS_MAX = 40_000;
const RECONNECT_MS = 2_000;
const BUSY_MS = 30_000;
const COLD_PAUSE_MS_MAX = 3_600_000; // looked at again every hour, however long WhatsApp's pause is
const PACE = { perSecond: 1, recipientSpacingMs: 1_000 }; // as a person types; bans follow bursts (facts/platforms.md, h)

/** WhatsApp may not start new chats from this number for now: https://github.com/WhiskeySockets/Baileys, SERVER_ERROR_CODES. Trying again makes it longer. */
export const REACHED_OUT_TOO_MUCH = '463';
const BUSY = ['429', '500', '503'];

export interface SenderDeps {
  stores: { identities: IdentityStore; sent: SentStore };
  /** True: it may also write to people who never wrote to it. */
  coldContact: boolean;
  /** Until when WhatsApp lets us write to nobody new; null when it does. */
  coldPausedUntil(): Date | null;
  onReachedOutTooMuch(): void;
  recordStatus(
    id: OutboxId,
    status: DeliveryStatus,
    providerId: string,
    failure?: { code: string; optedOut: boolean },
  ): Promise<unknown>;
  machine: Clock;
  log: Log;
  ackMs?: number;
}

type Ack = { error: string | null };

/** Our side of the talk: what we send, and WhatsApp's word on it. */
export function createSender(deps: SenderDeps) {
  const { stores, machine, log, ackMs = ACK_MS } = deps;
  const { identities, sent } = stores;
  const waiting = new Map<string, (ack: Ack | null) => void>();
  let socket: WaSocket | null = null;

  async function send(message: OutboundMessage): Promise<SendResult> {
    const { id, to, text } = message;
    if (text.length > LENGTH_MAX) return { outcome: 'refused', code: 'text_too_long' };
    const open = socket;
    if (open === null) return { outcome: 'later', code: 'not_connected', retryAfterMs: RECONNECT_MS };
    const jid = await jidFor(to, open);
    if (typeof jid !== 'string') return jid;
    const messageId = sentId(id);
    await sent.write({ _id: messageId, outboxId: id as OutboxId, jid, text, at: machine.now(), status: null });
    const acked = ackOf(messageId);
    try {
      await inTime(open.sendMessage(jid, { text }, { messageId }));
    } catch (err) {
      waiting.delete(messageId);
      const failure = sortFailure(err);
      if (failure.outcome !== 'unknown') await sent.forget(messageId);
      log.warn({ outbox: id, ...failure }, 'whatsapp.send_failed');
      return failure;
    }
    const result = resultOf(id, messageId, await acked);
    if (result.outcome === 'accepted') await sent.note(messageId, 'accepted');
    return result;
  }

  /** A call that hangs must not outlive the send lease. */
  async function inTime(sending: Promise<unknown>): Promise<void> {
    const done = new AbortController();
    const tooLate = machine.sleep(SEND_MS_MAX, done.signal).then(() => {
      if (!done.signal.aborted) throw new Error('no end of it');
    });
    try {
      await Promise.race([sending, tooLate]);
    } finally {
      done.abort();
    }
  }

  /** The name under which WhatsApp knows this address, or why nothing may be sent to it. */
  async function jidFor(to: string, open: WaSocket): Promise<string | SendResult> {
    const known = await identities.find(to, machine.now());
    if (known?.wroteAt) return known.jid ?? usualJid(to);
    if (!deps.coldContact) return { outcome: 'refused', code: 'cold_contact_off' };
    const pausedMs = (deps.coldPausedUntil()?.getTime() ?? 0) - machine.now().getTime();
    if (pausedMs > 0)
      return { outcome: 'later', code: 'cold_contact_paused', retryAfterMs: Math.min(pausedMs, COLD_PAUSE_MS_MAX) };
    const jid = known ? known.jid : await ask(to, open);
    if (jid === undefined) return { outcome: 'later', code: 'lookup_failed', retryAfterMs: BUSY_MS };
    // One message to a number that is not there is enough to be locked: facts/platforms.md, h.
    return jid ?? { outcome: 'refused', code: 'not_on_whatsapp' };
  }

  /** Undefined: no answer. */
  async function ask(phone: string, open: WaSocket): Promise<string | null | undefined> {
    const found = await open.onWhatsApp(phone).catch(() => undefined);
    if (found === undefined) return undefined;
    const jid = found.find(({ exists }) => exists)?.jid ?? null;
    await identities.looked(phone, jid, machine.now());
    return jid;
  }

  /** Listened for before the bytes leave: the answer may be here before the call has returned. */
  function ackOf(messageId: string): Promise<Ack | null> {
    return new Promise((resolve) => {
      const tooLate = new AbortController();
      waiting.set(messageId, (ack) => {
        waiting.delete(messageId);
        tooLate.abort();
        resolve(ack);
      });
      machine.sleep(ackMs, tooLate.signal).then(() => waiting.get(messageId)?.(null));
    });
  }

  function resultOf(outboxId: string, messageId: string, ack: Ack | null): SendResult {
    if (ack === null) return { outcome: 'unknown', code: 'no_ack' };
    if (ack.error === null) return { outcome: 'accepted', providerId: messageId };
    log.warn({ outbox: outboxId, code: ack.error }, 'whatsapp.refused');
    if (BUSY.includes(ack.error)) return { outcome: 'later', code: ack.error, retryAfterMs: BUSY_MS };
    return { outcome: 'refused', code: ack.error };
  }

  async function onAck({ attrs }: BinaryNode): Promise<void> {
    const { id = '', error = null } = attrs;
    if (error === REACHED_OUT_TOO_MUCH) deps.onReachedOutTooMuch();
    const resolve = waiting.get(id);
    resolve?.({ error });
    if (error === null) return report(id, 'sent');
    if (!resolve && !BUSY.includes(error)) await report(id, 'failed', error);
  }

  /** Ids that are not ours are somebody's who types on the phone. */
  async function report(messageId: string, status: DeliveryStatus, code?: string): Promise<void> {
    const row = await sent.find(messageId);
    if (!row) return;
    await sent.note(messageId, status);
    await deps.recordStatus(
      row.outboxId,
      status,
      messageId,
      code === undefined ? undefined : { code, optedOut: false },
    );
  }

  async function onUpdates(updates: WAMessageUpdate[]): Promise<void> {
    for (const { key, update } of updates) {
      const status = key.fromMe && update.status != null ? STATUS_OF[update.status] : undefined;
      if (status && key.id) await report(key.id, status);
    }
  }

  /** Word of what was sent is worth a line when it cannot be kept; the next one says as much. */
  const quietly = (work: Promise<void>) => void work.catch((err) => log.warn({ err }, 'whatsapp.status_not_kept'));

  const channel: Channel = {
    id: WHATSAPP,
    medium: 'whatsapp',
    capabilities: { buttons: false, lengthMax: LENGTH_MAX }, // buttons and lists are not carried any more: Baileys PR 956
    pace: PACE,
    isReady: () => socket !== null,
    send,
    async find({ id, text }): Promise<Found> {
      const row = await sent.find(sentId(id));
      if (row?.text !== text) return { outcome: 'absent' };
      if (row.status === null) return { outcome: 'unsure', code: 'no_ack' };
      return { outcome: 'found', providerId: row._id, status: row.status };
    },
  };

  return {
    channel,
    /** While it is open. */
    socket: () => socket,
    /** From now its acknowledgements and receipts are heard. */
    listen(opened: WaSocket): void {
      opened.ws.on('CB:ack,class:message', (stanza) => quietly(onAck(stanza)));
      opened.ev.on('messages.update', (updates) => quietly(onUpdates(updates)));
    },
    /** From now messages go through it. */
    use(opened: WaSocket): void {
      socket = opened;
    },
    /** Nothing goes any more; what had no answer yet will get none here. */
    drop(): void {
      socket = null;
      for (const resolve of [...waiting.values()]) resolve(null);
    },
  };
}

export type Sender = ReturnType<typeof createSender>;

/** WebMessageInfo.Status. An error (0) comes as an acknowledgement too, with its code. */
const STATUS_OF: Record<number, DeliveryStatus | undefined> = { 2: 'sent', 3: 'delivered', 4: 'read', 5: 'read' };

/** Of the error only its number and Baileys' own constant text are read. */
function sortFailure(err: unknown): SendResult {
  const { output, message } = (err ?? {}) as { output?: { statusCode?: unknown }; message?: unknown };
  // Thrown before a byte is written: https://github.com/WhiskeySockets/Baileys, sendRawMessage.
  if (output?.statusCode === 428) return { outcome: 'later', code: 'not_connected', retryAfterMs: RECONNECT_MS };
  if (message === 'All encryptions failed') return { outcome: 'refused', code: 'cannot_encrypt' };
  return {
    outcome: 'unknown',
    code: typeof output?.statusCode === 'number' ? `send_${output.statusCode}` : 'send_failed',
  };
}
