import { digest, newToken } from '../kernel/ids.ts';
import { compareMoney, type Money, money } from '../kernel/money.ts';
import type { Account, Ledger } from '../ledger/ledger.ts';
import type { LinkRow, LinkStore } from './link-store.ts';
import type { Payments, PayQuote } from './payments.ts';

interface LinkInput {
  links: LinkStore;
  ledger: Pick<Ledger, 'account'>;
  publicUrl: () => string;
}

/** A link and what it may pay at this moment. */
export interface OpenLink {
  link: LinkRow;
  quote: PayQuote;
}

export function createLinks({ links, ledger, publicUrl }: LinkInput) {
  const issueLink: Payments['issueLink'] = async (input, now, tx) => {
    const token = newToken();
    const { amount, debtorId, debtIds, expiresAt } = input;
    await links.insert(
      {
        _id: digest(token),
        debtorId,
        debtIds,
        amountMinor: amount.amountMinor,
        currency: amount.currency,
        createdAt: now,
        expiresAt,
        revokedAt: null,
      },
      tx,
    );
    return { url: linkUrl(publicUrl(), token) };
  };

  return {
    issueLink,

    /** Null for a token that is unknown, expired or revoked: the three look alike from outside. */
    async open(token: string, now: Date): Promise<OpenLink | null> {
      const link = await links.find(digest(token));
      if (!link || link.revokedAt !== null || link.expiresAt <= now) return null;
      return { link, quote: quoteOf(link, await ledger.account(link.debtorId, now)) };
    },

    /** Also after its end, since money may come late; never after it was revoked. */
    async find(token: string): Promise<LinkRow | null> {
      const link = await links.find(digest(token));
      return link?.revokedAt === null ? link : null;
    },
  };
}

export const linkUrl = (publicUrl: string, token: string): string => `${publicUrl}/p/${token}`;

function quoteOf(link: LinkRow, account: Account): PayQuote {
  const chosen = account.debts.filter(
    ({ debt }) => debt.currency === link.currency && (link.debtIds.length === 0 || link.debtIds.includes(debt.id)),
  );
  const total = money(
    chosen.reduce((sum, each) => sum + each.owedMinor, 0n),
    link.currency,
  );
  return {
    locale: account.debtor.locale,
    creditorName: account.creditor.name,
    proposed: lesser(money(link.amountMinor, link.currency), total),
    total,
  };
}

const lesser = (a: Money, b: Money): Money => (compareMoney(a, b) <= 0 ? a : b);
