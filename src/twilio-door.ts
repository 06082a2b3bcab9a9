import type { Router } from 'express';
import type { Connection } from 'mongoose';
import type { Channel } from './channels/channel.ts';
import { createTwilioChannels, createTwilioLists, isSignedByTwilio } from './channels/twilio.ts';
import { createLookStore } from './channels/twilio-look-store.ts';
import { createMissedLook } from './channels/twilio-missed.ts';
import type { TwilioConfig } from './config.ts';
import type { Conversations } from './conversations/conversations.ts';
import { createTwilioWebhooks } from './http/twilio-webhooks.ts';
import { systemClock } from './kernel/clock.ts';
import type { Log } from './kernel/log.ts';
import type { Meter } from './kernel/meter.ts';

/** Twilio's side of a house that is not built yet. */
export interface TwilioDoor {
  channels: Channel[];
  webhooksFor(conversations: Conversations): Router;
  /** Looks for messages whose webhook never came. @returns how many were found */
  missedFor(conversations: Conversations, db: Connection): () => Promise<number>;
}

export interface TwilioDoorInput {
  account: TwilioConfig;
  publicUrl: () => string;
  log: Log;
  meter: Meter;
}

/** Loaded for those who use it only: the client takes a quarter of a second. */
export function openTwilio({ account, publicUrl, log, meter }: TwilioDoorInput): TwilioDoor {
  const inChannels = log.child({ room: 'channels' });
  const input = { ...account, publicUrl, log: inChannels };
  return {
    channels: createTwilioChannels(input),
    webhooksFor: (conversations) =>
      createTwilioWebhooks({
        account,
        isSigned: isSignedByTwilio,
        publicUrl,
        conversations,
        clock: systemClock,
        log: log.child({ room: 'http' }),
        meter,
      }),
    missedFor: ({ known, receive }, db) =>
      createMissedLook({
        ours: account,
        lists: createTwilioLists(input),
        looks: createLookStore(db),
        known,
        receive,
        clock: systemClock, // Twilio dates by the world's clock, also where the demo's was moved
        log: inChannels,
        meter,
      }),
  };
}
