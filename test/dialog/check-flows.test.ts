import { describe, expect, test } from '@jest/globals';
import { checkDialog } from '../../src/dialog/check.ts';
import { loadDialog } from '../../src/dialog/load.ts';
import { faultOf, faultsWith, GOOD } from './broken-data.ts';

test('the house itself has no fault', () => {
  const { faults, counts } = checkDialog(GOOD);
  expect(faults).toEqual([]);
  expect(counts.flows).toBeGreaterThan(30);
});

describe('a flow', () => {
  test.each<[string, string, string | RegExp | null, string, string, string]>([
    ['YAML that cannot be read', 'flows/thanks.yaml', 'steps:', 'steps: [', 'YAML', ''],
    ['an anchor', 'flows/thanks.yaml', 'steps:', 'steps: &here', 'YAML', 'an anchor or alias is not allowed here'],
    ['a tag', 'flows/thanks.yaml', 'id: text', 'id: !secret text', 'YAML', 'the tag !secret is not allowed here'],
    [
      'an unknown header',
      'flows/thanks.yaml',
      'flow: thanks',
      'flow: thanks\nmood: good',
      'flow',
      'Unrecognized key: "mood"',
    ],
    [
      'no steps',
      'flows/thanks.yaml',
      / {2}- \{id: text.*/,
      '  []',
      'steps',
      'Too small: expected array to have >=1 items',
    ],
    [
      'a step of no kind',
      'flows/thanks.yaml',
      'say: neutral.thanks',
      'shout: neutral.thanks',
      'thanks.text',
      'is of no kind that is known',
    ],
    [
      'an unknown field',
      'flows/thanks.yaml',
      'say: neutral.thanks',
      'say: neutral.thanks, loud: true',
      'thanks.text',
      'Unrecognized key: "loud"',
    ],
    [
      'code where a key belongs',
      'flows/thanks.yaml',
      'neutral.thanks',
      '"process.exit()"',
      'thanks.text',
      'say: a text key is written namespace.name',
    ],
    ['an unknown action', 'flows/opt_in.yaml', 'do: opt_in', 'do: erase_debt', 'opt_in.back', 'do: Invalid option'],
    ['an unknown text kind', 'flows/opt_out.yaml', 'opt_out_ack', 'spam', 'opt_out.text', 'kind: Invalid option'],
    ['two steps of one id', 'flows/opt_in.yaml', 'id: text', 'id: back', 'opt_in.back', 'is the id of two steps'],
    ['two flows of one name', 'flows/thanks.yaml', 'flow: thanks', 'flow: abuse', 'abuse', 'is the name of two flows'],
    [
      'a date without its explanations',
      'flows/promise.yaml',
      /explain: \{past.*?\}, max_attempts: 4/,
      'max_attempts: 4',
      'promise.when',
      'a date or an amount needs explain',
    ],
    [
      'an unknown step',
      'flows/balance.yaml',
      'else: nothing',
      'else: nowhere',
      'balance.begin',
      'goes to nowhere, which is no step',
    ],
    [
      'an unknown step after an option',
      'flows/hardship.yaml',
      'goto: later',
      'goto: nowhere',
      'hardship.offer',
      'goes to nowhere, which is no step',
    ],
    [
      'an unknown flow',
      'flows/greeting.yaml',
      'call: welcome',
      'call: party',
      'greeting.more',
      'calls party, which is no flow',
    ],
    [
      'an unknown slot in a condition',
      'flows/promise.yaml',
      'if: {slot: parts, set',
      'if: {slot: partz, set',
      'promise.how',
      'the slot partz is set by nothing in this flow',
    ],
    [
      'an unknown slot to confirm',
      'flows/promise.yaml',
      'confirm: [pay_date, amount]',
      'confirm: [pay_day, amount]',
      'promise.sure',
      'the slot pay_day is set by nothing in this flow',
    ],
    [
      'an unknown slot to clear',
      'flows/identity.yaml',
      'clear: [digits]',
      'clear: [numbers]',
      'identity.wrong',
      'the slot numbers is set by nothing in this flow',
    ],
    ['an unknown fact', 'flows/balance.yaml', 'fact: total', 'fact: wealth', 'balance.begin', 'wealth is no fact'],
    [
      'money against a bare number',
      'flows/balance.yaml',
      'above: 0',
      'above: 100',
      'balance.begin',
      'compares money with a bare number',
    ],
    [
      'a default of another type',
      'flows/pay.yaml',
      'default: to_pay',
      'default: next_due',
      'pay.sum',
      'default next_due is no fact of type money',
    ],
    [
      'a refusal that nothing answers',
      'flows/pay.yaml',
      ', refused: nothing',
      '',
      'pay.link',
      'issue_pay_link may be refused, and the step does not say what then',
    ],
    [
      'an unreachable step',
      'flows/thanks.yaml',
      null,
      '  - {id: bye, end: over}\n  - {id: island, say: neutral.thanks}',
      'thanks.island',
      'cannot be reached',
    ],
    [
      'no way to an end',
      'flows/thanks.yaml',
      /say: neutral.thanks/,
      'say: neutral.thanks, goto: text',
      'thanks.text',
      'has no way to an end',
    ],
    [
      'a loop without a question',
      'flows/abuse.yaml',
      /steps:[\s\S]*/,
      'steps:\n  - {id: text, say: neutral.abuse}\n  - {id: again, branch: [{if: {fact: verified, is: true}, goto: text}], else: done}\n  - {id: done, end: over}',
      'abuse.text',
      'stands in a loop that no question bounds',
    ],
    [
      'a loop through a question whose answer stays',
      'flows/identity.yaml',
      'say: neutral.identity_wrong, clear: [digits]',
      'say: neutral.identity_wrong',
      'identity.digits',
      'stands in a loop that no question bounds',
    ],
    [
      'two options of one value',
      'flows/hardship.yaml',
      'value: later',
      'value: person',
      'hardship.offer',
      'has two options of one value',
    ],
    [
      'flows that call each other',
      'flows/thanks.yaml',
      null,
      '  - {id: more, call: thanks}',
      'thanks',
      'calls itself, through other flows or at once',
    ],
    [
      'a debt told to anybody',
      'flows/balance.yaml',
      'needs: identity',
      'transient: true',
      'balance.owed',
      'says balance.owed to people who did not show who they are',
    ],
    [
      'a migration to nowhere',
      'flows/thanks.yaml',
      'flow: thanks',
      'flow: thanks\nmigrate: {old: gone}',
      'thanks',
      'migrates old to gone, which is no step',
    ],
    [
      'a handler to nowhere',
      'flows/_global.yaml',
      'call: thanks',
      'call: party',
      'handler of thanks',
      'party is no flow',
    ],
    [
      'a handler of an unknown intent',
      'flows/_global.yaml',
      'intent: thanks',
      'intent: joy',
      '.intent',
      'Invalid option',
    ],
    [
      'a handler with a regular expression',
      'flows/_global.yaml',
      'words: [promesa,',
      'words: ["promes.*",',
      '.words.0',
      'one word, lower case, without accents',
    ],
    [
      'a person who cannot be called',
      'flows/_global.yaml',
      '{intent: person, always: true',
      '{intent: person',
      'handlers',
      'nothing always hears person',
    ],
    [
      'an opt-out that is not always heard',
      'flows/_global.yaml',
      '{intent: opt_out, always: true',
      '{intent: opt_out',
      'handlers',
      'nothing always hears opt_out',
    ],
    [
      'an identity that needs identity',
      'flows/_global.yaml',
      'identity: identity',
      'identity: balance',
      'identity',
      'balance needs identity',
    ],
    [
      'a text key that does not exist',
      'flows/thanks.yaml',
      'neutral.thanks',
      'neutral.merci',
      'neutral.merci',
      'is missing and said by flow thanks',
    ],
    [
      'a text that wants what no slot holds',
      'flows/thanks.yaml',
      'neutral.thanks',
      'neutral.receipt',
      'neutral.receipt',
      'wants {folio}, which nothing fills in here',
    ],
  ])('%s', (_name, file, old, changed, where, problem) => {
    const faults = faultsWith(file, old, changed);
    expect(faults).toContainEqual(faultOf(where, problem));
  });

  test('a fault names its file and line', () => {
    const [fault] = faultsWith('flows/balance.yaml', 'else: nothing', 'else: nowhere');
    expect(fault).toEqual({
      file: 'flows/balance.yaml',
      line: 4,
      where: 'balance.begin',
      problem: 'goes to nowhere, which is no step',
      fix: 'use one of begin, owed, promised, promise, nothing, done',
    });
  });
});

test('a service does not start on flows that cannot be read', () => {
  const flows = GOOD.flows.map((f) =>
    f.name === 'flows/pay.yaml' ? { ...f, text: f.text.replace('do:', 'dooo:') } : f,
  );
  expect(() => loadDialog({ ...GOOD, flows })).toThrow(/flows\/pay\.yaml:6 pay\.link: is of no kind that is known/);
});
