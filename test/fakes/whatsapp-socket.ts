import { EventEmitter } from 'node:events';
import type { BaileysEventMap, NewChatMessageCapInfo, proto, WAMessage } from '@whiskeysockets/baileys';
import type { OpenSocket, SocketInput } from '../../src/channels/whatsapp-socket.ts';

/** What a message that is sent comes to: an acknowledgement, one with an error, none at all, or an error of the client's before a byte has left. */
export type SendFate = { ack: true } | { error: string } | { silent: true } | { throws: unknown };

export type FakeSocket = ReturnType<typeof createFakeSocket>;

/** A socket without a network: events as a test wants them, acknowledgements as scripted. What was sent is only ever added to. */
export function createFakeSocket() {
  const sent: { jid: string; text: string; id: string }[] = [];
  const fates: SendFate[] = [];
  /** Who is on WhatsApp, by phone; the others are not. Null: it does not answer. */
  const known = new Map<string, string>();
  const openings: SocketInput[] = [];
  /** What WhatsApp says of new chats when it is asked. */
  const cap: NewChatMessageCapInfo = {};
  let ev = new EventEmitter();
  let ws = new EventEmitter();
  let ends = 0;

  const open: OpenSocket = (input) => {
    openings.push(input);
    const [events, stanzas] = [new EventEmitter(), new EventEmitter()];
    [ev, ws] = [events, stanzas];
    setImmediate(() => events.emit('connection.update', { connection: 'open' }));
    return {
      ev: {
        on: (event, listener) => void events.on(event, listener),
        removeAllListeners: (event) => void events.removeAllListeners(event),
      },
      ws: stanzas,
      async sendMessage(jid, { text }, { messageId: id }) {
        const fate = fates.shift() ?? { ack: true };
        if ('throws' in fate) throw fate.throws;
        if (!('error' in fate)) sent.push({ jid, text, id });
        if ('silent' in fate) return;
        const error = 'error' in fate ? { error: fate.error } : {};
        stanzas.emit('CB:ack,class:message', { tag: 'ack', attrs: { class: 'message', id, ...error } });
      },
      onWhatsApp: async (...phones) =>
        phones.flatMap((phone) => ({ jid: known.get(phone) ?? '', exists: known.has(phone) })),
      fetchNewChatMessageCap: async () => cap,
      fetchAccountReachoutTimelock: async () => undefined,
      updateMediaMessage: () => new Promise(() => undefined), // a phone that is off
      requestPairingCode: async () => 'ABCD1234',
      end: () => {
        ends += 1;
      },
    };
  };

  return {
    open,
    sent,
    fates,
    known,
    openings,
    cap,
    ends: () => ends,
    emit: <E extends keyof BaileysEventMap>(event: E, value: BaileysEventMap[E]): boolean => ev.emit(event, value),
    ack: (id: string, error?: string): boolean =>
      ws.emit('CB:ack,class:message', { tag: 'ack', attrs: { class: 'message', id, ...(error && { error }) } }),
    close: (code: number, reason = ''): boolean =>
      ev.emit('connection.update', {
        connection: 'close',
        lastDisconnect: {
          error: Object.assign(new Error(reason), { output: { statusCode: code } }),
          date: new Date(0),
        },
      }),
  };
}

/** A message as Baileys hands it on. */
export const waMessage = (
  message: proto.IMessage | null,
  key: Partial<WAMessage['key']> = {},
  rest: Partial<WAMessage> = {},
): WAMessage =>
  ({
    key: { remoteJid: '5215512345678@s.whatsapp.net', id: '3A01', fromMe: false, ...key },
    message,
    messageTimestamp: 1_763_800_000,
    ...rest,
  }) as WAMessage;
