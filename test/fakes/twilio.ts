import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Listed, pageOf } from './twilio-lists.ts';

/** What a call of the REST API comes to. `accepted`: whether Twilio has the message all the same; `early`: what it reports before it answers. */
export type Answer =
  | { kind: 'accept'; early?: Report }
  | { kind: 'error'; status: number; code?: number; accepted?: boolean }
  | { kind: 'reset' | 'hang' | 'garbage'; accepted: boolean; early?: Report };

export interface Report {
  status: string;
  errorCode?: string;
  /** Another message's, for reports of what Twilio never sent. */
  sid?: string;
}

/** A message that Twilio took: what the recipient would get. */
export interface Taken {
  sid: string;
  to: string;
  from: string;
  body: string;
  /** A template in place of a body. */
  contentSid: string | null;
  contentVariables: Record<string, string> | null;
  validityPeriod: number | null;
  statusCallback: string;
}

export interface TwilioAccountOfTest {
  accountSid: string;
  authToken: string;
  smsFrom: string;
  whatsappFrom: string;
}

export const ACCOUNT: TwilioAccountOfTest = {
  accountSid: 'AC00000000000000000000000000000001',
  authToken: 'f4k3t0k3nxilofono0000000000000000',
  smsFrom: '+525500000001',
  whatsappFrom: '+525500000002',
};

export type FakeTwilio = Awaited<ReturnType<typeof openFakeTwilio>>;

/**
 * Twilio as a real server: its REST API with answers that a test scripts, and its side of the webhooks. Signs on its own, so that the client's
 * own signature is checked against another hand. What it took is only ever added to.
 */
