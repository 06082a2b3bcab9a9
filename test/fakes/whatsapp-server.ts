import { createHmac } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import {
  type BinaryNode,
  Curve,
  encodeBigEndian,
  getBinaryNodeChild,
  getBinaryNodeChildren,
  proto,
  QueryIds,
  type SignalCreds,
} from '@whiskeysockets/baileys';
import { WebSocketServer } from 'ws';
import { answerNoise, createFakeAuthority, type NoiseLine, trustFakeAuthority } from './whatsapp-noise.ts';
import { createFakePhone, type FakePhone } from './whatsapp-phone.ts';

/** What a message of the service's comes to. `silent`: it is taken, and no answer is ever given. */
export type WaAnswer = { ack: true } | { error: string } | { silent: true };

interface Pending {
  id: string;
  phone: FakePhone;
  stanza: BinaryNode;
}

const SERVER = 's.whatsapp.net';

export type FakeWhatsapp = Awaited<ReturnType<typeof openFakeWhatsapp>>;

/**
 * WhatsApp as a local server: Noise, pairing, Signal bundles, queues for who is offline, receipts and acknowledgements. The real client
 * connects to it. What it took is only ever added to. A message stays queued until its receipt, and goes out again at the next login.
 */
export async function openFakeWhatsapp(ours: { number: string; lid: string }) {
  const authority = createFakeAuthority();
  const account = Curve.generateKeyPair();
  const me = { jid: `${ours.number.replace(/\D/g, '')}:1@${SERVER}`, lid: `${ours.lid}:1@lid` };
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await new Promise((resolve) => server.once('listening', resolve));
  const url = `ws://127.0.0.1:${(server.address() as AddressInfo).port}/ws/chat`;

  const phones: FakePhone[] = [];
  const pending: Pending[] = [];
  const answers: WaAnswer[] = [];
  /** What the phones read, in the order of its coming. */
  const taken: { id: string; to: string; text: string }[] = [];
  const receipts: string[] = [];
  /** Messages that the service said it could not use. */
  const nacks: { id: string; error: string }[] = [];
  const logins: ('registration' | 'login')[] = [];
  const watchers = new Set<() => void>();
  /** As WhatsApp words them; absent: it says nothing. */
  const limits: { newChats?: object; timelock?: object } = {};
  let bundle: BinaryNode | null = null;
  let current: NoiseLine | null = null;
  let refs = ['ref-one', 'ref-two', 'ref-three'];
  const asked = new Set<string>();
  /** What our own phone answers when it is asked for a file again, by the message's id. Silent otherwise: it is off. */
  const reuploads = new Map<string, () => BinaryNode>();
  let serial = 0;
  let opened = 0;

  const changed = () => {
    for (const watch of [...watchers]) watch();
  };
  const nextId = () => {
    serial += 1;
    return `srv-${serial}`;
  };

  server.on('connection', (socket) => {
    opened += 1;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      opened -= 1;
      changed();
    });
    answerNoise(socket, authority, { login, stanza });
  });

  function login(payload: proto.ClientPayload, line: NoiseLine): void {
    current = line;
    asked.clear();
    logins.push(payload.devicePairingData ? 'registration' : 'login');
    if (payload.devicePairingData) bundle = bundleOf(payload.devicePairingData);
    if (payload.devicePairingData)
      line.send(iq('set', [{ tag: 'pair-device', attrs: {}, content: refs.map(refNode) }]));
    else line.send({ tag: 'success', attrs: { t: '1760000000', lid: me.lid } });
    changed();
  }

  function welcome(line: NoiseLine): void {
    for (const { stanza } of pending) line.send({ ...stanza, attrs: { ...stanza.attrs, offline: '0' } });
    // After its first login the client waits 20 s for a history that this server has not.
    if (logins.at(-2) === 'registration') return;
    line.send({ tag: 'ib', attrs: {}, content: [{ tag: 'offline', attrs: { count: String(pending.length) } }] });
  }

  function stanza(node: BinaryNode, line: NoiseLine): void {
    const { id = '', error } = node.attrs;
    if (node.tag === 'iq') answerIq(node, line);
    if (node.tag === 'message') void takeMessage(node, line).then(changed);
    if (node.tag === 'receipt' && node.attrs['type'] === 'server-error') {
      const answer = reuploads.get(id);
      if (answer) line.send(answer());
    } else if (node.tag === 'receipt') {
      receipts.push(id);
      settle(id);
    }
    if (node.tag === 'ack' && node.attrs['class'] === 'message') {
      if (error !== undefined) nacks.push({ id, error });
      settle(id);
    }
    changed();
  }

  const settle = (id: string) => {
    const at = pending.findIndex((each) => each.id === id);
    if (at >= 0) pending.splice(at, 1);
  };

  function answerIq(node: BinaryNode, line: NoiseLine): void {
    const { id = '', xmlns, type } = node.attrs;
    if (type === 'result') {
      paired(node, line);
      return;
    }
    line.send({ tag: 'iq', attrs: { id, type: 'result', from: SERVER }, content: answerTo(node) });
    asked.add(xmlns ?? '');
    if (xmlns === 'passive') welcome(line);
  }

  function answerTo(node: BinaryNode): BinaryNode[] {
    if (node.attrs['xmlns'] === 'usync') return [usync(node)];
    if (node.attrs['xmlns'] === 'w:mex') return mex(node);
    const [child] = Array.isArray(node.content) ? node.content : [];
    if (node.attrs['xmlns'] !== 'encrypt' || !child) return [];
    if (child.tag === 'count') return [{ tag: 'count', attrs: { value: '90' } }];
    if (child.tag === 'digest') return [{ tag: 'digest', attrs: {} }];
    const bundles = jidsIn(child).flatMap((jid) => phoneOf(jid)?.bundle(jid) ?? []);
    return child.tag === 'key' ? [{ tag: 'list', attrs: {}, content: bundles }] : [];
  }

  /** What WhatsApp knows of the account's limits; nothing of what it is not told to. */
  function mex(node: BinaryNode): BinaryNode[] {
    const { query_id } = getBinaryNodeChild(node, 'query')?.attrs ?? {};
    const data =
      query_id === QueryIds.MESSAGE_CAPPING_INFO
        ? { xwa2_message_capping_info: limits.newChats }
        : { xwa2_fetch_account_reachout_timelock: limits.timelock };
    return [{ tag: 'result', attrs: {}, content: Buffer.from(JSON.stringify({ data })) }];
  }

  /** Who has which devices, and under which LID. */
  function usync(node: BinaryNode): BinaryNode {
    const list = getBinaryNodeChild(getBinaryNodeChild(node, 'usync'), 'list');
    const users = getBinaryNodeChildren(list, 'user').map((user): BinaryNode => {
      const contact = getBinaryNodeChild(user, 'contact')?.content;
      const jid =
        user.attrs['jid'] ??
        `${Buffer.from(contact as Uint8Array)
          .toString()
          .replace(/\D/g, '')}@${SERVER}`;
      const phone = phoneOf(jid);
      const isOurs = userOf(jid) === userOf(me.jid) || userOf(jid) === userOf(me.lid);
      const devices = phone || isOurs ? [{ tag: 'device', attrs: { id: isOurs ? '1' : '0' } }] : [];
      return {
        tag: 'user',
        attrs: { jid },
        content: [
          { tag: 'contact', attrs: { type: phone ? 'in' : 'out' } },
          { tag: 'devices', attrs: {}, content: [{ tag: 'device-list', attrs: {}, content: devices }] },
          ...(phone?.lid ? [{ tag: 'lid', attrs: { val: phone.lid } }] : []),
        ],
      };
    });
    return { tag: 'usync', attrs: {}, content: [{ tag: 'list', attrs: {}, content: users }] };
  }

  async function takeMessage(node: BinaryNode, line: NoiseLine): Promise<void> {
    const { id = '', to = '' } = node.attrs;
    const answer = answers.shift() ?? { ack: true };
    if (!('error' in answer)) {
      for (const target of getBinaryNodeChildren(getBinaryNodeChild(node, 'participants'), 'to')) {
        const enc = getBinaryNodeChild(target, 'enc');
        const message = enc && (await phoneOf(target.attrs['jid'] ?? '')?.decrypt(enc, me.jid));
        if (message) taken.push({ id, to, text: message.extendedTextMessage?.text ?? message.conversation ?? '' });
      }
    }
    if ('silent' in answer) return;
    const error = 'error' in answer ? { error: answer.error } : {};
    line.send({ tag: 'ack', attrs: { class: 'message', id, from: to, ...error } });
  }

  /** The client has signed its device: WhatsApp lets it start again. */
  function paired(node: BinaryNode, line: NoiseLine): void {
    if (!getBinaryNodeChild(node, 'pair-device-sign')) return;
    line.send({ tag: 'stream:error', attrs: { code: '515' } });
    line.close();
  }

  const phoneOf = (jid: string) =>
    phones.find((phone) => [phone.jid, phone.lid].some((name) => name !== null && userOf(name) === userOf(jid)));
  const refNode = (ref: string): BinaryNode => ({ tag: 'ref', attrs: {}, content: Buffer.from(ref) });
  const iq = (type: string, content: BinaryNode[]): BinaryNode => ({
    tag: 'iq',
    attrs: { from: SERVER, type, id: nextId(), xmlns: 'md' },
    content,
  });

  return {
    url,
    /** What a client in another process must trust. */
    authority: authority.publicKey,
    trust: () => trustFakeAuthority(authority.publicKey),
    answers,
    taken,
    receipts,
    nacks,
    reuploads,
    limits,
    logins,
    pending,
    /** The client has asked what it asks after every login. Ended before, it waits for answers. */
    isSettled: () => ['abt', 'blocklist', 'privacy'].every((xmlns) => asked.has(xmlns)),
    /** How many connections are open now. */
    open: () => opened,
    phone(input: { phone: string; lid?: string }): FakePhone {
      const phone = createFakePhone(input);
      phones.push(phone);
      return phone;
    },
    /** Takes these credentials for paired before. */
    know({ signedIdentityKey, signedPreKey, registrationId }: SignalCreds): void {
      bundle = bundleOf({
        eRegid: encodeBigEndian(registrationId),
        eIdent: signedIdentityKey.public,
        eSkeyId: encodeBigEndian(signedPreKey.keyId, 3),
        eSkeyVal: signedPreKey.keyPair.public,
        eSkeySig: signedPreKey.signature,
      });
    },
    /** A debtor writes. It goes out at once when the service is there, and at its next login otherwise. */
    async write(
      phone: FakePhone,
      id: string,
      content: string | proto.IMessage,
      as: 'phone' | 'lid' | 'bare_lid' = 'phone',
    ): Promise<void> {
      if (bundle === null) throw new Error('the service has no keys yet');
      const message = typeof content === 'string' ? { conversation: content } : content;
      const enc = await phone.encrypt(message, { jid: me.jid, bundle });
      const from = as === 'phone' ? phone.jid : (phone.lid ?? '');
      const alt = as === 'lid' ? { sender_pn: phone.jid } : {};
      const attrs = { from, id, t: '1763800000', type: 'text', notify: 'Ana', ...alt };
      const stanza = { tag: 'message', attrs, content: [enc] };
      pending.push({ id, phone, stanza });
      current?.send(stanza);
    },
    /** A stanza as it stands: what no phone of ours would send. */
    send: (stanza: BinaryNode): void => current?.send(stanza),
    /** The debtor's phone has the message, or its owner has seen it. */
    report(phone: FakePhone, id: string, type?: 'read'): void {
      current?.send({ tag: 'receipt', attrs: { from: phone.jid, id, t: '1763800001', ...(type && { type }) } });
    },
    /** The service's next connections get so many QR. */
    offerQrs(count: number): void {
      refs = Array.from({ length: count }, (_, n) => `ref-${n}`);
    },
    /** Our own phone scans what is on the screen. */
    scan(qr: string): void {
      const [, , identity = '', secret = ''] = qr.slice(qr.indexOf('#') + 1).split(',');
      const details = proto.ADVDeviceIdentity.encode({ rawId: 1, timestamp: 1, keyIndex: 1 }).finish();
      const signedOver = Buffer.concat([Buffer.from([6, 0]), details, Buffer.from(identity, 'base64')]);
      const signed = proto.ADVSignedDeviceIdentity.encode({
        details,
        accountSignatureKey: account.public,
        accountSignature: Curve.sign(account.private, signedOver),
      }).finish();
      const hmac = createHmac('sha256', Buffer.from(secret, 'base64')).update(signed).digest();
      const sealed = proto.ADVSignedDeviceIdentityHMAC.encode({ details: signed, hmac }).finish();
      const success = [
        { tag: 'device-identity', attrs: {}, content: Buffer.from(sealed) },
        { tag: 'device', attrs: { jid: me.jid, lid: me.lid } },
        { tag: 'platform', attrs: { name: 'smba' } },
      ];
      current?.send(iq('set', [{ tag: 'pair-success', attrs: {}, content: success }]));
    },
    /** WhatsApp ends the connection with a code. */
    endWith(code: number): void {
      current?.send({
        tag: 'stream:error',
        attrs: { code: String(code) },
        content: [{ tag: code === 440 ? 'conflict' : 'ended', attrs: {} }],
      });
      current?.close();
    },
    /** Resolves when `holds` is true of what came so far. */
    until: (holds: () => boolean): Promise<void> =>
      new Promise((resolve) => {
        const watch = () => {
          if (!holds()) return;
          watchers.delete(watch);
          resolve();
        };
        watchers.add(watch);
        watch();
      }),
    async close(): Promise<void> {
      for (const client of server.clients) client.terminate();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What a debtor's phone needs for its first message to us. Without keys for one time only: the client would upload some, and wait 30 s for nothing. */
const bundleOf = (keys: proto.ClientPayload.IDevicePairingRegistrationData): BinaryNode => ({
  tag: 'bundle',
  attrs: {},
  content: [
    { tag: 'registration', attrs: {}, content: keys.eRegid as Uint8Array },
    { tag: 'identity', attrs: {}, content: keys.eIdent as Uint8Array },
    {
      tag: 'skey',
      attrs: {},
      content: [
        { tag: 'id', attrs: {}, content: keys.eSkeyId as Uint8Array },
        { tag: 'value', attrs: {}, content: keys.eSkeyVal as Uint8Array },
        { tag: 'signature', attrs: {}, content: keys.eSkeySig as Uint8Array },
      ],
    },
  ],
});

const userOf = (jid: string): string => jid.split('@')[0]?.split(':')[0] ?? '';
const jidsIn = (node: BinaryNode): string[] =>
  getBinaryNodeChildren(node, 'user').map(({ attrs }) => attrs['jid'] ?? '');
