import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readForm } from './multipart.ts';
import { faultOf } from './telegram-rules.ts';

export const BOT_TOKEN = '7001:fake-token-xilofono-0000000000000';
export const GROUP = -1_001_234_567_890;

/** What the next call of a method comes to. `accepted`: whether Telegram did it all the same. */
export type Fate =
  | { method: string; kind: 'later'; retryAfterS: number }
  | { method: string; kind: 'reset'; accepted: boolean }
  | { method: string; kind: 'error'; code: number; description: string };

export interface Topic {
  id: number;
  name: string;
  isOpen: boolean;
  isDeleted: boolean;
}

/** A message that the bot wrote, as the group sees it now. */
export interface Written {
  id: number;
  topic: number;
  text: string;
  buttons: { label: string; data: string }[];
  edits: number;
  /** A picture or a document that it shows; its text is the caption. */
  file?: { method: string; name: string; bytes: Buffer };
}

export interface Person {
  id: number;
  name: string;
  isBot?: true;
}

export type FakeTelegram = Awaited<ReturnType<typeof openFakeTelegram>>;

/**
 * Telegram's Bot API as a real server: one bot, one forum supergroup, people who write in it. Answers as the manual says, tells what happens by long
 * polling or by webhook, and keeps all that it accepted; a test scripts what goes wrong.
 */
export async function openFakeTelegram() {
  const topics: Topic[] = [];
  const written: Written[] = [];
  const toasts: { press: string; text: string | null }[] = [];
  const accepted: { method: string; params: Record<string, unknown> }[] = [];
  const fates: Fate[] = [];
  const pending: { update_id: number }[] = [];
  const waiting = new Set<() => void>();
  let webhook: { url: string; secret: string } | null = null;
  let ids = 100;
  let updates = 900;

  const server = createServer((req, res) => void serve(req, res));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const changed = () => {
    for (const resume of [...waiting]) resume();
  };

  async function serve(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(req.url ?? '') ?? [];
    const params = await paramsOf(req);
    if (token !== BOT_TOKEN) return fail(res, 401, 'Unauthorized');
    const at = fates.findIndex((fate) => fate.method === method);
    const fate = at < 0 ? null : (fates.splice(at, 1)[0] ?? null);
    if (fate?.kind === 'error') return fail(res, fate.code, fate.description);
    if (fate?.kind === 'later') return tooMany(res, fate.retryAfterS);
    if (fate?.kind === 'reset' && !fate.accepted) return void req.socket.destroy();
    if (method === 'getUpdates') return poll(params, res);
    const fault = faultOf(method, params, { group: GROUP, topics, written });
    if (fault !== null) return fail(res, 400, `Bad Request: ${fault}`);
    accepted.push({ method, params: { ...params, ...(params.upload && { upload: params.upload.name }) } });
    const result = doIt(method, params);
    changed();
    if (fate?.kind === 'reset') return void req.socket.destroy();
    json(res, 200, { ok: true, result });
  }

  function doIt(method: string, params: Params): unknown {
    const buttons = (params.reply_markup?.inline_keyboard ?? [])
      .flat()
      .map(({ text, callback_data }) => ({ label: text, data: callback_data }));
    switch (method) {
      case 'createForumTopic': {
        ids += 1;
        topics.push({ id: ids, name: String(params.name), isOpen: true, isDeleted: false });
        return { message_thread_id: ids, name: params.name, icon_color: 0 };
      }
      case 'sendMessage': {
        ids += 1;
        written.push({ id: ids, topic: params.message_thread_id ?? 0, text: params.text ?? '', buttons, edits: 0 });
        return { message_id: ids, date: 0, chat: { id: GROUP, type: 'supergroup' }, text: params.text };
      }
      case 'sendPhoto':
      case 'sendDocument': {
        ids += 1;
        const { message_thread_id: topic = 0, caption: text = '', upload } = params;
        written.push({ id: ids, topic, text, buttons, edits: 0, ...(upload && { file: { method, ...upload } }) });
        return { message_id: ids, date: 0, chat: { id: GROUP, type: 'supergroup' } };
      }
      case 'editMessageText': {
        const message = written.find(({ id }) => id === params.message_id);
        if (message) Object.assign(message, { text: params.text, buttons, edits: message.edits + 1 });
        return true;
      }
      case 'answerCallbackQuery':
        toasts.push({ press: String(params.callback_query_id), text: params.text ?? null });
        return true;
      case 'closeForumTopic':
      case 'reopenForumTopic': {
        const topic = topics.find(({ id }) => id === params.message_thread_id);
        if (topic) topic.isOpen = method === 'reopenForumTopic';
        return true;
      }
      case 'setWebhook':
        webhook = { url: String(params.url), secret: String(params.secret_token) };
        return true;
      case 'deleteWebhook':
        webhook = null;
        return true;
      default:
        return true; // pinChatMessage
    }
  }

  /** Answers when there is something from `offset` on, or when the client has gone. What is below is confirmed, and forgotten. */
  async function poll({ offset = 0 }: Params, res: ServerResponse): Promise<void> {
    if (webhook) return fail(res, 409, "Conflict: can't use getUpdates method while webhook is active");
    while (pending[0] && pending[0].update_id < offset) pending.shift();
    while (pending.length === 0 && !res.destroyed && server.listening) await nextChange(res);
    if (!res.destroyed) json(res, 200, { ok: true, result: pending });
  }

  function nextChange(res?: ServerResponse): Promise<void> {
    return new Promise((resolve) => {
      const go = () => {
        waiting.delete(go);
        resolve();
      };
      waiting.add(go);
      res?.once('close', go);
    });
  }

  /** Tells the service, in the way that it asked for. @returns the webhook's answer, null where it is polled */
  async function tell(what: object): Promise<Told> {
    updates += 1;
    const update = { update_id: updates, ...what };
    return { update, answer: await retell(update) };
  }

  async function retell(update: object): Promise<Response | null> {
    if (webhook === null) {
      pending.push(update as { update_id: number });
      changed();
      return null;
    }
    const headers = { 'content-type': 'application/json', 'x-telegram-bot-api-secret-token': webhook.secret };
    return fetch(webhook.url, { method: 'POST', headers, body: JSON.stringify(update) });
  }

  function messageBy(person: Person, topic: number | null, rest: object): object {
    ids += 1;
    const place = topic === null ? {} : { message_thread_id: topic, is_topic_message: true };
    return {
      message_id: ids,
      date: 0,
      chat: { id: GROUP, type: 'supergroup' },
      from: userOf(person),
      ...place,
      ...rest,
    };
  }

  return {
    url,
    topics: topics as readonly Topic[],
    written: written as readonly Written[],
    toasts: toasts as readonly { press: string; text: string | null }[],
    /** Every call that it carried out, in order. */
    accepted: accepted as readonly { method: string; params: Record<string, unknown> }[],
    fates,
    webhook: () => webhook,
    says: (person: Person, topic: number | null, text: string, extra: object = {}) =>
      tell({ message: messageBy(person, topic, { text, ...extra }) }),
    sends: (person: Person, topic: number, what: object) => tell({ message: messageBy(person, topic, what) }),
    edits: (person: Person, topic: number, text: string) =>
      tell({ edited_message: messageBy(person, topic, { text, edit_date: 1 }) }),
    presses(person: Person, message: Written, label: string): Promise<Told> {
      const button = message.buttons.find((each) => each.label === label);
      if (!button) throw new Error(`the message has no button ${label}, but ${message.buttons.map((b) => b.label)}`);
      const under = { message_id: message.id, date: 0, chat: { id: GROUP, type: 'supergroup' } };
      const press = { id: `press-${updates}`, chat_instance: '1', data: button.data, message: under };
      return tell({ callback_query: { ...press, from: userOf(person) } });
    },
    tell,
    /** The same update once more, as Telegram does when it was not answered. */
    retell,
    deleteTopic(id: number): void {
      const topic = topics.find((each) => each.id === id);
      if (topic) topic.isDeleted = true;
    },
    /** Resolves when it holds, looking again after each call. */
    async until(holds: () => boolean): Promise<void> {
      while (!holds()) await nextChange();
    },
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      changed();
    },
  };
}

