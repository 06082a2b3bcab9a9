import type { proto, WAMessage } from '@whiskeysockets/baileys';
import { isPhoneJid, notAPerson, plainJid } from './whatsapp-address.ts';
import type { SealedFile } from './whatsapp-file-store.ts';

/** What a message from the socket is to us. */
export type WaHeard =
  | (WaWords & { kind: 'message' })
  /** From our own number, and not by us: written on the phone, or by somebody else's program. */
  | (WaWords & { kind: 'from_our_number' })
  /** It came, and its words did not. */
  | { kind: 'placeholder'; id: string; chat: string }
  | { kind: 'ignored'; why: string };

interface WaWords {
  /** WhatsApp's id. */
  id: string;
  /** The other side, as this message names it. */
  chat: string;
  /** The other side's second name, when the message tells it: a phone for a LID, a LID for a phone. */
  alt: string | null;
  text: string;
  /** A tapped button or list item, whose label is the text. */
  tapped: boolean;
  /** The kind of a file that came with it, or of what else is no words. */
  file: string | null;
  /** What its sender says it is, and where it is: null for what we cannot use, whatever it is. */
  media: { type: string; sealed: SealedFile | null } | null;
  sentAt: Date | null;
}

const CIPHERTEXT = 2; // WebMessageInfo.StubType.CIPHERTEXT
const ENVELOPES = [
  'ephemeralMessage',
  'viewOnceMessage',
  'viewOnceMessageV2',
  'viewOnceMessageV2Extension',
  'documentWithCaptionMessage',
  'deviceSentMessage',
] as const;
const ENVELOPES_MAX = 5;

/** Reads one message of `messages.upsert`. Pure; whatever is not a person's words is ignored by name. */
export function readWaMessage({ key, message, messageStubType, messageTimestamp }: WAMessage): WaHeard {
  const chat = plainJid(key.remoteJid);
  const stranger = notAPerson(key.remoteJid);
  if (stranger !== null) return { kind: 'ignored', why: stranger };
  if (chat === null || !key.id) return { kind: 'ignored', why: 'no_id' };
  if (messageStubType === CIPHERTEXT)
    return key.fromMe ? { kind: 'ignored', why: 'own_placeholder' } : { kind: 'placeholder', id: key.id, chat };
  if (messageStubType) return { kind: 'ignored', why: 'notice' }; // a missed call, a changed key
  const words = wordsOf(unwrapped(message));
  if (typeof words === 'string') return { kind: 'ignored', why: words };
  const alt = plainJid(key.remoteJidAlt);
  const seconds = Number(String(messageTimestamp ?? ''));
  return {
    kind: key.fromMe ? 'from_our_number' : 'message',
    id: key.id,
    chat,
    alt: alt !== null && isPhoneJid(alt) !== isPhoneJid(chat) ? alt : null,
    sentAt: seconds > 0 ? new Date(seconds * 1000) : null,
    ...words,
  };
}

type Words = Pick<WaWords, 'text' | 'tapped' | 'file' | 'media'>;

/** The words of a person, or why there are none. */
function wordsOf(message: proto.IMessage | null): Words | string {
  if (message === null) return 'empty';
  const { buttonsResponseMessage, templateButtonReplyMessage, listResponseMessage } = message;
  const tapped =
    buttonsResponseMessage?.selectedDisplayText ??
    templateButtonReplyMessage?.selectedDisplayText ??
    listResponseMessage?.title;
  if (tapped) return { text: tapped, tapped: true, file: null, media: null };
  const written = message.conversation || message.extendedTextMessage?.text;
  if (written) return { text: written, tapped: false, file: null, media: null };
  for (const [name, file] of Object.entries(FILES)) {
    const part = message[name as keyof typeof FILES];
    if (!part) continue;
    const media = 'mediaKey' in part ? { type: part.mimetype || file, sealed: sealedOf(file, part) } : null;
    return { text: ('caption' in part && part.caption) || '', tapped: false, file, media };
  }
  const kind = Object.entries(message).find(([name, part]) => part != null && name !== 'messageContextInfo')?.[0];
  return kind === undefined ? 'empty' : (kind.match(/^[A-Za-z]{1,40}/)?.[0] ?? 'unknown');
}

/** Voices, videos and stickers are no receipts. */
function sealedOf(file: string, { mediaKey, directPath, fileLength }: proto.Message.IImageMessage): SealedFile | null {
  if ((file !== 'image' && file !== 'document') || !mediaKey || !directPath) return null;
  return { kind: file, mediaKey: Buffer.from(mediaKey), directPath, sizeBytes: Number(String(fileLength ?? 0)) };
}

/** What a person sends beside words. Without any, the debtor is answered all the same and told what we read. */
const FILES = {
  imageMessage: 'image',
  documentMessage: 'document',
  videoMessage: 'video',
  audioMessage: 'audio',
  stickerMessage: 'sticker',
  locationMessage: 'location',
  contactMessage: 'contact',
} as const satisfies Partial<Record<keyof proto.IMessage, string>>;

function unwrapped(message: proto.IMessage | null | undefined): proto.IMessage | null {
  let inner = message ?? null;
  for (let depth = 0; depth < ENVELOPES_MAX && inner !== null; depth += 1) {
    const outer: proto.IMessage = inner;
    const name = ENVELOPES.find((envelope) => outer[envelope]?.message);
    if (name === undefined) break;
    inner = outer[name]?.message ?? null;
  }
  return inner;
}
