import path from 'node:path';
import type { Connection } from 'mongoose';
import type { Channel } from './channels/channel.ts';
import { EMAIL } from './channels/email-ids.ts';
import { TWILIO_SMS, TWILIO_WHATSAPP, WHATSAPP_WINDOW_HOURS } from './channels/twilio-events.ts';
import { WHATSAPP } from './channels/whatsapp-address.ts';
import type { Config } from './config.ts';
import type { Conversations } from './conversations/conversations.ts';
import { createDesk, type Desk } from './desk/desk.ts';
import { createSay } from './dialog/say.ts';
import type { Slots } from './dialog/state.ts';
import { type HouseRules, readHouseRules } from './house-rules.ts';
import type { ArrivalRules } from './inbox/arrivals.ts';
import { CHAT_BURST } from './inbox/burst.ts';
import { FLOOD_LIMITS } from './inbox/flood.ts';
import { type Clock, systemClock } from './kernel/clock.ts';
import { createCrashPoint } from './kernel/crash.ts';
import type { Locale } from './kernel/locale.ts';
import type { Log } from './kernel/log.ts';
import type { Medium } from './kernel/medium.ts';
import { type Meter, noMeter } from './kernel/meter.ts';
import { understand } from './language/understand.ts';
import { createLedger } from './ledger/create-ledger.ts';
import type { Account, Ledger } from './ledger/ledger.ts';
import { createConversations } from './line/assemble.ts';
import { createPayments } from './payments/create-payments.ts';
import type { PaymentSettled, PaymentsDoor } from './payments/payments.ts';
import type { PayLinkProvider } from './payments/provider.ts';
import { createSandbox, type Sandbox } from './payments/sandbox.ts';

/** Locales whose texts are complete: `acuerdo check` holds them to it. */
export const SPOKEN_LOCALES: readonly Locale[] = ['es-MX', 'es-CL', 'es-CO', 'es-AR', 'pt-BR', 'en-US'];

/** Every channel there is, wherever it runs, and what it counts as before the law. */
const MEDIUM_OF: ReadonlyMap<string, Medium> = new Map([
  ['simulator', 'whatsapp'],
  ['console', 'whatsapp'],
  [TWILIO_WHATSAPP, 'whatsapp'],
  [TWILIO_SMS, 'sms'],
  [WHATSAPP, 'whatsapp'],
  [EMAIL, 'email'],
]);

const WINDOW_HOURS_OF: ReadonlyMap<string, number> = new Map([[TWILIO_WHATSAPP, WHATSAPP_WINDOW_HOURS]]);

/** What the composition root is given: everything that reaches outside the process. */
export interface AppInput {
  config: Config;
  db: Connection;
  clock: Clock;
  log: Log;
  /** What operators watch; nobody when left out. */
  meter?: Meter;
  channels: Channel[];
  /** Asked each time, since the port may not be known at the start. Without a slash at the end. */
  publicUrl: () => string;
  /** How what debtors write is taken in: each message at once when left out. */
  arrivals?: ArrivalRules;
  /** What processes compare; the machine's own clock when left out. */
  machine?: Clock;
  /** Flows, texts, packs and the strategy; those of this package when left out. */
  rules?: HouseRules;
}

/** The rooms, put together. http, cli and the tests are given this. */
export interface App {
  config: Config;
  clock: Clock;
  ledger: Ledger;
  payments: PaymentsDoor;
  /** The made-up payment provider, where it takes the money. */
  sandbox: Sandbox | null;
  conversations: Conversations;
  /** Agents' view of conversations, where there is one. */
  desk: Desk | null;
  /** Channels on which we may write first: what an import ties debtors' phones to. */
  proactiveChannels: string[];
}

