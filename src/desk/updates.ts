import { z } from 'zod';

/** Who did something in the group, and what. */
export interface Told {
  /** `tg:<bot>:<update>`: a second one with the same key is the same. */
  key: string;
  from: { id: number; name: string };
  /** Writes as the group or as a channel: nobody can tell who it is. */
  isAnonymous: boolean;
  /** Null: outside any topic. */
  topic: number | null;
  what:
    | { kind: 'text'; text: string }
    | { kind: 'press'; press: string; data: string }
    | { kind: 'edited' }
    | { kind: 'closed' }
    | { kind: 'reopened' }
    /** A picture, a voice, a file. `album`: several that were sent as one share it. */
    | { kind: 'file'; album: string | null };
}

const ANONYMOUS_ADMIN = 1_087_968_824; // GroupAnonymousBot: an administrator who hides who they are

const user = z.object({ id: z.number(), is_bot: z.boolean(), first_name: z.string() });
const chat = z.object({ id: z.number() });
const message = z.looseObject({
  chat,
  from: user.optional(),
  sender_chat: chat.optional(),
  /** Believed with `is_topic_message` only: a reply in General carries a number that is no topic (tdlib, telegram-bot-api#447). */
  message_thread_id: z.number().optional(),
  is_topic_message: z.boolean().optional(),
  text: z.string().optional(),
  media_group_id: z.string().optional(),
});
const updateSchema = z.object({
  update_id: z.number().int(),
  message: message.optional(),
  edited_message: message.optional(),
  callback_query: z
    .object({ id: z.string(), from: user, data: z.string().optional(), message: z.object({ chat }).optional() })
    .optional(),
});

const FILES = [
  ...['photo', 'video', 'animation', 'audio', 'voice', 'video_note', 'document', 'sticker', 'paid_media', 'story'],
  ...['contact', 'location', 'venue', 'poll', 'dice', 'game'],
];

/** The number of any update, however strange: what polling goes on from. Null for what is none. */
export const updateNumber = (update: unknown): number | null => {
  const parsed = z.object({ update_id: z.number().int() }).safeParse(update);
  return parsed.success ? parsed.data.update_id : null;
};

/** @returns null for what is none of our business: other chats, bots' own posts, what Telegram tells of the group itself */
export function readUpdate(update: unknown, our: { botId: string; groupId: number }): Told | null {
  const parsed = updateSchema.safeParse(update);
  if (!parsed.success) return null;
  const { update_id, callback_query: press } = parsed.data;
  const key = `tg:${our.botId}:${update_id}`;
  if (press) {
    if (press.message?.chat.id !== our.groupId) return null;
    const what = { kind: 'press' as const, press: press.id, data: press.data ?? '' };
    return { key, from: nameOf(press.from), isAnonymous: false, topic: null, what };
  }
  const said = parsed.data.message ?? parsed.data.edited_message;
  if (!said?.from || said.chat.id !== our.groupId) return null;
  const isAnonymous = said.sender_chat !== undefined || said.from.id === ANONYMOUS_ADMIN;
  if (said.from.is_bot && !isAnonymous) return null;
  const what = parsed.data.message ? whatOf(said) : { kind: 'edited' as const };
  if (!what) return null;
  const topic = said.is_topic_message ? (said.message_thread_id ?? null) : null;
  return { key, from: nameOf(said.from), isAnonymous, topic, what };
}

const nameOf = ({ id, first_name: name }: z.infer<typeof user>) => ({ id, name });

function whatOf(said: z.infer<typeof message>): Told['what'] | null {
  if (said.text !== undefined) return { kind: 'text', text: said.text };
  if (said['forum_topic_closed'] !== undefined) return { kind: 'closed' };
  if (said['forum_topic_reopened'] !== undefined) return { kind: 'reopened' };
  if (FILES.some((kind) => said[kind] !== undefined)) return { kind: 'file', album: said.media_group_id ?? null };
  return null;
}
