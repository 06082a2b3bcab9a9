import { createDecipheriv, createHmac, timingSafeEqual } from 'node:crypto';
import { DEFAULT_ORIGIN, getMediaKeys, type proto, type WAMessage } from '@whiskeysockets/baileys';
import { HOUR_MS } from '../kernel/calendar.ts';
import type { Clock } from '../kernel/clock.ts';
import type { FetchedFile, InboundMedia } from './channel.ts';
import { type FetchedBytes, fetchBytes } from './media-download.ts';
import { FILE_BYTES_MAX, judgeFile, receiptType } from './media-type.ts';
import type { SealedFile, WaFile, WaFileStore } from './whatsapp-file-store.ts';
import type { WaSocket } from './whatsapp-socket.ts';

const FILE_SERVER = 'https://mmg.whatsapp.net';
const BLOCK_BYTES = 16; // of AES
const MAC_BYTES = 10;
const SEALED_BYTES_MAX = FILE_BYTES_MAX + BLOCK_BYTES + MAC_BYTES;
const PHONE_MS = 20_000; // with two downloads of 10 s less than the lease on a file
const PHONE_AWAY_MS = 3 * HOUR_MS; // five tries reach over half a day: a phone is charged again
const GONE = 404;

export interface WaFilesDeps {
  files: WaFileStore;
  /** The connection, while there is one. */
  socket: () => WaSocket | null;
  /** Another server of files than WhatsApp's own; null: theirs. */
  mediaUrl: string | null;
  machine: Clock;
  /** How long our phone is waited for. */
  phoneMs?: number;
}

/**
 * Fetches a file from WhatsApp's server, and opens it with the key that came in the message. Baileys' own `downloadMediaMessage` is left alone: in
 * 7.0.0-rc14 it asks whatever host the sender wrote into the message, follows redirects, has neither a timeout nor a limit, does not check the
 * MAC, and looks for the status of a file that is gone where its errors have none, so that it never asks the phone for it (Utils/messages-media.js,
 * Utils/messages.js). Its keys and its request to the phone are used.
 * @returns a function that never throws
 */
export function createWaFetchFile({ files, socket, mediaUrl, machine, phoneMs = PHONE_MS }: WaFilesDeps) {
  const server = mediaUrl ?? FILE_SERVER;
  const rules = { from: new URL(server).origin, onTo: [], headers: { Origin: DEFAULT_ORIGIN } };

  return async ({ url: id, type }: InboundMedia): Promise<FetchedFile> => {
    try {
      if (receiptType(type) === null) return { outcome: 'refused', why: 'wrong_type' };
      const file = await files.find(id);
      if (file === null) return { outcome: 'refused', why: 'gone' };
      if (file.sizeBytes > FILE_BYTES_MAX) return { outcome: 'refused', why: 'too_large' };
      const sealed = await fetchSealed(file);
      if (sealed.outcome !== 'fetched') return sealed;
      const bytes = await opened(Buffer.from(sealed.bytes), file);
      return bytes === null ? { outcome: 'later', code: 'damaged' } : judgeFile(bytes, type);
    } catch {
      return { outcome: 'later', code: 'failed' }; // the raw error may hold the key
    }
  };

  async function fetchSealed(file: WaFile): Promise<FetchedBytes> {
    const first = await download(file.directPath);
    if (first.outcome !== 'refused' || first.why !== 'gone') return first;
    const path = await askPhone(file);
    if (typeof path !== 'string') return path;
    await files.moved(file._id, path);
    return download(path);
  }

  async function download(path: string): Promise<FetchedBytes> {
    if (!URL.canParse(path, server)) return { outcome: 'refused', why: 'not_allowed' };
    return fetchBytes(new URL(path, server).href, SEALED_BYTES_MAX, rules);
  }

  /** WhatsApp forgets files; our own phone may still have this one, and puts it there again. @returns where */
  async function askPhone({ kind, mediaKey, directPath, chat, messageId }: WaFile) {
    const open = socket();
    const later = { outcome: 'later', code: 'phone_away', afterMs: PHONE_AWAY_MS } as const;
    if (open === null) return later;
    const part = { mediaKey, directPath };
    const message = { key: { id: messageId, remoteJid: chat, fromMe: false }, message: partOf(kind, part) };
    const done = new AbortController();
    try {
      const asked = open.updateMediaMessage(message as WAMessage).then(() => part.directPath);
      const tooLate = machine.sleep(phoneMs, done.signal).then(() => null);
      return (await Promise.race([asked, tooLate])) ?? later;
    } catch (err) {
      const { output } = (err ?? {}) as { output?: { statusCode?: unknown } };
      return output?.statusCode === GONE ? ({ outcome: 'refused', why: 'gone' } as const) : later;
    } finally {
      done.abort();
    }
  }
}

const partOf = (kind: SealedFile['kind'], part: proto.Message.IImageMessage): proto.IMessage =>
  kind === 'image' ? { imageMessage: part } : { documentMessage: part };

/** AES-256-CBC, and ten bytes of its MAC at the end. Null: damaged on the way. */
async function opened(sealed: Buffer, { mediaKey, kind }: SealedFile): Promise<Buffer | null> {
  const { cipherKey, iv, macKey } = await getMediaKeys(mediaKey, kind);
  const [body, mac] = [sealed.subarray(0, -MAC_BYTES), sealed.subarray(-MAC_BYTES)];
  const right = createHmac('sha256', macKey as Buffer)
    .update(iv)
    .update(body)
    .digest()
    .subarray(0, MAC_BYTES);
  if (mac.length !== MAC_BYTES || !timingSafeEqual(mac, right)) return null;
  const aes = createDecipheriv('aes-256-cbc', cipherKey, iv);
  return Buffer.concat([aes.update(body), aes.final()]);
}
