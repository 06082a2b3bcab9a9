import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import MailComposer from 'nodemailer/lib/mail-composer';
import { readEmail } from '../../src/channels/email-events.ts';
import { createEmailFileStore } from '../../src/channels/email-file-store.ts';
import { createFetchFile } from '../../src/channels/email-files.ts';
import { createEmailIds } from '../../src/channels/email-ids.ts';
import { FILES } from '../fakes/files.ts';
import { testDatabase } from '../setup/database.ts';

const US = 'cobranza@valle.example';
const ids = createEmailIds(US, 'a secret of sixteen');
const NOW = new Date('2026-03-02T16:00:00Z');

interface Part {
  filename?: string;
  contentType?: string;
  content: Buffer;
  cid?: string;
}

/** A mail as mail programs build it. */
async function mailWith(attachments: Part[], words: { text?: string; html?: string } = { text: 'aquí está' }) {
  const raw = await new MailComposer({
    from: 'ana@correo.example',
    to: US,
    subject: 'Re: Mensaje',
    messageId: '<1@correo.example>',
    attachments,
    ...words,
  })
    .compile()
    .build();
  const inbound = await readEmail(raw, US, ids);
  if (inbound.kind !== 'message') throw new Error(`it is ${JSON.stringify(inbound)}`);
  return inbound;
}

const pdf: Part = { filename: 'recibo.pdf', contentType: 'application/pdf', content: FILES.pdf };
const huge = Buffer.concat([FILES.jpeg, Buffer.alloc(6 * 1024 * 1024)]);

describe('the files of a mail', () => {
  test('come with the message, each under a name of its own that is the same when the mail comes again', async () => {
    const photo = { filename: 'foto.jpg', content: FILES.jpeg };
    const { message, files } = await mailWith([pdf, photo]);
    expect(message).toMatchObject({
      text: 'aquí está',
      media: [
        { url: `${message.id}:0`, type: 'application/pdf' },
        { url: `${message.id}:1`, type: 'image/jpeg' },
      ],
    });
    expect(files.map(({ bytes, why }) => ({ bytes, why }))).toEqual([
      { bytes: FILES.pdf, why: null },
      { bytes: FILES.jpeg, why: null },
    ]);
    expect((await mailWith([pdf, photo])).files.map(({ _id }) => _id)).toEqual(files.map(({ _id }) => _id));
  });

  test('come with words that are HTML alone', async () => {
    expect((await mailWith([pdf], { html: '<p>ya <b>pagué</b></p>' })).message).toMatchObject({
      text: 'ya pagué',
      media: [{ type: 'application/pdf' }],
    });
  });

  test.each([
    ['text', { text: 'ya pagué\n'.repeat(2_000_000) }],
    ['HTML', { html: '<p>ya <b>pagué</b></p>'.repeat(800_000) }],
  ])('with words of 18 MB of %s are read as far as a person may have written', async (_name, words) => {
    const { message } = await mailWith([pdf], words);
    expect(message.text).toMatch(/^ya pagué\s+ya pagué/);
    expect(message.text.length).toBeLessThanOrEqual(1_000_000);
    expect(message.media).toHaveLength(1);
  });

  test('alone, without a word, are a message too', async () => {
    const { message } = await mailWith([pdf], { text: '' });
    expect(message).toMatchObject({ text: '', media: [{ type: 'application/pdf' }] });
  });

  test.each<[string, Part, string]>([
    ['of 6 MB', { filename: 'a.jpg', content: huge }, 'too_large'],
    ['of another kind than it says', { filename: 'a.jpg', content: FILES.zip }, 'lying_type'],
    ['of a kind that is no receipt', { filename: 'a.docx', content: FILES.zip }, 'wrong_type'],
    ['with nothing in it', { ...pdf, content: FILES.empty }, 'lying_type'],
  ])('%s is refused by name, and its bytes are not kept', async (_name, part, why) => {
    const { message, files } = await mailWith([part]);
    expect(files).toMatchObject([{ bytes: null, why }]);
    expect(message.media).toHaveLength(1);
  });

  test('more than five are named and not kept; more than ten are not even named', async () => {
    const { files } = await mailWith(Array.from({ length: 30 }, () => pdf));
    expect(files.map(({ why }) => why)).toEqual([...Array(5).fill(null), ...Array(5).fill('too_many')]);
    expect(files.filter(({ bytes }) => bytes !== null)).toHaveLength(5);
  });

  test('a PDF that a mail program calls bytes is known by its name', async () => {
    const { files } = await mailWith([{ ...pdf, contentType: 'application/octet-stream' }]);
    expect(files).toMatchObject([{ type: 'application/pdf', why: null }]);
  });

  test('a logo in a signature is none, a screenshot pasted into the words is one', async () => {
    const html = { html: '<p>aquí está</p><img src="cid:one">' };
    const picture = (bytes: number) => ({
      filename: 'image001.png',
      content: Buffer.concat([FILES.png, Buffer.alloc(bytes)]),
      cid: 'one',
    });
    expect((await mailWith([picture(4_000)], html)).message.media).toBeUndefined();
    expect((await mailWith([picture(90_000)], html)).files).toMatchObject([{ type: 'image/png', why: null }]);
  });

  test('what programs add by themselves is none', async () => {
    const { message } = await mailWith([
      { filename: 'smime.p7s', contentType: 'application/pkcs7-signature', content: FILES.zip },
      { filename: 'ana.vcf', contentType: 'text/vcard', content: FILES.html },
    ]);
    expect(message.media).toBeUndefined();
  });
});

describe('where they wait', () => {
  let own: Awaited<ReturnType<typeof testDatabase>>;
  beforeAll(async () => {
    own = await testDatabase();
  });
  afterAll(() => own.drop());

  test('they are fetched as they came, and what was kept first stays', async () => {
    const store = createEmailFileStore(own.db);
    const fetchFile = createFetchFile(store);
    const { files, message } = await mailWith([pdf, { filename: 'a.jpg', content: FILES.zip }]);
    await store.keep(files, NOW);
    await store.keep(
      files.map((file) => ({ ...file, bytes: FILES.html })),
      NOW,
    );
    const [first, second] = message.media ?? [];
    if (!first || !second) throw new Error('there are no files');
    expect(await fetchFile(first)).toEqual({ outcome: 'kept', type: 'application/pdf', bytes: FILES.pdf });
    expect(await fetchFile(second)).toEqual({ outcome: 'refused', why: 'lying_type' });
    expect(await fetchFile({ ...first, url: 'email:none:0' })).toEqual({ outcome: 'refused', why: 'gone' });
  });

  test('a database that is away is asked again later', async () => {
    const fetchFile = createFetchFile({ find: () => Promise.reject(new Error('away')) });
    expect(await fetchFile({ url: 'email:x:0', type: 'image/jpeg' })).toEqual({ outcome: 'later', code: 'database' });
  });
});