/** Builds the house. The one place that knows every room. @throws AppError data_invalid when flows, texts, packs or the strategy are wrong */
export async function createApp(input: AppInput): Promise<App> {
  const { config, db, clock, log } = input;
  const { flows, texts, templates, packs, strategy } = input.rules ?? readHouseRules();
  const proactiveChannels = proactiveOf(config);

  const ledger = createLedger({ db, log, rules: strategy.promise });
  const sandbox =
    config.paymentProvider === 'sandbox' ? await createSandbox({ db, clock, log, publicUrl: input.publicUrl }) : null;
  const providers: PayLinkProvider[] = sandbox ? [sandbox.provider] : [];
  const payments: PaymentsDoor = createPayments({
    db,
    ledger,
    providers,
    clock,
    log,
    publicUrl: input.publicUrl,
    onSettled: async (event, tx) => {
      const account = await ledger.account(event.debtorId, clock.now(), tx);
      await conversations.enqueue(
        {
          id: `payment:${event.eventId}`,
          debtorId: event.debtorId,
          flow: event.change === 'paid' ? 'receipt' : 'payment_reversed',
          slots: receiptSlots(event, account),
          messageKind: 'receipt',
        },
        tx,
      );
    },
  });
  const desk: Desk | null =
    config.telegram &&
    createDesk({
      db,
      conversations: () => conversations,
      ledger,
      agents: config.telegram.agents,
      clock,
      machine: input.machine ?? systemClock,
      log: log.child({ room: 'desk' }),
    });
  const conversations: Conversations = createConversations({
    db,
    ledger,
    payments: () => payments,
    packs,
    strategy,
    flows,
    say: createSay(texts, templates),
    locales: SPOKEN_LOCALES,
    understand,
    channels: input.channels,
    mediumOf: MEDIUM_OF,
    ...(desk && { onHeld: desk.feed }),
    windowHoursOf: WINDOW_HOURS_OF,
    proactiveChannels,
    clock,
    machine: input.machine ?? systemClock,
    log,
    meter: input.meter ?? noMeter,
    crash: createCrashPoint(config.crashAt),
    ...(input.arrivals && { arrivals: input.arrivals }),
  });
  await Promise.all([ledger.prepare(), payments.prepare(), ...Object.values(db.models).map((model) => model.init())]);
  return { config, clock, ledger, payments, sandbox, conversations, desk, proactiveChannels };
}

/** In the running service: chats are waited for, mails and the terminal are not; and a disk stands in for the database. */
export const arrivalsOf = ({ dataDir }: Config): ArrivalRules => ({
  burstOf: new Map([...MEDIUM_OF.keys()].filter(isChat).map((channel) => [channel, CHAT_BURST])),
  flood: FLOOD_LIMITS,
  spoolDir: path.join(dataDir, 'spool'),
});

const isChat = (channel: string): boolean => channel !== 'console' && MEDIUM_OF.get(channel) !== 'email';

/** Where debtors are written to first, the preferred one first. A demo never writes to a real phone of its own accord. */
function proactiveOf({ demo, twilio, email, whatsapp }: Config): string[] {
  if (demo) return ['simulator'];
  const phones = [...(twilio?.whatsappFrom ? [TWILIO_WHATSAPP] : []), ...(twilio?.smsFrom ? [TWILIO_SMS] : [])];
  return [...phones, ...(whatsapp?.coldContact ? [WHATSAPP] : []), ...(email ? [EMAIL] : [])];
}

/** What a receipt says: the money as posted, what is still owed after it, and what it did for a promise. */
function receiptSlots(event: PaymentSettled, account: Account): Slots {
  return {
    amount: { type: 'money', value: event.amount },
    folio: { type: 'text', value: event.posted.folio },
    balance: { type: 'money', value: account.total },
    left: {
      type: 'text',
      value: account.total.amountMinor > 0n ? 'some' : account.credit.amountMinor > 0n ? 'over' : 'nothing',
    },
    credit: { type: 'money', value: account.credit },
    ...promiseSlots(event, account),
  };
}

/** The promise that this very payment kept, or brought nearer. One that was kept before is not thanked for again. */
function promiseSlots(event: PaymentSettled, account: Account): Slots {
  const touched = account.promises.filter(({ promise, state, fulfilled, paidBy }) => {
    const ofThis = paidBy.filter(({ idemKey }) => `${idemKey}:`.startsWith(`${event.paymentKey}:`));
    const came = ofThis.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    const before = fulfilled.amountMinor - came;
    const isOpenOrKept = state === 'open' || state === 'kept';
    return came > 0n && isOpenOrKept && before + promise.toleranceMinor < promise.amount.amountMinor;
  });
  const told = touched.findLast(({ state }) => state === 'kept') ?? touched[0];
  if (!told) return {};
  return {
    promise: { type: 'text', value: told.state },
    promised: { type: 'money', value: told.promise.amount },
    promised_for: { type: 'date', value: told.promise.date },
    fulfilled: { type: 'money', value: told.fulfilled },
  };
}
