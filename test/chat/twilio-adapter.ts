import { createTwilioChannels, isSignedByTwilio } from '../../src/channels/twilio.ts';
import { createTwilioWebhooks } from '../../src/http/twilio-webhooks.ts';
import { systemClock } from '../../src/kernel/clock.ts';
import { toGsm7 } from '../../src/kernel/gsm7.ts';
import { digest } from '../../src/kernel/ids.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { noMeter } from '../../src/kernel/meter.ts';
import { ACCOUNT, openFakeTwilio } from '../fakes/twilio.ts';
import { type Adapter, withNumbers } from './adapter.ts';

/** Our real Twilio channel over the fake's REST API, and the fake's signed webhooks over ours. */
export async function twilioAdapter(on: 'sms' | 'whatsapp'): Promise<Adapter> {
  const fake = await openFakeTwilio();
  const numbers =
    on === 'sms'
      ? { smsFrom: ACCOUNT.smsFrom, whatsappFrom: null }
      : { smsFrom: null, whatsappFrom: ACCOUNT.whatsappFrom };
  const account = { ...ACCOUNT, ...numbers, apiUrl: fake.url };
  let seen = 0;

  return {
    id: `twilio-${on}`,
    addresses: 'phone',
    env: {
      DEMO: 'off',
      TWILIO_ACCOUNT_SID: ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: ACCOUNT.authToken,
      TWILIO_API_URL: fake.url,
      [on === 'sms' ? 'TWILIO_SMS_FROM' : 'TWILIO_WHATSAPP_FROM']: numbers.smsFrom ?? numbers.whatsappFrom ?? '',
    },
    isOpen: false,
    channels: (_db, publicUrl) => createTwilioChannels({ ...account, publicUrl, log: silentLog() }),
    routes: ({ conversations }, publicUrl) => ({
      twilio: createTwilioWebhooks({
        account,
        isSigned: isSignedByTwilio,
        publicUrl,
        conversations,
        clock: systemClock,
        log: silentLog(),
        meter: noMeter,
      }),
    }),
    async deliver({ from, text, id, files }, _house, url) {
      fake.connectTo({ url, publicUrl: url });
      const MessageSid = `SM${digest(id).slice(0, 32)}`;
      const message = fake.inbound(on, from, text, { MessageSid });
      const answer = await fake.post(`/webhooks/twilio/${on}`, files ? fake.withFiles(message, files) : message);
      if (answer.status !== 200) throw new Error(`the webhook answered ${answer.status}: ${await answer.text()}`);
    },
    arrived() {
      const news = fake.taken.slice(seen);
      seen = fake.taken.length;
      return news.map(({ to, body }) => ({ to: to.replace(/^whatsapp:/, ''), text: body, options: [] }));
    },
    // No reply buttons; and an SMS is written in GSM-7, where á í ó ú lose their accent.
    shows: (line) => (on === 'sms' ? toGsm7(withNumbers(line)) : withNumbers(line)),
    leave: async () => undefined,
    close: fake.close,
  };
}
