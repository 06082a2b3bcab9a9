import type { BaileysEventMap, WAMessage } from '@whiskeysockets/baileys';
import { isDatabaseAway } from '../database/away.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import type { InboundMessage } from './channel.ts';
import { addressOf, inboundId, isLidJid, isPhoneJid, phoneOf, plainJid, WHATSAPP } from './whatsapp-address.ts';
import type { WaFileStore } from './whatsapp-file-store.ts';
import type { IdentityStore } from './whatsapp-identity-store.ts';
import { readWaMessage, type WaHeard } from './whatsapp-inbound.ts';
import type { PlaceholderStore } from './whatsapp-placeholder-store.ts';
import type { SentStore } from './whatsapp-sent-store.ts';

const RETRY_MS = 250;
const RETRY_MS_MAX = 5_000;
const TYPE_LENGTH_MAX = 100;
const TRIES_MAX = 3; // of what fails though the database and the disk are there

/** A line that somebody typed on the phone which holds our number. */
export interface TypedOnPhone {
  id: string;
  channel: string;
  /** The debtor's address. */
  to: string;
  text: string;
}

export interface IntakeDeps {
  /** Ours, E.164. */
  number: string;
  stores: { files: WaFileStore; identities: IdentityStore; sent: SentStore; placeholders: PlaceholderStore };
  receive(message: InboundMessage): Promise<'stored' | 'duplicate'>;
  onTypedOnPhone(line: TypedOnPhone): Promise<unknown>;
  machine: Clock;
  log: Log;
  meter: Meter;
  crash: CrashPoint;
}

type Words = Extract<WaHeard, { kind: 'message' | 'from_our_number' }>;

/** What comes in from WhatsApp, stored once: each message is seen before its receipt and again in `messages.upsert`. */
export function createIntake(deps: IntakeDeps) {
  const { number, stores, machine, log, meter } = deps;
  const { identities, sent, placeholders } = stores;

  /** Stores what it is. Resolves when it is durable; safe to repeat. */
  async function take(message: WAMessage): Promise<void> {
    const heard = readWaMessage(message);
    if (heard.kind === 'ignored') return ignore(heard.why);
    const id = inboundId(number, heard.chat, heard.id);
    if (heard.kind === 'placeholder') return hold(id);
    if (heard.kind === 'from_our_number') return takeTyped(id, heard);
    const from = await addressOfChat(heard);
    await identities.wrote(from, heard.chat, machine.now()); // before it is stored, since the answer may follow at once
    const sealed = heard.media?.sealed;
    if (sealed)
      await stores.files.write({ _id: id, ...sealed, chat: heard.chat, messageId: heard.id, at: machine.now() });
    deps.crash('whatsapp.read');
    const outcome = await deps.receive({
      id,
      channel: WHATSAPP,
      from,
      text: heard.text,
      ...(heard.tapped && { tapped: true }),
      ...(heard.media && { media: [{ url: id, type: heard.media.type.slice(0, TYPE_LENGTH_MAX) }] }),
      ...(heard.sentAt && { sentAt: heard.sentAt }),
    });
    deps.crash('whatsapp.received');
    if (await placeholders.resolve(id)) meter.count('whatsapp_unreadable_resolved');
    if (heard.alt !== null) await learn(heard.chat, heard.alt);
    if (outcome === 'stored') log.info({ inbox: id, file: heard.file }, 'whatsapp.message');
  }

  /** A LID hides the phone: the message may tell it, or an earlier one has. A LID alone is an address of its own, which no portfolio has. */
  async function addressOfChat({ chat, alt }: Pick<Words, 'chat' | 'alt'>): Promise<string> {
    if (!isLidJid(chat)) return addressOf(chat);
    return addressOf((alt ?? (await identities.phoneJidOf(chat))) || chat);
  }

  async function takeTyped(id: string, { id: messageId, chat, text }: Words): Promise<void> {
    if (await sent.find(messageId)) return; // our own
    const to = await addressOfChat({ chat, alt: null }); // a message of our number names our own phone as its second name
    if (to === number) return ignore('to_ourselves');
    await deps.onTypedOnPhone({ id, channel: WHATSAPP, to, text });
    meter.count('whatsapp_typed_on_phone');
  }

  async function hold(id: string): Promise<void> {
    if (!(await placeholders.add(id, number, machine.now()))) return;
    meter.count('whatsapp_unreadable');
    log.warn({ inbox: id }, 'whatsapp.message_unreadable');
  }

  /** Kept aside where it shows, since it would fail for ever and hold up those behind it. */
  async function setAside({ key }: WAMessage): Promise<void> {
    meter.count('whatsapp_failed');
    await hold(inboundId(number, plainJid(key.remoteJid) ?? '', key.id ?? ''));
  }

  function ignore(why: string): void {
    meter.count('whatsapp_ignored', { why });
  }

  async function learn(one: string, other: string): Promise<void> {
    const [lid, phone] = isLidJid(one) ? [one, other] : [other, one];
    if (!isLidJid(lid) || !isPhoneJid(phone) || phoneOf(phone) === number) return;
    await identities.pair(lid, phone, machine.now());
  }

  return {
    ignore,
    take,
    /** The same until it works: a database that is away for a moment loses nothing. What fails by itself is tried thrice and then kept aside. @throws when it did not work and it is over */
    async keep(message: WAMessage, over: AbortSignal): Promise<void> {
      let failures = 0;
      for (let waitMs = RETRY_MS; ; waitMs = Math.min(RETRY_MS_MAX, waitMs * 2)) {
        try {
          return await (failures < TRIES_MAX ? take(message) : setAside(message));
        } catch (err) {
          log.error({ err }, 'whatsapp.message_not_stored');
          if (!isDatabaseAway(err) && !isOfTheSystem(err)) failures += 1;
          if (over.aborted) throw err;
          await machine.sleep(waitMs, over);
        }
      }
    },
    async learnPairs(pairs: BaileysEventMap['lid-mapping.update'][]): Promise<void> {
      for (const { lid, pn } of pairs) await learn(plainJid(lid) ?? '', plainJid(pn) ?? '');
    },
  };
}

/** A disk that is full or refuses: no fault of the message. */
const isOfTheSystem = (err: unknown): boolean => (err as NodeJS.ErrnoException | null)?.syscall !== undefined;

export type Intake = ReturnType<typeof createIntake>;
