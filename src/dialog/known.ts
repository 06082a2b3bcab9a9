import { remembered } from '../kernel/remember.ts';
import type { KnownFacts, Standing } from '../language/heard.ts';
import { shareOf } from '../language/shares.ts';
import type { Flows } from './compile.ts';
import type { Facts } from './facts.ts';
import type { CompiledFlow } from './flow.ts';
import { basisOf } from './params.ts';
import { minShareOf } from './reading.ts';
import type { DialogState, Frame } from './state.ts';
import { partsOf } from './take-parts.ts';

/** What the ear is told of a debtor, so that "la mitad", "el mínimo", "lo mismo" and "el vencimiento" come to a sum or a day. */
export function knownOf(facts: Facts, state: DialogState, flows: Flows): KnownFacts {
  const { total, overdue, instalment, nextDue, openPromise } = facts;
  const leastShare = leastShareOf(flows);
  return {
    balance: total,
    overdue,
    ...(leastShare > 0 ? { minimum: shareOf(basisOf(facts), leastShare) } : {}),
    ...(instalment ? { instalment } : {}),
    ...(nextDue ? { dueDate: nextDue } : {}),
    standing: standing(facts, state, flows),
    names: [facts.creditor, ...facts.debts.map(({ concept }) => concept), ...(openPromise ? [openPromise.folio] : [])],
  };
}

/** What is enough for every flow that takes an amount. Each message asks. */
const leastShareOf = remembered((flows: Flows): number =>
  Math.max(
    0,
    ...[...flows.byName.values()].flatMap(({ steps }) =>
      [...steps.values()].map((step) => (step.is === 'ask' ? minShareOf(step) : 0)),
    ),
  ),
);

/** What is being agreed in the flow under way, else what was promised. */
function standing(facts: Facts, { stack }: DialogState, flows: Flows): Standing[] {
  const top = stack.at(-1);
  const flow = top && flows.byName.get(top.flow);
  const drafted = flow ? draftOf(flow, { ...top, slots: top.slots ?? {} }) : []; // a database may leave out what is empty
  if (drafted.length > 0) return drafted;
  const { openPromise } = facts;
  const isPartlyPaid = (openPromise?.fulfilled.amountMinor ?? 0n) > 0n; // what "the same" is then nobody knows
  return (openPromise?.parts ?? []).map(({ date, amount }) => ({ date, amount: isPartlyPaid ? null : amount }));
}

function draftOf(flow: CompiledFlow, frame: Frame): Standing[] {
  const draft: Standing = { date: null, amount: null };
  for (const step of flow.steps.values()) {
    if (step.is !== 'ask') continue;
    const parts = step.type === 'parts' ? partsOf(frame, step.ask) : [];
    if (parts.length > 0)
      return parts.map(({ days, amount }) => ({ date: days.length === 1 ? (days[0] ?? null) : null, amount }));
    const held = frame.slots[step.ask];
    if (held?.type === 'date') draft.date = held.value;
    if (held?.type === 'money') draft.amount = held.value;
  }
  return draft.date === null && draft.amount === null ? [] : [draft];
}
