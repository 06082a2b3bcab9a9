import type { Connection } from 'mongoose';
import { inTransaction } from '../database/transaction.ts';
import type { Clock } from '../kernel/clock.ts';
import { AppError } from '../kernel/errors.ts';
import { conversationId, type DebtorId } from '../kernel/ids.ts';
import type { Medium } from '../kernel/medium.ts';
import type { Debtor } from '../ledger/debtor.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Consent, Conversation, NewConversation } from './conversation.ts';
import type { ConversationStore } from './conversation-store.ts';
import type { Conversations } from './conversations.ts';

interface AddressDeps {
  db: Connection;
  ledger: Pick<Ledger, 'debtorsByPhone' | 'debtorsByEmail'>;
  conversations: ConversationStore;
  mediumOf: ReadonlyMap<string, Medium>;
  clock: Clock;
}

type Adopted = NewConversation & { debtorId: DebtorId; consent: Consent | null };

/** Ties conversations to the phones and e-mail addresses that a portfolio gives, in one transaction however many they are. */
export function createAddresses({
  db,
  ledger,
  conversations,
  mediumOf,
  clock,
}: AddressDeps): Conversations['linkPhones'] {
  return async function linkPhones(channels, debtors) {
    await inTransaction(db, async (tx) => {
      const current = debtors.map(({ id, phone, email }) => ({
        debtorId: id,
        addresses: [phone, email].flatMap((address) => address ?? []),
      }));
      const earlier = await conversations.atOtherAddress(current, tx);
      if (earlier.length > 0)
        await conversations.untie(
          earlier.map(({ _id }) => _id),
          tx,
        );
      const consents = lastWords(earlier);
      const owners = (await Promise.all(earlier.map(newOwner))).flat();
      const own = channels.flatMap((channel) =>
        debtors.flatMap((debtor) => adoptedBy(debtor, channel, consents.get(debtor.id) ?? null)),
      );
      await conversations.adopt([...own, ...owners], clock.now(), tx);
    });
  };

  /** A number that was handed on: whoever has it now may have come in the portfolio before its old owner lost it. */
  async function newOwner({ channel, medium, address }: Conversation): Promise<Adopted[]> {
    const [debtor, ...others] = await debtorsAt(ledger, medium, address);
    return debtor && others.length === 0 ? adoptedBy(debtor, channel, null) : [];
  }

  function adoptedBy(debtor: Debtor, channel: string, consent: Consent | null): Adopted[] {
    const medium = mediumOf.get(channel);
    if (!medium) throw new AppError('request_invalid', `There is no channel ${channel}.`);
    const { id: debtorId, locale } = debtor;
    const address = medium === 'email' ? debtor.email : debtor.phone;
    if (address === null) return [];
    return [{ _id: conversationId(channel, address), channel, medium, address, debtorId, locale, consent }];
  }
}

/** Who has this address: a phone, or the address of an e-mail. */
export const debtorsAt = (
  ledger: AddressDeps['ledger'],
  medium: Medium | undefined,
  address: string,
): Promise<Debtor[]> => (medium === 'email' ? ledger.debtorsByEmail(address) : ledger.debtorsByPhone(address));

/** What each debtor last said about being written to, at an address that they leave behind. */
function lastWords(conversations: Conversation[]): Map<DebtorId, Consent> {
  const words = new Map<DebtorId, Consent>();
  for (const { debtorId, consent } of conversations) {
    if (debtorId === null || consent === null) continue;
    const known = words.get(debtorId);
    if (!known || known.at < consent.at) words.set(debtorId, consent);
  }
  return words;
}
