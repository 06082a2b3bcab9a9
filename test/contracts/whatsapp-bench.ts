import { phoneOf } from '../../src/channels/whatsapp-address.ts';
import { ANA, openHouseOf, seedCredentials } from '../channels/whatsapp-house.ts';
import { createFakeSocket, waMessage } from '../fakes/whatsapp-socket.ts';
import { testDatabase } from '../setup/database.ts';
import type { Bench } from './channel-benches.ts';

const DELIVERED = 3; // WebMessageInfo.Status.DELIVERY_ACK

/** A number that a phone holds, over a socket without a network. The debtor has written before: nobody else is written to. */
export async function whatsappBench(): Promise<Bench> {
  const base = await testDatabase();
  await seedCredentials(base.db);
  const socket = createFakeSocket();
  const house = openHouseOf(base.db, socket.open, { ackMs: 300 });
  await house.untilSeen(({ state }) => state === 'open');
  const hears = async (text: string) => {
    const count = house.heard.length + 1;
    const message = waMessage({ conversation: text }, { id: `3A0${count}` });
    socket.emit('messages.upsert', { messages: [message], type: 'notify' });
    await house.until(() => house.heard.length === count);
    return house.heard.at(-1) ?? null;
  };
  await hears('hola');
  return {
    channel: house.channel,
    address: ANA.phone,
    arrived: () => socket.sent.map(({ jid, text }) => ({ to: phoneOf(jid), text })),
    next: {
      refused: () => void socket.fates.push({ error: '479' }),
      later: () => void socket.fates.push({ error: '429' }),
      unknown: () => void socket.fates.push({ silent: true }),
    },
    hears,
    async reported() {
      const id = socket.sent.at(-1)?.id ?? '';
      socket.emit('messages.update', [{ key: { fromMe: true, id }, update: { status: DELIVERED } }]);
      await house.until(() => house.statuses.some(({ status }) => status === 'delivered'));
      const { providerId = '', status = 'failed' } = house.statuses.at(-1) ?? {};
      return { providerId, status };
    },
    lastStatus: 'delivered',
    async close() {
      await house.stop();
      await base.drop();
    },
  };
}
