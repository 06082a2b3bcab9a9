import { Api, GrammyError, InputFile } from 'grammy';
import type { Log } from '../kernel/log.ts';
import type { Answer, Board, BoardFile, Button } from './board.ts';

const CALL_TIMEOUT_S = 15; // the lease on the loop outlives it
const UPLOAD_TIMEOUT_S = 30;
const PHOTO_BYTES_MAX = 10 * 1024 * 1024; // https://core.telegram.org/bots/api#sendphoto
const DOCUMENT_BYTES_MAX = 50 * 1024 * 1024; // …#senddocument
const POLL_S = 25;
const POLL_TIMEOUT_S = 35;
const UPDATES = ['message', 'edited_message', 'callback_query'] as const;
const LATER_MS = 5_000; // a server that is overloaded and does not say for how long

export interface TelegramInput {
  botToken: string;
  groupId: number;
  /** Without a slash at the end; null: Telegram's own. */
  apiUrl: string | null;
  log: Log;
}

/**
 * The board as a forum supergroup of Telegram. Knows no rule of ours. Errors become values here: a raw one carries the text, and its cause the token.
 * Topics need a bot that is an administrator who may manage topics and pin messages.
 */
export function createTelegramBoard({ botToken, groupId, apiUrl, log }: TelegramInput): Board {
  const options = apiUrl === null ? {} : { apiRoot: apiUrl };
  const api = new Api(botToken, { ...options, timeoutSeconds: CALL_TIMEOUT_S });
  const uploading = new Api(botToken, { ...options, timeoutSeconds: UPLOAD_TIMEOUT_S });
  const polling = new Api(botToken, { ...options, timeoutSeconds: POLL_TIMEOUT_S });

  async function call<T>(method: string, work: () => Promise<T>): Promise<Answer<T>> {
    try {
      return { ok: true, value: await work() };
    } catch (err) {
      const answer = answerOf(err);
      if (answer.why !== 'later') log.warn({ method, ...answer }, 'telegram.failed');
      return answer;
    }
  }

  const done = async <T>(method: string, work: () => Promise<T>): Promise<Answer<null>> => {
    const answer = await call(method, work);
    return answer.ok ? { ok: true, value: null } : answer;
  };

  const postPhoto = (topic: number, { bytes, name, caption }: BoardFile): Promise<Answer<number>> =>
    call('sendPhoto', async () => {
      const sent = await uploading.sendPhoto(groupId, new InputFile(bytes, name), {
        caption,
        message_thread_id: topic,
      });
      return sent.message_id;
    });

  const postDocument = (topic: number, { bytes, name, caption }: BoardFile): Promise<Answer<number>> =>
    call('sendDocument', async () => {
      const how = { caption, message_thread_id: topic, disable_content_type_detection: true };
      return (await uploading.sendDocument(groupId, new InputFile(bytes, name), how)).message_id;
    });

  /** Of a picture that Telegram cannot show, too long or too wide, the file itself is sent. */
  async function postFile(topic: number, file: BoardFile): Promise<Answer<number>> {
    const { byteLength } = file.bytes;
    if (byteLength > DOCUMENT_BYTES_MAX) return { ok: false, why: 'refused', code: 'too_large' };
    if (!file.isPicture || byteLength > PHOTO_BYTES_MAX) return postDocument(topic, file);
    const answer = await postPhoto(topic, file);
    return !answer.ok && answer.why === 'refused' && answer.code === NO_PHOTO ? postDocument(topic, file) : answer;
  }

  return {
    openTopic: (name) =>
      call('createForumTopic', async () => (await api.createForumTopic(groupId, name)).message_thread_id),
    post: (topic, html, buttons) =>
      call('sendMessage', async () => {
        const sent = await api.sendMessage(groupId, html, { ...lookOf(buttons), message_thread_id: topic });
        return sent.message_id;
      }),
    postFile,
    edit: (message, html, buttons) =>
      done('editMessageText', () => api.editMessageText(groupId, message, html, lookOf(buttons))),
    pin: (message) =>
      done('pinChatMessage', () => api.pinChatMessage(groupId, message, { disable_notification: true })),
    setOpen: (topic, isOpen) =>
      isOpen
        ? done('reopenForumTopic', () => api.reopenForumTopic(groupId, topic))
        : done('closeForumTopic', () => api.closeForumTopic(groupId, topic)),
    answerPress: (press, text) =>
      done('answerCallbackQuery', () => api.answerCallbackQuery(press, text === null ? {} : { text })),
    listenBy: (webhook) =>
      webhook === null
        ? done('deleteWebhook', () => api.deleteWebhook())
        : done('setWebhook', () =>
            // One connection: what an agent writes comes in the order in which it was written.
            api.setWebhook(webhook.url, { secret_token: webhook.secret, allowed_updates: UPDATES, max_connections: 1 }),
          ),
    updates: (from, signal) =>
      call('getUpdates', () =>
        polling.getUpdates(
          { timeout: POLL_S, allowed_updates: UPDATES, ...(from === null ? {} : { offset: from }) },
          signal as never, // grammY's type of a signal is an older one than Node's
        ),
      ),
  };
}

function lookOf(buttons: readonly Button[]) {
  const row = buttons.map(({ label, data }) => ({ text: label, callback_data: data }));
  return {
    parse_mode: 'HTML' as const,
    link_preview_options: { is_disabled: true },
    reply_markup: { inline_keyboard: row.length > 0 ? [row] : [] },
  };
}

const NO_PHOTO = '400 photo';
const CANNOT_SHOW = /PHOTO_|IMAGE_PROCESS_FAILED|wrong type of the web page content|too big for a photo/i;
const GONE = /thread not found|TOPIC_DELETED|TOPIC_ID_INVALID|message to edit not found|MESSAGE_ID_INVALID/i;
const SAME = /message is not modified/i;

function answerOf(err: unknown): Exclude<Answer<never>, { ok: true }> {
  if (!(err instanceof GrammyError)) return { ok: false, why: 'unknown', code: 'no_answer' };
  const { error_code: code, description, parameters } = err;
  if (code === 429 || parameters.retry_after !== undefined)
    return { ok: false, why: 'later', afterMs: (parameters.retry_after ?? LATER_MS / 1000) * 1000 };
  if (GONE.test(description)) return { ok: false, why: 'gone' };
  if (SAME.test(description)) return { ok: false, why: 'refused', code: 'same' };
  if (code === 413) return { ok: false, why: 'refused', code: 'too_large' };
  if (code === 400 && CANNOT_SHOW.test(description)) return { ok: false, why: 'refused', code: NO_PHOTO };
  if (code >= 500) return { ok: false, why: 'unknown', code: String(code) };
  return { ok: false, why: 'refused', code: reasonOf(code, description) };
}

/** Telegram's own sentence may quote a text: only what is known to be safe is kept. */
function reasonOf(code: number, description: string): string {
  const known = [
    'not enough rights',
    'chat not found',
    'not a forum',
    "can't parse entities",
    'Unauthorized',
    'Conflict',
  ];
  const found = known.find((words) => description.toLowerCase().includes(words.toLowerCase()));
  return found ? `${code} ${found}` : String(code);
}