export async function openFakeTwilio(account: TwilioAccountOfTest = ACCOUNT) {
  const taken: Taken[] = [];
  const answers: Answer[] = [];
  const waiters: { count: number; resolve: () => void }[] = [];
  const listed: Listed[] = [];
  const files = new Map<string, { type: string; bytes: Uint8Array; onTo?: string }>();
  const fetched: { path: string; authorization: string | undefined }[] = [];
  const world = { now: () => new Date(), holdsQueue: false, lists: 0, failsLists: null as number | null };
  let calls = 0;
  /** Where the service is, and the address that it was configured to be known by. */
  let service = { url: '', publicUrl: '' };
  const authorization = `Basic ${Buffer.from(`${account.accountSid}:${account.authToken}`).toString('base64')}`;

  const server = createServer((req, res) => void answer(req, res));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  const messagesPath = `/2010-04-01/Accounts/${account.accountSid}/Messages`;

  async function answer(req: IncomingMessage, res: ServerResponse): Promise<unknown> {
    let body = '';
    for await (const chunk of req) body += String(chunk);
    if (req.method === 'GET') return read(req, res);
    calls += 1;
    if (req.url !== `${messagesPath}.json` || req.method !== 'POST') return fail(res, 404, 20404);
    if (req.headers.authorization !== authorization) return fail(res, 401, 20003);
    const next: Answer = answers.shift() ?? { kind: 'accept' };
    const isTaken = next.kind === 'accept' || next.accepted === true;
    const message = messageOf(new URLSearchParams(body), `SM${String(calls).padStart(32, '0')}`);
    if (isTaken) take(message);
    if ('early' in next && next.early) await report(message, next.early);
    if (next.kind === 'reset') return void req.socket.destroy();
    if (next.kind === 'hang') return;
    if (next.kind === 'garbage') return void res.writeHead(201).end('<html>proxy</html>');
    if (next.kind === 'error') return fail(res, next.status, next.code);
    json(res, 201, { sid: message.sid, status: 'queued', to: message.to, from: message.from, body: message.body });
  }

  /** The lists and the files of messages. */
  function read(req: IncomingMessage, res: ServerResponse): unknown {
    const at = new URL(req.url ?? '', url);
    const file = files.get(at.pathname);
    if (file) return sendFile(req, res, at.pathname, file);
    if (req.headers.authorization !== authorization) return fail(res, 401, 20003);
    const ofMessage = listed.find(({ sid }) => at.pathname === `${messagesPath}/${sid}/Media.json`);
    if (ofMessage)
      return json(res, 200, {
        media_list: ofMessage.media.map(({ type }, n) => ({ sid: `ME${n}`, content_type: type })),
      });
    if (at.pathname !== `${messagesPath}.json`) return fail(res, 404, 20404);
    world.lists += 1;
    if (world.failsLists === 200) return void res.writeHead(200).end('<html>proxy</html>');
    if (world.failsLists !== null) return fail(res, world.failsLists, 20500);
    json(res, 200, pageOf(listed, at, `${messagesPath}.json`));
  }

  function sendFile(
    req: IncomingMessage,
    res: ServerResponse,
    path: string,
    file: { type: string; bytes: Uint8Array; onTo?: string },
  ): unknown {
    fetched.push({ path, authorization: req.headers.authorization });
    if (file.onTo !== undefined) return void res.writeHead(307, { Location: file.onTo }).end();
    if (req.headers.authorization !== authorization) return fail(res, 401, 20003);
    res.writeHead(200, { 'Content-Type': file.type, 'Content-Length': file.bytes.byteLength }).end(file.bytes);
  }

  /** Posts a form to the service as Twilio does: signed over the public address, whatever host it is sent to. */
  function post(path: string, params: Record<string, string>, options: PostOptions = {}): Promise<Response> {
    const right = sign(account.authToken, `${service.publicUrl}${path}`, options.signed ?? params);
    const signed = options.signature === undefined ? right : options.signature;
    return fetch(`${service.url}${path}`, {
      method: 'POST',
      body: new URLSearchParams(params),
      headers: { ...(signed === null ? {} : { 'X-Twilio-Signature': signed }), ...options.headers },
    });
  }

  function take(message: Taken): void {
    taken.push(message);
    const { sid, to, from, body } = message;
    const at = world.now();
    const state = world.holdsQueue ? { status: 'queued', sentAt: null } : { status: 'sent', sentAt: at };
    listed.push({ sid, to, from, body, direction: 'outbound-api', createdAt: at, media: [], ...state });
    for (const waiter of waiters) if (taken.length >= waiter.count) waiter.resolve();
  }

  let messages = 0;
  /** Somebody writes to one of our numbers. */
  function inbound(on: 'sms' | 'whatsapp', from: string, text: string, extra: Record<string, string> = {}) {
    messages += 1;
    const prefix = on === 'whatsapp' ? 'whatsapp:' : '';
    const params = {
      MessageSid: `SMin${String(messages).padStart(28, '0')}`,
      AccountSid: account.accountSid,
      From: `${prefix}${from}`,
      To: `${prefix}${on === 'whatsapp' ? account.whatsappFrom : account.smsFrom}`,
      Body: text,
      NumMedia: '0',
      ...extra,
    };
    const at = world.now();
    const { MessageSid: sid, From, To: to } = params;
    listed.push({
      sid,
      from: From,
      to,
      body: text,
      status: 'received',
      direction: 'inbound',
      createdAt: at,
      sentAt: at,
      media: [],
    });
    return params;
  }

  /** The parameters of a message that brings files, which can then be fetched as Twilio lets them. */
  function withFiles(params: Record<string, string>, sent: { type: string; bytes: Uint8Array; onTo?: string }[]) {
    const sid = params['MessageSid'] ?? '';
    const named = sent.map((file, n) => {
      const path = `${messagesPath}/${sid}/Media/ME${n}`;
      files.set(path, file);
      return { [`MediaUrl${n}`]: `https://api.twilio.com${path}`, [`MediaContentType${n}`]: file.type };
    });
    listed.find((message) => message.sid === sid)?.media.push(...sent);
    return Object.assign({}, params, { NumMedia: String(sent.length) }, ...named) as Record<string, string>;
  }

  /** Tells what became of a message, at the address that came with it. */
  function report(
    { sid, from, to, statusCallback }: Taken,
    { status, errorCode, sid: other }: Report,
  ): Promise<Response> {
    const callback = new URL(statusCallback);
    return post(`${callback.pathname}${callback.search}`, {
      MessageSid: other ?? sid,
      MessageStatus: status,
      From: from,
      To: to,
      ...(errorCode === undefined ? {} : { ErrorCode: errorCode }),
    });
  }

  return {
    url,
    account,
    /** Every message that it took, in order. */
    taken: taken as readonly Taken[],
    /** What the next calls come to; `accept` when empty. */
    answers,
    callCount: () => calls,
    /** Its clock, whether it keeps what it takes in a queue, how often it was asked for a list, and how that fails (200: an answer that is no JSON). */
    world,
    /** Files that were asked for, and with which credentials. */
    fetched: fetched as readonly { path: string; authorization: string | undefined }[],
    withFiles,
    /** Resolves when it has taken so many in all. */
    whenTaken: (count: number): Promise<void> =>
      new Promise((resolve) => {
        if (taken.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
    connectTo(at: { url: string; publicUrl: string }): void {
      service = at;
    },
    inbound,
    post,
    report,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface PostOptions {
  /** In place of the right one; null leaves the header out. */
  signature?: string | null;
  /** What is signed, when it is not what is sent. */
  signed?: Record<string, string>;
  headers?: Record<string, string>;
}

/** https://www.twilio.com/docs/usage/security: HMAC-SHA1 over the address and the sorted parameters, in base64. */
export function sign(authToken: string, url: string, params: Record<string, string>): string {
  const text = Object.keys(params)
    .sort()
    .reduce((sum, name) => `${sum}${name}${params[name]}`, url);
  return createHmac('sha1', authToken).update(text, 'utf8').digest('base64');
}

function messageOf(form: URLSearchParams, sid: string): Taken {
  const validity = form.get('ValidityPeriod');
  return {
    sid,
    to: form.get('To') ?? '',
    from: form.get('From') ?? '',
    body: form.get('Body') ?? '',
    contentSid: form.get('ContentSid'),
    contentVariables: JSON.parse(form.get('ContentVariables') ?? 'null') as Record<string, string> | null,
    validityPeriod: validity === null ? null : Number(validity),
    statusCallback: form.get('StatusCallback') ?? '',
  };
}

function fail(res: ServerResponse, status: number, code?: number): void {
  if (code === undefined) return void res.writeHead(status).end('upstream error');
  const message = `Refused, and its words name the number +525550177345`; // as Twilio's do
  json(res, status, { code, message, status, more_info: `https://www.twilio.com/docs/errors/${code}` });
}

function json(res: ServerResponse, status: number, body: unknown): void {
  res.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(body));
}
