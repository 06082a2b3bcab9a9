import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type MongoProxy, openMongoProxy } from '../fakes/mongo-proxy.ts';

/** Says everything twice, so that an answer is told from an echo of the proxy's own. */
const server = createServer((socket) => {
  socket.on('data', (chunk) => socket.write(Buffer.concat([chunk, chunk])));
  socket.on('error', () => undefined);
});
let proxy: MongoProxy;
const sockets: Socket[] = [];

beforeEach(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  proxy = await openMongoProxy({ host: '127.0.0.1', port: (server.address() as AddressInfo).port });
});

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await proxy.close();
  await new Promise((resolve) => server.close(resolve));
});

async function dial(): Promise<Socket> {
  const socket = connect(proxy.port, '127.0.0.1');
  socket.on('error', () => undefined);
  sockets.push(socket);
  await once(socket, 'connect');
  return socket;
}

async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [answer] = (await once(socket, 'data')) as [Buffer];
  return answer.toString();
}

test('carries both ways, and late when it is told to', async () => {
  const socket = await dial();
  expect(await ask(socket, 'a')).toBe('aa');
  proxy.set({ delayMs: 80 });
  const before = performance.now();
  expect(await ask(socket, 'b')).toBe('bb');
  expect(performance.now() - before).toBeGreaterThanOrEqual(150); // there and back
});

test('a blackhole swallows, and the connection stays open', async () => {
  const socket = await dial();
  await ask(socket, 'a');
  proxy.set({ blackhole: true });
  socket.write('lost');
  while (proxy.counts.swallowedBytes < 4) await new Promise((resolve) => setImmediate(resolve));
  expect(socket.destroyed).toBe(false);
  proxy.clear();
  expect(await ask(socket, 'b')).toBe('bb'); // and nothing of what it swallowed
});

test('a stranded connection carries nothing any more, a new one does', async () => {
  const old = await dial();
  await ask(old, 'a');
  proxy.strand();
  old.write('lost');
  expect(await ask(await dial(), 'b')).toBe('bb');
  expect(old.bytesRead).toBe(2);
});

test('resets every connection that is open', async () => {
  const socket = await dial();
  await ask(socket, 'a');
  const failed = once(socket, 'error');
  proxy.resetAll();
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
  expect(proxy.counts.resets).toBe(1);
});

test('cuts a connection after so many bytes of answers', async () => {
  const socket = await dial();
  proxy.set({ cutAfterBytes: 4 });
  expect(await ask(socket, 'ab')).toBe('abab');
  const failed = once(socket, 'error');
  socket.write('c');
  expect(await failed).toMatchObject([{ code: 'ECONNRESET' }]);
});
