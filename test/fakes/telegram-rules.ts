import type { Params, Topic, Written } from './telegram.ts';

const TEXT_MAX = 4096;
const CAPTION_MAX = 1024;
const FILE_BYTES_MAX = { sendPhoto: 10 * 1024 * 1024, sendDocument: 50 * 1024 * 1024 };
const NAME_MAX = 128;
const DATA_BYTES_MAX = 64;
const TAGS = ['b', 'i', 'u', 's', 'code', 'pre', 'a', 'blockquote', 'tg-spoiler'];

/** What the Bot API's manual forbids. @returns Telegram's own words, or null when the call is right */
export function faultOf(
  method: string,
  params: Params,
  { group, topics, written }: { group: number; topics: readonly Topic[]; written: readonly Written[] },
): string | null {
  if (NEEDS_CHAT.includes(method) && params.chat_id !== group) return 'chat not found';
  const topic = topics.find(({ id }) => id === params.message_thread_id);
  const isThere = topic !== undefined && !topic.isDeleted;
  switch (method) {
    case 'createForumTopic':
      return [...(params.name ?? '')].length > NAME_MAX || !params.name ? 'TOPIC_TITLE_INVALID' : null;
    case 'sendMessage':
      return isThere ? textFault(params) : 'message thread not found';
    case 'sendPhoto':
    case 'sendDocument':
      if (!isThere) return 'message thread not found';
      if (!params.upload || params.upload.bytes.length === 0) return 'file must be non-empty';
      if (params.upload.bytes.length > FILE_BYTES_MAX[method]) return 'file is too big';
      return (params.caption ?? '').length > CAPTION_MAX ? 'message caption is too long' : null;
    case 'closeForumTopic':
    case 'reopenForumTopic':
      if (!isThere) return 'TOPIC_ID_INVALID';
      return topic.isOpen === (method === 'reopenForumTopic') ? 'TOPIC_NOT_MODIFIED' : null;
    case 'editMessageText': {
      const message = written.find(({ id }) => id === params.message_id);
      if (!message || topics.find(({ id }) => id === message.topic)?.isDeleted) return 'message to edit not found';
      const isSame = message.text === params.text && sameButtons(message, params);
      return isSame ? 'message is not modified: specified new message content is the same' : textFault(params);
    }
    case 'pinChatMessage':
      return written.some(({ id }) => id === params.message_id) ? null : 'message to pin not found';
    case 'answerCallbackQuery':
    case 'setWebhook':
    case 'deleteWebhook':
      return null;
    default:
      return `method ${method} is not known to this fake`;
  }
}

const NEEDS_CHAT = [
  ...[
    'sendPhoto',
    'sendDocument',
    'createForumTopic',
    'sendMessage',
    'editMessageText',
    'pinChatMessage',
    'closeForumTopic',
    'reopenForumTopic',
  ],
];

function sameButtons(message: Written, params: Params): boolean {
  const next = (params.reply_markup?.inline_keyboard ?? []).flat().map((button) => button.callback_data);
  return JSON.stringify(message.buttons.map(({ data }) => data)) === JSON.stringify(next);
}

function textFault({ text = '', parse_mode, reply_markup }: Params): string | null {
  const datas = (reply_markup?.inline_keyboard ?? []).flat().map((button) => button.callback_data);
  if (datas.some((data) => Buffer.byteLength(data) > DATA_BYTES_MAX || data === '')) return 'BUTTON_DATA_INVALID';
  if (parse_mode !== 'HTML') return text.length > TEXT_MAX ? 'message is too long' : null;
  const open: string[] = [];
  for (const [, slash, tag = ''] of text.matchAll(/<(\/?)([\w-]*)[^>]*>?/g)) {
    if (!TAGS.includes(tag)) return `can't parse entities: Unsupported start tag "${tag}"`;
    if (slash === '') open.push(tag);
    else if (open.pop() !== tag) return `can't parse entities: Unmatched end tag "${tag}"`;
  }
  if (open.length > 0) return "can't parse entities: Can't find end tag";
  const visible = text.replace(/<[^>]*>/g, '').replace(/&(?:\w+|#\d+);/g, '_');
  if (visible.trim() === '') return 'message text is empty';
  return visible.length > TEXT_MAX ? 'message is too long' : null;
}
