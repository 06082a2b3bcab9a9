import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { ConversationId, OutboxId } from '../kernel/ids.ts';

/** The topic of a conversation on the board. */
export interface Topic {
  _id: ConversationId;
  /** Null: to be opened, or opened anew since somebody deleted it. */
  thread: number | null;
  /** The message that shows the card; null: to be posted. */
  card: number | null;
  /** The card shows what is no longer so. */
  dirty: boolean;
  closed: boolean;
}

/** Something to be shown in a topic, in the order of `seq`. */
export interface Post {
  _id: string;
  conversationId: ConversationId;
  seq: string;
  at: Date;
  /** asked: the card is what shows it. debtor: their own words. file: a picture or a document of theirs. */
  what: 'asked' | 'debtor' | 'told' | 'file';
  text: string;
  /** Of a file: the id under which it was kept. */
  file?: string;
  state: 'new' | 'posted' | 'dropped';
  attempts: number;
  /** Machine time from which it may go. */
  dueAt: Date;
  /** The messages that show it. */
  messages: number[];
  /** Machine time from which it was posted or dropped; absent while it waits, however long. */
  doneAt?: Date;
}

const DONE_KEPT_DAYS = 30; // Telegram repeats an update for a day, and the words stay in the transcript: this is a copy

/** An agent's line that is on its way to the debtor. */
export interface Line {
  _id: OutboxId;
  conversationId: ConversationId;
  by: string;
  text: string;
  /** What the agent was told last became of it. */
  told: string | null;
  checks: number;
  /** Machine time of the next look. */
  lookAt: Date;
}

const topics = new Schema<Topic>(
  {
    _id: String,
    thread: { type: Number, default: null },
    card: { type: Number, default: null },
    dirty: Boolean,
    closed: Boolean,
  },
  { versionKey: false },
);
topics.index({ thread: 1 }, { unique: true, partialFilterExpression: { thread: { $type: 'number' } } });
topics.index({ dirty: 1 }, { partialFilterExpression: { dirty: true } });

const posts = new Schema<Post>(
  {
    _id: String,
    conversationId: { type: String, required: true },
    seq: { type: String, required: true },
    at: Date,
    what: String,
    text: String,
    file: String,
    state: String,
    attempts: Number,
    dueAt: Date,
    messages: [Number],
    doneAt: Date,
  },
  { versionKey: false },
);
posts.index({ dueAt: 1 }, { partialFilterExpression: { state: 'new' }, name: 'due' });
posts.index({ conversationId: 1, seq: 1 });
posts.index({ doneAt: 1 }, { expireAfterSeconds: DONE_KEPT_DAYS * 86_400, name: 'forget' });

const lines = new Schema<Line>(
  {
    _id: String,
    conversationId: String,
    by: String,
    text: String,
    told: { type: String, default: null },
    checks: Number,
    lookAt: Date,
  },
  { versionKey: false },
);
lines.index({ lookAt: 1 });

export type DeskStore = ReturnType<typeof createDeskStore>;

export function createDeskStore(db: Connection) {
  const topic = db.model('desk_topics', topics, 'desk_topics');
  const post = db.model('desk_posts', posts, 'desk_posts');
  const line = db.model('desk_lines', lines, 'desk_lines');

  const setTopic = async (_id: ConversationId, set: Partial<Topic>): Promise<void> => {
    await topic.updateOne({ _id }, { $set: set });
  };

  return {
    topicOf: (_id: ConversationId): Promise<Topic | null> => topic.findById(_id).lean<Topic>().exec(),
    topicAt: (thread: number): Promise<Topic | null> => topic.findOne({ thread }).lean<Topic>().exec(),
    dirtyTopic: (): Promise<Topic | null> =>
      topic
        .findOne({ dirty: true, card: { $ne: null } })
        .lean<Topic>()
        .exec(),

    async openTopic(_id: ConversationId, thread: number): Promise<void> {
      const fresh: Omit<Topic, '_id'> = { thread, card: null, dirty: false, closed: false };
      await topic.updateOne({ _id }, { $set: fresh }, { upsert: true });
    },
    setTopic,
    /** A card that there is not yet shows what is so when it is made. */
    async touch(ids: ConversationId[], tx: Tx): Promise<void> {
      if (ids.length > 0) await topic.updateMany({ _id: { $in: ids } }, { $set: { dirty: true } }, { session: tx });
    },

    /** A post of this id that was there before stays as it is. */
    async add(fresh: Post[], tx?: Tx): Promise<void> {
      if (fresh.length === 0) return;
      const writes = fresh.map(({ _id, ...rest }) => ({
        updateOne: { filter: { _id: _id as never }, update: { $setOnInsert: rest }, upsert: true },
      }));
      await post.collection.bulkWrite(writes, { ordered: true, ...(tx ? { session: tx } : {}) });
    },

    /** Conversations with something to show now, the one that has waited longest first. */
    async due(machineNow: Date, limit: number): Promise<ConversationId[]> {
      const rows = await post
        .find({ state: 'new', dueAt: { $lte: machineNow } }, { conversationId: 1 })
        .sort({ dueAt: 1 })
        .limit(limit)
        .lean<Pick<Post, 'conversationId'>[]>()
        .exec();
      return [...new Set(rows.map(({ conversationId }) => conversationId))];
    },

    waitingIn: (conversationId: ConversationId, limit: number): Promise<Post[]> =>
      post.find({ conversationId, state: 'new' }).sort({ seq: 1 }).limit(limit).lean<Post[]>().exec(),

    async posted(ids: string[], message: number, machineNow: Date): Promise<void> {
      const shown = { $set: { state: 'posted' as const, doneAt: machineNow }, $push: { messages: message } };
      await post.updateMany({ _id: { $in: ids } }, shown);
    },

    /** They are tried again from `dueAt` on, what comes after them no earlier, and after `attemptsMax` tries they are left out. */
    async failed(conversationId: ConversationId, ids: string[], dueAt: Date, attemptsMax: number): Promise<void> {
      await post.updateMany({ _id: { $in: ids } }, { $inc: { attempts: 1 } });
      const tooOften = { _id: { $in: ids }, attempts: { $gte: attemptsMax } };
      await post.updateMany(tooOften, { $set: { state: 'dropped' as const, doneAt: dueAt } });
      await post.updateMany({ conversationId, state: 'new' }, { $set: { dueAt } });
    },

    async watch(fresh: Line[], tx: Tx): Promise<void> {
      if (fresh.length > 0) await line.insertMany(fresh, { session: tx });
    },
    linesToLookAt: (machineNow: Date, limit: number): Promise<Line[]> =>
      line
        .find({ lookAt: { $lte: machineNow } })
        .limit(limit)
        .lean<Line[]>()
        .exec(),
    async lookedAt(_id: OutboxId, next: Pick<Line, 'told' | 'lookAt'>): Promise<void> {
      await line.updateOne({ _id }, { $set: next, $inc: { checks: 1 } });
    },
    async forgetLine(_id: OutboxId): Promise<void> {
      await line.deleteOne({ _id });
    },
  };
}
