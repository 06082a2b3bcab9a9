import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import type { Found, OutboundMessage, SendResult } from '../../src/channels/channel.ts';
import { createConversationStore } from '../../src/conversations/conversation-store.ts';
import { createHeartbeat, type Heartbeat } from '../../src/conversations/heartbeat.ts';
import { createProcessStore } from '../../src/conversations/process-store.ts';
import { type Clock, systemClock } from '../../src/kernel/clock.ts';
import { conversationId } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import type { MessageKind } from '../../src/kernel/medium.ts';
import { phoneOf } from '../conversations/house.ts';
import { testDatabase } from '../setup/database.ts';
import { type FakeChannel, fakeChannel, type Identity, openSendingHouse, type SendingHouse } from './sending-house.ts';

const SMS = { id: 'twilio-sms', medium: 'sms' } as const;
const TALK = conversationId('twilio-sms', phoneOf(0));
const absent: Found = { outcome: 'absent' };
const DEAD_AFTER = 6; // looks, two seconds apart
const ids = (fake: FakeChannel) => fake.took.map(({ id }) => id);

let database: { db: Connection; drop(): Promise<void> };
let house: SendingHouse;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  house = await openSendingHouse(database.db, { debtors: 2 });
  await house.talks('twilio-sms');
});

/** A process with a heart, which beats when the test says so. @param skewMs how wrong its calendar is */
async function aProcess(skewMs = 0, isCutOff = () => false) {
  const machine: Clock = { ...house.machine, now: () => new Date(house.machine.now().getTime() + skewMs) };
  const store = createProcessStore(database.db);
  const unlessCutOff = async <T>(work: () => Promise<T>): Promise<T> => {
    if (isCutOff()) throw new Error('no primary');
    return work();
  };
  const heartbeat = createHeartbeat({
    store: {
      ...store,
      begin: () => unlessCutOff(store.begin),
      beat: (id) => unlessCutOff(() => store.beat(id)),
    },
    onDead: (lives) => house.sender([]).onDead(lives),
    endOrphans: async () => 0,
    machine,
    monotonic: () => house.machine.now().getTime(),
    meter: house.meter,
    log: silentLog(),
  });
  if (!isCutOff()) await heartbeat.beat();
  return { heartbeat, machine, conversations: createConversationStore(database.db, heartbeat) };
}

/** The database's own clock, which is the only one that deaths are told by. */
const databaseWaits = (seconds: number) =>
  database.db
    .collection('processes')
    .updateMany({}, [{ $set: { seenAt: { $subtract: ['$seenAt', seconds * 1000] } } }]);

/** Two seconds go by, again and again: the living beat, the watcher looks. */
async function goOn(times: number, watcher: Heartbeat, living: Heartbeat[] = [watcher]): Promise<void> {
  for (let n = 0; n < times; n += 1) {
    house.wait(2);
    await databaseWaits(2);
    for (const each of living) await each.beat();
    await watcher.look();
  }
}

