import type { FetchedFile, FileType } from './channel.ts';

export const FILE_BYTES_MAX = 5 * 1024 * 1024; // a photo of a receipt has less than 1 MB; Twilio's own limit for pictures is 5 MB

/** The first bytes of each: https://www.iana.org/assignments/media-types and the formats' own specifications. Null matches any byte. */
const BEGINNINGS: [FileType, (number | null)[]][] = [
  ['image/jpeg', [0xff, 0xd8, 0xff]],
  ['image/png', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ['image/webp', [0x52, 0x49, 0x46, 0x46, null, null, null, null, 0x57, 0x45, 0x42, 0x50]],
  ['application/pdf', [0x25, 0x50, 0x44, 0x46, 0x2d]],
];

/** What a file is by its first bytes; null for all that is no receipt. */
export function fileTypeOf(bytes: Uint8Array): FileType | null {
  const found = BEGINNINGS.find(([, first]) => first.every((byte, n) => byte === null || bytes[n] === byte));
  return found ? found[0] : null;
}

/** What a provider calls it, as one of the types that we keep; null for what we cannot read. */
export function receiptType(said: string): FileType | null {
  const type = said.split(';')[0]?.trim().toLowerCase().replace('image/jpg', 'image/jpeg') ?? '';
  return BEGINNINGS.find(([known]) => known === type)?.[0] ?? null;
}

/** What becomes of bytes that are here: kept only as what they are said to be. */
export function judgeFile(bytes: Uint8Array, said: string): FetchedFile {
  const type = receiptType(said);
  if (type === null) return { outcome: 'refused', why: 'wrong_type' };
  if (bytes.byteLength > FILE_BYTES_MAX) return { outcome: 'refused', why: 'too_large' };
  if (fileTypeOf(bytes) !== type) return { outcome: 'refused', why: 'lying_type' };
  return { outcome: 'kept', type, bytes };
}
