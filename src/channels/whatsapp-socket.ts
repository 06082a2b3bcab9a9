import type {
  AuthenticationState,
  BaileysEventMap,
  BinaryNode,
  CacheStore,
  NewChatMessageCapInfo,
  proto,
  WAMessage,
} from '@whiskeysockets/baileys';

/** As much of Baileys' socket as we use: the real one fills it, and so does the tests' stub. */
export interface WaSocket {
  readonly ev: {
    on<E extends keyof BaileysEventMap>(event: E, listener: (value: BaileysEventMap[E]) => void): void;
    removeAllListeners(event: keyof BaileysEventMap): void;
  };
  /** Raw stanzas: `CB:ack,class:message` is the only word on a message that was accepted. */
  readonly ws: { on(event: string, listener: (stanza: BinaryNode) => void): unknown };
  /** Resolves when the bytes are written, which is not yet accepted. */
  sendMessage(jid: string, content: { text: string }, options: { messageId: string }): Promise<unknown>;
  /** What WhatsApp knows of phones. Undefined: it did not answer. */
  onWhatsApp(...phones: string[]): Promise<{ jid: string; exists: boolean }[] | undefined>;
  /** How many people who never wrote we have written to, of how many we may. @throws when WhatsApp does not say */
  fetchNewChatMessageCap(): Promise<NewChatMessageCapInfo>;
  /** Whether we may write to such people at all; the answer comes as `connection.update`. @throws when WhatsApp does not say */
  fetchAccountReachoutTimelock(): Promise<unknown>;
  /** Asks our phone to put a file that is gone on the server again, and writes into the message where. Without the phone it never resolves. */
  updateMediaMessage(message: WAMessage): Promise<unknown>;
  /** @param digits our own number. Only after the first `qr`. */
  requestPairingCode(digits: string): Promise<string>;
  end(error: Error | undefined): unknown;
}

export interface SocketInput {
  auth: AuthenticationState;
  /**
   * Called with every decrypted message before WhatsApp is told that we have it, and before the keys that decrypted it are used up. While it
   * has not resolved nothing is told; when it throws the message counts as not received.
   */
  beforeReceipt(message: WAMessage): Promise<void>;
  /** What we sent under this id, for a phone that could not read it. */
  sentContent(id: string): Promise<proto.IMessage | undefined>;
  /** Outlives the socket, so that one message is not asked for again and again over many connections. */
  retryCounts: CacheStore;
  /** A message of a group, a broadcast or such, that is not even decrypted. */
  onIgnored(why: string): void;
}

export type OpenSocket = (input: SocketInput) => WaSocket;
