import { escapeHtml } from '../kernel/html.ts';
import type { Post } from './desk-store.ts';

const LENGTH_MAX = 3_900; // a message has 4,096 characters, counted without tags

/** One message of the board, and the posts that it shows. */
export interface Shown {
  ids: string[];
  html: string;
}

/**
 * As few messages as will hold the posts, in their order: what a debtor writes in a burst is one of them. A card stands alone and ends it.
 * @param posts of one conversation, none of them `asked`
 * @param name of the debtor, masked
 */
export function nextMessage(posts: readonly Post[], name: string): Shown {
  const ids: string[] = [];
  const parts: string[] = [];
  let length = 0;
  let speaker = '';
  for (const { _id, what, text } of posts) {
    const isTheirs = what === 'debtor';
    const head = isTheirs && speaker !== 'debtor' ? `<b>${escapeHtml(name)}</b>\n` : '';
    const words = text.slice(0, LENGTH_MAX - name.length - 1);
    length += words.length + name.length + 1;
    if (ids.length > 0 && length > LENGTH_MAX) break;
    parts.push(`${head}${escapeHtml(words)}${words.length < text.length ? '…' : ''}`);
    ids.push(_id);
    speaker = what;
  }
  return { ids, html: parts.join('\n') };
}
