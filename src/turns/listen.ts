import { readOptOut } from '../compliance/opt-out.ts';
import type { Pack, Packs } from '../compliance/pack.ts';
import type { Conversation } from '../conversations/conversation.ts';
import type { Flows } from '../dialog/compile.ts';
import { knownOf } from '../dialog/known.ts';
import { optionNamed, type Say } from '../dialog/say.ts';
import type { InboxRow } from '../inbox/inbox-store.ts';
import { countryOfPhone } from '../kernel/phone.ts';
import type { Heard, KnownFacts, Understand } from '../language/heard.ts';
import type { Account } from '../ledger/ledger.ts';
import { factsOf } from './facts.ts';

interface ListenDeps {
  understand: Understand;
  say: Say;
  packs: Packs;
  flows: Flows;
}

/** Understands a message in the light of the question that is open, of what is owed and promised, and of the law of the debtor's country. */
export function createListen({ understand, say, packs, flows }: ListenDeps) {
  return function listen(row: InboxRow, held: Conversation, account: Account | null): Heard | null {
    if (row.incoming.kind !== 'message') return null;
    const country = account?.debtor.country ?? countryOfPhone(held.address) ?? '';
    const pack = packs.inForce(country, row.receivedAt);
    // A word that stops messages is one by itself only, and speaks for the whole burst that it came in.
    const stop = pack && row.incoming.parts?.findLast((part) => isStop(pack, part));
    const text = stop ?? row.incoming.text;
    const options = held.dialog.stack.at(-1)?.options.length ?? 0;
    const facts = account && heardWith(account, held, row.receivedAt, flows);
    const heard = understand(text, {
      now: row.receivedAt,
      zone: account?.debtor.zone ?? 'UTC',
      locale: held.locale,
      currency: account?.total.currency ?? 'MXN',
      expecting: held.expecting,
      ...(options > 0 ? { optionCount: options } : {}),
      ...(facts ? { facts } : {}),
    });
    return {
      ...asTheLawReads(heard, pack),
      // A tapped button arrives as its label.
      choice: heard.choice ?? optionNamed(text, held.dialog, say, held.locale),
    };
  };
}

function heardWith(account: Account, held: Conversation, now: Date, flows: Flows): KnownFacts {
  const facts = knownOf(factsOf(held, account, now), held.dialog, flows);
  return { ...facts, names: [...(facts.names ?? []), account.debtor.name] };
}

const isStop = (pack: Pack, text: string): boolean => readOptOut(pack, text)?.startsWith('out') === true;

/** Which words stop and resume messages is the policy pack's to say, and it differs by country: CANCEL is an opt-out in one and may mean to pay in another. */
function asTheLawReads(heard: Heard, pack: Pack | null): Heard {
  const reading = pack && readOptOut(pack, heard.text);
  if (!reading) return heard;
  const intent = ({ out: 'opt_out', out_all: 'opt_out', in: 'opt_in', ambiguous: 'cancel' } as const)[reading];
  const others = heard.intents.filter((known) => known.intent !== 'opt_out' && known.intent !== 'opt_in');
  const law = { intent, rule: `pack.${reading}`, span: [0, heard.text.length] as const };
  return { ...heard, intents: reading === 'ambiguous' ? [law] : [law, ...others] };
}
