import type { Conversations } from '../conversations/conversations.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Payments } from '../payments/payments.ts';

/** A sweep: looks for all that is due and does it. Safe to run twice, late, or beside itself, since Agenda promises no more than "at least once". */
export interface Sweep {
  name: string;
  /** Real seconds between runs. What is due is decided by the clock that the sweep was given. */
  every: `${number} seconds`;
  what: string;
  /** @param signal aborts when the process stops: what takes long ends there, and goes on with the next run */
  run(signal: AbortSignal): Promise<unknown>;
}

interface Rooms {
  conversations: Pick<
    Conversations,
    'sweepFollowups' | 'sweepStale' | 'reconcile' | 'sweepIdle' | 'sweepFiles' | 'planAll'
  >;
  ledger: Pick<Ledger, 'compareHeads'>;
  payments: Pick<Payments, 'sweepAttempts'>;
  /** Messages whose webhook never came, where a provider can be asked for them. */
  lookForMissed?: () => Promise<number>;
}

/** Everything that happens by itself. Few and recurring: never one Agenda job a debtor. */
export const sweepsOf = (
  { conversations, payments, ledger, lookForMissed }: Rooms,
  clock: Pick<Clock, 'sleep'>,
): Sweep[] => [
  {
    name: 'followups',
    every: '2 seconds',
    what: 'puts follow-ups that are due on the line a message takes',
    run: () => conversations.sweepFollowups(),
  },
  {
    name: 'stale',
    every: '5 seconds',
    what: 'gives back what a dead process held: conversations, sends without an answer',
    run: () => conversations.sweepStale(),
  },
  {
    name: 'reconcile',
    every: '5 seconds',
    what: 'asks providers about sends whose answer was lost, and has failures said on another channel',
    run: () => conversations.reconcile(),
  },
  {
    name: 'idle',
    every: '60 seconds',
    what: 'warns the person who holds a conversation and says nothing, and gives it back to the bot after 12 hours',
    run: () => conversations.sweepIdle(),
  },
  {
    name: 'files',
    every: '5 seconds',
    what: 'fetches the pictures and documents that debtors sent',
    run: () => conversations.sweepFiles(),
  },
  {
    name: 'payments',
    every: '10 seconds',
    what: 'asks the provider about payments whose webhook never came',
    run: () => payments.sweepAttempts(),
  },
  {
    name: 'plan',
    every: '21600 seconds',
    what: 'plans what has come within the horizon of the strategy since the last payment or promise',
    run: (signal) => conversations.planAll({ clock, signal }),
  },
  {
    name: 'heads',
    every: '86400 seconds',
    what: 'folds every journal anew and compares it with its snapshot',
    run: (signal) => ledger.compareHeads({ clock, signal }),
  },
  ...(lookForMissed
    ? [
        {
          name: 'missed',
          every: '60 seconds' as const,
          what: 'asks the provider for messages whose webhook never came',
          run: lookForMissed,
        },
      ]
    : []),
];
