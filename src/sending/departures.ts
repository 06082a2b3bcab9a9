import type { Channel } from '../channels/channel.ts';
import type { Presence } from '../conversations/alive.ts';
import type { Lease } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { CrashPoint } from '../kernel/crash.ts';
import type { ConversationId, OutboxId } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Departure, Said } from '../outbox/said.ts';
import type { SenderStore } from '../outbox/sender-store.ts';
import { isLate } from './lateness.ts';
import { decisionOf, type Passage, type Weigh, type Weighed } from './weigh.ts';

const ROOM_KEPT_MS = 2_000; // a turn's transaction takes milliseconds
const STRANDED_MS = 30_000; // by then its turn was told that it stands, or whoever is told later does not call any more (deliver.ts)

export interface DeparturesDeps {
  channels: Channel[];
  weigh: Weigh;
  sender: Pick<SenderStore, 'openIn' | 'intended' | 'callOff'>;
  releaseSend: ConversationStore['releaseSend'];
  presence: Pick<Presence, 'life' | 'mayAct'>;
  /** Whether this process sends at all. */
  isAtWork: () => boolean;
  /** How many conversations it may begin on a channel. */
  roomOn: (channel: Channel) => number;
  newLease: () => Lease;
  crash: CrashPoint;
  clock: Clock;
  machine: Clock;
  log: Log;
}

/** Something that a turn is writing. */
interface Awaited {
  conversationId: ConversationId;
  /** The owner of its lease, and the mark of its intent. */
  owner: string;
  /** Milliseconds, by the machine's clock. */
  since: number;
}

/**
 * An answer that may go at once leaves with the turn that says it: it is written as under way in the turn's own transaction, which is its intent and the
 * lease of its conversation in one. It was judged by what the turn has read, and whatever moves that on undoes the turn. Who sends elsewhere never sees it.
 */
export function createDepartures({
  channels,
  weigh,
  sender,
  presence,
  crash,
  clock,
  machine,
  log,
  ...deps
}: DeparturesDeps) {
  const awaited = new Map<OutboxId, Awaited>();

  /** Room is kept for what turns are writing. */
  function hasRoomOn(channel: Channel): boolean {
    const since = machine.now().getTime() - ROOM_KEPT_MS;
    const kept = [...awaited.values()].filter((each) => each.since > since).length;
    return deps.roomOn(channel) > kept;
  }

  /** What fails here fails again when the row is sent, where it is put off: the turn stands. */
  async function weighed(passage: Passage): Promise<Weighed | null> {
    try {
      return await weigh(passage);
    } catch (err) {
      log.warn({ err, outbox: passage.row._id }, 'an answer does not leave with its turn');
      return null;
    }
  }

  return {
    /** In which of these nothing is open. In none where this process sends nothing: there nobody needs to know. */
    async clearAmong(ids: readonly ConversationId[]): Promise<ReadonlySet<ConversationId>> {
      if (!deps.isAtWork()) return new Set();
      const open = await sender.openIn(ids);
      return new Set(ids.filter((id) => open.get(id)?.length === 0));
    },

    /**
     * A turn is about to say this in a conversation in which nothing is open.
     * @returns what of it leaves with the turn; null: it is written as waiting, and taken as ever
     */
    async depart({ conversation, debtor, rows }: Said): Promise<Departure | null> {
      const [row] = rows;
      const now = clock.now();
      if (row?.state !== 'ready' || row.kind !== 'reply' || row.notBefore > now || isLate(row, now)) return null;
      const channel = channels.find(({ id }) => id === row.channel);
      // A pace, somebody else's lease, an unknown debtor: more would have to be asked.
      if (!channel || channel.pace || conversation.sendLease || (conversation.debtorId && !debtor)) return null;
      const life = presence.life();
      if (!deps.isAtWork() || !presence.mayAct(life) || !hasRoomOn(channel)) return null;
      const lease = deps.newLease();
      const passage = { row, conversation, channel, now, ...(debtor && { debtor }) };
      awaited.set(row._id, { conversationId: conversation._id, owner: lease.owner, since: machine.now().getTime() });
      const verdict = await weighed(passage);
      if (verdict?.act !== 'go' || verdict.message.template) {
        awaited.delete(row._id);
        return null;
      }
      crash('dispatch.before_intent');
      const { judged } = verdict;
      return {
        row: sender.intended(row, { token: lease.owner, life, machineNow: machine.now() }),
        sendLease: { ...lease, life },
        judged,
        decided: decisionOf(passage, judged),
      };
    },

    /** Its turn stands, and it is under way as anything else is. */
    gone: (id: OutboxId): void => void awaited.delete(id),

    /** Turns that nobody was told of: most were undone, but one may stand whose commit was not acknowledged in time. What it says waits again, and is taken as ever. */
    async callOffStranded(): Promise<void> {
      const since = machine.now().getTime() - STRANDED_MS;
      const stranded = [...awaited].filter(([, each]) => each.since <= since);
      if (stranded.length === 0) return;
      await sender.callOff(stranded.map(([id, { owner }]) => ({ id, token: owner })));
      await deps.releaseSend(stranded.map(([, { conversationId: id, owner }]) => ({ id, owner })));
      for (const [id] of stranded) awaited.delete(id);
    },
  };
}
