import { cueAtStart, phrases } from './cues.ts';
import type { Intent } from './heard.ts';

interface IntentRule {
  intent: Intent;
  id: string;
  pattern: RegExp;
}

const whole = (intent: Intent, id: string, words: string): IntentRule => ({
  intent,
  id,
  pattern: new RegExp(`^ (?:${words}) $`),
});
const anywhere = (intent: Intent, id: string, words: string): IntentRule => ({
  intent,
  id,
  pattern: new RegExp(` (?:${words})(?= )`),
});

/**
 * Tested on the folded words of the message, ` quiero hablar con una persona `, in every language whatever the locale: people switch.
 * Strongest first. Opt-out words bind only as the whole message (facts: compliance, part two, 5); the phrases bind anywhere.
 * A bare CANCELAR is neither an opt-out nor "cancel": in Latin America it also means to pay, so it is heard as nothing and asked.
 */
const RULES: readonly IntentRule[] = [
  whole(
    'opt_out',
    'opt_out_word',
    phrases`
      (?:${phrases`
        baja | stop | stopall | alto | parar | pare | salir | detener | no mas | darme de baja
        dame de baja | cancelar mensajes | unsubscribe | end | quit | cancel | revoke | optout | opt out
        sair | parem | descadastrar | desuscribir | desuscribirme | remover | remove | arret
        no mas mensajes | basta | eliminar
      `})(?: (?:por favor|please|ya|gracias))?
    `,
  ),
  anywhere(
    'opt_out',
    'opt_out_phrase',
    phrases`
      no me (?:vuelvan a |vuelva a |sigan |esten |este )?(?:${phrases`
        contacten | contacte | escriban | escriba | escribas | escribir | llamen | llame | llamar
        molesten | moleste | molesta | molestes | molestar | marquen | manden | manden mas | busquen
        envien | hablen | contactar
      `})
      dejen? (?:ya )?de (?:llamar|escribir|molestar|mandar|marcar|contactar|enviar)\w*
      dejenme (?:en paz|tranquil[oa])
      deja(?:me)? de (?:escribir|llamar|molestar|mandar)\w*
      borren mi (?:numero|telefono|datos|contacto) | eliminen mi (?:numero|telefono|datos)
      quiero darme de baja | denme de baja | deme de baja | ya no quiero (?:mensajes|recibir|que me)
      no quiero (?:mas|recibir) (?:mensajes|mas|llamadas|sus mensajes)
      stop (?:texting|calling|contacting|messaging|bothering|harassing)(?: me)?
      leave me alone | take me off | remove me from | do not (?:text|contact|call|message)(?: me)?
      dont (?:text|contact|message|call) me | no more (?:texts|messages|calls)
      (?:pare|parem|para) de (?:me )?(?:ligar|mandar|escrever|enviar|incomodar|perturbar)
      nao me (?:liguem|ligue|mandem|mande|escrevam|incomodem|perturbem|enviem|contatem)
      me deixem? em paz | nao quero (?:mais )?(?:receber|mensagens)
      apaguem meu numero | me descadastr\w+
    `,
  ),
  whole(
    'opt_in',
    'opt_in_word',
    phrases`
      alta | start | unstop
      darme de alta | dame de alta | quiero volver a recibir mensajes
      iniciar | reactivar | comecar
    `,
  ),
  anywhere(
    'person',
    'person',
    phrases`
      (?:${phrases`
        hablar | comunicar(?:me)? | platicar | contactar(?:me)? | chatear | atencion | comuniqueme
        comunicame | paseme | pasame | transfierame | transfiereme | quiero | necesito | ocupo
        prefiero | hay | atienda | atiendame | pasar
      `}) (?:\w+ ){0,3}(?:${phrases`
        persona | personas | humano | humana | asesor | asesora | agente | ejecutivo | ejecutiva
        operador | operadora | alguien | representante | encargado | encargada | supervisor | gerente
        licenciado | licenciada
      `})
      (?:un|una) (?:asesor|asesora|agente|humano|persona real|ejecutivo|ejecutiva|operador)
      asesor | agente | humano
      persona real | atencion humana
      (?<=^ )(?:con |mejor )?una persona(?= (?:por|porfa\w*|real|de|si)? ?)(?! \w+ (?:me|que|dijo|llamo))
      (?<=^ )(?:com )?uma pessoa(?= ) | (?<=^ )(?:a |with a )?(?:real )?person please
      no quiero (?:hablar con )?(?:un |una )?(?:robot|bot|maquina)
      eres (?:un )?(?:robot|bot)
      (?:talk|speak|chat) (?:to|with) (?:\w+ ){0,3}(?:person|human|someone|agent|representative|rep|manager|somebody)
      (?:real|live|human) (?:person|agent|human|being)
      representative | human | agent | operator
      customer service
      (?:falar|conversar) com (?:\w+ ){0,3}(?:pessoa|humano|atendente|alguem|gerente|operador)
      atendente
      pessoa de verdade
    `,
  ),
  anywhere(
    'wrong_person',
    'wrong_person',
    phrases`
      numero equivocado | telefono equivocado
      (?:se )?equivoc\w+ de (?:numero|persona|telefono)
      (?:esta|estan) equivocad\w+(?: de (?:numero|persona))?
      no soy (?:esa|ese|la|el|quien) ?(?:persona|senor|senora|que busca\w*|quien busca\w*|titular)?
      no soy yo | aqui no vive | no conozco a (?:esa|ese|esa persona|\w+) | no la conozco | no lo conozco
      ya no es (?:su|el) numero | este numero (?:ya )?no es
      wrong (?:number|person) | not (?:the|that) person | dont know (?:who|that|this|him|her)
      numero errado | pessoa errada
      nao sou (?:essa|esse|a|o|eu) ?(?:pessoa|senhor|senhora)?
      nao conheco | foi engano | eh? engano | no es mi nombre
    `,
  ),
  anywhere(
    'dispute',
    'dispute',
    phrases`
      no (?:debo|debemos)(?: (?:nada|eso|ese|esa|tanto|dinero))?
      no reconozco
      desconozco
      no (?:es|son) (?:mi|mia|mias|mio) ?(?:deuda|cuenta)?
      (?:esa|esta|la) deuda no (?:es|la) | no es mi deuda
      me (?:estan|estas|esta) cobrando (?:de mas|mal|doble|algo|lo que)
      cobro (?:indebido|de mas|doble|incorrecto)
      (?:el )?(?:monto|saldo|cobro|importe|interes) (?:esta )?(?:mal|incorrecto|equivocado)
      no estoy de acuerdo | es (?:un )?fraude
      estafa
      robo de identidad
      suplantacion
      yo no (?:compre|contrate|pedi|saque|firme|solicite)
      nunca (?:compre|contrate|pedi|saque|firme|solicite)
      no me corresponde | quiero (?:reclamar|disputar|una aclaracion)
      aclaracion | inconforme
      (?:dont|do not|never) owe | not my (?:debt|account|bill|loan)
      dispute
      isnt mine | not mine
      fraud | scam
      identity theft | wrong amount
      overcharg\w+
      (?:nao|n) devo | nao reconheco | nao eh? minha | divida nao eh?
      golpe | fraude
      cobranca indevida | valor errado
      contestar
    `,
  ),
  anywhere(
    'hardship',
    'hardship',
    phrases`
      (?:perdi|me quede sin|estoy sin|sin) (?:el |mi |\w+ )?(?:trabajo|empleo|chamba|pega|laburo)
      desemplead[oa] | desocupad[oa] | cesante
      me (?:corrieron|despidieron|echaron)
      (?:estoy|esta|estuve) (?:\w+ )?(?:enferm[oa]|hospitalizad[oa]|internad[oa]|incapacitad[oa])
      en el hospital
      fallecio | murio
      no (?:tengo|hay) (?:dinero|plata|lana|como pagar|con que|para comer|recursos|ingresos|nada)
      no me alcanza | situacion (?:dificil|complicada|critica)
      (?:muy )?(?:mal|apretad[oa]|complicad[oa]) (?:economicamente|de dinero|de plata)
      ando (?:corto|corta|quebrad[oa]|sin) | no puedo pagar | no tengo para
      crisis
      lost my job | laid off
      unemployed
      out of work | cant afford | no money
      broke
      in the hospital
      medical | hardship
      cant pay | passed away
      struggling
      perdi (?:o |meu )?(?:emprego|trabalho)
      desempregad[oa]
      sem (?:dinheiro|emprego|trabalho|condicoes|grana)
      nao tenho (?:dinheiro|como|condicoes) | nao posso pagar | nao consigo pagar
      doente | hospitalizad[oa] | faleceu
    `,
  ),
  anywhere(
    'plan',
    'plan',
    phrases`
      (?:en|a) (?:\w+ )?(?:pagos|cuotas|parcialidades|mensualidades|abonos|plazos|partes|quincenas)
      plan de pago\w* | plan | convenio | reestructur\w+ | refinanci\w+
      parcelar | parcelado | parcelas
      (?:en|a) meses
      diferir | fraccionar
      facilidades de pago | acuerdo de pago | abonos chiquitos
      pagar (?:de a )?poco | poco a poco
      installments?
      payment plan | payment arrangement | split (?:it|the)
      parcelamento | negociar | renegociar | dividir
    `,
  ),
  anywhere(
    'extension',
    'extension',
    phrases`
      prorroga
      mas (?:tiempo|plazo)
      (?:dame|deme|denme|regaleme|regalame) (?:unos dia|chance|tiempo|plazo|un plazo|mas|oportunidad|otros|una oportunidad)
      aguanta\w*
      (?:me )?(?:puede|puedes|pueden|podria|podrian) (?:esperar|aguantar)\w*
      espereme | esperame | esperenme | extension | extend
      more time | few more day
      (?:give me|need) (?:\w+ ){0,3}(?:time|day|days|week|weeks)
      grace period | mais (?:prazo|tempo)
      adiar | prorrog\w+
      um prazo
    `,
  ),
  anywhere(
    'balance',
    'balance',
    phrases`
      (?:cuanto|cuanta) (?:\w+ ){0,3}(?:${phrases`
        debo | deuda | saldo | es | seria | tengo que | falta | adeudo | estoy debiendo | le debo
        les debo | te debo | salgo debiendo
      `})
      cuanto (?:es|debo)
      saldo
      mi deuda | estado de cuenta
      adeudo
      que debo
      cual es (?:mi|el) (?:saldo|monto|deuda|total)
      cuando (?:vence|vencio) | detalle(?: de mi deuda)?
      how much (?:\w+ ){0,3}(?:owe|balance|due|is it|do i)
      balance
      what (?:do i|i) owe | amount due
      statement
      quanto (?:\w+ ){0,3}(?:devo|eh?|deve|ta|esta|falta)
      minha divida
      extrato
      valor da divida
    `,
  ),
  anywhere(
    'pay',
    'pay',
    phrases`
      (?:${phrases`
        quiero | quisiera | deseo | necesito | puedo | como | donde | voy a | vamos a | para | link
        liga | enlace | forma | formas | medios | metodo | metodos | ganas de
      `}) (?:\w+ ){0,3}(?:${phrases`
        pagar\w* | pago | abonar | depositar | transferir | cancelar | consignar | liquidar
      `})
      link | liga | enlace
      (?:link|liga|enlace|boton) de pago
      pagar | pagar ahora | pago ahora | pagar ya | como pago
      donde pago | donde (?:deposito|consigno|transfiero|abono)
      a que cuenta | numero de cuenta
      clabe
      datos (?:de|para) (?:el )?(?:pago|deposito|transferir|la transferencia)
      (?:want|like|need|ready|going|how|where|can|able) (?:\w+ ){0,3}pay
      pay now | pay
      payment link | quero pagar | como (?:faco para )?pagar
      chave pix
      pix | boleto
      codigo de barras | manda o link
    `,
  ),
  anywhere(
    'who_are_you',
    'who_are_you',
    phrases`
      quien(?:es)? (?:es|son|eres|habla|me escribe|escribe|me llama|me habla|me contacta)
      de (?:donde|parte de quien|que empresa|que compania|que banco) (?:\w+ )?(?:me |es|son|hablan|escriben|habla|escribe|llaman)?
      que empresa
      quien | quienes
      who (?:is this|are you|is it|r you|dis) | whos this | what company
      who am i
      quem (?:eh?|fala|esta falando|sao|ta falando)
      de onde (?:eh?|fala|falam) | qual empresa | es usted
    `,
  ),
  anywhere(
    'help',
    'help',
    phrases`
      ayuda | ayudame | ayudeme | menu | opciones
      que puedo hacer | que puedes hacer | como funciona | no entiendo | no entendi
      help | options
      what can (?:you|i) do | i dont understand
      confused | ajuda | opcoes
      nao entendi | nao entendo
      socorro | info | informacion | instrucciones
    `,
  ),
  anywhere(
    'repeat',
    'repeat',
    phrases`
      repite | repita | repitelo | repitame | repiteme | repetir
      otra vez | de nuevo | como dijo | como dijiste | que dijo | que dijiste
      no escuche | mandalo otra vez | puede(?:s)? repetir
      repeat | again
      say that again | what did you say | come again
      pardon | repete | repita
      pode repetir | de novo | outra vez
    `,
  ),
  anywhere(
    'cancel',
    'cancel',
    phrases`
      olvidalo | olvidelo
      dejalo asi | dejelo asi | ya no quiero | mejor no
      cancela(?: eso| todo| la promesa| mi promesa| el acuerdo)
      cancelar (?:la |mi |el )?(?:promesa|acuerdo|compromiso|proceso|operacion|convenio)
      regresar | volver | atras
      menu principal
      nevermind | never mind | forget it | go back | start over
      cancel (?:my |the |that |it )?(?:promise|arrangement|that|it)
      esquece | esqueca | voltar
      deixa pra la | deixa para la
    `,
  ),
  anywhere(
    'abuse',
    'abuse',
    phrases`
      chinga\w* | chingue\w* | pendej\w+ | cabron\w* | put[oa]s?
      hijos? de (?:puta|perra|su|tu)
      mierda | culer\w+
      vete a la | vayanse a la
      malparid\w+ | gonorrea | hijueputa | hp | hdp | conchetumare
      ctm
      weon culiao
      culiao
      boludo de
      pelotudo\w*
      la concha
      fuck\w* | shit | bitch\w* | asshole\w* | bastard\w* | scumbag
      caralho | porra
      filho da puta
      fdp | merda
      vai se foder
      arrombad\w+ | rateros | ladrones | idiota\w* | imbecil\w*
      estupid\w+ | maldit[oa]s
    `,
  ),
  anywhere(
    'thanks',
    'thanks',
    phrases`
      gracias
      muchas gracias | mil gracias | te agradezco | le agradezco
      thanks | thank you
      thx
      appreciate it
      obrigad[oa] | valeu
      muito obrigad[oa]
      agradezco | agradecid[oa]
    `,
  ),
  {
    intent: 'greeting',
    id: 'greeting',
    pattern: cueAtStart`
      hola | holi | holis | ola | buenas | buenos dia | buen dia | buenas tardes | buenas noches
      que tal | que onda | alo | alou | saludos | hi | hello | hey
      good (?:morning|afternoon|evening) | oi | bom dia | boa tarde | boa noite | e ai
      hola buenas | quiubo | wena
    `,
  },
];

