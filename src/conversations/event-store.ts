import { type Connection, Schema } from 'mongoose';
import type { Tx } from '../database/transaction.ts';
import type { ConversationId, DebtorId } from '../kernel/ids.ts';

/** What happened and why, never changed and never taken out: the audit. `what` is in the past tense: `turn.taken`, `send.decided`. */
export interface AuditEvent {
  what: string;
  at: Date;
  conversationId: ConversationId | null;
  debtorId: DebtorId | null;
  details: Record<string, unknown>;
}

const schema = new Schema<AuditEvent>(
  { what: String, at: Date, conversationId: String, debtorId: String, details: Schema.Types.Mixed },
  { versionKey: false, minimize: false },
);
schema.index({ conversationId: 1, at: 1 });

export type EventStore = ReturnType<typeof createEventStore>;

export function createEventStore(db: Connection) {
  const model = db.model('events', schema, 'events');
  return {
    async append(events: AuditEvent[], tx?: Tx): Promise<void> {
      if (events.length > 0) await model.collection.insertMany(events as never[], tx ? { session: tx } : {});
    },
  };
}