describe('a process that died', () => {
  test('holds its conversations for twelve seconds more: then they are taken, and its death counts as a try', async () => {
    const dying = await aProcess();
    const other = await aProcess();
    expect(await dying.conversations.take([TALK], 'dying', dying.machine.now(), 30_000)).toHaveLength(1);
    await goOn(DEAD_AFTER - 1, other.heartbeat);
    expect(await other.conversations.take([TALK], 'other', other.machine.now(), 30_000)).toEqual([]);
    await goOn(1, other.heartbeat);
    expect(await other.conversations.take([TALK], 'other', other.machine.now(), 30_000)).toMatchObject([
      { crashed: true, held: { _id: TALK, lease: { owner: 'other' } } },
    ]);
    expect(house.counted).toEqual(['processes_lost']);
  });

  test.each<[MessageKind, 'lost' | 'never', string, number]>([
    // kind, does the provider have it → state in the end, times it arrived
    ['reply', 'lost', 'accepted', 1],
    ['reply', 'never', 'accepted', 1],
    ['reminder', 'lost', 'accepted', 1],
    ['reminder', 'never', 'unknown', 0], // at most once: for a person to see
  ])('over the call for a %s (%s): after 20 s the provider is asked, and what comes after it goes', async (...row) => {
    const [kind, fate, state, times] = row;
    const phone = fakeChannel(SMS, true);
    const id = await house.writes('twilio-sms', { kind });
    const behind = await house.writes('twilio-sms');
    const [dying, other] = [await aProcess(), await aProcess()];
    await diesInCall(phone, fate, dying);
    const sender = house.sender([phone], undefined, undefined, other);
    let waited = 0;
    for (; waited < 60 && !ids(phone).includes(behind); waited += 2) {
      await goOn(1, other.heartbeat);
      await sender.reconcile();
      await sender.dispatchAll();
    }
    expect(waited).toBe(20); // counted from the intent: a call of then is over
    expect([(await house.row(id)).state, ids(phone).filter((each) => each === id).length]).toEqual([state, times]);
    expect(ids(phone).at(-1)).toBe(behind);
  });

  test('is missed though no watcher lives long enough to see it through: what each saw counts', async () => {
    const dying = await aProcess();
    for (let n = 0; n < DEAD_AFTER; n += 1) await goOn(1, (await aProcess()).heartbeat);
    const last = await aProcess();
    await last.heartbeat.look();
    expect(last.heartbeat.dead()).toContain(dying.heartbeat.life());
  });

  test('over a look at a send that nobody knows of: another looks as soon as it is missed', async () => {
    const phone = fakeChannel(SMS, true);
    const [dying, other] = [await aProcess(), await aProcess()];
    const id = await house.writes('twilio-sms', { state: 'unknown', attempts: 1, sendingAt: house.machine.now() });
    await database.db.collection('outbox').updateOne({ _id: id as never }, { $set: { checkAt: house.clock.now() } });
    const death = aGate();
    const asked = { ...phone, channel: { ...phone.channel, find: async () => (await death.pass()) ?? absent } };
    void house.sender([asked], undefined, undefined, dying).reconcile();
    await death.reached;
    const sender = house.sender([phone], undefined, undefined, other);
    for (let n = 0; n < DEAD_AFTER; n += 1) {
      expect(await sender.reconcile()).toBe(0); // claimed for a minute
      await goOn(1, other.heartbeat);
    }
    expect(await sender.reconcile()).toBe(1);
    await sender.dispatchAll();
    expect(ids(phone)).toEqual([id]);
    death.open(); // had it only been stopped: its word is lost on what others found out
    await systemClock.sleep(50);
    expect(await house.row(id)).toMatchObject({ state: 'accepted' });
  });

  test('is remembered for ten minutes, and then forgotten', async () => {
    const [dying, other] = [await aProcess(), await aProcess()];
    await goOn(DEAD_AFTER, other.heartbeat);
    expect(other.heartbeat.dead()).toEqual([dying.heartbeat.life()]);
    const rows = database.db.collection('processes');
    const died = await rows.findOne({ deadAt: { $type: 'date' } });
    await rows.updateOne({ deadAt: { $type: 'date' } }, [{ $set: { deadAt: { $subtract: ['$$NOW', 601_000] } } }]);
    await goOn(2, other.heartbeat);
    expect(died?._id).toBe(dying.heartbeat.life());
    expect(other.heartbeat.dead()).toEqual([]);
  });
});

