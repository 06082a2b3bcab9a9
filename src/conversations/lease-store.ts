import type { Connection } from 'mongoose';
import { type ConversationId, newUuid } from '../kernel/ids.ts';
import type { Presence } from './alive.ts';
import type { Conversation, Lease } from './conversation.ts';

/** A lease need not outlive a crash of the database, so nobody waits for the journal: what a turn writes is guarded by the version. */
const LEASE_CONCERN = { w: 1, j: false } as const;

type Kind = 'lease' | 'sendLease';
type Collection = ReturnType<Connection['collection']>;

/** Of each conversation two: one for whoever takes its turns, one for whoever sends what they say. @param presence who takes them here, and whose are over before their time */
export function createLeaseStore(collection: Collection, presence: Pick<Presence, 'life' | 'dead'>) {
  /** Nobody has it: it was given back, its time is over, or its holder is dead. */
  function isFree(kind: Kind, machineNow: Date): object {
    const dead = presence.dead();
    const isOver = [{ [kind]: null }, { [`${kind}.until`]: { $lte: machineNow } }];
    return { $or: dead.length > 0 ? [...isOver, { [`${kind}.life`]: { $in: dead } }] : isOver };
  }

  const read = async (ids: readonly ConversationId[], mine: object): Promise<Conversation[]> =>
    (await collection.find({ _id: { $in: ids as never[] }, ...mine }).toArray()) as unknown as Conversation[];

  /** Those that the update changed, after it: one in one round trip, many in two. @param mine what tells them from those that others hold */
  async function taken(
    free: object,
    update: object,
    { ids, mine }: { ids: readonly ConversationId[]; mine: object },
  ): Promise<Conversation[]> {
    const how = { writeConcern: LEASE_CONCERN };
    if (ids.length === 1) {
      const one = await collection.findOneAndUpdate(free, update as never, { ...how, returnDocument: 'after' });
      return one ? [one as unknown as Conversation] : [];
    }
    const { modifiedCount } = await collection.updateMany(free, update as never, how);
    return modifiedCount === 0 ? [] : read(ids, mine);
  }

  /** Those that are still as they are known, in one round trip: they need not be read again. @param known what each must still be, and what it is then */
  async function takenAsKnown(
    known: readonly { filter: { _id: ConversationId }; held: Conversation }[],
    update: object,
    mine: object,
  ): Promise<Conversation[]> {
    if (known.length === 0) return [];
    const writes = known.map(({ filter }) => ({ updateOne: { filter, update } }));
    const how = { ordered: false, writeConcern: LEASE_CONCERN };
    const { modifiedCount } = await collection.bulkWrite(writes as never, how);
    if (modifiedCount === known.length) return known.map(({ held }) => held);
    const ids = known.map(({ filter }) => filter._id);
    return modifiedCount === 0 ? [] : read(ids, mine);
  }

  return {
    /**
     * Takes those of `ids` that nobody holds, in two round trips however many they are; one alone in one.
     * @returns each as it stands, held by `owner` from now; `crashed` when its last holder never gave it back
     */
    async take(
      ids: ConversationId[],
      owner: string,
      machineNow: Date,
      leaseMs: number,
    ): Promise<{ held: Conversation; crashed: boolean }[]> {
      const until = new Date(machineNow.getTime() + leaseMs);
      const token = newUuid();
      const free = { _id: { $in: ids as never[] }, ...isFree('lease', machineNow) };
      const taking = {
        // Of our own, that ran out while we were slow, we are alive to tell.
        lease: {
          owner,
          until,
          token,
          life: presence.life(),
          crashed: { $and: [{ $ne: ['$lease', null] }, { $ne: ['$lease.owner', owner] }] },
        },
        fence: { $add: ['$fence', 1] },
      };
      const held = (await taken(free, [{ $set: taking }], { ids, mine: { 'lease.token': token } })) as (Conversation & {
        lease: { crashed: boolean };
      })[];
      return held.map((conversation) => ({ held: conversation, crashed: conversation.lease.crashed }));
    },

    /** Takes those that nobody held when they were read, and nobody has held since. @returns each as it stands, held by `owner` from now */
    async takeIdle(
      idle: readonly Conversation[],
      owner: string,
      machineNow: Date,
      leaseMs: number,
    ): Promise<Conversation[]> {
      const until = new Date(machineNow.getTime() + leaseMs);
      const lease = { owner, until, token: newUuid(), life: presence.life(), crashed: false };
      const known = idle.map((each) => ({
        filter: { _id: each._id, fence: each.fence, lease: null },
        held: { ...each, lease, fence: each.fence + 1 },
      }));
      return takenAsKnown(known, { $set: { lease }, $inc: { fence: 1 } }, { 'lease.token': lease.token });
    },

    async release(id: ConversationId, fence: number): Promise<void> {
      const mine = { _id: id as never, fence };
      await collection.updateOne(mine, { $set: { lease: null } }, { writeConcern: LEASE_CONCERN });
    },

    /**
     * Takes those of `ids` that nobody sends for. @param lease its owner is a name of this taking alone
     * @returns each as it stands now
     */
    takeToSend(ids: readonly ConversationId[], lease: Lease, machineNow: Date): Promise<Conversation[]> {
      const free = { _id: { $in: ids as never[] }, ...isFree('sendLease', machineNow) };
      const sendLease = { ...lease, life: presence.life() };
      return taken(free, { $set: { sendLease } }, { ids, mine: { 'sendLease.owner': lease.owner } });
    },

    /** The same for those that no turn has changed since they were saved. @returns each as it stands now */
    async takeSavedToSend(saved: readonly Conversation[], lease: Lease, machineNow: Date): Promise<Conversation[]> {
      const sendLease = { ...lease, life: presence.life() };
      const free = isFree('sendLease', machineNow);
      const known = saved.map((each) => ({
        filter: { _id: each._id, version: each.version, ...free },
        held: { ...each, sendLease },
      }));
      return takenAsKnown(known, { $set: { sendLease } }, { 'sendLease.owner': lease.owner });
    },

    async releaseSend(held: readonly { id: ConversationId; owner: string }[]): Promise<void> {
      const releases = held.map(({ id, owner }) => ({
        updateOne: { filter: { _id: id, 'sendLease.owner': owner }, update: { $set: { sendLease: null } } },
      }));
      await collection.bulkWrite(releases as never, { ordered: false, writeConcern: LEASE_CONCERN });
    },
  };
}
