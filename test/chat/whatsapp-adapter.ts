import type { proto, WAMessage } from '@whiskeysockets/baileys';
import { createWhatsapp } from '../../src/channels/whatsapp.ts';
import { phoneOf } from '../../src/channels/whatsapp-address.ts';
import type { SocketInput, WaSocket } from '../../src/channels/whatsapp-socket.ts';
import { createStateStore } from '../../src/channels/whatsapp-state-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { digest, type OutboxId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { type FakeMediaServer, openFakeMediaServer } from '../fakes/whatsapp-media.ts';
import { type Adapter, withNumbers } from './adapter.ts';
import type { SentFile } from './sent-file.ts';

const OUR_NUMBER = '+525500000009';
const DELIVERED = 3; // WebMessageInfo.Status.DELIVERY_ACK

/** Our real WhatsApp channel over a socket that stands in for Baileys' own. */
export async function whatsappAdapter(): Promise<Adapter> {
  const media = await openFakeMediaServer();
  const got: { jid: string; text: string }[] = [];
  let house: Parameters<Adapter['routes']>[0] | null = null;
  let opened: Promise<OpenSocket> | null = null;
  let leave = async (): Promise<void> => undefined;

  return {
    id: 'whatsapp',
    addresses: 'phone',
    env: { DEMO: 'off', WHATSAPP_NUMBER: OUR_NUMBER },
    isOpen: false,
    channels(db) {
      const stop = new AbortController();
      let ready: (socket: OpenSocket) => void = () => undefined;
      opened = new Promise((resolve) => {
        ready = resolve;
      });
      const { channel, run } = createWhatsapp({
        db,
        states: createStateStore(db),
        number: OUR_NUMBER,
        pairing: 'qr',
        coldContact: false,
        mediaUrl: media.url,
        open: (input) => {
          const socket = openSocket(input, (jid, text) => got.push({ jid, text }));
          socket.begin().then(() => ready(socket));
          return socket.wa;
        },
        receive: (message) => needed(house).conversations.receive(message),
        onTypedOnPhone: async () => undefined,
        recordStatus: (id: OutboxId, ...rest) => needed(house).conversations.recordStatusOf(id, ...rest),
        machine: systemClock,
        log: silentLog(),
      });
      const running = run(stop.signal);
      leave = async () => {
        stop.abort();
        await running;
      };
      return [channel];
    },
    routes(given) {
      house = given;
      return {};
    },
    async deliver({ from, text, id, files = [] }) {
      const [file] = files; // a phone sends each in a message of its own
      const content = file ? await withFile(media, file, text) : { conversation: text };
      await (await needed(opened)).hear(jidOf(from), `3A${digest(id).slice(0, 18).toUpperCase()}`, content);
    },
    arrived: () => got.splice(0).map(({ jid, text }) => ({ to: phoneOf(jid), text, options: [] })),
    shows: withNumbers, // buttons are not carried any more
    leave: () => leave(),
    close: media.close,
  };
}

async function withFile(media: FakeMediaServer, { type, bytes }: SentFile, caption: string): Promise<proto.IMessage> {
  const kind = type === 'image/jpeg' ? 'image' : 'document';
  const part = { ...(await media.put(kind, Buffer.from(bytes), type)), caption };
  return kind === 'image' ? { imageMessage: part } : { documentMessage: part };
}

type OpenSocket = ReturnType<typeof openSocket>;

/** What Baileys tells of a number that is paired, of messages that come, and of those that go. */
function openSocket(input: SocketInput, onSent: (jid: string, text: string) => void) {
  const events = new Map<string, ((value: never) => void)[]>();
  const on = (event: string, listener: (value: never) => void) =>
    void events.set(event, [...(events.get(event) ?? []), listener]);
  const tell = (event: string, value: unknown) => {
    for (const listener of events.get(event) ?? []) listener(value as never);
  };
  const wa: WaSocket = {
    ev: { on, removeAllListeners: (event) => void events.delete(event) },
    ws: { on },
    async sendMessage(jid, { text }, { messageId }) {
      onSent(jid, text);
      setImmediate(() => {
        tell('CB:ack,class:message', { tag: 'ack', attrs: { id: messageId } });
        tell('messages.update', [{ key: { fromMe: true, id: messageId }, update: { status: DELIVERED } }]);
      });
    },
    onWhatsApp: async (...phones) => phones.map((phone) => ({ jid: jidOf(phone), exists: true })),
    fetchNewChatMessageCap: async () => ({}),
    fetchAccountReachoutTimelock: async () => undefined,
    updateMediaMessage: () => new Promise(() => undefined),
    requestPairingCode: async () => 'ABCD1234',
    end: () => undefined,
  };
  return {
    wa,
    /** After whoever opened it listens. */
    begin: (): Promise<void> =>
      new Promise((resolve) =>
        setImmediate(() => {
          tell('connection.update', { connection: 'open' });
          resolve();
        }),
      ),
    /** A message twice, as Baileys hands it over: before its receipt is sent, and then as an event. */
    async hear(jid: string, id: string, content: proto.IMessage): Promise<void> {
      const message = { key: { remoteJid: jid, fromMe: false, id }, message: content } as WAMessage;
      await input.beforeReceipt(message);
      tell('messages.upsert', { messages: [message], type: 'notify' });
    },
  };
}

/** As WhatsApp knows a phone: mobiles of Mexico with the 1 of old. */
const jidOf = (phone: string): string => `${phone.slice(1).replace(/^52(\d{10})$/, '521$1')}@s.whatsapp.net`;

function needed<T>(value: T | null): T {
  if (value === null) throw new Error('the house is not open yet');
  return value;
}
