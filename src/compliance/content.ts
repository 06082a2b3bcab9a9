import type { Medium, MessageKind } from '../kernel/medium.ts';
import type { Pack } from './pack.ts';
import { foldText } from './plain-text.ts';

/**
 * The rule that a text breaks, or null. Sentences that the pack itself requires do not count against it;
 * the acknowledgement of an opt-out need not say how to opt out.
 */
export function contentFault(
  pack: Pack,
  text: string,
  channel: Medium,
  kind: MessageKind,
): { rule: string; why: string } | null {
  const folded = foldText(text);
  const judged = Object.values(pack.texts)
    .flat()
    .reduce((rest, sentence) => rest.replaceAll(sentence, ' '), folded);
  const forbidden = pack.content.forbid.find(({ re }) => re.test(judged));
  if (forbidden)
    return { rule: `content.${forbidden.id}`, why: `the text has wording that the pack forbids (${forbidden.id})` };
  const hint = pack.content.stop_hint;
  if (kind !== 'opt_out_ack' && hint?.ch.includes(channel) && !hint.re.some((re) => re.test(folded)))
    return { rule: 'content.opt_out_hint', why: 'the text does not say how to stop these messages' };
  return null;
}
