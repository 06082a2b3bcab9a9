/** A button under a message. `data` comes back when it is pressed: at most 64 bytes. */
export interface Button {
  label: string;
  data: string;
}

/**
 * What a call came to. `later`: the board asks to wait. `gone`: that topic or message is no longer there. `refused`: it will not do it as asked.
 * `unknown`: no answer came, so it may have been done.
 */
export type Answer<T> =
  | { ok: true; value: T }
  | { ok: false; why: 'later'; afterMs: number }
  | { ok: false; why: 'gone' }
  | { ok: false; why: 'refused' | 'unknown'; code: string };

/** A picture or a document, under a name that its kind shows. */
export interface BoardFile {
  name: string;
  isPicture: boolean;
  bytes: Uint8Array;
  /** Plain text. */
  caption: string;
}

/** Where agents see conversations, one topic each. No call sleeps, tries again by itself, or takes longer than 15 s (`postFile`: 30 s, `updates`: 35 s). */
export interface Board {
  /** @returns the topic's number */
  openTopic(name: string): Promise<Answer<number>>;
  /** @returns the message's number */
  post(topic: number, html: string, buttons: readonly Button[]): Promise<Answer<number>>;
  /** What is too large for the board is refused with the code `too_large`. @returns the message's number */
  postFile(topic: number, file: BoardFile): Promise<Answer<number>>;
  edit(message: number, html: string, buttons: readonly Button[]): Promise<Answer<null>>;
  pin(message: number): Promise<Answer<null>>;
  setOpen(topic: number, isOpen: boolean): Promise<Answer<null>>;
  /** What whoever pressed a button is shown; null: the button just stops turning. */
  answerPress(press: string, text: string | null): Promise<Answer<null>>;
  /** From now on it calls this address with that secret; null: it waits to be asked. */
  listenBy(webhook: { url: string; secret: string } | null): Promise<Answer<null>>;
  /** Waits for what happens from this number on, at most 25 s. */
  updates(from: number | null, signal: AbortSignal): Promise<Answer<unknown[]>>;
}
