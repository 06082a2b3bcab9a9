import type { Channel } from '../channels/channel.ts';
import { createBatch } from '../kernel/batch.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { Lane } from '../outbox/lane.ts';
import type { PaceKey, PaceRow, PaceStore } from './pace-store.ts';
import { type Bucket, isClosed, opensAt, rateOfRecipient, rateOfSender, roomIn, takeFrom } from './pacing.ts';

const TRIES_MAX = 5; // two senders of one number at once: somebody wins each time

/** One message that wants to go. */
export interface Wish {
  channel: Channel;
  conversationId: ConversationId;
  lane: Lane;
  units: number;
}

/** `who` makes it wait: the sender does so for all of its lane, the recipient for this conversation. */
export type Grant = { granted: true } | { granted: false; who: 'sender' | 'recipient'; until: Date };

export type Pacer = ReturnType<typeof createPacer>;

/** Keeps the pace that providers ask for. Many messages at once take their tokens in three round trips, those of unpaced channels in none. */
export function createPacer({ store, clock }: { store: PaceStore; clock: Clock }) {
  const takeTogether = createBatch(takeAll);
  const closedUntil = new Map<string, Date>();

  function take(wish: Wish): Promise<Grant> {
    return wish.channel.pace ? takeTogether(wish) : Promise.resolve({ granted: true });
  }

  async function takeAll(wishes: Wish[]): Promise<Grant[]> {
    const grants = new Map<Wish, Grant>();
    let open = wishes.toSorted((a, b) => a.lane - b.lane);
    for (let tries = 0; open.length > 0 && tries < TRIES_MAX; tries += 1) {
      const rows = await store.read([...new Set(open.flatMap(keysOf))]);
      const drawn = draw(open, rows, clock.now());
      const lost = await write(drawn, rows);
      for (const [wish, grant] of drawn.grants) if (!lost.has(senderKey(wish.channel))) grants.set(wish, grant);
      open = open.filter((wish) => !grants.has(wish));
    }
    const busy: Grant = { granted: false, who: 'sender', until: clock.now() };
    return wishes.map((wish) => grants.get(wish) ?? busy);
  }

  /** Senders first: whoever lost the race for one has taken nothing of its recipients. @returns the senders that were lost */
  async function write({ buckets, grants }: Drawn, rows: Map<PaceKey, PaceRow>): Promise<Set<PaceKey>> {
    const changed = [...buckets].filter(([key]) => key.startsWith('sender:'));
    const won = await Promise.all(
      changed.map(([key, bucket]) => store.replace(key, rows.get(key)?.version ?? null, bucket)),
    );
    const lost = new Set(changed.flatMap(([key], n) => (won[n] ? [] : [key])));
    const reached = [...grants].flatMap(([wish, { granted }]) =>
      granted && !lost.has(senderKey(wish.channel)) ? [recipientKey(wish)] : [],
    );
    await store.putRecipients(
      reached.flatMap((key) => {
        const bucket = buckets.get(key);
        return bucket ? [[key, bucket] as const] : [];
      }),
    );
    return lost;
  }

  return {
    take,

    /** How many messages each channel would let go now, by lane; null when the provider closed it. Unpaced: Infinity. */
    async rooms(channels: readonly Channel[]): Promise<Map<string, ((lane: Lane) => number) | null>> {
      const now = clock.now();
      const rows = await store.read(channels.map(senderKey));
      return new Map(
        channels.map((channel) => {
          const row = rows.get(senderKey(channel)) ?? null;
          if (isClosed(row, now)) return [channel.id, null];
          const { pace } = channel;
          return [channel.id, (lane) => (pace ? roomIn(row, rateOfSender(pace), lane, now) : Number.POSITIVE_INFINITY)];
        }),
      );
    },

    /** Whether the provider said so to this process: what it said to others is in the rooms. */
    isClosed: ({ id }: Channel): boolean => (closedUntil.get(id) ?? clock.now()) > clock.now(),

    /** The provider said "later": nothing of this sender goes before, from any process. */
    async close(channel: Channel, until: Date): Promise<void> {
      closedUntil.set(channel.id, until);
      const tokens = channel.pace ? rateOfSender(channel.pace).capacity : 0;
      await store.close(senderKey(channel), until, { tokens, at: clock.now(), closedUntil: null });
    },
  };
}

interface Drawn {
  grants: Map<Wish, Grant>;
  buckets: Map<PaceKey, Bucket>;
}

/** Who may go, of all that ask at one moment, in the order given. Pure. */
export function draw(wishes: readonly Wish[], rows: ReadonlyMap<PaceKey, Bucket>, now: Date): Drawn {
  const buckets = new Map<PaceKey, Bucket>();
  const grants = new Map<Wish, Grant>();
  for (const wish of wishes) {
    const { pace } = wish.channel;
    if (!pace) {
      grants.set(wish, { granted: true });
      continue;
    }
    const [from, to] = [senderKey(wish.channel), recipientKey(wish)];
    const current = (key: PaceKey) => buckets.get(key) ?? rows.get(key) ?? null;
    const sender = takeFrom(current(from), rateOfSender(pace), { ...wish, now });
    if (!sender) {
      const until = opensAt(current(from), rateOfSender(pace), wish.lane, now);
      grants.set(wish, { granted: false, who: 'sender', until });
      continue;
    }
    const spacing = rateOfRecipient(pace);
    const recipient = spacing && takeFrom(current(to), spacing, { ...wish, units: 1, now });
    if (spacing && !recipient) {
      const until = opensAt(current(to), spacing, wish.lane, now);
      grants.set(wish, { granted: false, who: 'recipient', until });
      continue;
    }
    buckets.set(from, sender);
    if (recipient) buckets.set(to, recipient);
    grants.set(wish, { granted: true });
  }
  return { grants, buckets };
}

const senderKey = ({ id }: Channel): PaceKey => `sender:${id}`;
const recipientKey = ({ conversationId }: Wish): PaceKey => `to:${conversationId}`;
const keysOf = (wish: Wish): PaceKey[] => {
  const isSpaced = (wish.channel.pace?.recipientSpacingMs ?? 0) > 0;
  return [senderKey(wish.channel), ...(isSpaced ? [recipientKey(wish)] : [])];
};
