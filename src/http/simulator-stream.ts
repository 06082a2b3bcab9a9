import type { Response } from 'express';
import type { TranscriptLine } from '../conversations/conversations.ts';
import type { ConversationId } from '../kernel/ids.ts';
import type { SimulatorInput } from './simulator-input.ts';

const POLL_MS = 250;
const HEARTBEAT_POLLS = 60; // every 15 s: proxies close a silent connection after 30 s or more
const SNAPSHOT_LINES = 500;
const WATCHED_LINES = 60; // a status that changes further back is seen when the page connects again

/**
 * Server-sent events of one conversation until the client goes away: `lines` (first the whole transcript, then every line that is new or
 * whose status changed) and `conversation` (its mode, when it changed). The store is asked again and again rather than told by the
 * process that wrote, so that what any process does is seen.
 */
export async function streamTranscript(
  input: Pick<SimulatorInput, 'app' | 'channel' | 'log' | 'stopping'> & {
    phone: string;
    conversationId: ConversationId;
  },
  res: Response,
): Promise<void> {
  const { clock, conversations } = input.app;
  const gone = new AbortController();
  res.once('close', () => gone.abort());
  res.status(200).set({ 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
  res.write('retry: 1000\n\n');

  const seen = new Map<string, string>();
  let conversationSeen = '';
  let linesWanted = SNAPSHOT_LINES;
  try {
    for (let poll = 0; !gone.signal.aborted && !input.stopping?.aborted; poll++) {
      const [lines, conversation] = await Promise.all([
        conversations.transcript(input.conversationId, linesWanted),
        conversations.conversationOf(input.channel.id, input.phone),
      ]);
      const fresh = lines.filter((line) => seen.get(line.id) !== markOf(line));
      for (const line of fresh) seen.set(line.id, markOf(line));
      const hasMissed = linesWanted === WATCHED_LINES && fresh.length === WATCHED_LINES;
      linesWanted = hasMissed ? SNAPSHOT_LINES : WATCHED_LINES; // more was written at once than is watched: look further back
      if (fresh.length > 0 || poll === 0) write(res, 'lines', fresh);
      const state = JSON.stringify(
        conversation && { id: conversation.id, mode: conversation.mode, reason: conversation.reason },
      );
      if (state !== conversationSeen) write(res, 'conversation', JSON.parse(state));
      conversationSeen = state;
      if (poll % HEARTBEAT_POLLS === HEARTBEAT_POLLS - 1) res.write(': still here\n\n');
      await clock.sleep(POLL_MS, gone.signal);
    }
  } catch (err) {
    input.log.warn({ err, conversationId: input.conversationId }, 'simulator.stream_failed'); // the page connects again
  } finally {
    res.end();
  }
}

const markOf = (line: TranscriptLine): string =>
  [line.status, line.rule, line.deferredUntil?.getTime(), line.text.length].join('|');

function write(res: Response, event: string, data: unknown): void {
  res.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
}