export interface Told {
  update: object;
  answer: Response | null;
}

export interface Params {
  chat_id?: number;
  name?: string;
  text?: string;
  caption?: string;
  /** The file of a multipart form, wherever it is attached. */
  upload?: { name: string; bytes: Buffer };
  parse_mode?: string;
  message_thread_id?: number;
  message_id?: number;
  callback_query_id?: string;
  url?: string;
  secret_token?: string;
  offset?: number;
  reply_markup?: { inline_keyboard: { text: string; callback_data: string }[][] };
}

/** JSON, or a form with a file in it: `photo` says `attach://x`, and the part x holds the bytes. */
async function paramsOf(req: IncomingMessage): Promise<Params> {
  const chunks: Buffer[] = [];
  for await (const chunk of req) chunks.push(chunk as Buffer);
  const body = Buffer.concat(chunks);
  const type = req.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return (body.length === 0 ? {} : JSON.parse(String(body))) as Params;
  const { fields, files } = readForm(type, body);
  const { chat_id, message_thread_id, caption, photo, document } = fields;
  const upload = files.get((photo ?? document ?? '').replace('attach://', ''));
  return {
    chat_id: Number(chat_id),
    message_thread_id: Number(message_thread_id),
    ...(caption && { caption }),
    ...(upload && { upload }),
  };
}

const userOf = ({ id, name, isBot }: Person) => ({ id, first_name: name, is_bot: isBot === true });

function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

const fail = (res: ServerResponse, code: number, description: string): void =>
  json(res, code, { ok: false, error_code: code, description });

function tooMany(res: ServerResponse, retryAfter: number): void {
  const description = `Too Many Requests: retry after ${retryAfter}`;
  json(res, 429, { ok: false, error_code: 429, description, parameters: { retry_after: retryAfter } });
}
