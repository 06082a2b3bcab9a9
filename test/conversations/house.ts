import type { Connection } from 'mongoose';
import { type App, type AppInput, createApp } from '../../src/app.ts';
import type { Channel, OutboundMessage, SendResult } from '../../src/channels/channel.ts';
import { readConfig } from '../../src/config.ts';
import { type MovableClock, standingClock } from '../../src/kernel/clock.ts';
import { conversationId, creditorId, type DebtorId, debtorId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { importText } from '../chat/portfolio.ts';
import { emptyDatabase } from '../setup/database.ts';

export const ANA_PHONE = '+525550100001';
export const ANA: DebtorId = debtorId(creditorId('banco'), 'ana');
export const ANA_CONVERSATION = conversationId('simulator', ANA_PHONE);
const COLUMNS =
  'creditor_id,creditor_name,debtor_id,debtor_name,document,country,zone,locale,phone,debt_id,concept,instalment,due_date,amount,currency';

/** The real house without its web server, with a phone that answers a send as the test says. */
export interface House {
  app: App;
  clock: MovableClock;
  /** What the phone got, in order. */
  phone: OutboundMessage[];
  /** What the next sends come to; accepted when empty. */
  fates: (SendResult | Error)[];
  says(text: string, id?: string): Promise<'stored' | 'duplicate'>;
  /** Turns and sends until nothing moves. */
  settle(): Promise<void>;
}

/** How it takes in what debtors write, and the clock that its processes compare: the usual ones when left out. */
export type Machinery = Pick<AppInput, 'arrivals' | 'machine'>;

export async function openHouse(db: Connection, options: { debtors?: number } & Machinery = {}): Promise<House> {
  await emptyDatabase(db);
  const clock = standingClock(new Date('2026-03-02T16:00:00Z')); // Monday 10:00 in Mexico City
  const phone: OutboundMessage[] = [];
  const fates: (SendResult | Error)[] = [];
  const channel: Channel = {
    id: 'simulator',
    medium: 'whatsapp',
    capabilities: { buttons: true, lengthMax: 4096 },
    send: async (message) => {
      const fate = fates.shift();
      if (fate instanceof Error) throw fate;
      if (!fate || fate.outcome === 'accepted') phone.push(message);
      return fate ?? { outcome: 'accepted', providerId: `phone:${message.id}` };
    },
  };
  const app = await openApp(db, clock, [channel], options);
  const rows = Array.from({ length: options.debtors ?? 1 }, (_, n) => portfolioRow(n));
  await importText(app, db, [COLUMNS, ...rows].join('\n'));
  let count = 0;
  return {
    app,
    clock,
    phone,
    fates,
    says: (text, id) => {
      count += 1;
      clock.advance(5000);
      return app.conversations.receive({ id: id ?? `test:${count}`, channel: 'simulator', from: ANA_PHONE, text });
    },
    settle: () => settle(app),
  };
}

/** A second process on the same database. */
export function openApp(
  db: Connection,
  clock: MovableClock,
  channels: Channel[],
  { arrivals, machine }: Machinery = {},
): Promise<App> {
  const config = readConfig({ NODE_ENV: 'test', DEMO: 'on', LOG_LEVEL: 'silent' });
  const publicUrl = () => 'http://localhost';
  const machinery = { ...(arrivals && { arrivals }), ...(machine && { machine }) };
  return createApp({ config, db, clock, log: silentLog(), channels, publicUrl, ...machinery });
}

export async function settle(app: App): Promise<void> {
  for (;;) {
    const moved =
      (await app.conversations.sweepFollowups()) +
      (await app.conversations.runTurns()) +
      (await app.conversations.dispatch());
    if (moved === 0) return;
  }
}

export const phoneOf = (n: number): string => `+52555010${String(n + 1).padStart(4, '0')}`;

function portfolioRow(n: number): string {
  const id = n === 0 ? 'ana' : `d${n}`;
  const row = [
    'banco',
    'Banco Uno',
    id,
    'Ana Prueba',
    '900000001234',
    'MX',
    'America/Mexico_City',
    'es-MX',
    phoneOf(n),
    `debt-${id}`,
  ];
  return [...row, 'Crédito', 1, '2026-02-10', '1200.00', 'MXN'].join(',');
}
