import { createHmac } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import { type EmailDoor, openEmail } from '../../src/channels/email-door.ts';
import { createEmailWebhook } from '../../src/http/email-webhook.ts';
import { digest } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { noMeter } from '../../src/kernel/meter.ts';
import { openFakeSmtp, type TakenMail } from '../fakes/smtp.ts';
import { type Adapter, type Written, withNumbers } from './adapter.ts';

const US = 'cobranza@valle.example';
const SECRET = 'a secret of the mail server';
/** Who writes, and nothing of why: in the three languages. */
const HEADING = /^(Re: )?(Mensaje de|Message from|Mensagem de) Préstamos del Valle$/;

/** Our real e-mail channel over a real SMTP server, and the mail server's signed webhook over ours. Debtors answer as mail programs do: quoting all. */
export async function emailAdapter(): Promise<Adapter> {
  const fake = await openFakeSmtp();
  let door: EmailDoor | null = null;
  let seen = 0;

  const lastTo = (address: string): TakenMail | undefined => fake.taken.findLast(({ to }) => to.includes(address));

  return {
    id: 'email',
    addresses: 'email',
    env: { DEMO: 'off', SMTP_URL: fake.url, EMAIL_FROM: US, EMAIL_WEBHOOK_SECRET: SECRET },
    isOpen: false,
    channels(db) {
      door = openEmail({ smtpUrl: fake.url, from: US, webhookSecret: SECRET, db, log: silentLog() });
      return [door.channel];
    },
    routes({ conversations, clock }) {
      if (!door) throw new Error('the channels of a house come before its routes');
      return {
        email: createEmailWebhook({ ...door, secret: SECRET, conversations, clock, log: silentLog(), meter: noMeter }),
      };
    },
    async deliver(message, { clock }, url) {
      const raw = await answerTo(message, lastTo(message.from), clock.now());
      const answer = await postSigned(url, raw, clock.now());
      if (answer.status !== 200) throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
    },
    arrived() {
      const news = fake.taken.slice(seen);
      seen = fake.taken.length;
      return news.map(({ to, mail }) => {
        if (!HEADING.test(mail.subject ?? '')) throw new Error(`an e-mail is headed "${mail.subject}"`);
        return { to: to.join(), text: (mail.text ?? '').trimEnd(), options: [] };
      });
    },
    shows: withNumbers, // no reply buttons
    leave: async () => door?.close(),
    close: fake.close,
  };
}

/** As the mail server's script does it: docs/email.md. */
function postSigned(url: string, raw: Buffer, now: Date): Promise<Response> {
  const timestamp = Math.floor(now.getTime() / 1000);
  const mac = createHmac('sha256', SECRET).update(`${timestamp}.`).update(raw).digest('hex');
  const headers = { 'X-Acuerdo-Timestamp': String(timestamp), 'X-Acuerdo-Signature': `sha256=${mac}` };
  return fetch(`${url}/webhooks/email`, { method: 'POST', body: new Uint8Array(raw), headers });
}

/** Words above a signature, and below them the message that they answer. */
function answerTo({ from, text, id, files = [] }: Written, last: TakenMail | undefined, date: Date): Promise<Buffer> {
  const quoted = (last?.mail.text ?? '').split('\n').map((line) => `> ${line}`);
  const signed = [text, '', '-- ', 'Enviado con cariño'];
  const body = last ? [...signed.slice(0, 1), '', `El lun, 2 mar 2026, ${US} escribió:`, '', ...quoted] : signed;
  const composer = new MailComposer({
    from,
    to: US,
    date,
    subject: last ? `Re: ${last.mail.subject}` : 'Hola',
    text: body.join('\n'),
    attachments: files.map(({ type, bytes }) => ({ contentType: type, content: Buffer.from(bytes) })),
    messageId: `<${digest(id).slice(0, 20)}@correo.example>`,
    ...(last?.mail.messageId && { inReplyTo: last.mail.messageId, references: last.mail.messageId }),
  });
  return composer.compile().build();
}
