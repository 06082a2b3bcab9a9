import type { Pack } from './pack.ts';
import type { ContactRequest } from './request.ts';

export interface Fault {
  rule: string;
  why: string;
}

/** Who is written to: only those whom the law lets be asked for this debt. Binds every kind. */
export function recipientFault(pack: Pack, { context }: ContactRequest): Fault | null {
  if (pack.recipients.allow.includes(context.recipient)) return null;
  return {
    rule: 'recipient',
    why: `a ${context.recipient} may not be contacted; only ${pack.recipients.allow.join(', ')}`,
  };
}

/** Nothing of the debt goes to somebody who has not shown to be the debtor. Binds every kind. */
export function identityFault(pack: Pack, { context }: ContactRequest): Fault | null {
  if (!pack.identity.verify_before_disclosure || context.identityVerified || !context.disclosesDebt) return null;
  return { rule: 'identity', why: 'the text tells of the debt and the person is not verified' };
}

/** Channels that the pack denies, or that the debtor did not authorise where that is asked. Binds every kind. */
export function channelFault(pack: Pack, { channel, context }: ContactRequest): Fault | null {
  const { deny, require_authorised: required } = pack.channels;
  if (deny.includes(channel)) return { rule: 'channel', why: `${channel} is not allowed here` };
  const asks = typeof required === 'boolean' ? required : required.includes(channel);
  if (!asks || context.authorizedChannels === undefined || context.authorizedChannels.includes(channel)) return null;
  return { rule: 'channel.authorised', why: `the debtor did not authorise ${channel}` };
}

/** States of the debt in which nobody may be asked to pay. */
export function stopFault(pack: Pack, { context }: ContactRequest): Fault | null {
  if (!pack.stop_on.includes(context.debtStatus)) return null;
  return { rule: `stop_on.${context.debtStatus}`, why: `the debt is ${context.debtStatus}` };
}

/** What a provider forbids whatever the law says. `twilio` also binds our channels of it, such as `twilio-sms`. */
export function providerFault(pack: Pack, { channel, context }: ContactRequest): Fault | null {
  const provider = context.provider?.toLowerCase();
  if (provider === undefined) return null;
  const denied = pack.providers.find(
    (rule) =>
      rule.deny &&
      rule.collector === context.collector &&
      (rule.ch.length === 0 || rule.ch.includes(channel)) &&
      (provider === rule.provider || provider.startsWith(`${rule.provider}-`)),
  );
  return denied ? { rule: 'provider', why: denied.why ?? `${denied.provider} does not carry this` } : null;
}
