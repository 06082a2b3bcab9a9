import { type Cues, cue, cueAll, cueAtStart, phrases } from './cues.ts';

/** What one has paid, or gets paid, in "ill have it paid". */
const OWED = '(?:it|this|that|them|everything|all|(?:the )?REL|MONEY|(?:the|my|this|that|your) \\w+)';

export const englishCues: Cues = {
  paid: cue`
    (?:did|have|has) (?:you|u|they|it) (?:get|got|gotten|receive|received|see|seen) my (?:PAY|payment|transfer|money|check|deposit)
    (?:it|they|check|payment|money|transfer|deposit) (?:already |has |just )?(?:cleared|posted|went through|went out|came out)
    (?:you|yall|guys|they|bank) (?:already |just )?(?:took|charged|deducted|debited|withdrew|pulled) (?:it|MONEY|this|that|my payment|the (?:money|payment))
    PAID (?:via|thru|through|using) | already taken care of | taken care of already | (?:its|been|is) taken care of
    (?:i|we|she|he|my \w+|already|ive|weve|has|have|just) (?:have |has |had |already |just )*(?:PAID|made (?:a |the |my )?(?:payment|transfer|deposit))
    PAID (?:\w+ ){0,4}(?:PASTDATE|already) | (?:PASTDATE) (?:i |we )?PAID
    (?:it|bill|balance|account|payment|this|that) (?:is|was|has been|s|been|got|went) (?:already |all )*(?:${phrases`
      PAID | made | settled | taken care of | through | processed | cleared | done
    `})
    its (?:already |all )*(?:PAID|settled|taken care of|been PAID)
    already (?:PAID|did|done|made|settled|took care|sent)
    PAID (?:it|you|off|in full|this|that|the|my|MONEY|already|PASTDATE|everything|up)
    took care of (?:it|this|that)
    payment (?:was|went|already|has)(?: \w+){0,2} (?:made|through|sent|posted|cleared)
    (?:heres|here is|attached|i have|got) (?:\w+ ){0,2}(?:receipt|confirmation|screenshot)
  `,
  past: cue`
    (?<!(?:get|gets|getting|got|have|be|am|im|been) (?:${OWED} (?:all )?)?)PAID
    was | were | did | didnt | had | hadnt | went | (?<!(?:aint|havent) )got(?! (?:MONEY|REL|you|N)(?: for you)?(?: on| by)? DATE) | couldnt | could not
    told | said | came | tried | forgot | missed | lost | called
    waited
    used to
    wasnt | werent | thought | happened | died | broke
    laid off | got fired
    PASTDATE
    never got
    bounced | declined | spoke | talked
  `,
  voided: cue`
    (?:was|were) (?:going|supposed|gonna|planning|hoping) to
    meant to | wanted to
    said
    told you
    promised
    i had said | instead of | rather than | was planning | i thought
    no longer | supposed to
  `,
  assuring: cueAll`
    without fail | no problem | no worries | dont worry | do not worry
    not a problem | no later than | not later than | no doubt
    wont let you down | wont fail | no more than | for sure
    no (?:cap|lie|joke|later|bs|questions|matter what|ifs) | not (?:gonna|going to) lie | no excuses | not going to miss | i wont miss | wont forget
    (?:like|as) (?:i|we) (?:said|agreed|discussed|told you|promised)
    why not | no prob | not long
  `,
  negated: cue`
    (?:${phrases`
      not | cant | cannot | wont | dont | isnt | aint | unable | never | no | doesnt | wouldnt
      couldnt | can not
    `}) (?:\w+ ){0,6}(?:DATE|LOOSEDATE|VAGUEDATE)
    (?:DATE|LOOSEDATE) (?:\w+ ){0,4}(?:not|cant|wont|dont|doesnt|isnt|aint|no|impossible|wouldnt|cannot)
    (?:short|broke|tight|strapped) (?:on (?:cash|money|funds) )?DATE
    not DATE | no DATE
  `,
  asks: cueAtStart`
    (?:(?:hi|hello|hey|so|and|ok|um) )*(?:${phrases`
      (?:are|do|does|will|can|could|would) (?:you|u|yall|they|there) | (?:can|could|may) (?:i|we)
      (?:is|are) (?:it|there|that) | is DATE (?:ok|okay|fine|good|alright|cool|possible|doable)
    (?:(?:please|just) )?PAYINF me | why | who (?:is|are) | how (?:do|can|come) | what (?:is|are|do|does|happens) | whats | whos | when (?:is|are|do|does|did) | how much | what time | what day | would DATE
    `})
  `,
  asksInfo: cue`
    what | hour
    are you open | you open
    open | closed | close | hours
    what time | what day
    when | where
    how much | how do | how can
    who | why | which
    is there | are there
    due | fee | fees | interest
    DATE (?:a |the )?DATE
    holiday
    do you | did you
    does | did
    will you | are you
    charge | charged
    late fee
    whats | what is
    posted | post
    show up
    process
    is it
  `,
  proposes: cue`
    what if i | can i | could i | may i | can we | could we
    would
    is it ok | is it okay | is that ok | is that okay | ok if
    okay if | alright if
    works | work for you | work
    how about | what about | will that work | does that work
    is DATE (?:ok|okay|fine|good|alright) | possible to | mind if
    good | fine | acceptable | accept
  `,
  permits: cueAtStart`
    (?:is (?:that|it|this) (?:ok|okay|fine|alright|cool|good|possible)|(?:does|will|would) (?:that|it) work|would that be|that ok|thats ok|if thats ok)
  `,
  asksTime: cue`
    give me (?:\w+ ){0,4}(?:DATE|DURATION|more|time|VAGUEDATE|LOOSEDATE)
    wait (?:\w+ ){0,3}(?:DATE|DURATION)
    need (?:\w+ ){0,3}(?:time|DURATION|DATE|extension|VAGUEDATE)
    extension
    more time | hold off | extra (?:time|day|DURATION)
    push (?:it|this|that|my payment)? ?(?:back|out|to)
    move (?:\w+ ){0,3}(?:to )?DATE | bear with me | can you wait
    could you wait | let me have (?:\w+ ){0,2}(?:DATE|DURATION)
    have (?:\w+ )?DATE to pay | be patient | another (?:DURATION|week|few)
    grace
  `,
  conditional: cue`
    if | unless | provided
    as long as
    depends | depending | assuming
    in case | only when
    contingent
    so long as
    whenever
  `,
  pious: cueAll`
    (?:or )?(?:sooner|earlier|before) if (?:i can|possible)
    if (?:i can|possible) (?:sooner|earlier|before)
    if god wills | god willing | lord willing | if the lord wills | if thats ok | if that is ok
    if its ok | if it is ok with you | thank god | if you dont mind | if you please
    inshallah | (?<=DATE )when (?:my|the) \w+ (?:comes|hits|clears|drops|lands)(?: in)?
    if thats okay | if thats alright | good lord willing
  `,
  hedged: cue`
    maybe | perhaps | might | probably | possibly | prob | probs | prolly | shooting for
    i think | i guess
    hopefully | hope | hoping | try | trying | tentatively
    not sure | i may | may be able | should be able | i believe
    likely
    see if | should (?:have|get|be|can|make)
    aim | aiming
    ill see | we will see | cant promise | dont promise | most likely
    may
  `,
  income: cue`
    (?:i |we )?get (?:PAID|my check|my paycheck|my money)
    (?:gets?|getting|got) PAID | get my | paycheck (?:comes|hits|clears|lands)
    check (?:comes|clears|hits|arrives) | direct deposit (?:comes|hits)
    payday is | is payday | my DATE
    (?<!(?:(?:get|have) ${OWED} (?:all )?|(?:be|been) ))PAID (?:(?:on|by) )?DATE
    my (?:pay|check|paycheck|refund|ssi|benefits) (?:comes|hits|is|clears|lands|arrives)
    i receive | receive my | (?:o1|next|new|first) (?:check|pay|paycheck|deposit) (?:is|comes|hits|lands|drops) (?:on )?DATE
    expecting
  `,
  putsOff: cue`
    (?:ill|i will|(?<!you )will|gonna|going to|let me|i can) (?:\w+ ){0,2}(?:${phrases`
      call | let you know | get back | confirm | text | contact | reach out | check | see | think
      talk | update | tell | email | look
    `})
    let you know | talk (?:DATE|to you) | get back to you
    touch base
    discuss
    hit you up
  `,
  tells: cue`
    (?:dont|do not) (?:call|text|contact|bother) me (?:\w+ ){0,4}HOUR
    (?:was|is|were|are|its) due | due (?:date|on|DATE|by) | due
    expires? | birthday | born | dob | date of birth
    (?:bill|letter|statement|notice|invoice|website|app|email) (?:\w+ ){0,2}(?:says|said|shows|reads|is dated)
  `,
  aside: cue`
    (?:great|good|nice|lovely|blessed|happy|wonderful|enjoy(?: your| the)?) DATE
    due | due date
    expires | birthday | born | anniversary | wedding | funeral
    appointment | doctor | surgery | vacation | trip | flight
    game | test | exam | interview | meeting
    start (?:\w+ ){0,3}(?:job|work|gig) | at work | court date | have (?:court|class|school|church)
    (?<!after (?:my |the |this )?)shift
    off work | im working | i work | call me | text me | email me
    contact me | my name
    statement
    bill says | letter says
    says
    is DATE | its DATE | was DATE | see you | have a
    happy
    today is | out of town | dont call
    live
    my address
    office | moved | leave(?! it) | leaving | travel
    stop by
    holiday | closed
  `,
  offers: cue`
    PAYINF | PAYING | PAY
    ill have it | have it (?:for you|to you|in|by|ready)
    make (?:a |the |my |another |one )?(?:\w+ )?payment
    making (?:a |the )?payment | make it | take care of (?:it|this)
    taking care
    (?:get|have) ${OWED} (?:all )?PAID
    (?:it|this|that|bill|balance|account|youll|you|REL)?(?:ll| will|will) (?:all )?be (?:all )?(?:PAID|settled|taken care of)
    get it (?:to you|in|done)
    (?:you will|youll|you) (?:have|get|see|receive)
    get you | have the money | give you
    bring
    come in | come by | will do | i promise
    promise
    i commit | catch up | get caught up | bring it current
    put (?:\w+ )?(?:MONEY|REL) | can do | mark me | put me down
    (?:soonest|earliest|best) (?:\w+ ){0,4}is | schedule | (?:run|charge|debit|use|hit) (?:my|the) (?:card|account|bank)
    (?:take|pull|draw|get) (?:it|MONEY|that|the money|the payment) out | i got you DATE
  `,
  soon: cue`
    asap
    as soon as
    soon
    when i can | when i get | when im able | once i get | once i
    after i | after my
    later
    in a few | working on it | when my | when i
    eventually | shortly
    one of these day
    broke
    (?:dont|aint|do not|havent) (?:have|got) (?:it|any|anything|nothing|enough|shit|money|a dime)
    no money | dont have (?:the |any )?(?:money|funds) | cant afford
    short on
    tight
    cant pay | unable to
    struggling
    out of work | lost my job
    unemployed | PAYINF | PAYING
  `,
  corrects: cue`
    actually | sorry
    i mean | make that
    wait | correction | rather
    scratch that | no wait
    instead
    change that | my mistake | my bad
    oops | better
    (?<!(?:cant|to|not|wont|ill|can) )make it (?:on |for |to )?(?:DATE|MONEY)
    i meant | hold on | or rather
    nevermind | never mind | let me correct | change it to
  `,
  refuses: cue`
    (?:dont|do not|never|doesnt) owe
    not my (?:debt|account|bill|loan|name|problem)
    (?:thats|that is|its|this is) not me | (?:this|that) isnt me | im not (?:him|her|that (?:person|guy))
    isnt (?:my|mine) | not mine | wrong (?:number|person|guy)
    not (?:the |that )?person
    (?:not|wont|never|aint|refuse) (?:going to |gonna |to |ever )?(?:pay|PAYINF) (?:you|it|this|that|a|anything|for|any)
    (?:im |i am )?not (?:going to |gonna )PAYINF(?! (?:(?:it|you|on|until|till|before|by|this) ){0,3}(?:DATE|LOOSEDATE))
    wont PAYINF(?! (?:(?:it|you|on|until|till|before|by|this) ){0,3}(?:DATE|LOOSEDATE))
    refuse to | (?:not|aint) PAYING(?! (?:(?:it|you|on|until|till|before|by|this) ){0,3}(?:DATE|LOOSEDATE))
    disput(?:e|ing|ed)
    (?:dont|do not|aint|havent) (?:have|got) (?:no|any) (?:debts?|accounts?|loans?|bills?)
    (?<=^ (?:(?:lol|nah|um|sorry|no|nope|ha) )*)(?:aint|not) me(?= $)
    stop (?:calling|texting|contacting|messaging|harassing|bothering)
    leave me alone | quit (?:calling|texting) | do not (?:call|contact|text)(?! (?:\w+ ){0,4}(?:HOUR|N|DATE|hours|late|early|night|while)(?= ))
    dont (?:call|contact|text|bother) me(?! (?:\w+ ){0,3}(?:HOUR|N|DATE|hours|late|early|night|while)(?= )) | sue me | take me to court | see you in court
    my lawyer | my attorney
    scam | fraud
    identity theft | stolen identity | remove me | take me off
    (?:doesnt|dont|does not|do not) live here
    never (?:had|opened|took|signed|heard|borrowed)
    dont know (?:this|that|him|her|who (?:that|he|she)) | dont recognize | do not recognize
    cease and desist | this is not | lose my number
    i didnt (?:take|open|sign|order|authorize|borrow)
    already settled in court
    bankruptcy
    you have the wrong
  `,
  splitters: new Set([
    'but',
    'and',
    'so',
    'because',
    'instead',
    'actually',
    'sorry',
    'then',
    'although',
    'though',
    'however',
    'since',
  ]),
};
