import type { AddressInfo } from 'node:net';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';

type Done = (err?: Error | null) => void;
type Step = 'MAIL FROM' | 'RCPT TO' | 'DATA';

/** What a delivery comes to. `cut`: the connection breaks at that step; at DATA the whole message has come, and `accepted` says whether it is kept. */
export type MailAnswer =
  | { kind: 'accept' }
  | { kind: 'answer'; at: Step; status: number; words?: string }
  | { kind: 'cut' | 'hang'; at: Step; accepted?: boolean };

/** A message that the server took: its envelope, its bytes, and what they say. */
export interface TakenMail {
  from: string;
  to: string[];
  raw: string;
  mail: ParsedMail;
}

export const MAILBOX = { user: 'cobranza@valle.example', password: 's3cr3t0xilofono' };

export type FakeSmtp = Awaited<ReturnType<typeof openFakeSmtp>>;

/** A real mail server that delivers nothing, and answers as a test says. What it took is only ever added to. */
export async function openFakeSmtp() {
  const taken: TakenMail[] = [];
  const answers: MailAnswer[] = [];
  const underWay = new Map<string, MailAnswer>();
  let deliveries = 0;

  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    hideSTARTTLS: true,
    logger: false,
    closeTimeout: 100,
    onAuth: ({ username, password }, _session, done) =>
      username === MAILBOX.user && password === MAILBOX.password
        ? done(null, { user: username })
        : done(Object.assign(new Error('Invalid login'), { responseCode: 535 })),
    onMailFrom(_address, session, done) {
      deliveries += 1;
      underWay.set(session.id, answers.shift() ?? { kind: 'accept' });
      step('MAIL FROM', session, done);
    },
    onRcptTo: (_address, session, done) => step('RCPT TO', session, done),
    onData: (stream, session, done) => void receive(stream, session, done),
  });
  server.on('error', () => undefined); // of a connection that was cut

  async function receive(stream: AsyncIterable<Uint8Array>, session: SMTPServerSession, done: Done): Promise<void> {
    const parts: Uint8Array[] = [];
    for await (const part of stream) parts.push(part);
    const raw = Buffer.concat(parts);
    const answer = underWay.get(session.id);
    if (answer?.kind === 'accept' || (answer && 'accepted' in answer && answer.accepted)) {
      const { mailFrom, rcptTo } = session.envelope;
      const from = mailFrom === false ? '' : mailFrom.address;
      const mail = await simpleParser(raw);
      taken.push({ from, to: rcptTo.map(({ address }) => address), raw: raw.toString('utf8'), mail });
    }
    step('DATA', session, done);
  }

  function step(at: Step, session: SMTPServerSession, done: Done): void {
    const answer = underWay.get(session.id);
    if (!answer || answer.kind === 'accept' || answer.at !== at) done();
    else if (answer.kind === 'cut') cut(session);
    else if (answer.kind === 'answer') {
      const words = answer.words ?? 'Refused, and its words name <ana@xilofono.example>'; // as a mail server's do
      done(Object.assign(new Error(words), { responseCode: answer.status }));
    }
  }

  function cut({ id }: SMTPServerSession): void {
    const connections = (server as unknown as { connections: Set<{ id: string; _socket: { destroy(): void } }> })
      .connections;
    for (const connection of connections) if (connection.id === id) connection._socket.destroy();
  }

  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;

  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    /** Every message that it took, in order. */
    taken: taken as readonly TakenMail[],
    /** What the next deliveries come to; `accept` when empty. */
    answers,
    deliveryCount: () => deliveries,
    close: (): Promise<void> => new Promise((resolve) => server.close(() => resolve())),
  };
}