const LANGUAGES: readonly [language: 'es' | 'pt' | 'en', pattern: RegExp][] = [
  [
    'en',
    / (?:in english|english please|english|speak english|ingles|en ingles|em ingles|hablan ingles|change to english)(?= )/,
  ],
  [
    'es',
    / (?:en espanol|espanol|hablan espanol|in spanish|spanish|spanish please|em espanhol|espanhol|castellano)(?= )/,
  ],
  ['pt', / (?:em portugues|portugues|en portugues|in portuguese|portuguese|fala portugues)(?= )/],
];

export interface IntentHit {
  intent: Intent;
  rule: string;
  /** Offsets in the line of words. */
  at: readonly [number, number];
}

/** Every rule that the line of folded words meets, strongest first; each intent once. */
export function readIntents(words: string): IntentHit[] {
  const hits: IntentHit[] = [];
  for (const { intent, id, pattern } of RULES) {
    if (hits.some((hit) => hit.intent === intent)) continue;
    const match = pattern.exec(words);
    if (match) hits.push({ intent, rule: id, at: [match.index, match.index + match[0].length] });
  }
  return hits;
}

export function readLanguage(words: string): 'es' | 'pt' | 'en' | null {
  return LANGUAGES.find(([, pattern]) => pattern.test(words))?.[0] ?? null;
}
