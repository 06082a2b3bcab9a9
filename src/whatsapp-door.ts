import type { Router } from 'express';
import type { Connection } from 'mongoose';
import type { Channel } from './channels/channel.ts';
import { keepPageKey } from './channels/whatsapp-page-key-store.ts';
import type { Pairing } from './channels/whatsapp-session.ts';
import { createStateStore } from './channels/whatsapp-state-store.ts';
import type { WhatsappConfig } from './config.ts';
import type { Conversations } from './conversations/conversations.ts';
import { createWhatsappPage } from './http/whatsapp-page.ts';
import { systemClock } from './kernel/clock.ts';
import { type CrashPoint, noCrash } from './kernel/crash.ts';
import { newToken } from './kernel/ids.ts';
import type { Log } from './kernel/log.ts';
import type { Meter } from './kernel/meter.ts';

const FILES_EVERY_MS = 5_000;

/** A WhatsApp number's side of a house that is not built yet. */
export interface WhatsappDoor {
  /** Those of this process: none where it has not the role. */
  channelsOf(db: Connection): Channel[];
  /** Keeps the number connected until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Where a person pairs the phone and sees how it stands; `key` opens it from afar. */
  page(db: Connection): Promise<{ router: Router; key: string }>;
}

export interface WhatsappDoorInput {
  config: WhatsappConfig;
  /** Whether this process may hold the number. */
  holds: boolean;
  conversations: () => Pick<Conversations, 'receive' | 'typedOnPhone' | 'recordStatusOf' | 'sweepFiles'>;
  log: Log;
  meter: Meter;
  crash?: CrashPoint;
  /** Whether a browser of this machine needs no key for the page. */
  isPageOpenHere: boolean;
  /** A terminal that somebody looks at; absent: nothing is printed. */
  terminal?: { write(text: string): unknown };
}

/** Baileys is loaded for those who hold a number only: it takes half a second. */
export async function openWhatsapp(input: WhatsappDoorInput): Promise<WhatsappDoor> {
  const { config, holds, conversations, meter, terminal, crash = noCrash } = input;
  const log = input.log.child({ room: 'channels' });
  const rooms = holds
    ? {
        ...(await import('./channels/whatsapp.ts')),
        ...(await import('./channels/whatsapp-baileys.ts')),
      }
    : null;
  let run: WhatsappDoor['run'] = async () => undefined;

  /** Only the connection can ask the phone for a file, so whoever holds it fetches, wherever the scheduler runs. */
  async function fetchFiles(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await conversations()
        .sweepFiles()
        .catch((err: unknown) => log.warn({ err }, 'whatsapp.files_not_fetched'));
      await systemClock.sleep(FILES_EVERY_MS, signal);
    }
  }

  return {
    channelsOf(db) {
      if (rooms === null) return [];
      const whatsapp = rooms.createWhatsapp({
        ...config,
        db,
        states: createStateStore(db),
        open: rooms.createBaileysSocket(config.socketUrl),
        receive: (message) => conversations().receive(message),
        onTypedOnPhone: (line) => conversations().typedOnPhone(line),
        recordStatus: (...report) => conversations().recordStatusOf(...report),
        ...(terminal && { onPairing: (pairing: Pairing) => void printPairing(pairing, terminal) }),
        machine: systemClock,
        log,
        meter,
        crash,
      });
      run = async (signal) => void (await Promise.all([whatsapp.run(signal), fetchFiles(signal)]));
      return [whatsapp.channel];
    },
    run: (signal) => run(signal),
    async page(db) {
      const { number } = config;
      const key = await keepPageKey(db, number, newToken());
      const page = { number, key, isOpenHere: input.isPageOpenHere, states: createStateStore(db), clock: systemClock };
      return { key, router: createWhatsappPage(page) };
    },
  };
}

async function printPairing({ qr, code }: Pairing, terminal: { write(text: string): unknown }): Promise<void> {
  const { qrLines, spacedCode } = await import('./channels/whatsapp-code.ts');
  const how = 'On the phone: WhatsApp, Linked devices, Link a device';
  if (code !== null) terminal.write(`\n${how}, Link with phone number: ${spacedCode(code)}\n\n`);
  else if (qr !== null) terminal.write(`\n${await qrLines(qr)}\n${how}, and scan this.\n\n`);
}
