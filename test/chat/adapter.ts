import type { Connection } from 'mongoose';
import type { App } from '../../src/app.ts';
import type { Channel, OutboundMessage } from '../../src/channels/channel.ts';
import { createConsoleChannel } from '../../src/channels/console.ts';
import type { ServerInput } from '../../src/http/server.ts';
import { createFileShelf, type SentFile } from './sent-file.ts';

/** A debtor's message, on its way to the house. */
export interface Written {
  from: string;
  text: string;
  /** Names the message: a second one with the same id is the same message, delivered again. */
  id: string;
  files?: SentFile[];
}

/** A message as it arrived at a debtor's side. */
export type Arrived = Pick<OutboundMessage, 'to' | 'text' | 'options'>;

/**
 * How debtors of a scenario and the house reach each other: one of our channels, over a local fake of its provider. One adapter serves many
 * scenarios, one after the other; what it makes for the house is made anew whenever the house is opened.
 */
export interface Adapter {
  /** The channel's id. */
  readonly id: string;
  readonly addresses: 'phone' | 'email';
  /** What the house reads in its environment, beside what every stage gives it. */
  readonly env: Record<string, string>;
  /** The conversation is open before the debtor's eyes, so follow-ups come there though no provider carries them. */
  readonly isOpen: boolean;
  channels(db: Connection, publicUrl: () => string): Channel[];
  /** Its webhooks. */
  routes(house: Pick<App, 'conversations' | 'clock'>, publicUrl: () => string): Pick<ServerInput, 'twilio' | 'email'>;
  /** Hands a message over as the provider does. Resolves when the house has acknowledged it. */
  deliver(message: Written, house: Pick<App, 'conversations' | 'clock'>, houseUrl: string): Promise<void>;
  /** What has arrived since it was asked last, in order. */
  arrived(): Arrived[];
  /** A line of a scenario as this channel shows it: the declared difference between adapters, and the only one. */
  shows(line: string): string;
  /** The house closes: lets go of what was made for it. */
  leave(): Promise<void>;
  close(): Promise<void>;
}

/** The phone of the demo: reply buttons, unless the scenario's channel has none. */
export function simulatorAdapter(buttons: () => boolean = () => true): Adapter {
  const { write, taken } = letterBox();
  const shelf = createFileShelf();
  return {
    ...plainAdapter('simulator'),
    async deliver({ files, ...message }, { conversations }) {
      await conversations.receive({ ...message, channel: 'simulator', ...(files && { media: shelf.put(files) }) });
    },
    channels: () => [
      {
        id: 'simulator',
        medium: 'whatsapp',
        get capabilities() {
          return { buttons: buttons(), lengthMax: 4096 };
        },
        send: async (message) => {
          write(message);
          return { outcome: 'accepted', providerId: `stage:${message.id}` };
        },
        fetchFile: shelf.fetchFile,
      },
    ],
    arrived: () => taken().map((message) => ({ ...message, options: buttons() ? message.options : [] })),
    shows: (line) => line,
  };
}

/** The terminal of `acuerdo chat`. */
export function consoleAdapter(): Adapter {
  const { write, taken } = letterBox();
  return {
    ...plainAdapter('console'),
    isOpen: true,
    channels: () => [createConsoleChannel(write)],
    arrived: () => taken().map((message) => ({ ...message, options: [] })),
    shows: withNumbers,
  };
}

/** A line's reply buttons as the numbered lines that a channel without buttons has in their place. */
export function withNumbers(line: string): string {
  const { words, buttons } = buttonsOf(line);
  return [words, ...buttons.map((label, n) => `${n + 1}) ${label}`)].join('\n');
}

/** Folios by the order in which they came up: two conversations are the same when they name the same ones in the same places. */
export function folioNames(): (text: string) => string {
  const names = new Map<string, string>();
  return (text) =>
    text.replace(/\b([Ff]olio|C[óo]digo|Protocolo|Reference) ([2-9A-HJKMNP-Z]{6})\b/g, (_whole, word, folio) => {
      if (!names.has(folio)) names.set(folio, `<folio ${names.size + 1}>`);
      return `${word} ${names.get(folio)}`;
    });
}

/** `[Sí] [No, cambiar]` on the last line. */
function buttonsOf(line: string): { words: string; buttons: string[] } {
  const [, words = line, row = ''] = /^([\s\S]*)\n((?:\[[^\]\n]+\] ?)+)$/.exec(line) ?? [];
  return { words, buttons: [...row.matchAll(/\[([^\]]+)\]/g)].map(([, label = '']) => label) };
}

/** What needs no provider between the debtor and the house. */
function plainAdapter(id: string): Omit<Adapter, 'channels' | 'arrived' | 'shows'> {
  return {
    id,
    addresses: 'phone',
    env: { DEMO: 'on' },
    isOpen: false,
    routes: () => ({}),
    async deliver(message, { conversations }) {
      await conversations.receive({ ...message, channel: id });
    },
    leave: async () => undefined,
    close: async () => undefined,
  };
}

function letterBox() {
  const box: OutboundMessage[] = [];
  return { write: (message: OutboundMessage) => void box.push(message), taken: () => box.splice(0) };
}
