import { type Cues, cue, cueAll, cueAtStart, phrases } from './cues.ts';

const CLITIC = '(?:(?:te|lhe|lhes|me|nos|se|voce|isso|tudo|o|a) ){0,2}';
const DEED = '(?:(?:o|a|um|uma|meu|esse|este) )?(?:pix|pagamento|deposito|transferencia|boleto|ted|doc|transf)';

export const portugueseCues: Cues = {
  paid: cue`
    (?:ja )?(?:caiu|entrou|chegou|receberam|recebeu) (?:ai )?(?:o |a )?(?:meu|minha) (?:PAY|pagamento|pix|deposito|transferencia)
    acabei de (?:PAYINF|fazer|mandar|transferir) | acabamos de PAYINF
    ja (?:\w+ )?${CLITIC}(?:PAID|DONE|fiz|fizemos|mandei|foi|esta|ta|tinha|efetuei|caiu)
    (?:fiz|fizemos|efetuei|realizei) ${DEED} | PAID ${CLITIC}(?:\w+ ){0,3}PASTDATE
    PASTDATE (?:\w+ ){0,2}(?:PAID|fiz|DONE)
    (?:foi|esta|ta|estava) (?:DONE|PAY|pago|paga|quitado|quitada)
    ja PAY | ja esta (?:PAY|DONE|pago|paga|tudo) | ja ta (?:PAY|DONE|pago|paga) | ja caiu | ja debitou
    ja foi
    PAID(?: (?:o|a|os|tudo|isso|MONEY|REL|ja|em|com|por|meu|minha|esse|essa))?
    (?:segue|tenho|aqui|vou mandar|mandei|enviei|anexo) (?:\w+ ){0,2}comprovante
    quitei
    esta quitado | ta quitado | conta paga | boleto pago
  `,
  past: cue`
    PAID | fui | foi | foram | fomos | estive | esteve | tive
    teve | pude | quis | fiz | fez | fizeram | disse | vim
    veio | era | estava | tava | tinha | ia | iam | queria
    podia | caiu | saiu | vi | (?:ele|ela|voce|quem|ja|nao|que) viu | perdi | recebi | consegui
    venci | venceu | esqueci | PASTDATE | liguei | falei | tentei
    fiquei | adoeceu | morreu | faleceu | passou | veio
    (?!\w+(?:ar|er|ir)ei )\w{3,}(?:ei|aram|eram|iram)(?= )
    (?!(?:sou|vou|dou|ou|estou|falou|fechou|combinou|demorou|rolou)(?= ))\w{3,}ou
  `,
  voided: cue`
    ia PAYINF | ia | iamos | queria | pensava
    tinha dito | tinha combinado
    combinei | disse | falei | prometi
    fiquei de | ao inves | em vez | nao eh? | nao era | era para
    nao mais
  `,
  assuring: cueAll`
    sem falta | sem erro
    nao vou (?:te |lhe )?(?:falhar|deixar na mao)
    nao se preocupe | nao se preocupa | fica tranquil[oa]
    fique tranquil[oa] | nao tem (?:problema|erro) | sem problema
    nao (?:passa|vai passar) de | DATE nao passa | nao falho
    pode deixar | nao esqueco | por que nao | nao vou esquecer
    com certeza | nao falta | nao mais tarde que | sem duvida
  `,
  negated: cue`
    nao (?:\w+ ){0,6}(?:DATE|LOOSEDATE|VAGUEDATE)
    (?:DATE|LOOSEDATE) (?:\w+ ){0,3}(?:nao|impossivel|dificil|nem|complicado)
    DATE (?:(?:ta|esta|fica|vai|ser|muito|bem) ){1,3}(?:foda|osso|puxad[oa]|apertad[oa]|ruim|complicad[oa])
    nem (?:\w+ ){0,3}DATE | impossivel (?:\w+ ){0,3}DATE | tambem nao
  `,
  asks: cueAtStart`
    (?:(?:oi|ola|e|mas|bom dia|boa tarde) )*(?:${phrases`
      qual | quanto | que horas | a que horas | ate que horas | que dias? | quem | sera que | tem como
      da para | voces (?:abrem|atendem|trabalham|aceitam|fecham)
    `})
  `,
  asksInfo: cue`
    tem (?:\w+ ){0,2}(?:atendimento|expediente|desconto|juros)
    tem | abre | abrem | aberto | aberta | atende | atendem
    horario | fecha | fecham | fechado | funciona | trabalham
    recebem | vence | vencia | vencimento | quanto | quantos
    onde
    como (?:faco|pago|PAY|que|posso)
    quem
    que horas
    qual | quais | quando
    por que
    porque
    eh? feriado | DATE eh? (?:um )?DATE
    feriado | juros | multa | ligou | ligaram | cai | compensa
    eh? dia | hoje eh?
    cobram | cobra | expediente | bloqueia | cortam
    o que
  `,
  proposes: cue`
    pode ser | poderia | posso | podemos | pode | seria
    da para | tem como | tudo bem
    serve | aceita | aceitam
    que tal | fica bom
    consigo
    tem problema | ta bom
    combinado | fechado | rola
    da certo
    dava | da | possivel
    teria como | fica para | e se
  `,
  permits: cueAtStart`
    (?:pode ser|tudo bem|tem (?:algum )?problema|da para ser|fica bom|ta bom para|serve|voces aceitam|aceita|rola|esta bom para)
  `,
  asksTime: cue`
    (?:${phrases`
      espera | espere | esperem | aguarda | aguarde | aguardem | aguardar | esperar | segura | segure
      me da | me de | me deem | da um | de um | prorroga | prorrogar | adiar | adia | preciso de
      quero | peco | solicito | estender | esticar
    `}) (?:\w+ ){0,5}(?:DATE|DURATION|VAGUEDATE|prazo|tempo|LOOSEDATE)
    mais (?:prazo|tempo|um prazo|uns dia|DURATION)
    um prazo
    (?:pode|podem|poderia|poderiam|da para|consegue) (?:me )?(?:${phrases`
      esperar | aguardar | dar | adiar | prorrogar | segurar | jogar | mudar
      passar(?! (?:\w+ ){0,2}cartao)
    `})
    prazo ate | tenha paciencia
    (?:mudar|passar|jogar|adiar|deixar|empurrar) (?:\w+ ){0,3}para (?:\w+ )?DATE
  `,
  conditional: cue`
    se (?!for possivel|preocup|deus|possivel|tudo bem|faz|diz|sabe|chama)(?:\w+ )*?(?:\w+)
    caso
    a menos que | desde que | so se | contanto que
    depende | dependendo | dependo
    a nao ser que | vamos ver se | ver se | vou ver se
  `,
  pious: cueAll`
    se deus quiser | se deus permitir | gracas a deus | com fe em deus | com a graca de deus
    se deus abencoar | deus queira | com a ajuda de deus | se jesus quiser
    fe em deus | deus me livre | se (?:voce )?nao se importar | se nao for (?:incomodo|muito|pedir muito)
    se (?:puder ser|tudo correr bem com deus)
  `,
  hedged: cue`
    talvez
    acho que | acho | creio
    pode ser que
    provavelmente | possivelmente
    quem sabe
    espero | tomara
    vou tentar
    tentarei | tentar | tento
    vou ver | vamos ver | nao sei se | nao tenho certeza | nao prometo
    acredito que
    imagino | quica
    se der | se pa
    provavel
    possivel que | a principio
  `,
  income: cue`
    (?:eu )?recebo | vou receber
    recebemos | receberei
    (?:me|nos) (?:pagam|PAY|PAYINF|depositam|pagarao)
    (?:cai|caem|sai|entra|vem) (?:\w+ ){0,3}(?:${phrases`
      pagamento | salario | dinheiro | vale | pensao | aposentadoria | beneficio | auxilio
      adiantamento | bolsa
    `})
    (?:meu|o) (?:pagamento|salario|vale|dinheiro|beneficio) (?:cai|sai|entra|eh?|vem)
    cai meu | sai meu | dia de pagamento | dia do pagamento
  `,
  putsOff: cue`
    ${CLITIC}(?:${phrases`
      aviso | avisarei | confirmo | confirmarei | digo | ligo | ligarei | (?<!me )chamo | falo
      falarei | retorno | retornarei | informo | respondo | escrevo
    `})
    (?:a gente |nos )?(?:conversa|conversamos|fala|falamos|ve|vemos|se fala)
    vou (?:ver|verificar|conferir|ligar|avisar|perguntar|falar|conversar|pensar|retornar)
    te aviso | lhe aviso
    PAY (?:um |uma )?(?:retorno|resposta|posicao|aviso)
    mando mensagem | entro em contato
  `,
  tells: cue`
    nao me (?:lig|mand|escrev|cham|procur)\w+ (?:\w+ ){0,4}HOUR
    (?:bo[am]|otim[ao]|excelente|lind[ao]|feliz|abencoad[ao]) DATE
    (?:tenha|tenham|bom) (?:um |uma )?(?:bom |boa |otimo |otima |lindo |excelente )?DATE
    vence | vencia | venceu | vencimento | venceria | aniversario
    nasci | nascimento
    (?:${phrases`
      boleto | fatura | conta | carta | contrato | mensagem | app | aplicativo | site | sistema
    `}) (?:\w+ ){0,3}(?:diz|dizia|veio|mostra|fecha|aparece|consta|fala)
  `,
  aside: cue`
    vence | vencia | venceu | vencimento | aniversario | nasci | nascimento
    casamento | formatura | consulta | medico | hospital | cirurgia
    prova | jogo | viagem | viajo | viajar | voo | entrevista
    reuniao | festa | turno | plantao | folga
    me liga | me ligue | me ligam
    liga | ligue
    me chama | me chame | fale comigo | me mande | me manda
    mande o | manda o
    envie
    me envia | boleto (?:\w+ ){0,3}(?:diz|veio|vence|eh?)
    fatura (?:\w+ ){0,3}(?:diz|veio|fecha|vence|eh?)
    moro | trabalho | feliz | parabens
    hoje eh? | (?:o|a|meu|minha) \w+ eh? (?:o )?DATE | meu nome
    nao estou | estarei fora
    volto | chego | saio | comeca | comeco | termina
    tenho (?:consulta|prova|medico)
    joga | fecha
    estou de ferias | ate mais | nos vemos
    audiencia | mudei | entro
  `,
  offers: cue`
    (?:eu )?(?:PAY|PAYINF|PAYING) | (?:vou|vamos|irei) (?:\w+ ){0,2}\w+[aei]r
    faco (?:\w+ ){0,2}(?:pix|pagamento|deposito|transferencia|MONEY|REL|isso)
    fazer (?:\w+ ){0,2}(?:pix|pagamento|deposito|transferencia)
    farei | mando
    cai na sua conta | ta na conta | esta na conta | ta na sua conta
    fica pago | fica quitado
    resolvo | resolver
    passo ai | passo para pagar
    (?:te |lhe |eu )?(?:passo|dou|repasso|adianto|consigo|tenho|boto|jogo|faco) (?:\w+ ){0,2}(?:MONEY|REL|isso|dinheiro|grana|pix|valor|pagamento)
    deixo | levo
    pode (?:anotar|marcar|agendar|colocar|contar|deixar|por)
    anota | anote | marca | marque | agenda | agende | coloca | coloque
    combinado | garantido | prometo
    me comprometo
    certeza | fechado
    sem falta | tenho (?:o |seu )?(?:dinheiro)
    quito | quitar | acerto | acertar | dou
    consigo (?:PAYINF|\w+ar) | posso PAYINF
    pago
  `,
  soon: cue`
    assim que | o quanto antes | quanto antes
    logo
    em breve
    quando (?:eu )?(?:puder|der|receber|cair|tiver|conseguir|sair|me|entrar|pagarem)
    o mais rapido | mais para frente
    depois
    qualquer dia | um dia desses | uns dia | esses dia | por estes dia
    nao tenho (?:dinheiro|como|nada|condicoes|agora)
    sem dinheiro
    desempregad[oa]
    nao posso | nao consigo | nao deu | nao da
    apertad[oa]
    sem condicoes | estou sem | quero PAYINF | vou PAYINF
    PAY | PAYINF | prometo
    (?:esta|anda|ficou) (?:muito |bem |meio )?(?:dificil|complicad[oa]|apertad[oa]|fei[oa]|brab[oa]|osso|foda)
    pindaiba | sem grana | quebrad[oa]
    to vendo | estou vendo | vou ver
  `,
  corrects: cue`
    alias
    quis dizer | quer dizer | ou melhor
    melhor
    na verdade
    desculpa | desculpe | perdao | digo | corrigindo | errei
    me enganei | nao espera
    pera
    espera ai
    mudando | esquece | esqueca | opa | ops
    foi mal | mas sim | e sim | nao eh | na real
    retificando | corrijo
    pensando bem
  `,
  refuses: cue`
    (?:numero|telefone|celular) nao eh? (?:mais )?(?:dele|dela|del[ea]s|meu)
    nao (?:te |lhe |lhes )?devo | nao (?:e|eh) (?:minha|meu) | nao reconheco
    desconheco
    nao (?:vou|pretendo|quero|irei) (?:te |lhe )?(?:PAYINF|pagar)(?! (?:\w+ ){0,2}DATE)
    nao PAY (?:nada|nunca|mais) | me recuso
    nunca (?:PAY|PAYINF|comprei|fiz|contratei|pedi|peguei|devi|assinei)
    numero errado | pessoa errada
    engano
    eh? engano | voces estao enganad\w+ | nao sou (?!(?:de|mal[ao]?|assim|disso|irresponsavel|caloteir[oa]|trambiqueir[oa]|safad[oa]|ric[oa]|ladrao)(?= ))\w+
    (?:parem|para|pare) de (?:me )?(?:ligar|mandar|encher|perturbar|cobrar|incomodar|escrever)
    nao (?:me )?(?:liguem|ligue|mandem|mande|incomodem|perturbem|escrevam|enviem)(?! (?:\w+ ){0,4}(?:HOUR|N|horario|hora|DATE|cedo|tarde|noite|madrugada)(?= ))(?: mais)?
    me deixem? em paz | deixa eu em paz | me processe\w* | podem processar
    procon
    meu advogado | eh? golpe
    golpe | fraude | estelionato
    nao conheco
    clonaram
    nao fui eu | nao fiz (?:essa|esse|nenhum|nenhuma) | essa divida nao
    nao tenho (?:nenhuma )?(?:divida|debito|conta)
    vou processar | processar voces | nao comprei | nao contratei
    descadastr\w+
  `,
  splitters: new Set([
    'mas',
    'porem',
    'melhor',
    'porque',
    'entao',
    'desculpa',
    'desculpe',
    'digo',
    'alias',
    'e',
    'pois',
    'senao',
  ]),
};
