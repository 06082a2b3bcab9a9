import type { ConversationId } from '../kernel/ids.ts';

/** What an agent's line in a topic asks for. Whatever is no command is an answer to the debtor. */
export type Command =
  | { is: 'reply' | 'note'; text: string }
  | { is: 'take' | 'return' | 'close' | 'help' }
  /** Begins with a slash and is no command of ours: more likely a slip than a word to the debtor. */
  | { is: 'unknown' }
  | { is: 'empty' };

const COMMANDS: Record<string, 'take' | 'return' | 'close' | 'help'> = {
  tomar: 'take',
  take: 'take',
  bot: 'return',
  devolver: 'return',
  return: 'return',
  cerrar: 'close',
  close: 'close',
  ayuda: 'help',
  help: 'help',
};

/** `/n words` is a note; `/tomar`, `/bot`, `/cerrar`, `/ayuda` and their English names; Telegram may add `@bot` to each. */
export function readCommand(text: string): Command {
  const [, word = '', rest = ''] = /^\s*\/(\w+)(?:@\w+)?(?:\s+([\s\S]*))?$/.exec(text) ?? [];
  if (word === '') return commandOrWords(text);
  if (word === 'n' || word === 'nota') return rest.trim() === '' ? { is: 'empty' } : { is: 'note', text: rest.trim() };
  const known = COMMANDS[word.toLowerCase()];
  return known && rest.trim() === '' ? { is: known } : { is: 'unknown' };
}

function commandOrWords(text: string): Command {
  if (text.trim() === '') return { is: 'empty' };
  return text.trimStart().startsWith('/') ? { is: 'unknown' } : { is: 'reply', text };
}

/** A button says what it does, for which conversation, and in which handoff it was shown: 27 bytes of the 64 that there are. */
export interface Press {
  act: 'take' | 'return' | 'close';
  handoffs: number;
  conversationId: ConversationId;
}

export const pressData = ({ act, handoffs, conversationId }: Press): string => `${act}:${handoffs}:${conversationId}`;

export function readPress(data: string): Press | null {
  const [, act, handoffs, id] = /^(take|return|close):(\d{1,9}):(c-[0-9a-f]{16})$/.exec(data) ?? [];
  if (!act || !id) return null;
  return { act: act as Press['act'], handoffs: Number(handoffs), conversationId: id as ConversationId };
}
