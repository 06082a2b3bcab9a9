import type { SignalCreds } from '@whiskeysockets/baileys';
import type { Connection } from 'mongoose';
import type { DeliveryStatus, InboundMessage } from '../../src/channels/channel.ts';
import { createWhatsapp, type WhatsappInput } from '../../src/channels/whatsapp.ts';
import { openAuth } from '../../src/channels/whatsapp-auth-store.ts';
import type { TypedOnPhone } from '../../src/channels/whatsapp-intake.ts';
import type { Pairing } from '../../src/channels/whatsapp-session.ts';
import type { OpenSocket } from '../../src/channels/whatsapp-socket.ts';
import { createStateStore, type LinkView } from '../../src/channels/whatsapp-state-store.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { silentLog } from '../../src/kernel/log.ts';

export const OURS = { number: '+525500000009', lid: '99000000000009' };
export const ANA = { phone: '+525512345678', lid: '88000000000001' };

/** Credentials as pairing and a first synchronisation leave them. */
export async function seedCredentials(db: Connection): Promise<SignalCreds> {
  const auth = await openAuth(db, OURS.number, async () => undefined);
  const account = {
    details: Buffer.from('d'),
    accountSignatureKey: Buffer.alloc(32, 1),
    accountSignature: Buffer.alloc(64, 1),
  };
  const me = { id: `${OURS.number.slice(1)}:1@s.whatsapp.net`, lid: `${OURS.lid}:1@lid`, name: 'Cobranza' };
  Object.assign(auth.state.creds, { me, account, accountSyncCounter: 1 });
  await auth.saveCreds();
  return auth.state.creds;
}

/** What the house around a WhatsApp number was told. */
export function openHouseOf(db: Connection, open: OpenSocket, changes: Partial<WhatsappInput> = {}) {
  const heard: InboundMessage[] = [];
  const typed: TypedOnPhone[] = [];
  const statuses: { id: string; status: DeliveryStatus; providerId: string; code: string | null }[] = [];
  const counted: { name: string; labels: Record<string, string> }[] = [];
  const pairings: Pairing[] = [];
  const states = createStateStore(db);
  const seen = new Set<string>();
  const waiting = new Set<() => void>();
  const changed = () => {
    for (const look of [...waiting]) look();
  };
  const stop = new AbortController();

  const whatsapp = createWhatsapp({
    db,
    states,
    number: OURS.number,
    pairing: 'qr',
    coldContact: false,
    open,
    async receive(message) {
      if (seen.has(message.id)) return 'duplicate';
      seen.add(message.id);
      heard.push(message);
      changed();
      return 'stored';
    },
    async onTypedOnPhone(line) {
      typed.push(line);
      changed();
    },
    async recordStatus(id, status, providerId, failure) {
      statuses.push({ id, status, providerId, code: failure?.code ?? null });
      changed();
    },
    onPairing(pairing) {
      pairings.push(pairing);
      changed();
    },
    meter: {
      count(name, labels = {}) {
        counted.push({ name, labels });
        changed();
      },
      time: () => undefined,
    },
    machine: systemClock,
    log: silentLog(),
    ackMs: 1_000,
    ...changes,
  });

  const running = whatsapp.run(stop.signal);
  return {
    channel: whatsapp.channel,
    heard,
    typed,
    statuses,
    counted,
    pairings,
    states,
    /** Resolves when `holds` is true of what was told so far. */
    until: (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = () => {
          if (!holds()) return;
          waiting.delete(look);
          resolve();
        };
        waiting.add(look);
        look();
      }),
    /** Resolves when the view that any process reads is as asked for. */
    async untilSeen(holds: (view: LinkView) => boolean): Promise<LinkView> {
      for (;;) {
        const view = await states.find(OURS.number);
        if (view && holds(view)) return view;
        await systemClock.sleep(20);
      }
    },
    async stop(): Promise<void> {
      stop.abort();
      await running;
    },
  };
}

export type WaHouse = ReturnType<typeof openHouseOf>;
