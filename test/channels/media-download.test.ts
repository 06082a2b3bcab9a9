import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { downloadFile } from '../../src/channels/media-download.ts';
import { FILE_BYTES_MAX, fileTypeOf, receiptType } from '../../src/channels/media-type.ts';
import { FILES } from '../fakes/files.ts';

const BASIC = 'Basic c2VjcmV0';
let server: Server;
let origin = '';
let asked: { path: string; authorization: string | undefined }[] = [];
let sent = 0;

/** A provider of files that behaves as the path says. */
beforeAll(async () => {
  server = createServer((req, res) => {
    const path = req.url ?? '';
    asked.push({ path, authorization: req.headers.authorization });
    const to = /^\/to\?(.+)$/.exec(path)?.[1];
    const status = /^\/status\/(\d+)$/.exec(path)?.[1];
    if (to) return void res.writeHead(307, { Location: decodeURIComponent(to) }).end();
    if (status) return void res.writeHead(Number(status)).end('no');
    if (path === '/circle') return void res.writeHead(302, { Location: path }).end();
    if (path === '/hang') return;
    if (path === '/huge') return void res.writeHead(200, { 'Content-Length': 100 * 1024 * 1024 }).write(FILES.jpeg);
    if (path === '/endless') return pour();
    res.writeHead(200).end(FILES[path.slice(1) as keyof typeof FILES]);

    /** 100 MB whose length nobody told. */
    function pour(): void {
      res.writeHead(200, { 'Content-Type': 'image/jpeg' });
      res.write(FILES.jpeg);
      const chunk = Buffer.alloc(64 * 1024);
      const more = (): void => {
        if (res.destroyed || sent >= 100 * 1024 * 1024) return void res.end();
        sent += chunk.length;
        res.write(chunk, () => setImmediate(more));
      };
      more();
    }
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const fetchAs = (path: string, said: string, timeoutMs = 5_000) =>
  downloadFile(path.startsWith('http') ? path : `${origin}${path}`, said, {
    from: origin,
    onTo: ['files.example.com'],
    headers: { Authorization: BASIC },
    timeoutMs,
  });

describe('what a file is', () => {
  test.each([
    ['jpeg', 'image/jpeg'],
    ['png', 'image/png'],
    ['webp', 'image/webp'],
    ['pdf', 'application/pdf'],
    ['zip', null],
    ['html', null],
    ['wav', null],
    ['empty', null],
  ] as const)('%s', (name, type) => expect(fileTypeOf(FILES[name])).toBe(type));

  test.each([
    ['image/jpeg', 'image/jpeg'],
    ['IMAGE/JPG; name=a', 'image/jpeg'],
    ['audio/ogg', null],
    ['', null],
  ])('said to be %s', (said, type) => expect(receiptType(said)).toBe(type));
});

describe('a download', () => {
  test('keeps a receipt, with the credentials that the provider asks for', async () => {
    asked = [];
    expect(await fetchAs('/pdf', 'application/pdf')).toMatchObject({ outcome: 'kept', type: 'application/pdf' });
    expect(asked).toEqual([{ path: '/pdf', authorization: BASIC }]);
  });

  test.each([
    ['a type that is no receipt', '/wav', 'audio/wav', 'wrong_type'],
    ['a program that says it is a picture', '/zip', 'image/jpeg', 'lying_type'],
    ['a page that says it is a PDF', '/html', 'application/pdf', 'lying_type'],
    ['a PDF that says it is a picture', '/pdf', 'image/jpeg', 'lying_type'],
    ['nothing at all', '/empty', 'image/png', 'lying_type'],
    ['100 MB, as it says', '/huge', 'image/jpeg', 'too_large'],
    ['what is gone', '/status/404', 'image/jpeg', 'gone'],
  ])('refuses %s by name', async (_name, path, said, why) => {
    expect(await fetchAs(path, said)).toEqual({ outcome: 'refused', why });
  });

  test('100 MB that nobody told are left alone after 5', async () => {
    expect(await fetchAs('/endless', 'image/jpeg', 60_000)).toEqual({ outcome: 'refused', why: 'too_large' });
    expect(sent).toBeLessThan(50 * 1024 * 1024);
    expect(sent).toBeGreaterThan(FILE_BYTES_MAX - 64 * 1024);
  });

  test.each([
    ['a busy provider', '/status/429', 'http_429'],
    ['an outage', '/status/503', 'http_503'],
    ['silence', '/hang', 'timeout'],
  ])('%s: later', async (_name, path, code) => {
    expect(await fetchAs(path, 'image/jpeg', 300)).toEqual({ outcome: 'later', code });
  });

  test.each([
    ['another server', 'http://127.0.0.1:1/pdf'],
    ['a cloud’s own address', 'http://169.254.169.254/latest/meta-data'],
    ['a file of this machine', 'file:///etc/passwd'],
    ['no address', 'no address'],
    ['a redirect to another server', `/to?${encodeURIComponent('http://127.0.0.1:1/pdf')}`],
    ['a redirect to another host over https', `/to?${encodeURIComponent('https://evil.example/pdf')}`],
    ['a redirect to a known host without https', `/to?${encodeURIComponent('http://files.example.com/pdf')}`],
    ['a redirect to a known host at another port', `/to?${encodeURIComponent('https://files.example.com:8443/pdf')}`],
    ['a circle', '/circle'],
  ])('%s is not asked', async (_name, path) => {
    const answer = await fetchAs(path, 'application/pdf');
    expect(answer).toEqual({ outcome: 'refused', why: 'not_allowed' });
  });

  test('a redirect within the provider is followed', async () => {
    expect(await fetchAs('/to?/pdf', 'application/pdf')).toMatchObject({ outcome: 'kept' });
  });
});
