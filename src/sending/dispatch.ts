import type { Channel } from '../channels/channel.ts';
import type { Conversation, Lease } from '../conversations/conversation.ts';
import type { ConversationStore } from '../conversations/conversation-store.ts';
import { isDatabaseAway } from '../database/away.ts';
import { createBatch } from '../kernel/batch.ts';
import type { Clock } from '../kernel/clock.ts';
import { createHints } from '../kernel/hints.ts';
import { type ConversationId, newUuid } from '../kernel/ids.ts';
import type { Log } from '../kernel/log.ts';
import type { Meter } from '../kernel/meter.ts';
import { createRounds } from '../kernel/rounds.ts';
import { createThrottle } from '../kernel/throttle.ts';
import type { Debtor } from '../ledger/debtor.ts';
import { type Lane, laneOf } from '../outbox/lane.ts';
import type { OutboxRow } from '../outbox/outbox-store.ts';
import type { Departure, Said } from '../outbox/said.ts';
import type { Due, SenderStore } from '../outbox/sender-store.ts';
import type { Breakers } from './breaker.ts';
import { type createDeliver, SETTLED_APART_MS } from './deliver.ts';
import { createDepartures, type DeparturesDeps } from './departures.ts';
import type { Pacer } from './pacer.ts';

const SEND_LEASE_MS = 60_000; // outlives any provider's timeout
const FLIGHTS_MAX = 64; // conversations of one channel at once
const CALM_FLIGHTS_MAX = 48; // of them for what nobody waits for: a slow provider must leave room for answers
const RING_MS = 20;
const LOOKS_MAX = 5; // past what others hold
const DEBTOR_KNOWN_MS = 2_000; // what the gate is told of a debtor was read no longer ago than a turn takes
const EXPECTED_LANE_MAX = 1; // answers and receipts: what nobody waits for takes its place in the order that a look finds

export interface DispatchDeps extends Pick<DeparturesDeps, 'weigh' | 'presence' | 'crash'> {
  channels: Channel[];
  deliver: ReturnType<typeof createDeliver>;
  pacer: Pacer;
  breakers: Breakers;
  sender: SenderStore;
  conversations: ConversationStore;
  /** A conversation was served: there may be more. */
  onDone: () => void;
  clock: Clock;
  machine: Clock;
  meter: Meter;
  log: Log;
}

/** Something that this process has written itself. */
interface Expected {
  channel: string;
  lane: Lane;
  said: Said;
  /** Machine time at which it was committed. */
  at: Date;
}

interface Trip {
  channel: Channel;
  /** The owner of its lease. */
  token: string;
  rows: OutboxRow[];
  /** As it was read a moment ago. */
  debtor: Debtor | null;
  /** The first of its rows, where that was written as under way. */
  departure?: Departure;
}

/** Work in hand: one conversation, and what it comes to. */
interface Flight {
  channel: string;
  isCalm: boolean;
  over: Promise<void>;
}

/**
 * Finds what may go, urgent lanes first, and has it delivered: per conversation one sender at a time, many conversations at once. Nobody waits for
 * somebody else's provider: what is under way is left to itself, and the next look is for what is new.
 */
