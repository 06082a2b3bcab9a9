import type { Connection } from 'mongoose';
import type { Clock } from '../kernel/clock.ts';
import { type CrashPoint, noCrash } from '../kernel/crash.ts';
import type { Log } from '../kernel/log.ts';
import { type Meter, noMeter } from '../kernel/meter.ts';
import type { Channel } from './channel.ts';
import { modelOf } from './whatsapp-auth-store.ts';
import { createWaFileStore } from './whatsapp-file-store.ts';
import { createWaFetchFile } from './whatsapp-files.ts';
import { createIdentityStore } from './whatsapp-identity-store.ts';
import { createIntake, type IntakeDeps } from './whatsapp-intake.ts';
import { LEASE_MS } from './whatsapp-lease.ts';
import { createLeaseStore } from './whatsapp-lease-store.ts';
import { createPlaceholderStore } from './whatsapp-placeholder-store.ts';
import { createSender, type SenderDeps } from './whatsapp-sender.ts';
import { createSentStore } from './whatsapp-sent-store.ts';
import { createSession, type Pairing } from './whatsapp-session.ts';
import type { OpenSocket } from './whatsapp-socket.ts';
import type { StateStore } from './whatsapp-state-store.ts';

export interface WhatsappInput
  extends Pick<IntakeDeps, 'receive' | 'onTypedOnPhone'>,
    Pick<SenderDeps, 'recordStatus'> {
  db: Connection;
  /** How the connection stands, for whoever looks. */
  states: StateStore;
  /** Ours, E.164. */
  number: string;
  pairing: 'qr' | 'code';
  /** True: it may also write to people who never wrote to it. */
  coldContact: boolean;
  open: OpenSocket;
  /** Another server of files than WhatsApp's own. */
  mediaUrl?: string | null;
  onPairing?(pairing: Pairing): void;
  machine: Clock;
  log: Log;
  meter?: Meter;
  crash?: CrashPoint;
  leaseMs?: number;
  ackMs?: number;
  phoneMs?: number;
}

/** A WhatsApp number that a phone holds, through Baileys. Its promise is weaker than the others': docs/decisions/0005. */
export interface Whatsapp {
  channel: Channel;
  /** Keeps it connected while this process holds the number, until the signal aborts; resolves when all is let go of. */
  run(signal: AbortSignal): Promise<void>;
}

export function createWhatsapp(input: WhatsappInput): Whatsapp {
  const { db, meter = noMeter, crash = noCrash, leaseMs = LEASE_MS } = input;
  modelOf(db);
  const stores = {
    files: createWaFileStore(db),
    identities: createIdentityStore(db),
    leases: createLeaseStore(db),
    placeholders: createPlaceholderStore(db),
    sent: createSentStore(db),
    states: input.states,
  };
  const intake = createIntake({ ...input, stores, meter, crash });
  const sender = createSender({
    ...input,
    stores,
    coldPausedUntil: () => session.coldPausedUntil(),
    onReachedOutTooMuch: () => session.onReachedOutTooMuch(),
  });
  const session = createSession({
    ...input,
    stores,
    intake,
    sender,
    meter,
    crash,
    leaseMs,
    onPairing: (pairing) => input.onPairing?.(pairing),
  });
  const { socket } = sender;
  const channel: Channel = {
    ...sender.channel,
    capabilities: { ...sender.channel.capabilities, media: true },
    fetchFile: createWaFetchFile({ ...input, files: stores.files, socket, mediaUrl: input.mediaUrl ?? null }),
    mayFetch: () => socket() !== null,
  };
  return { channel, run: session.run };
}
