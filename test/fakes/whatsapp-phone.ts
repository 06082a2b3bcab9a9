import {
  addTransactionCapability,
  type BinaryNode,
  DEFAULT_CONNECTION_CONFIG,
  encodeBigEndian,
  encodeWAMessage,
  generateSignalPubKey,
  getBinaryNodeChild,
  getBinaryNodeChildBuffer,
  getBinaryNodeChildUInt,
  initAuthCreds,
  KEY_BUNDLE_TYPE,
  proto,
  type SignalDataSet,
  type SignalDataTypeMap,
  unpadRandomMax16,
  xmppSignedPreKey,
} from '@whiskeysockets/baileys';
import { muteSignal } from '../../src/channels/whatsapp-quiet.ts';
import { silentLog } from '../../src/kernel/log.ts';

export type FakePhone = ReturnType<typeof createFakePhone>;

/** A debtor's phone: it keeps Signal keys of its own, so that what goes between it and the service is really encrypted. */
export function createFakePhone({ phone, lid }: { phone: string; lid?: string }) {
  muteSignal(console);
  const log = silentLog();
  const user = phone.replace(/\D/g, '');
  const creds = initAuthCreds();
  const keys = addTransactionCapability(memoryKeys(), log, { maxCommitRetries: 1, delayBetweenTriesMs: 1 });
  const signal = DEFAULT_CONNECTION_CONFIG.makeSignalRepository({ creds, keys }, log, async () => []);
  const greeted = new Set<string>();
  return {
    jid: `${user}@s.whatsapp.net`,
    lid: lid === undefined ? null : `${lid}@lid`,

    /** What the server hands out to whoever writes to this phone first. */
    bundle: (jid: string): BinaryNode => ({
      tag: 'user',
      attrs: { jid },
      content: [
        { tag: 'registration', attrs: {}, content: encodeBigEndian(creds.registrationId) },
        { tag: 'type', attrs: {}, content: KEY_BUNDLE_TYPE },
        { tag: 'identity', attrs: {}, content: creds.signedIdentityKey.public },
        xmppSignedPreKey(creds.signedPreKey),
      ],
    }),

    /** @param bundle what the recipient uploaded, for a first message */
    async encrypt(message: proto.IMessage, to: { jid: string; bundle: BinaryNode }): Promise<BinaryNode> {
      const identity = getBinaryNodeChildBuffer(to.bundle, 'identity') as Uint8Array;
      const known = `${to.jid}:${Buffer.from(identity).toString('hex')}`;
      if (!greeted.has(known)) await signal.injectE2ESession({ jid: to.jid, session: sessionOf(to.bundle, identity) });
      greeted.add(known);
      const { type, ciphertext } = await signal.encryptMessage({ jid: to.jid, data: encodeWAMessage(message) });
      return { tag: 'enc', attrs: { v: '2', type }, content: ciphertext };
    },

    async decrypt(enc: BinaryNode, from: string): Promise<proto.Message> {
      const type = enc.attrs['type'] as 'msg' | 'pkmsg';
      const plain = await signal.decryptMessage({ jid: from, type, ciphertext: enc.content as Uint8Array });
      return proto.Message.decode(unpadRandomMax16(plain));
    },
  };
}

function sessionOf(bundle: BinaryNode, identity: Uint8Array) {
  const signed = getBinaryNodeChild(bundle, 'skey') as BinaryNode;
  return {
    registrationId: getBinaryNodeChildUInt(bundle, 'registration', 4) as number,
    identityKey: generateSignalPubKey(identity),
    signedPreKey: {
      keyId: getBinaryNodeChildUInt(signed, 'id', 3) as number,
      publicKey: generateSignalPubKey(getBinaryNodeChildBuffer(signed, 'value') as Uint8Array),
      signature: getBinaryNodeChildBuffer(signed, 'signature') as Uint8Array,
    },
  } as never; // a one-time key is not needed, whatever the type says
}

function memoryKeys() {
  const rows = new Map<string, unknown>();
  return {
    get: async <T extends keyof SignalDataTypeMap>(type: T, ids: string[]) =>
      Object.fromEntries(
        ids.filter((id) => rows.has(`${type}:${id}`)).map((id) => [id, rows.get(`${type}:${id}`)]),
      ) as Record<string, SignalDataTypeMap[T]>,
    async set(data: SignalDataSet): Promise<void> {
      for (const [type, values] of Object.entries(data))
        for (const [id, value] of Object.entries(values ?? {}))
          value === null ? rows.delete(`${type}:${id}`) : rows.set(`${type}:${id}`, value);
    },
  };
}
