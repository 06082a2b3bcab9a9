import { createCipheriv, createDecipheriv, createHash, hkdfSync } from 'node:crypto';
import {
  type BinaryNode,
  Curve,
  decodeBinaryNode,
  encodeBinaryNode,
  proto,
  WA_CERT_DETAILS,
} from '@whiskeysockets/baileys';
import type { WebSocket } from 'ws';

const MODE = Buffer.from('Noise_XX_25519_AESGCM_SHA256\0\0\0\0');
const HEADER_BYTES = 4; // "WA", version, dictionary
const sha256 = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest();

/** The certificate chain that stands for WhatsApp's own. */
export interface FakeAuthority {
  /** What the client must trust, in hex: `trustFakeAuthority`. */
  readonly publicKey: string;
  readonly chain: Uint8Array;
  readonly staticKey: { public: Uint8Array; private: Uint8Array };
}

export function createFakeAuthority(): FakeAuthority {
  const [root, intermediate, leaf] = [Curve.generateKeyPair(), Curve.generateKeyPair(), Curve.generateKeyPair()];
  const { Details } = proto.CertChain.NoiseCertificate;
  const signed = (details: Uint8Array, key: Uint8Array) => ({ details, signature: Curve.sign(key, details) });
  const middle = Details.encode({ serial: 1, issuerSerial: WA_CERT_DETAILS.SERIAL, key: intermediate.public }).finish();
  const end = Details.encode({ serial: 2, issuerSerial: 1, key: leaf.public }).finish();
  const chain = { intermediate: signed(middle, root.private), leaf: signed(end, intermediate.private) };
  return {
    publicKey: Buffer.from(root.public).toString('hex'),
    chain: proto.CertChain.encode(chain).finish(),
    staticKey: leaf,
  };
}

/** The client of this process takes that authority for WhatsApp's. */
export function trustFakeAuthority(publicKey: string): void {
  WA_CERT_DETAILS.PUBLIC_KEY = Buffer.from(publicKey, 'hex');
}

export interface NoiseLine {
  send(stanza: BinaryNode): void;
  close(): void;
}

/** The server's side of Noise_XX over one web socket: the handshake by hand, then stanzas. */
export function answerNoise(
  socket: WebSocket,
  authority: FakeAuthority,
  on: { login(payload: proto.ClientPayload, line: NoiseLine): void; stanza(stanza: BinaryNode, line: NoiseLine): void },
): void {
  const ephemeral = Curve.generateKeyPair();
  let [hash, salt, key] = [MODE as Buffer, MODE as Buffer, MODE as Buffer];
  let counter = 0;
  let step: 'hello' | 'finish' | 'open' = 'hello';
  let keys = { write: MODE as Buffer, read: MODE as Buffer };
  let counts = { write: 0, read: 0 };
  let buffered = Buffer.alloc(0);
  let hasHeader = false;
  let turn: Promise<void> = Promise.resolve();

  const mix = (data: Uint8Array) => {
    hash = sha256(hash, data);
  };
  const expand = (secret: Uint8Array): [Buffer, Buffer] => {
    const bytes = Buffer.from(hkdfSync('sha256', secret, salt, Buffer.alloc(0), 64));
    return [bytes.subarray(0, 32), bytes.subarray(32)];
  };
  const mixKey = (secret: Uint8Array) => {
    [salt, key] = expand(secret);
    counter = 0;
  };
  const encrypt = (plain: Uint8Array) => {
    const sealed = seal(key, counter++, plain, hash);
    mix(sealed);
    return sealed;
  };
  const decrypt = (sealed: Uint8Array) => {
    const plain = unseal(key, counter++, sealed, hash);
    mix(sealed);
    return plain;
  };
  const write = (bytes: Uint8Array) => {
    const length = Buffer.from([bytes.length >> 16, (bytes.length >> 8) & 255, bytes.length & 255]);
    socket.send(Buffer.concat([length, bytes]));
  };
  const line: NoiseLine = {
    send: (stanza) => write(seal(keys.write, counts.write++, encodeBinaryNode(stanza), Buffer.alloc(0))),
    close: () => socket.close(),
  };

  function hello(frame: Buffer): void {
    const theirs = proto.HandshakeMessage.decode(frame).clientHello?.ephemeral as Uint8Array;
    mix(theirs);
    mix(ephemeral.public);
    mixKey(Curve.sharedKey(ephemeral.private, theirs));
    const staticKey = encrypt(authority.staticKey.public);
    mixKey(Curve.sharedKey(authority.staticKey.private, theirs));
    const payload = encrypt(authority.chain);
    const serverHello = { ephemeral: ephemeral.public, static: staticKey, payload };
    write(proto.HandshakeMessage.encode({ serverHello }).finish());
    step = 'finish';
  }

  function finish(frame: Buffer): void {
    const { clientFinish } = proto.HandshakeMessage.decode(frame);
    mixKey(Curve.sharedKey(ephemeral.private, decrypt(clientFinish?.static as Uint8Array)));
    const payload = proto.ClientPayload.decode(decrypt(clientFinish?.payload as Uint8Array));
    const [read, written] = expand(new Uint8Array(0)); // the client writes with the first
    keys = { read, write: written };
    counts = { read: 0, write: 0 };
    step = 'open';
    on.login(payload, line);
  }

  async function take(frame: Buffer): Promise<void> {
    if (step === 'hello') return hello(frame);
    if (step === 'finish') return finish(frame);
    on.stanza(await decodeBinaryNode(unseal(keys.read, counts.read++, frame, Buffer.alloc(0))), line);
  }

  socket.on('message', (data: Buffer) => {
    buffered = Buffer.concat([buffered, data]);
    if (!hasHeader) {
      mix(buffered.subarray(0, HEADER_BYTES));
      buffered = buffered.subarray(HEADER_BYTES);
      hasHeader = true;
    }
    for (;;) {
      const length = buffered.length < 3 ? Number.POSITIVE_INFINITY : buffered.readUIntBE(0, 3);
      if (buffered.length < length + 3) return;
      const frame = buffered.subarray(3, length + 3);
      buffered = buffered.subarray(length + 3);
      turn = turn.then(() => take(frame)).catch(() => socket.terminate());
    }
  });
}

function nonce(counter: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt32BE(counter, 8);
  return bytes;
}

function seal(key: Buffer, counter: number, plain: Uint8Array, extra: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(counter)).setAAD(extra);
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}

function unseal(key: Buffer, counter: number, sealed: Uint8Array, extra: Uint8Array): Buffer {
  const bytes = Buffer.from(sealed);
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(counter)).setAAD(extra);
  decipher.setAuthTag(bytes.subarray(-16));
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]);
}
