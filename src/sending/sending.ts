import type { Connection } from 'mongoose';
import type { Channel } from '../channels/channel.ts';
import { type Presence, TIME_ALONE } from '../conversations/alive.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { SenderHealth } from '../conversations/conversations.ts';
import type { EventStore } from '../conversations/event-store.ts';
import type { InboxStore } from '../inbox/inbox-store.ts';
import type { Clock } from '../kernel/clock.ts';
import { type CrashPoint, noCrash } from '../kernel/crash.ts';
import type { Log } from '../kernel/log.ts';
import { type Meter, noMeter } from '../kernel/meter.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { createDoubtStore } from '../outbox/doubt-store.ts';
import type { MayGo } from '../outbox/gate.ts';
import type { OutboxStore } from '../outbox/outbox-store.ts';
import { createSenderStore } from '../outbox/sender-store.ts';
import { createBreakers } from './breaker.ts';
import { createDeliver } from './deliver.ts';
import { createDispatch } from './dispatch.ts';
import { createFallback } from './fallback.ts';
import type { ProviderOptOut } from './opt-out.ts';
import { createPaceStore } from './pace-store.ts';
import { createPacer } from './pacer.ts';
import { createReconcile } from './reconcile.ts';
import { createWeigh } from './weigh.ts';

export interface SendingDeps {
  db: Connection;
  channels: Channel[];
  ledger: Pick<Ledger, 'account'>;
  mayGo: MayGo;
  optOut: ProviderOptOut;
  stores: { conversations: ConversationStore; inbox: InboxStore; outbox: OutboxStore; events: EventStore };
  proactiveChannels: readonly string[];
  windowHoursOf: ReadonlyMap<string, number>;
  /** There may be something to send. */
  wake: () => void;
  /** Who this process is to the others; time alone tells when left out. */
  presence?: Presence;
  clock: Clock;
  machine: Clock;
  crash?: CrashPoint;
  meter?: Meter;
  log: Log;
}

/** Everything between an outbox row and the provider, put together. */
export function createSending(deps: SendingDeps) {
  const { db, channels, clock, stores } = deps;
  const { crash = noCrash, meter = noMeter, presence = TIME_ALONE } = deps;
  const sender = createSenderStore(db, presence);
  const doubts = createDoubtStore(db, presence);
  const pacer = createPacer({ store: createPaceStore(db), clock });
  const breakers = createBreakers({ clock, meter });
  const weigh = createWeigh({ ...deps, breakers });
  const deliver = createDeliver({ ...deps, weigh, presence, pacer, breakers, sender, crash, meter });
  const { conversations } = stores;
  const dispatch = createDispatch({
    ...deps,
    ...{ weigh, presence, crash },
    deliver,
    pacer,
    breakers,
    sender,
    conversations,
    meter,
    onDone: deps.wake,
  });
  const wake = () => {
    dispatch.lookSoon();
    deps.wake();
  };
  const fallBack = createFallback({ ...deps, stores: { ...stores, doubts }, meter });
  return {
    ...dispatch,
    reconcile: createReconcile({ ...deps, stores: { ...stores, doubts }, fallBack, meter, wake }),
    /** What processes that died were about, of which nobody knows how far it came. */
    onDead: async (lives: readonly string[]): Promise<void> => {
      const machineNow = deps.machine.now();
      await stores.outbox.abandon({ of: lives }, machineNow, clock.now());
      await doubts.unclaim(lives, clock.now());
    },
    senders: (): SenderHealth[] => channels.map(({ id }) => ({ channel: id, breaker: breakers.state(id) })),
  };
}
