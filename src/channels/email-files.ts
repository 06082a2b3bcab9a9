import type { FetchedFile, InboundMedia } from './channel.ts';
import type { EmailFile, EmailFileStore } from './email-file-store.ts';
import { FILES_A_MESSAGE_MAX } from './media-keep.ts';
import { judgeFile } from './media-type.ts';

const FILES_NAMED_MAX = 10; // of those beyond nobody is told
const SIGNATURE_BYTES_MAX = 30 * 1024; // a logo has less; a screenshot that was pasted into the text has more
const TYPE_LENGTH_MAX = 100;
/** What mail programs add by themselves: signatures, a card, an invitation. */
const BY_PROGRAMS =
  /^(application\/(x-)?(pkcs7|pgp)-(signature|keys)|application\/ms-tnef|text\/(x-)?vcard|text\/calendar)$/i;

/** A part of a mail that is none of its words. `related`: shown in the midst of them. */
export interface Attached {
  contentType: string;
  content: Buffer;
  related?: boolean;
}

/** The files that a person sent, in the order of the mail, judged at once: only what may be kept is. @param id of the message */
export function filesOf(attached: readonly Attached[], id: string): EmailFile[] {
  return attached
    .filter((each) => !isOfProgram(each))
    .slice(0, FILES_NAMED_MAX)
    .map(({ contentType, content }, n) => {
      const type = contentType.toLowerCase().slice(0, TYPE_LENGTH_MAX);
      const judged: FetchedFile =
        n < FILES_A_MESSAGE_MAX ? judgeFile(content, type) : { outcome: 'refused', why: 'too_many' };
      const isKept = judged.outcome === 'kept';
      const why = judged.outcome === 'refused' ? judged.why : null;
      return { _id: `${id}:${n}`, type, bytes: isKept ? content : null, why };
    });
}

const isOfProgram = ({ contentType, related, content }: Attached): boolean =>
  BY_PROGRAMS.test(contentType) || (related === true && content.byteLength <= SIGNATURE_BYTES_MAX);

/** A mail's file, as it was put aside when it came. Never throws. */
export const createFetchFile =
  (store: Pick<EmailFileStore, 'find'>) =>
  async ({ url, type }: InboundMedia): Promise<FetchedFile> => {
    try {
      const file = await store.find(url);
      if (file?.bytes) return judgeFile(file.bytes, type);
      return { outcome: 'refused', why: file?.why ?? 'gone' };
    } catch {
      return { outcome: 'later', code: 'database' };
    }
  };