describe('a process that lives', () => {
  test('keeps its lease however slow its turn is, and however wrong its calendar', async () => {
    const slow = await aProcess(-300_000);
    const ahead = await aProcess(300_000);
    const watcher = await aProcess();
    const others = [slow.heartbeat, ahead.heartbeat, watcher.heartbeat];
    await slow.conversations.take([TALK], 'slow', watcher.machine.now(), 3_600_000);
    for (const each of [ahead, watcher]) {
      await goOn(20, each.heartbeat, others);
      expect(each.heartbeat.dead()).toEqual([]);
      expect(await each.conversations.take([TALK], 'other', watcher.machine.now(), 30_000)).toEqual([]);
    }
    expect(others.map((each) => each.mayAct(each.life()))).toEqual([true, true, true]);
  });

  test('is not buried because the database, or every machine, stood still for an hour; nor when it beats before the word is written', async () => {
    const [living, watcher] = [await aProcess(), await aProcess()];
    await goOn(DEAD_AFTER - 2, watcher.heartbeat);
    house.wait(3600);
    await databaseWaits(3600);
    for (let n = 0; n < 3; n += 1) await watcher.heartbeat.look(); // one miss more, however often it looks
    expect(watcher.heartbeat.dead()).toEqual([]);
    const store = createProcessStore(database.db);
    await databaseWaits(2);
    await store.miss(watcher.heartbeat.life());
    await living.heartbeat.beat();
    expect(await store.bury()).toEqual({ dead: [], buried: [] });
    expect(living.heartbeat.mayAct(living.heartbeat.life())).toBe(true);
  });

  test('a clock of the database that is set back delays a death by one look at most', async () => {
    const [dying, watcher] = [await aProcess(), await aProcess()];
    await goOn(DEAD_AFTER - 1, watcher.heartbeat);
    await databaseWaits(-3600);
    await watcher.heartbeat.beat();
    await watcher.heartbeat.look();
    expect(watcher.heartbeat.dead()).toEqual([dying.heartbeat.life()]);
  });

  test('ends its life when its work is over: what it could not give back is free at once', async () => {
    const [leaving, other] = [await aProcess(), await aProcess()];
    await leaving.heartbeat.during(async () => {
      await leaving.conversations.take([TALK], 'leaving', leaving.machine.now(), 30_000);
    });
    expect(leaving.heartbeat.life()).toBeNull();
    await other.heartbeat.look();
    expect(await other.conversations.take([TALK], 'other', other.machine.now(), 30_000)).toHaveLength(1);
  });
});

describe('a process that was stopped, and comes back', () => {
  test.each(['before the intent', 'after it'])('%s: it sends nothing, and others send it once', async (when) => {
    const phone = fakeChannel(SMS, true);
    const [paused, other] = [await aProcess(), await aProcess()];
    const gate = aGate();
    const stopped = {
      ...paused,
      conversations: { ...paused.conversations, versionsOf: after(gate, paused.conversations.versionsOf) },
    };
    const id = await house.writes('twilio-sms');
    // As SIGSTOP does: neither its heart nor its sends go on.
    const isAfter = when === 'after it';
    const sending = isAfter
      ? house.sender([phone], undefined, undefined, stopped)
      : house.sender([phone], undefined, async () => gate.pass(), paused);
    const delivering = sending.dispatchAll();
    await gate.reached;
    expect((await house.row(id)).state).toBe(isAfter ? 'sending' : 'ready');
    await goOn(DEAD_AFTER, other.heartbeat);
    const life = paused.heartbeat.life();
    await paused.heartbeat.beat(); // it wakes, and its heart is first
    expect(paused.heartbeat.life()).not.toBe(life);
    gate.open();
    await delivering;
    expect(phone.calls).toEqual([]);
    const sender = house.sender([phone], undefined, undefined, other);
    for (let n = 0; n < 5; n += 1) {
      await goOn(1, other.heartbeat, [other.heartbeat, paused.heartbeat]);
      await sender.reconcile();
      await sender.dispatchAll();
    }
    expect(ids(phone)).toEqual([id]);
    expect(await house.row(id)).toMatchObject({ state: 'accepted', sender: other.heartbeat.life() });
  });

  test('within a call that the provider refuses: what others send of it by then is left alone', async () => {
    const phone = fakeChannel(SMS, true);
    const [paused, other] = [await aProcess(), await aProcess()];
    const [late, slow] = [aGate(), aGate()];
    const id = await house.writes('twilio-sms');
    const refused = async () => {
      await late.pass();
      return { outcome: 'later', code: 'http_429', retryAfterMs: 0 } as const;
    };
    const first = house.sender([inCall(phone, refused)], undefined, undefined, paused).dispatchAll();
    await late.reached;
    const sender = house.sender([inCall(phone, slow.pass)], undefined, undefined, other);
    for (let n = 0; n < 10; n += 1) await goOn(1, other.heartbeat);
    await sender.reconcile();
    const second = sender.dispatchAll();
    await slow.reached;
    late.open();
    await first;
    expect(await house.row(id)).toMatchObject({ state: 'sending', attempts: 2, sender: other.heartbeat.life() });
    slow.open();
    await second;
    expect(await house.row(id)).toMatchObject({ state: 'accepted', attempts: 2 });
  });
});

