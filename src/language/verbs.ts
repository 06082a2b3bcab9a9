/** How a verb of paying is said: what tells an offer ("pago") from a claim ("pagué"). */
export type VerbTag =
  | 'PAY' // I pay, I shall pay
  | 'PAYINF' // to pay
  | 'PAID' // I paid, he paid
  | 'PAYQ' // "pague", "pago" in a hurry: without its accent it may be "pagué"
  | 'DONE' // paid (participle)
  | 'PAYING';

const SPANISH_AR =
  'pag deposit consign abon cancel liquid mand gir entreg sald regulariz finiquit adelant acredit ingres traspas envi realiz efectu transf'.split(
    ' ',
  );
const ENCLITIC = '(?:te|le|les|lo|la|los|las|se|me|nos|telo|selo|tela|sela|noslo|melo|tele)?';

/** Spanish: regular verbs in -ar, with the spelling changes before e, and the irregular ones of paying. */
export function spanishVerbs(): ReadonlyMap<string, VerbTag> {
  const verbs = new Map<string, VerbTag>();
  for (const stem of SPANISH_AR) {
    const soft = stem.endsWith('g') ? `${stem}u` : stem.endsWith('z') ? `${stem.slice(0, -1)}c` : stem;
    set(
      verbs,
      'PAY',
      `${stem}o ${stem}amos ${stem}are ${stem}aremos ${stem}are+ ${stem}aria ${stem}ara ${stem}a ${stem}an ${stem}aran`,
    );
    set(verbs, 'PAYINF', `${stem}ar`);
    set(verbs, 'PAYING', `${stem}ando`);
    set(verbs, 'PAYQ', `${soft}e`);
    set(verbs, 'PAID', `${soft}e+ ${stem}o+ ${stem}aron ${stem}aste`);
    set(verbs, 'DONE', `${stem}ado ${stem}ada`);
  }
  verbs.delete('adelante');
  set(
    verbs,
    'PAY',
    'transfiero transferire transferire+ transferimos doy dare dare+ damos daremos cubro cubrire cubrire+ cumplo cumplire cumplire+ remito sello transfiere transferiria daria da dara+ finiquito',
  );
  set(verbs, 'PAYINF', 'transferir dar cubrir cumplir');
  set(
    verbs,
    'PAID',
    'di+ transferi transferi+ transfirio transfirio+ cubri cubri+ cubrio cubrio+ cumpli cumpli+ dimos transfirieron',
  );
  set(verbs, 'DONE', 'transferido transferida cubierto cubierta dado consignada');
  return verbs;
}

const PORTUGUESE_AR = 'pag deposit mand envi quit acert liquid efetu realiz regulariz entreg pass complet abat'.split(
  ' ',
);

/** Brazilian Portuguese. "Pago" is both "I pay" and "paid": the words around decide. */
export function portugueseVerbs(): ReadonlyMap<string, VerbTag> {
  const verbs = new Map<string, VerbTag>();
  for (const stem of PORTUGUESE_AR) {
    const soft = stem.endsWith('g') ? `${stem}u` : stem;
    set(verbs, 'PAY', `${stem}o ${stem}amos ${stem}arei ${stem}aremos ${stem}aria`);
    set(verbs, 'PAYINF', `${stem}ar`);
    set(verbs, 'PAYING', `${stem}ando`);
    set(verbs, 'PAID', `${soft}ei ${stem}ou ${stem}aram`);
    set(verbs, 'DONE', `${stem}ado ${stem}ada`);
  }
  set(verbs, 'PAY', 'transfiro transferirei dou darei cumpro cumprirei');
  set(verbs, 'PAYINF', 'transferir dar cumprir');
  set(verbs, 'PAID', 'transferi transferiu cumpri');
  set(verbs, 'DONE', 'transferido quitada');
  for (const word of [
    'passo',
    'passei',
    'passou',
    'passar',
    'passado',
    'passada',
    'passando',
    'passamos',
    'passaram',
    'acerto',
    'acertei',
    'completo',
    'completa',
    'completar',
  ])
    verbs.delete(word);
  set(verbs, 'PAY', 'acerto');
  set(verbs, 'PAYINF', 'acertar');
  set(verbs, 'PAID', 'acertei');
  return verbs;
}

export function englishVerbs(): ReadonlyMap<string, VerbTag> {
  const verbs = new Map<string, VerbTag>();
  set(verbs, 'PAYINF', 'pay send deposit transfer wire mail zelle venmo settle cover drop cashapp remit');
  set(verbs, 'PAY', 'pays sends');
  set(verbs, 'PAYING', 'paying sending depositing transferring wiring mailing settling');
  set(verbs, 'PAID', 'paid payed sent deposited transferred wired mailed settled zelled venmoed');
  return verbs;
}

function set(verbs: Map<string, VerbTag>, tag: VerbTag, words: string): void {
  for (const word of words.split(' ')) verbs.set(word, tag);
}

const INFINITIVE = new RegExp(`^([a-z]+?)([aei]r)${ENCLITIC}$`);

/** `word` is folded; `accented` says that it ended in an accented vowel. */
export function tagOf(word: string, accented: boolean, verbs: ReadonlyMap<string, VerbTag>): VerbTag | null {
  const own = (accented ? verbs.get(`${word}+`) : undefined) ?? verbs.get(word);
  if (own) return own;
  if (word.length < 6) return null;
  const match = INFINITIVE.exec(word);
  return match && verbs.get(`${match[1]}${match[2]}`) === 'PAYINF' ? 'PAYINF' : null;
}
