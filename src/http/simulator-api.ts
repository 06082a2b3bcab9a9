import type { Request, Router } from 'express';
import { z } from 'zod';
import { simulatorProviderId } from '../channels/simulator.ts';
import type { ConversationSummary } from '../conversations/conversations.ts';
import { DAY_MS, HOUR_MS } from '../kernel/calendar.ts';
import { AppError } from '../kernel/errors.ts';
import { type DebtorId, newUuid } from '../kernel/ids.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { SimulatorInput } from './simulator-input.ts';
import { streamTranscript } from './simulator-stream.ts';
import { debtorDetail, debtorSummary } from './simulator-view.ts';

const DEBTORS_MAX = 200;
const FOLLOWUPS_MAX = 6;
const READ_IDS_MAX = 500;
const TEXT_BYTES_MAX = 64 * 1024;

const messageBody = z.object({
  text: z.string(),
  id: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'letters, digits, _ and -, at most 64')
    .optional(),
});
const readBody = z.object({ ids: z.array(z.string().max(200)).max(READ_IDS_MAX) });
const clockBody = z.object({ advanceMs: z.union([z.literal(HOUR_MS), z.literal(DAY_MS)]) });

/** The simulator's JSON addresses, under `/api`. */
export function addSimulatorApi(router: Router, input: SimulatorInput): void {
  const { app, channel, clock, demoHints, log } = input;
  const { ledger, conversations } = app;

  async function phoneOf(req: Request): Promise<{ debtor: Debtor; phone: string }> {
    const debtor = await ledger.findDebtor(String(req.params['id']) as DebtorId);
    if (!debtor) throw new AppError('debtor_unknown', 'No debtor has this id; GET /simulator/api/debtors lists them.');
    if (!debtor.phone) throw new AppError('request_invalid', 'This debtor has no phone in the portfolio to simulate.');
    return { debtor, phone: debtor.phone };
  }

  /** Linked only when there is no conversation yet: a debtor who said "wrong person" stays unlinked. */
  async function conversationAt(debtor: Debtor, phone: string): Promise<ConversationSummary> {
    const found = await conversations.conversationOf(channel.id, phone);
    if (found) return found;
    await conversations.link(channel.id, phone, debtor.id);
    const opened = await conversations.conversationOf(channel.id, phone);
    if (!opened) throw new AppError('conversation_unknown', 'The conversation of this phone could not be opened.');
    return opened;
  }

  router.get('/api/debtors', async (_req, res) => {
    const debtors = (await ledger.listDebtors(DEBTORS_MAX)).filter((debtor) => debtor.phone !== null);
    const now = app.clock.now();
    const accounts = await Promise.all(debtors.map((debtor) => ledger.account(debtor.id, now)));
    res.json({ debtors: accounts.map(debtorSummary) });
  });

  router.get('/api/debtors/:id', async (req, res) => {
    const { debtor, phone } = await phoneOf(req);
    const [account, conversation, followups] = await Promise.all([
      ledger.account(debtor.id, app.clock.now()),
      conversations.conversationOf(channel.id, phone),
      conversations.followups({ debtorId: debtor.id, limit: FOLLOWUPS_MAX }),
    ]);
    res.json(debtorDetail(account, conversation, followups, demoHints.get(debtor.externalId) ?? null));
  });

  router.post('/api/debtors/:id/messages', async (req, res) => {
    const { text, id } = parsed(messageBody, req.body);
    if (text.trim() === '') throw new AppError('request_invalid', 'text: the message is empty; write something.');
    if (Buffer.byteLength(text) > TEXT_BYTES_MAX)
      throw new AppError('body_too_large', `text: longer than ${TEXT_BYTES_MAX} bytes.`);
    const { debtor, phone } = await phoneOf(req);
    await conversationAt(debtor, phone);
    const messageId = `${channel.id}:${id ?? newUuid()}`;
    const outcome = await conversations.receive({ id: messageId, channel: channel.id, from: phone, text });
    res.status(outcome === 'stored' ? 202 : 200).json({ id: messageId, outcome });
  });

  router.post('/api/debtors/:id/read', async (req, res) => {
    const { ids } = parsed(readBody, req.body);
    await phoneOf(req);
    for (const id of ids) await conversations.recordStatus(channel.id, simulatorProviderId(id), 'read');
    res.status(204).end();
  });

  router.get('/api/debtors/:id/stream', async (req, res) => {
    const { debtor, phone } = await phoneOf(req);
    const conversation = await conversationAt(debtor, phone);
    await streamTranscript({ ...input, phone, conversationId: conversation.id }, res);
  });

  router.get('/api/clock', (_req, res) => {
    res.json({ now: app.clock.now().toISOString(), canMove: clock !== undefined });
  });

  router.post('/api/clock', (req, res) => {
    if (!clock) throw new AppError('not_found', 'The clock of this service cannot be moved.');
    const { advanceMs } = parsed(clockBody, req.body);
    clock.advance(advanceMs);
    log.info({ advanceMs }, 'simulator.clock_moved');
    res.json({ now: clock.now().toISOString(), canMove: true });
  });
}

function parsed<T>(schema: z.ZodType<T>, body: unknown): T {
  const result = schema.safeParse(body ?? {});
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => `${issue.path.join('.') || 'body'}: ${issue.message}`);
  throw new AppError('request_invalid', faults.join('; '));
}
