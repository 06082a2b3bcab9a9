import type { FetchedFile, InboundMedia } from '../../src/channels/channel.ts';
import { fileTypeOf, receiptType } from '../../src/channels/media-type.ts';
import { FILES } from '../fakes/files.ts';

/** A file that a debtor sends: what their phone says it is, and what it is. */
export interface SentFile {
  type: string;
  bytes: Uint8Array;
}

const JPEG = 'image/jpeg';

/** By the name in a scenario. */
const NAMED: Record<string, SentFile> = {
  'receipt.jpg': { type: JPEG, bytes: FILES.jpeg },
  'receipt.pdf': { type: 'application/pdf', bytes: FILES.pdf },
  'voice.ogg': { type: 'audio/ogg', bytes: FILES.ogg },
  'sticker.webp': { type: 'image/webp', bytes: FILES.webp },
  'video.mp4': { type: 'video/mp4', bytes: FILES.zip },
  'lying.jpg': { type: JPEG, bytes: FILES.zip },
  'huge.jpg': { type: JPEG, bytes: Buffer.concat([FILES.jpeg, Buffer.alloc(6 * 1024 * 1024)]) },
};

export function fileNamed(name: string): SentFile {
  const file = NAMED[name];
  if (!file) throw new Error(`there is no file ${name}; there are ${Object.keys(NAMED).join(', ')}`);
  return file;
}

/** The files of a phone that needs no provider: each is fetched from where it was put, and judged as a download is. */
export function createFileShelf() {
  const shelf: SentFile[] = [];
  return {
    put: (files: readonly SentFile[]): InboundMedia[] =>
      files.map((file) => ({ url: `shelf:${shelf.push(file) - 1}`, type: file.type })),
    async fetchFile({ url, type }: InboundMedia): Promise<FetchedFile> {
      const file = shelf[Number(url.slice('shelf:'.length))];
      const known = receiptType(type);
      if (!file || known === null) return { outcome: 'refused', why: 'wrong_type' };
      if (file.bytes.byteLength > 5 * 1024 * 1024) return { outcome: 'refused', why: 'too_large' };
      if (fileTypeOf(file.bytes) !== known) return { outcome: 'refused', why: 'lying_type' };
      return { outcome: 'kept', type: known, bytes: file.bytes };
    },
  };
}