export function createDispatch(deps: DispatchDeps) {
  const { channels, sender, conversations, clock, machine, meter, log } = deps;
  const flights = new Map<ConversationId, Flight>();
  /** Written by this process: taken without being looked for. */
  const expected = createHints<ConversationId, Expected>();
  let doneInAll = 0;
  let isRinging = false;
  let isAtWork = false;
  const rounds = createRounds(machine);
  let rooms: Awaited<ReturnType<Pacer['rooms']>> = new Map();
  const departures = createDepartures({
    ...{ ...deps, isAtWork: () => isAtWork, roomOn: roomForDepartures, newLease },
    releaseSend: conversations.releaseSend,
  });
  const release = createBatch(
    async (held: { id: ConversationId; owner: string }[]) => {
      await conversations.releaseSend(held);
      return held;
    },
    createThrottle(SETTLED_APART_MS, machine),
  );

  /** Told of what a turn wrote, in whatever process the senders are. */
  function expect(turns: readonly Said[]): void {
    const at = machine.now();
    for (const said of turns) {
      if (said.departure) follow(said, said.departure);
      else hint(said, at);
    }
  }

  function follow({ conversation, debtor, rows }: Said, departure: Departure): void {
    const channel = channels.find(({ id }) => id === departure.row.channel);
    const token = departure.sendLease.owner;
    departures.gone(departure.row._id);
    if (channel) setOut(conversation, { channel, token, rows, isCalm: false, debtor, departure });
  }

  function hint(said: Said, at: Date): void {
    for (const { conversationId, channel, kind, state, notBefore } of said.rows) {
      const lane = laneOf(kind);
      if (state !== 'ready' || lane > EXPECTED_LANE_MAX) continue;
      expected.add(conversationId, notBefore, { channel, lane, said, at });
    }
  }

  /** There is something that nobody can name. */
  const lookSoon = rounds.soon;

  /** What a sender does at each ring: begins what is expected, and looks for the rest now and then. */
  async function beginExpected(): Promise<void> {
    isAtWork = true;
    if (rounds.isDue()) await rounds.look(begin);
    await Promise.all(channels.map(beginExpectedOn));
  }

  async function beginExpectedOn(channel: Channel): Promise<void> {
    const room = rooms.get(channel.id);
    const free = room ? freeOn(channel, room).urgent : 0;
    const isMine = (id: ConversationId, about: { channel: string }) => about.channel === channel.id && !flights.has(id);
    const mine = expected.take(clock.now(), free, isMine);
    if (mine.length === 0) return;
    const ids = mine.map(([id]) => id);
    const lease = newLease();
    const saved = mine.map(([, { said }]) => said.conversation);
    // What another turn writes in between changes the version of what is taken, before the lease or, once the intent is written, after it.
    const [held, open] = await Promise.all([
      conversations.takeSavedToSend(saved, lease, machine.now()),
      sender.openIn(ids),
    ]);
    const about = new Map(mine);
    const readSince = machine.now().getTime() - DEBTOR_KNOWN_MS;
    for (const conversation of held) {
      const known = about.get(conversation._id);
      const debtor = known && known.at.getTime() > readSince ? known.said.debtor : null;
      const rows = open.get(conversation._id) ?? [];
      setOut(conversation, { channel, token: lease.owner, rows, isCalm: false, debtor });
    }
    if (held.length < mine.length) lookSoon(); // somebody else sends there, or it has moved on
  }

  /** None while its provider is on probation. */
  function roomForDepartures(channel: Channel): number {
    const room = rooms.get(channel.id);
    return room && deps.breakers.state(channel.id) === 'closed' ? freeOn(channel, room).urgent : 0;
  }

  function newLease(): Lease {
    return { owner: newUuid(), until: new Date(machine.now().getTime() + SEND_LEASE_MS) };
  }

  /** Sets out what may go now. @param freshMs only what has been due no longer @returns how many conversations were begun; they are under way when it resolves */
  async function begin(freshMs: number | null): Promise<number> {
    await departures.callOffStranded();
    const reading = deps.pacer.rooms(channels);
    const begun = await Promise.all(channels.map((channel) => beginOn(channel, { reading, freshMs })));
    rooms = await reading;
    return begun.reduce((sum, count) => sum + count, 0);
  }

  async function beginOn(
    channel: Channel,
    { reading, freshMs }: { reading: ReturnType<Pacer['rooms']>; freshMs: number | null },
  ): Promise<number> {
    const seen = new Set<ConversationId>(
      [...flights].flatMap(([id, flight]) => (flight.channel === channel.id ? [id] : [])),
    );
    const look = () => sender.due(channel.id, clock.now(), { limit: FLIGHTS_MAX * 2, except: [...seen], freshMs });
    const [room, first] = await Promise.all([reading.then((all) => all.get(channel.id)), look()]);
    if (!room) return 0;
    const free = freeOn(channel, room);
    let begun = 0;
    for (let n = 0; n < LOOKS_MAX && free.urgent > 0; n += 1) {
      const due = n === 0 ? first : await look();
      const wanted = choose(due, free);
      for (const { conversationId } of wanted) {
        seen.add(conversationId);
        expected.drop(conversationId);
      }
      const taken = await take(channel, wanted);
      begun += taken;
      free.urgent -= taken;
      if (taken < due.length) lookSoon(); // at the next landing: there was no room for all
      if (wanted.length === 0 || taken === wanted.length) break; // nothing more, or nobody else is at work
    }
    return begun;
  }

  /** How many conversations may be begun: of urgent lanes, and of the others among them. */
  function freeOn(channel: Channel, room: (lane: Lane) => number): { urgent: number; calm: number } {
    if (channel.isReady?.() === false || deps.pacer.isClosed(channel)) return { urgent: 0, calm: 0 };
    const mine = [...flights.values()].filter((flight) => flight.channel === channel.id);
    const state = deps.breakers.state(channel.id);
    if (state === 'open') return { urgent: 0, calm: 0 };
    if (state === 'half_open') return mine.length > 0 ? { urgent: 0, calm: 0 } : { urgent: 1, calm: 1 };
    const calm = CALM_FLIGHTS_MAX - mine.filter(({ isCalm }) => isCalm).length;
    return { urgent: Math.min(FLIGHTS_MAX - mine.length, room(0)), calm: Math.min(calm, room(2)) };
  }

  async function take(channel: Channel, wanted: Due[]): Promise<number> {
    if (wanted.length === 0) return 0;
    const lease = newLease();
    const ids = wanted.map(({ conversationId }) => conversationId);
    const held = await conversations.takeToSend(ids, lease, machine.now());
    const open = await sender.openIn(held.map(({ _id }) => _id));
    for (const conversation of held) {
      const { _id } = conversation;
      const isCalm = (wanted.find(({ conversationId }) => conversationId === _id)?.lane ?? 0) > 1;
      setOut(conversation, { channel, token: lease.owner, rows: open.get(_id) ?? [], isCalm, debtor: null });
    }
    return held.length;
  }

  function setOut(conversation: Conversation, { isCalm, ...trip }: Trip & { isCalm: boolean }): void {
    const flight = { channel: trip.channel.id, isCalm, over: Promise.resolve() };
    flights.set(conversation._id, flight);
    flight.over = fly(conversation, trip).then(() => {
      if (flights.get(conversation._id) === flight) flights.delete(conversation._id); // the next may have set out before our lease was given back
    });
  }

  async function fly(conversation: Conversation, { channel, token, rows, debtor, departure }: Trip): Promise<void> {
    let done = 0;
    const at: { row: OutboxRow | null } = { row: null };
    try {
      const begins = (row: OutboxRow) => {
        at.row = row;
      };
      const about = { begins, ...(debtor && { debtor }), ...(departure && { departure }) };
      done = await deps.deliver(conversation, rows, channel, about);
    } catch (err) {
      log.error({ err, conversation: conversation._id, outbox: at.row?._id }, 'delivery failed');
      if (at.row && !isDatabaseAway(err)) await putOff(at.row);
    }
    await release({ id: conversation._id, owner: token }).catch((err) => log.error({ err }, 'send lease kept'));
    doneInAll += done;
    if (done > 0) ringSoon();
  }

  /** What came for a conversation while it was under way was passed by, and so was what there was no room for; many that land together are one reason to look. */
  function ringSoon(): void {
    if (isRinging) return;
    isRinging = true;
    void machine.sleep(RING_MS).then(() => {
      isRinging = false;
      deps.onDone();
    });
  }

  /** Due again at once, it would be taken for ever, and a few of its kind would leave no room for anybody. */
  async function putOff(row: OutboxRow): Promise<void> {
    try {
      if (await sender.putOff(row, clock.now()))
        meter.count('sends_stopped', { channel: row.channel, state: 'refused' });
    } catch (err) {
      log.error({ err, outbox: row._id }, 'a failed delivery is not put off');
    }
  }

  /** Resolves when nothing is under way. */
  async function idle(): Promise<void> {
    while (flights.size > 0) await Promise.all([...flights.values()].map(({ over }) => over));
  }

  /** Begins what may go and waits for it. @returns how many rows were handed to a provider or settled */
  async function dispatchAll(): Promise<number> {
    const before = doneInAll;
    await begin(null);
    await idle();
    return doneInAll - before;
  }

  return {
    begin: () => begin(null),
    beginExpected,
    expect,
    depart: departures.depart,
    clearAmong: departures.clearAmong,
    lookSoon,
    idle,
    dispatchAll,
  };
}

/** The conversations of the first rows, as many as there is room for in their lanes. Pure. */
export function choose(due: readonly Due[], free: { urgent: number; calm: number }): Due[] {
  const chosen = new Map<ConversationId, Due>();
  let calm = 0;
  for (const each of due) {
    if (chosen.size >= free.urgent || chosen.has(each.conversationId)) continue;
    const isCalm = each.lane > 1;
    if (isCalm && calm >= free.calm) continue;
    if (isCalm) calm += 1;
    chosen.set(each.conversationId, each);
  }
  return [...chosen.values()];
}
