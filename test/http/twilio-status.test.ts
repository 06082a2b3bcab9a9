import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import express from 'express';
import { answerFailure } from '../../src/http/failure.ts';
import { createTwilioWebhooks } from '../../src/http/twilio-webhooks.ts';
import { silentLog } from '../../src/kernel/log.ts';
import { noMeter } from '../../src/kernel/meter.ts';
import { ACCOUNT } from '../fakes/twilio.ts';

const never = () => new Promise<never>(() => undefined);

test.each(['/status?oid=twilio%3ASM1%3A0', '/status'])(
  '%s: a database that does not answer is a 503 after five seconds, and Twilio is not kept waiting',
  async (path) => {
    const waited: number[] = [];
    const twilio = createTwilioWebhooks({
      account: ACCOUNT,
      isSigned: () => true,
      publicUrl: () => 'https://pay.example.com',
      conversations: { receive: never, recordStatus: never, recordStatusOf: never },
      clock: { sleep: async (ms) => void waited.push(ms) },
      log: silentLog(),
      meter: noMeter,
    });
    const server = createServer(express().use(twilio).use(answerFailure(silentLog()))).listen(0);
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
      const report = {
        MessageSid: `SM${'0'.repeat(32)}`,
        MessageStatus: 'sent',
        From: ACCOUNT.smsFrom,
        To: '+525550100001',
      };
      const body = new URLSearchParams(report);
      const answer = await fetch(url, { method: 'POST', body, headers: { 'X-Twilio-Signature': 'x' } });
      expect([answer.status, await answer.json()]).toEqual([
        503,
        expect.objectContaining({ code: 'database_unavailable' }),
      ]);
      expect(waited).toEqual([5000]);
    } finally {
      server.close();
    }
  },
);