test('the older of two clocks is believed: monotonic time stands still while a laptop sleeps, a calendar may be set back', async () => {
  for (const [calendarMs, monotonicMs, may] of [
    [7_000, 7_000, true],
    [9_000, 0, false],
    [-3_600_000, 9_000, false],
  ] as const) {
    const at = { calendar: 0, monotonic: 0 };
    const heartbeat = createHeartbeat({
      store: createProcessStore(database.db),
      onDead: async () => undefined,
      endOrphans: async () => 0,
      machine: { ...house.machine, now: () => new Date(house.machine.now().getTime() + at.calendar) },
      monotonic: () => at.monotonic,
      meter: house.meter,
      log: silentLog(),
    });
    await heartbeat.beat();
    at.calendar = calendarMs;
    at.monotonic = monotonicMs;
    expect(heartbeat.mayAct(heartbeat.life())).toBe(may);
  }
});

describe('a process whose beats do not arrive', () => {
  test('sends nothing once others may take it for dead, and goes on when they arrive', async () => {
    const phone = fakeChannel(SMS);
    let isCutOff = false;
    const cutOff = await aProcess(0, () => isCutOff);
    const sender = house.sender([phone], undefined, undefined, cutOff);
    const id = await house.writes('twilio-sms');
    isCutOff = true;
    house.wait(8);
    await expect(cutOff.heartbeat.beat()).rejects.toThrow('no primary');
    await sender.dispatchAll();
    expect(await house.row(id)).toMatchObject({ state: 'ready', attempts: 0 });
    isCutOff = false;
    await cutOff.heartbeat.beat();
    await sender.dispatchAll();
    expect(ids(phone)).toEqual([id]);
  });

  test('from the start holds what it takes by time alone', async () => {
    const phone = fakeChannel(SMS);
    const cutOff = await aProcess(0, () => true);
    const other = await aProcess();
    const id = await house.writes('twilio-sms');
    await house.sender([phone], undefined, undefined, cutOff).dispatchAll();
    expect(ids(phone)).toEqual([id]);
    await cutOff.conversations.take([TALK], 'cut off', cutOff.machine.now(), 30_000);
    await goOn(14, other.heartbeat);
    expect(await other.conversations.take([TALK], 'other', other.machine.now(), 30_000)).toEqual([]);
    await goOn(1, other.heartbeat);
    expect(await other.conversations.take([TALK], 'other', other.machine.now(), 30_000)).toHaveLength(1);
  });
});

/** Who comes to it waits until it is opened. */
function aGate() {
  let reach = () => {};
  let open = () => {};
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const pass = async (): Promise<undefined> => {
    reach();
    await opened;
  };
  return { reached, pass, open: () => open() };
}

const after =
  <A, B>(gate: ReturnType<typeof aGate>, act: (what: A) => Promise<B>) =>
  async (what: A): Promise<B> => {
    await gate.pass();
    return act(what);
  };

/** The same phone, and a call that comes to something else first. */
function inCall(phone: FakeChannel, call: (message: OutboundMessage) => Promise<SendResult | undefined>): FakeChannel {
  const send = async (message: OutboundMessage) => (await call(message)) ?? phone.channel.send(message);
  return { ...phone, channel: { ...phone.channel, send } };
}

/** Begins to send, and is gone when the provider has the message, or just before. */
async function diesInCall(phone: FakeChannel, fate: 'lost' | 'never', dying: Identity): Promise<void> {
  const death = aGate();
  const call = async (message: OutboundMessage) => {
    if (fate === 'lost') await phone.channel.send(message);
    await death.pass();
    return undefined;
  };
  void house.sender([inCall(phone, call)], undefined, undefined, dying).dispatchAll();
  await death.reached;
}
