import { createCipheriv, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type BinaryNode, encryptedStream, proto } from '@whiskeysockets/baileys';

/** How a file is served: as it is, cut short, or its bytes repeated until so many have gone out. */
interface Served {
  bytes: Buffer;
  pours?: number;
}

export type FakeMediaServer = Awaited<ReturnType<typeof openFakeMediaServer>>;

/** WhatsApp's server of files: it has only what phones encrypted, and knows no key. */
export async function openFakeMediaServer() {
  const files = new Map<string, Served>();
  const asked: { path: string; origin: string | undefined }[] = [];
  let pouredBytes = 0;
  let count = 0;

  const server = createServer((req, res) => {
    const path = req.url ?? '';
    asked.push({ path, origin: req.headers.origin });
    const file = files.get(path);
    if (!file) return void res.writeHead(410).end();
    res.writeHead(200);
    if (file.pours === undefined) return void res.end(file.bytes);
    const chunk = Buffer.alloc(64 * 1024);
    let left = file.pours;
    const more = (): void => {
      if (res.destroyed || left <= 0) return void res.end();
      left -= chunk.length;
      pouredBytes += chunk.length;
      res.write(chunk, () => setImmediate(more));
    };
    res.write(file.bytes, more);
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    pouredBytes: () => pouredBytes,
    /** A phone encrypts a file as Baileys' own phones do, and puts it here. @returns what its message says of it */
    async put(kind: 'image' | 'document', bytes: Buffer, mimetype: string) {
      const { encFilePath, mac, ...sealed } = await encryptedStream(bytes, kind);
      const encrypted = readFileSync(encFilePath);
      rmSync(encFilePath);
      if (!encrypted.subarray(-mac.length).equals(mac)) throw new Error('the file does not end with its MAC');
      count += 1;
      const directPath = `/v/t62.7118-24/${count}.enc?mms3=true`;
      files.set(directPath, { bytes: encrypted });
      const url = `https://mmg.whatsapp.net${directPath}`;
      return { url, directPath, mimetype, ...sealed, originalFilePath: undefined };
    },
    /** What is served at this path from now on. */
    change: (path: string, how: (served: Served) => Served): void => {
      files.set(path, how(files.get(path) ?? { bytes: Buffer.alloc(0) }));
    },
    /** It is somewhere else from now on. @returns where */
    move(path: string): string {
      const to = path.replace('?', '-again?');
      files.set(to, files.get(path) ?? { bytes: Buffer.alloc(0) });
      files.delete(path);
      return to;
    },
    forget: (path: string) => files.delete(path),
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Our own phone's answer to whoever asks for a file again: where it is now, or that the phone has it no more. */
export function reuploadOf(
  { id, jid, mediaKey }: { id: string; jid: string; mediaKey: Uint8Array },
  directPath: string | null,
): BinaryNode {
  const { ResultType } = proto.MediaRetryNotification;
  const found = { stanzaId: id, directPath, result: ResultType.SUCCESS };
  const word = directPath === null ? { stanzaId: id, result: ResultType.NOT_FOUND } : found;
  const key = Buffer.from(hkdfSync('sha256', mediaKey, Buffer.alloc(0), 'WhatsApp Media Retry Notification', 32));
  const iv = randomBytes(12);
  const aes = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(id));
  const sealed = [aes.update(proto.MediaRetryNotification.encode(word).finish()), aes.final()];
  const content = [
    { tag: 'enc_p', attrs: {}, content: Buffer.concat([...sealed, aes.getAuthTag()]) },
    { tag: 'enc_iv', attrs: {}, content: iv },
  ];
  return {
    tag: 'notification',
    attrs: { id, type: 'mediaretry', from: 's.whatsapp.net', t: '1763800002' },
    content: [
      { tag: 'encrypt', attrs: {}, content },
      { tag: 'rmr', attrs: { jid, from_me: 'false' } },
    ],
  };
}
