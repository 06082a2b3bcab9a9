import type { MessageKind } from '../kernel/medium.ts';

/** Which row of a sender goes first: the lower number. Within a lane, the longest waiting. */
export type Lane = 0 | 1 | 2 | 3;

/** The names of the lanes, in their order: what a metric calls them. */
export const LANES = ['reply', 'receipt', 'reminder', 'bulk'] as const;

const LANE_OF: Record<MessageKind, Lane> = {
  reply: 0, // somebody is looking at the phone
  receipt: 1,
  opt_out_ack: 1,
  info_requested: 1,
  promise_followup: 2, // agreed with this very debtor, for this day
  reminder: 2,
  preventive: 3,
  demand: 3,
  offer: 3,
};

export const laneOf = (kind: MessageKind): Lane => LANE_OF[kind];

/** Rows kept since before there were lanes count as replies: they have waited long enough. */
export const laneName = (lane: Lane | undefined): (typeof LANES)[number] => LANES[lane ?? 0];

/** Named one by one in a query, so that each is read from its own place in an index. */
export const EVERY_LANE: readonly Lane[] = LANES.map((_, lane) => lane as Lane);
