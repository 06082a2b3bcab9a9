import {
  type BinaryNode,
  DEFAULT_CONNECTION_CONFIG,
  decodeMessageNode,
  makeWASocket,
  proto,
  type SignalAuthState,
  type SignalKeyStoreWithTransaction,
  type SignalRepositoryWithLIDStore,
  unpadRandomMax16,
  type WAMessage,
} from '@whiskeysockets/baileys';
import { silentLog } from '../kernel/log.ts';
import { notAPerson } from './whatsapp-address.ts';
import { muteSignal } from './whatsapp-quiet.ts';
import type { OpenSocket, SocketInput } from './whatsapp-socket.ts';

const QUERY_MS = 15_000; // a socket that ends leaves its queries to time out, and a send waits for two of them: less than the send lease
const COMMIT = { maxCommitRetries: 3, delayBetweenTriesMs: 500 }; // longer would outlive the lease
const SERVERS_OF_PEOPLE = ['lid', 's.whatsapp.net'];

/**
 * The real client. It is silent: its log names phones and holds texts, at every level.
 * @param url another server of WhatsApp's web socket; null is WhatsApp's own
 */
export function createBaileysSocket(url: string | null): OpenSocket {
  muteSignal(console);
  return (input) => {
    const { auth, onIgnored } = input;
    const stanzas = new WeakMap<Uint8Array, BinaryNode>();
    const socket = makeWASocket({
      auth,
      logger: silentLog(),
      markOnlineOnConnect: false,
      syncFullHistory: false,
      emitOwnEvents: false,
      defaultQueryTimeoutMs: QUERY_MS,
      shouldIgnoreJid: (jid) => isForeign(jid),
      getMessage: ({ id }) => (id ? input.sentContent(id) : Promise.resolve(undefined)),
      msgRetryCounterCache: input.retryCounts,
      transactionOpts: COMMIT,
      makeSignalRepository: (state, logger, pnToLid) => {
        const repository = DEFAULT_CONNECTION_CONFIG.makeSignalRepository(state, logger, pnToLid);
        return keptBeforeReceipt(repository, state, { ...input, stanzas });
      },
      ...(url === null ? {} : { waWebSocketUrl: url }),
    });
    socket.ws.on('CB:message', (stanza: BinaryNode) => {
      const why = notAPerson(stanza.attrs['from']);
      if (why !== null) return onIgnored(why);
      for (const { tag, content } of children(stanza))
        if (tag === 'enc' && content instanceof Uint8Array) stanzas.set(content, stanza);
    });
    return {
      ev: socket.ev,
      ws: socket.ws,
      sendMessage: (jid, content, options) => socket.sendMessage(jid, content, options),
      onWhatsApp: (...phones) => socket.onWhatsApp(...phones),
      fetchNewChatMessageCap: () => socket.fetchNewChatMessageCap(),
      fetchAccountReachoutTimelock: () => socket.fetchAccountReachoutTimelock(),
      updateMediaMessage: (message) => socket.updateMediaMessage(message),
      requestPairingCode: (digits) => socket.requestPairingCode(digits),
      end: (error) => socket.end(error),
    };
  };
}

/**
 * Baileys tells WhatsApp that a message is here and only then hands it on: who dies in between loses it. So it is handed on from inside the
 * decryption, which comes before, and in the same key transaction: keys are used up only when the message is kept, so that one that is
 * delivered again can be read again. A stanza is found by its ciphertext, the one thing that decryption is given.
 */
function keptBeforeReceipt(
  repository: SignalRepositoryWithLIDStore,
  { creds, keys }: SignalAuthState,
  { beforeReceipt, stanzas }: Pick<SocketInput, 'beforeReceipt'> & { stanzas: WeakMap<Uint8Array, BinaryNode> },
): SignalRepositoryWithLIDStore {
  const { transaction } = keys as SignalKeyStoreWithTransaction;
  const own = creds as { me?: Me }; // not known yet while the number is being paired
  return {
    ...repository,
    decryptMessage: (input) =>
      transaction(async () => {
        const plain = await repository.decryptMessage(input);
        const stanza = stanzas.get(input.ciphertext);
        const message = stanza && messageOf(stanza, plain, own.me);
        if (message) await beforeReceipt(message);
        return plain;
      }, input.jid),
  };
}

interface Me {
  id: string;
  lid?: string;
}

/** As Baileys itself will hand it on. Null for what it cannot read either. */
function messageOf(stanza: BinaryNode, plain: Uint8Array, me: Me | undefined): WAMessage | null {
  try {
    const { fullMessage } = decodeMessageNode(stanza, me?.id ?? '', me?.lid ?? '');
    const message = proto.Message.decode(unpadRandomMax16(plain));
    return { ...fullMessage, message: message.deviceSentMessage?.message ?? message } as WAMessage;
  } catch {
    return null;
  }
}

/** Groups, broadcasts and such are acknowledged unread. What comes from WhatsApp itself is not. */
const isForeign = (jid: string): boolean =>
  notAPerson(jid) !== null && jid.includes('@') && !SERVERS_OF_PEOPLE.includes(jid.split('@')[1] ?? '');

const children = (stanza: BinaryNode): BinaryNode[] => (Array.isArray(stanza.content) ? stanza.content : []);
