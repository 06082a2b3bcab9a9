import type { Connection } from 'mongoose';
import type { App } from '../../src/app.ts';
import type { Channel, DeliveryStatus, Found, OutboundMessage, SendResult } from '../../src/channels/channel.ts';
import { packsFrom } from '../../src/compliance/pack.ts';
import type { Presence } from '../../src/conversations/alive.ts';
import { type ConversationStore, createConversationStore } from '../../src/conversations/conversation-store.ts';
import { createEventStore } from '../../src/conversations/event-store.ts';
import { PACKAGE_ROOT, readDataFiles } from '../../src/data-files.ts';
import { inTransaction } from '../../src/database/transaction.ts';
import { createInboxStore } from '../../src/inbox/inbox-store.ts';
import { HOUR_MS } from '../../src/kernel/calendar.ts';
import { type MovableClock, standingClock, systemClock } from '../../src/kernel/clock.ts';
import type { CrashPoint } from '../../src/kernel/crash.ts';
import { conversationId, creditorId, debtorId, type OutboxId, sortableId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { Medium } from '../../src/kernel/medium.ts';
import type { Meter } from '../../src/kernel/meter.ts';
import { createClaimStore } from '../../src/ledger/claim-store.ts';
import { createGate } from '../../src/outbox/gate.ts';
import { createOutboxStore, type OutboxRow } from '../../src/outbox/outbox-store.ts';
import { createPastReader } from '../../src/outbox/past.ts';
import { createProviderOptOut } from '../../src/sending/opt-out.ts';
import { createSending } from '../../src/sending/sending.ts';
import { importText } from '../chat/portfolio.ts';
import { openApp, phoneOf } from '../conversations/house.ts';
import { emptyDatabase } from '../setup/database.ts';

const COLUMNS =
  'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,debt_id,concept,due_date,amount,currency';

/** A provider that a test scripts. It keeps what it took, which is what a debtor would get. */
export interface FakeChannel {
  channel: Channel;
  /** What it has, in order: accepted, or taken without an answer. */
  took: OutboundMessage[];
  /** Calls, whatever came of them. */
  calls: OutboundMessage[];
  /** What the next calls come to; accepted when empty. `lost`: taken, and the answer never arrives. */
  fates: (SendResult | 'lost' | 'never' | Promise<void>)[];
  /** What it says when it is asked for a message; what it took is found when empty. */
  found: Found[];
}

export function fakeChannel(changes: Partial<Channel> & Pick<Channel, 'id' | 'medium'>, canFind = false): FakeChannel {
  const fake: FakeChannel = { took: [], calls: [], fates: [], found: [], channel: undefined as never };
  const providerId = (id: string) => `${changes.id}:${id}:${fake.took.length}`;
  const send = async (message: OutboundMessage): Promise<SendResult> => {
    fake.calls.push(message);
    const fate = fake.fates.shift();
    if (fate === 'never') throw new Error('socket hang up');
    if (fate instanceof Promise) await fate;
    else if (fate && fate !== 'lost' && fate.outcome !== 'accepted') return fate;
    fake.took.push(message);
    if (fate === 'lost') throw new Error('socket hang up');
    return { outcome: 'accepted', providerId: providerId(message.id) };
  };
  const find = async ({ id }: { id: string }): Promise<Found> => {
    const scripted = fake.found.shift();
    if (scripted) return scripted;
    return fake.took.some((message) => message.id === id)
      ? { outcome: 'found', providerId: `found:${id}`, status: 'sent' }
      : { outcome: 'absent' };
  };
  const capabilities = { buttons: false, lengthMax: 4096 };
  fake.channel = { capabilities, send, ...(canFind && { find }), ...changes };
  return fake;
}

/** Who a process is to the others, and its view of the leases. */
export interface Identity {
  heartbeat: Presence;
  conversations: ConversationStore;
}

export type SendingHouse = Awaited<ReturnType<typeof openSendingHouse>>;

/** The real stores, law and ledger below the outbox, with clocks that stand still, and as many senders as a test wants. */
export async function openSendingHouse(
  db: Connection,
  options: { debtors?: number; windowHours?: number; country?: string } = {},
) {
  await emptyDatabase(db);
  const clock: MovableClock = standingClock(new Date('2026-03-02T16:00:00Z')); // Monday 10:00 in Mexico City
  const machine: MovableClock = standingClock(new Date('2026-03-02T16:00:00Z'));
  const app: App = await openApp(db, clock, []);
  const rows = Array.from({ length: options.debtors ?? 1 }, (_, n) => portfolioRow(n, options.country ?? 'MX'));
  await importText(app, db, [COLUMNS, ...rows].join('\n'));
  const { ledger } = app;
  const stores = {
    conversations: createConversationStore(db),
    inbox: createInboxStore(db),
    outbox: createOutboxStore(db),
    events: createEventStore(db),
  };
  const packs = packsFrom(readDataFiles(PACKAGE_ROOT).policies);
  const readPasts = createPastReader({ packs, inbox: stores.inbox, outbox: stores.outbox });
  const mayGo = createGate({
    packs,
    ledger,
    claims: createClaimStore(db),
    inbox: stores.inbox,
    mediumOf: MEDIUM_OF,
    readPasts,
  });
  const counted: string[] = [];
  const meter: Meter = {
    count: (name, labels = {}) => void counted.push([name, ...Object.values(labels)].join(' ')),
    time: () => undefined,
  };
  const windowHoursOf = new Map(options.windowHours ? [['twilio-whatsapp', options.windowHours]] : []);
  let written = 0;

  const here = {
    app,
    db,
    clock,
    machine,
    stores,
    /** `name label label`, in order. */
    counted,
    meter,

    /** One more process that sends. @param meanwhile happens after the law was asked, before the intent @param as with a heartbeat; time alone frees what it holds when left out */
    sender: (channels: FakeChannel[], crash?: CrashPoint, meanwhile?: () => Promise<void>, as?: Identity) =>
      createSending({
        ...{ db, ledger, clock, machine, meter, windowHoursOf, log: silentLog() },
        stores: { ...stores, ...(as && { conversations: as.conversations }) },
        ...(as && { presence: as.heartbeat }),
        channels: channels.map(({ channel }) => channel),
        mayGo: async (...asked) => {
          const judged = await mayGo(...asked);
          await meanwhile?.();
          return judged;
        },
        optOut: createProviderOptOut({ db, ledger, packs, stores, clock }),
        proactiveChannels: ['twilio-whatsapp', 'twilio-sms'],
        wake: () => undefined,
        ...(crash && { crash }),
      }),

    /** Both clocks. */
    wait(seconds: number): void {
      clock.advance(seconds * 1000);
      machine.advance(seconds * 1000);
    },

    /** The n-th debtor wrote there lately, and their conversation is theirs. */
    async talks(channel: string, n = 0): Promise<void> {
      const phone = phoneOf(n);
      await app.conversations.link(channel, phone, debtorOf(n));
      const id = conversationId(channel, phone);
      await db.collection('conversations').updateOne({ _id: id as never }, { $set: { lastInboundAt: clock.now() } });
    },

    /** A row as a turn writes it. */
    async writes(channel: string, changes: Partial<OutboxRow> & { n?: number } = {}): Promise<OutboxId> {
      const { n = 0, ...rest } = changes;
      written += 1;
      const now = clock.now();
      const row: OutboxRow = {
        _id: `test:${written}:0` as OutboxId,
        conversationId: conversationId(channel, phoneOf(n)),
        debtorId: debtorOf(n),
        channel,
        medium: channel === 'twilio-sms' ? 'sms' : 'whatsapp',
        address: phoneOf(n),
        ...{ from: 'bot', kind: 'reply', key: 'test.text', text: `Mensaje ${written}`, subject: null },
        ...{ options: [], template: null, disclosesDebt: false, createdAt: now, state: 'ready', notBefore: now },
        seq: sortableId(systemClock.now()),
        expiresAt: new Date(now.getTime() + 48 * HOUR_MS),
        ...{ rule: null, attempts: 0, sendingAt: null, sentAt: null, providerId: null, status: null },
        ...rest,
      };
      await inTransaction(db, (tx) => stores.outbox.insert([row], tx));
      return row._id;
    },

    async row(id: OutboxId): Promise<OutboxRow> {
      const row = await stores.outbox.find(id);
      if (!row) throw new Error(`there is no row ${id}`);
      return row;
    },

    reports: (id: OutboxId, status: DeliveryStatus, code: string | null = null, providerId = `report:${id}`) =>
      stores.outbox.recordStatusOf(id, { status, providerId, now: clock.now(), code }),
  };
  return here;
}

export type Sender = ReturnType<SendingHouse['sender']>;

/** A sender in the middle of its day: it has looked a moment ago. */
export async function senderAtWork(house: SendingHouse, phone: FakeChannel): Promise<Sender> {
  const sender = house.sender([phone]);
  await ring(sender);
  return sender;
}

/** It hears that there is something to do, and does it to the end. */
export async function ring(sender: Sender): Promise<void> {
  await sender.beginExpected();
  await sender.idle();
}

const MEDIUM_OF = new Map<string, Medium>([
  ['twilio-sms', 'sms'],
  ['twilio-whatsapp', 'whatsapp'],
]);

/** As the sweep does: what was intended so long ago that whoever it was, they are gone. */
export function abandonOld({ stores, machine, clock }: SendingHouse): Promise<number> {
  const machineNow = machine.now();
  return stores.outbox.abandon({ before: new Date(machineNow.getTime() - 90_000) }, machineNow, clock.now());
}

export const debtorOf = (n: number) => debtorId(creditorId('banco'), `d${n}`);

const ZONE_OF: Record<string, string> = { MX: 'America/Mexico_City', CO: 'America/Bogota' };

function portfolioRow(n: number, country: string): string {
  const who = ['banco', 'Banco Uno', `d${n}`, 'Ana Prueba', '900000001234', country, ZONE_OF[country], 'es-MX'];
  return [...who, phoneOf(n), `debt-${n}`, 'Crédito', '2026-02-10', '1200.00', 'MXN'].join(',');
}
