import { type Cues, cue, cueAll, cueAtStart, phrases } from './cues.ts';
import { CLITIC, spanishFacts } from './cues-es-facts.ts';

const PAYMENT =
  '(?:pago|deposito|transferencia|abono|consignacion|dinero|plata|comprobante|recibo|voucher|baucher|ticket|soporte|deuda|cuenta|cuota|todo|eso|MONEY|REL)';

/** After "a ver" and "haber": without it they only open the talk. */
const WHETHER = '(?:si|que|como|cuando|cuanto|(?:el |la |para |para el )?(?:DATE|VAGUEDATE))';

export const spanishCues: Cues = {
  ...spanishFacts,
  assuring: cueAll`
    (?:como|que) (?:ya )?(?:te |le |les )?(?:quedamos|acordamos|hablamos|dije|dijimos|prometi\+?|platicamos|comente\+?)
    sin falta | sin falla
    no (?:te|le|les) (?:voy a )?(?:fallo|falla|quedo mal|quedare mal|quedar mal|fallare|fallare\+|fallar|fallamos|miento)
    no fallo | no falla
    no (?:se|te) (?:me )?(?:preocupe|preocupes|apure|apures|agobie|me apure)
    no hay (?:ningun )?(?:problema|falla|pierde|bronca|drama|lio|pedo)
    no (?:pasa|paso|pasara) de(?: el| la)? | DATE no (?:pasa|paso)
    no tenga(?:s)? (?:cuidado|pendiente) | no me (?:olvido|olvide|se olvida) | no se me (?:olvida|pasa)
    no (?:mas|despues) (?:tarde )?de | no lo dude | no dude | no se moleste
    por que no | no mas
    nomas
    no problem | no falto | no falta | no (?:le|te) quedo a deber
    si o si | cueste lo que cueste | no (?:te|le) (?:mentire|engano)
    como no | no hay de otra | no importa | no llores | no pierda cuidado | no es broma | no espero
    quise decir | quiero decir | (?<=^ )era(?= (?:el |la )?DATE) | (?<=^ )(?:si )?seria(?= )
  `,
  negated: cue`
    no (?:\w+ ){0,4}(?:DATE|LOOSEDATE|VAGUEDATE)
    (?:DATE|LOOSEDATE|VAGUEDATE)(?: (?:${phrases`
      si | yo | ya | todavia | aun | pues | la verdad | creo que | es que | eso | definitivamente | ni
      que | siempre | al final | de plano | como que
    `}))? ${CLITIC}(?:no|tampoco|imposible|nunca)
    (?:DATE|LOOSEDATE) (?:\w+ ){0,2}no (?:\w+ )* | ni (?!bien )(?:\w+ ){0,3}(?:DATE|LOOSEDATE)
    (?:de )?ninguna manera (?:\w+ ){0,4}DATE | DATE (?:\w+ ){0,3}ninguna manera
    ni modo | tampoco (?:\w+ ){0,2}DATE | imposible (?:\w+ ){0,3}DATE
    dificil (?:\w+ ){0,3}DATE
    DATE (?:\w+ ){0,3}(?:imposible|dificil|complicad[oa])
    DATE (?:(?:me|se|esta\+?|ta|queda|hace|ve|veo|la|lo|muy|bien|re|va|a|estar|anda) ){0,4}(?:${phrases`
      en chino | canon | grave | pesad[oa] | peludo | jodid[oa] | brav[oa] | dur[oa] | fe[oa] | cuesta arriba
    `})(?= $)
    DATE ni (?:cagando|ahi|en pedo|en broma|loc[oa]|a palos|de chiste|sonando|a bala|de milagro|muert[oa])
    DATE (?:todavia |aun )?(?:estoy|ando|estare\+?|sigo|voy a estar) (?:muy |re |bien )?(?:${phrases`
      sec[oa] | bruja | cort[oa] | pelad[oa] | sin | en ceros? | en la lona | quebrad[oa] | limpi[oa]
    `})
    nunca (?:\w+ ){0,3}DATE | ya no (?:\w+ ){0,3}DATE | no(?: \w+){0,6} DATE
  `,
  asks: cueAtStart`
    (?:(?:hola|oiga|oye|disculpe|disculpa|y|pero|buenas|joven|senorita) )*(?:${phrases`
      a que hora | hasta que hora | que horario | que dias? | en que | cuant[oa]s?(?! antes) | cual
      cuales | quien | sera que | no se podra | se podra | sera posible
      me (?:puede|puedes|pueden|podria|podrias|podrian) (?:mandar|enviar|pasar|decir|informar|explicar|compartir|regalar (?:el|la|un|una)|dar (?:el|la|un|una|mi)|PAYINF (?:el|la|un|una|mi|los|las))
      habra (?:chance|forma|manera|posibilidad)
    `})
  `,
  asksInfo: cue`
    que (?:pasa|sucede|pasaria|me pasa|ocurre) | DATE es DATE
    hay (?:\w+ ){0,2}(?:atencion|servicio|sistema|cajero|alguien|oficina|banco|bancos|paso|descuento|lugar|paro)
    (?:me|nos) (?:llego\+?|aparecio\+?|aparece|mandaron|enviaron|dejaron) (?:\w+ ){0,2}(?:mensaje|correo|aviso|carta|notificacion|cobro|recibo|boleta|factura|sms)
    hay | abren | abre | abriran | abierto | abierta | abiertos
    atienden | atiende | atencion | horario | horarios | cierran | cierra
    cerrado | trabajan | laboran | laborables | labora | reciben | recibe
    cobran | cobra | cobraran | vence | vencia | vencen | vencimiento
    corte | cuanto | cuanta | cuantos | cuantas | donde | adonde
    a donde | como puedo | como hago | como le hago | como se | como pago | como PAY
    quien | quienes
    que hora | a que | que dia | que fecha
    cual | cuales | cuando
    por que | porque me | es feriado | es festivo | es habil | es dia | es domingo | es lunes
    hoy es
    festivo | interes | intereses | recargo | recargos | multa
    llamo | llamaron
    me llamo
    suspenden | cortan | sucursal | cajero | siguen | sigue
    estaran | estan abiertos | estan | operan | funciona | funcionan
    tarda | tarda en
    refleja
    se refleja
    aplica | aplican
    me marca
    marcaron
  `,
  proposes: cue`
    puede ser | podria ser | pudiera ser
    seria | podria | podriamos | pudiera | puedo | podemos
    se puede | se podria | me permite | me permiten | le parece
    te parece | les parece | esta bien | estaria bien
    sirve
    le sirve | te sirve | que tal
    quedamos | quedaria | acepta | aceptan
    hay chance | hay posibilidad | me da | me das | me dan
    da chance | le late | te late
    conviene | vale
    que le parece | que te parece | no hay problema | hay problema | hay forma
    habra forma | habria | alcanza
    y si | le va | te va | esta okay
    ok
  `,
  permits: cueAtStart`
    (?:(?:le|te|les) (?:parece|late|sirve|va|molesta|acomoda)|(?:esta\+?|estaria) bien|se puede|puede ser|se podria|hay (?:algun )?(?:problema|inconveniente)|hay chance|me (?:espera|esperan|esperas|aguanta|aguantas|dan chance|da chance))
  `,
  asksTime: cue`
    (?:${phrases`
      aguanta | aguante | aguanten | aguantame | aguanteme | aguantenme | espera | espere | esperen
      esperame | espereme | esperenme | esperenos | esperar | esperarme | aguantar | aguantarme
      tengame | tenme | tenganme | dame | deme | denme | dame chance | deme chance | denos | regaleme
      regalame | regalenme | concedame | concedeme | permitame | permiteme | permitanme | prorroga
      prorrogue | prorrogar | extienda | extiendame | extender | dejame | dejeme | ayudame | ayudeme
      banca | bancame | bancarme | banqueme | bancas | aguantas | esperas
    `}) (?:\w+ ){0,4}(?:DATE|VAGUEDATE|DURATION|LOOSEDATE|mas|tiempo)
    me (?:puede|puedes|pueden|podria|podrias|podrian|pudiera) (?:${phrases`
      esperar | aguantar | dar | extender | ampliar | tener | mover | cambiar | recorrer | regalar
      prorrogar | correr | bancar | tolerar
    `})
    (?:necesito|ocupo|quiero|pido|solicito|requiero|quisiera) (?:\w+ ){0,2}(?:${phrases`
      mas tiempo | tiempo | plazo | prorroga | chance | DURATION | extension | unos DAYS | esperar
      una prorroga | mas plazo
    `})
    mas (?:tiempo|plazo) | un plazo
    prorroga
    me (?:${phrases`
      espera | esperas | esperan | aguanta | aguantas | aguantan | da | das | dan | regala | regalas
      regalan | tiene paciencia | banca | bancas | bancan | tolera | permite
    `})(?: \w+){0,4} (?:DATE|DURATION|VAGUEDATE)
    chance (?:\w+ ){0,3}(?:DATE|DURATION) | paciencia (?:\w+ ){0,3}(?:DATE|DURATION)
    (?:puede|puedes|pueden|podria|podrian) (?:esperar|aguantar)(?:me|nos)?
    tenga(?:n)? paciencia
    (?:mover|cambiar|recorrer|correr|pasar|aplazar|posponer)(?:me|lo|la|mela)? (?:\w+ ){0,4}(?:DATE|VAGUEDATE)
    (?:muevame|muevanme|cambieme|recorrame) (?:\w+ ){0,4}DATE
  `,
  conditional: cue`
    si (?:no |ya |es que |para |acaso |no me |todo |de verdad |a mi )*(?:(?:me|nos|te|le|les|se|lo) )*(?!(?:${phrases`
      PAY | PAYINF | DATE | MONEY | REL | senor | senora | claro | por | gracias | gusta | gustas
      gusten | quiere | quieres | quieren | esta | voy | vamos | puedo | ya | cumplo | tengo | debo
      se puede | podria | le | te | lo | que | ok | yo | en | a | para | hasta | mejor | entonces
      correcto | con | y | pero | MONEY | pues | LOOSEDATE | de | confirmo | acepto | quiero | el
      este | seguro | sin | mas | quedo | anoteme | apunteme | buenas | buenos | hoy | un | una | la
      perdon | amigo | joven | mire | oiga | estoy | soy | tu | usted | dale | listo | bueno | las
      los | mi | recuerdo | se | asi | no | es
    `})(?= ))\w+
    si (?:DATE|en DATE|para DATE|\w+ DATE) (?:\w+ )*(?:me|nos|se|ya|tengo|cobro|recibo|llega|cae|sale|vendo|junto)
    si (?:el|la|mi|los|las|todo|yo|ya|es que|no|en|para) (?:\w+ ){0,4}(?:${phrases`
      paga | pagan | PAY | cae | caen | llega | llegan | sale | salen | deposita | depositan | presta
      prestan | vendo | consigo | cobro | puedo | junto | alcanza | alcanzo | tengo | recibo | cumple
      cumplen | libera | autorizan | aprueban | entra | hay | va | esta
    `})
    si (?:no )?(?:${phrases`
      tengo | puedo | alcanzo | consigo | junto | cobro | recibo | vendo | logro | hay | sale | cae
      llega | pagan | depositan | encuentro | completo | pego
    `})
    si me | si nos | si se | si todo | si no (?:pasa|hay|surge|ocurre|llueve|tengo) | si llego a
    si acaso | siempre y cuando | siempre que | a menos que
    con tal que | con tal de que
    depende | dependiendo | dependo
    en caso de que | en caso que | a condicion
    suponiendo
    con que me | solo si | salvo que | excepto si | a reserva | a ver si
    haber ${WHETHER} | ver si | veo si | vemos si | checo si | esperando que
    a ver ${WHETHER} | segun me | segun como
    según
  `,
  pious: cueAll`
    (?:o )?(?:antes si (?:puedo|se puede|alcanzo|consigo|junto)|si (?:puedo|se puede|alcanzo) antes)
    si dios (?:lo |me |nos |asi lo |asi |le )?(?:\w+)(?: (?:vida|licencia|salud|permiso|fuerzas))?
    si (?:me hace (?:el |un |ese )?favor|(?:es|fuera|fuese) tan amable|no es (?:mucha )?molestia|gusta\w*|usted gusta|no le molesta)
    (?<=LOOSEDATE )si(?= (?:el |la |para )?DATE)
    si dios nos presta vida | si dios me presta vida | si dios me da vida
    dios mediante | primero dios | con el favor de dios | con ayuda de dios
    dios quiera | dios primero | con la ayuda de dios | con la bendicion de dios
    gracias a dios | si dios permite | si la virgen quiere | si no pasa nada
    con el favor de el senor | si dios lo quiere | ojala y dios quiera
    dios lo quiera | en el nombre de dios | mediante dios
    si el senor quiere | o1 dios | primeramente dios
  `,
  hedged: cue`
    tal vez
    quiza | quizas
    a lo mejor
    alomejor | probablemente | posiblemente | posible
    es posible | puede que | puede ser que
    creo | creo que | yo creo | pienso que
    supongo
    igual y | chance y
    capaz | capaz que | espero(?! que me esperen) | esperemos
    ojala | ojala\+ | intento | intentare\+? | intentar | tratare\+? | tratar | trato de
    hare lo posible | hare\+ lo posible | lo intento | quien sabe
    no se si | no estoy seguro | no estoy segura | no te prometo | no le prometo | no prometo
    a ver ${WHETHER} | DATE a ver
    veremos | vere\+?
    ver si | en teoria | en principio si | se supone | a la mejor
    haber ${WHETHER} | ojala que | calculo que | estimo que
    tentativamente
    mas o menos seguro | no se\+? si
  `,
  putsOff: cue`
    ${CLITIC}(?:${phrases`
      aviso | avisare\+? | confirmo | confirmare\+? | (?<=(?:te|le|les|lo) )digo | dire\+?
      (?<!me )llamo | llamare\+? | marco | marcare\+? | escribo | escribire\+? | hablo | hablare\+?
      comunico | comunicare\+? | informo | informare\+? | respondo | contesto | comento | cuento
      platico | notifico | contacto | resuelvo
      PAY (?:una |un )?(?:respuesta|razon|informes|noticias|aviso|fecha)
    `})
    (?:${phrases`
      hablamos | platicamos | (?:ahi|luego|despues|ya) vemos | lo vemos | nos hablamos | lo platicamos
      charlamos | conversamos | lo checo | lo reviso | lo veo | reviso | checo | veo | arreglamos
      lo hablo | lo consulto | lo pienso | lo voy a pensar | nos ponemos de acuerdo | vemos que
      le echo un ojo
    `})
    voy a (?:ver|checar|revisar|hablar|llamar|avisar|preguntar|consultar|pensar)
    (?:le|te|les) (?:voy a )?(?:avisar|confirmar|marcar|llamar|decir)
    para (?:avisarle|confirmarle|decirle) | estamos en contacto
    seguimos hablando | le estare avisando | ya le digo | te estoy avisando
  `,
  offers: cue`
    (?:pasen?|vengan?|pasa) (?:\w+ ){0,4}por (?:el|su|mi) (?:dinero|pago|abono|plata)
    (?:${CLITIC})?(?:PAY|PAYINF|PAYING)
    (?:voy|vamos|va) a \w+r(?:te|le|les|lo|la|se)?
    te caigo | le caigo | le llevo | te llevo | les llevo
    queda | quedo | quedamos | quedara\+?
    me pongo | nos ponemos | al corriente | al dia | lo tiene
    la tiene | lo tienes | tienes tu dinero | tiene su dinero | tiene su pago | tiene su plata
    ahi esta | esta ahi | hago (?:\w+ ){0,2}${PAYMENT} | hare\+? (?:\w+ ){0,2}${PAYMENT}
    hacer (?:\w+ ){0,2}${PAYMENT}
    arreglo | arreglamos
    paso a
    pasare\+?
    paso por | (?<=^ (?:(?:y|de ahi|ahi|luego|ya) ){0,2})(?:paso|voy|llego|caigo)(?= $)
    cumplo | cumplire\+?
    le cumplo | te cumplo | me comprometo
    comprometo | prometo
    le prometo
    (?:${phrases`
      demelo | damelo | dejelo | dejamelo | dejemelo | dejalo | pongame | ponme | pongalo | ponlo
      anoteme | anotame | anotelo | apunteme | apuntame | apuntelo | registreme | registrame
      agendeme | agendame | agendalo | programeme | programame | programelo | paselo | pasamelo
      pasemelo | apartelo
    `})
    (?:te|le|les) (?:llega|cae|entra|aparece|estara\+? llegando|va a llegar|va a caer)
    es cuando (?:puedo|podria|le|te|les|me) | (?<=DATE (?:\w+ ){0,3})esta\+? DONE
    seguro | fijo
    sin falta
    confirmado
    dalo por hecho | delo por hecho | cuente con | cuenta con
    lo resuelvo
    resuelvo
    salgo de (?:esto|esa) | mato la deuda
    (?:te|le|les) (?:dejo|suelto|mocho|aviento|paso|tengo|junto|completo|llevo|traigo|arrimo|caigo con|cae con) (?:\w+ ){0,2}(?:MONEY|REL|dinero|plata|lana|pago|algo|completo|eso|esto|varo|feria|billete|guita|cuota|abono)
  `,
  soon: cue`
    siempre no | (?:esta\+?|anda) (?:muy |bien |bastante )?(?:dificil|dur[oa]|fe[oa]|complicad[oa]|canij[oa])
    en un tiempo | echame la mano | echeme la mano
    (?:ando|estoy|voy|vamos|sigo|seguimos) (?:viendo|buscando|consiguiendo|juntando)
    (?:primera|o1) oportunidad | (?:primer|o1) chance | dejeme ver
    dejame ver | deja ver | deja checo | deja veo | dejeme checar | dejeme revisar
    lo voy a pensar | tengo que ver | voy a ver | lo antes posible | lo mas pronto | lo mas antes
    cuanto antes
    pronto | prontito
    en cuanto \w+
    cuando (?:pueda|puedo|tenga|me|cobre|junte|salga|consiga|venda|reciba|haya|llegue|este|encuentre|nos|se)
    a la brevedad | un dia de estos | uno de estos dia | estos dia
    en estos dia
    luego | despues
    mas adelante | al rato | algun dia | ahi vemos | ya mero | ya casi
    apenas (?:pueda|cobre|tenga|me|salga|venda|junte|consiga|reciba) | ni bien \w+
    en unos dia
    proximamente
    otro dia | al cobrar
    cobrando | teniendo
    de a poco | poco a poco | tan pronto | dame tiempo | deme tiempo
    paciencia | chance
    no tengo (?:ahora|ahorita|dinero|plata|nada|con que|trabajo)
    no tengo ni \w+ | (?:estoy|ando|sigo) (?:re |muy |bien |todo )?(?:sec[oa]|pat[oa]|cort[oa]|quebrad[oa]|bruja|cesante|pelad[oa]|desemplead[oa]|en ceros?|en la lona)
    no me alcanza | ando (?:corto|corta|quebrado|sin) | sin (?:dinero|plata|trabajo|empleo)
    no puedo | no podre\+? | no he podido | estoy juntando
    ando juntando | estoy viendo | viendo como | viendo la manera
    quiero pagar | quiero PAYINF | quisiera PAYINF | voy a PAYINF | voy a ver
    si voy a | si PAY
    PAY | PAYINF | PAYING | cumplo
    me comprometo
    prometo
  `,
  corrects: cue`
    que pena | que diga
    perdon | perdona | perdone | digo
    (?<!lo )mejor | mejor dicho | mas bien
    corrijo | correccion
    me equivoque\+?
    equivocado
    quise decir | quiero decir | o sea | en realidad
    rectifico | olvidalo | olvidelo | espera | espere | espereme
    no espera | bueno no | ay no | uy no
    aguanta | ups | disculpe | disculpa | miento | mentira | (?:no )?mentiras
    sino
    cambio de planes | (?:uh|uy|ay|no) (?:ese|esa) dia no | pensandolo bien | ahora que lo pienso
    ya no | siempre no | que diga | borre eso | no cierto
    me confundi
    cambielo | cambialo | cambiemelo | muevalo | muevelo | recorralo | recorrelo
    es decir
    nel | bah | naa+h?
  `,
  refuses: cue`
    (?:a mi )?no me cobren | (?:esa|esta|la) (?:deuda|cuenta) es de (?:mi|otr[oa]|el|ella)
    no (?:le |les |te |yo )?(?:debo|debemos) (?:nada|ni|eso|dinero|ningun|esa|a nadie|a ustedes)
    no debo
    no (?:es|son) (?:mi|mia|mias|mio|nuestra) ?(?:deuda|cuenta|prestamo|credito)?
    no conozco (?:esa|ese|esta|este) (?:deuda|cuenta|credito|prestamo)
    no molesten | no moleste | no (?:lo|la|los|las) debo | no vive aqui
    ya no vive | aqui no vive
    (?:robaron|clonaron|usurparon) (?:\w+ )?(?:identidad|datos|documentos)
    no es mi deuda | esa deuda no | esta deuda no | la deuda no es
    no (?:la |lo )?reconozco
    desconozco
    no (?:les |le |te )?(?:voy|pienso|vamos) a? ?(?:PAYINF|(?:pagar|dar|depositar)\w*)(?! (?:(?:el|la|para|hasta|en|de|antes) ){0,3}(?:DATE|LOOSEDATE))
    no (?:les|le|te) (?:PAY|pagare\+?) (?:nada|ni|un|REL)
    no quiero PAYINF(?! (?:(?:el|la|para|hasta|en|de|antes) ){0,3}(?:DATE|LOOSEDATE))
    no pienso(?! PAYINF) | me niego
    nunca (?:les |le |te )?(?:voy a )?(?:PAY|PAYINF|pedi|saque|firme|contrate)\+?
    no (?:les )?PAY nada
    (?<=^(?: yo)? )no PAY(?: y punto| mas| ni \w+)?(?= $)
    no PAY (?:y punto|ni) | (?:numero|num|telefono) equivocado
    equivocado de (?:numero|persona) | se equivoc\w*\+? | esta(?:n|s)? equivocad\w+
    no soy (?!(?:de|mal[ao]?|asi|irresponsable|rat[ao]|tranz[ao]|moros[ao]|ningun|ninguna|adivin[oa]|ric[oa]|millonari[oa])(?= ))\w+
    esa persona no | ese senor no | aqui no vive | no conozco a | no la conozco | no lo conozco
    ya no (?:es|tiene) este numero
    (?:dejen|deja|deje|dejenme|dejame|dejeme) (?:ya )?(?:de|en paz)(?: (?:\w*(?:llamar|molest|escrib|marc|mand|chingar|joder|acosar)\w*))?
    no me (?:${phrases`
      llamen | llame | molesten | molestes | moleste | escriban | escribas | busquen | contacten
      marquen | jodan | manden | hablen | vuelvan | esten | chinguen | insistan
    `})(?! (?:\w+ ){0,4}(?:HOUR|N|horario|horarios|hora|horas|DATE|temprano|tarde|noche|madrugada)(?= ))
    no me romp\w+ | no (?:me )?hinch\w+ | dejate de (?:joder|romper|molestar)
    demandenme | demandame | demandeme | demanden
    hagan lo que quieran | haganle como quieran | haga lo que quiera | hagale como quiera
    nos vemos en (?:los )?(?:juzgado|corte|tribunal)\w*
    hablen con mi abogado | mi abogado
    profeco | condusef | sernac | procon
    los (?:voy a )?(?:demandar|demando|denunciar|denuncio)
    es (?:un )?fraude | es (?:una )?estafa
    son (?:unos )?(?:rateros|ladrones|estafadores)
    robo de identidad
    suplant\w+
    no me corresponde | no es mi obligacion | no acepto
    jamas (?:les |le )?(?:PAY|PAYINF|pedi|saque|compre)
    me clonaron
    yo no (?:saque|pedi|contrate|compre|firme|solicite|fui|hice|tengo (?:esa|ningun|ninguna|deuda|cuenta|credito))\+?
    no tengo (?:ninguna |ningun )?(?:deuda|adeudo|cuenta|credito|deudas)
    no pedi | no contrate | ni (?:loc[oa]|muert[oa]|cagando|en pedo|a palos|sonando|de chiste) (?:\w+ )?(?:PAY|PAYINF)(?! (?:\w+ ){0,3}(?:DATE|LOOSEDATE))
    (?:eso|esto|ese|esa) no (?:lo|la) (?:pedi|saque|compre|contrate|solicite|firme)\+?
    no vive (?:mas |ya )?(?:aca|ahi|en esta)
    no cuenten conmigo | cobrenle a | no les PAY | que me demanden
    no insista | no insistan | borren mi | eliminen mi | den de baja
  `,
  splitters: new Set([
    'pero',
    'mejor',
    'sino',
    'aunque',
    'porque',
    'entonces',
    'perdon',
    'digo',
    'y',
    'pues',
    'asi',
    'corrijo',
    'disculpe',
    'disculpa',
    'cambielo',
    'cambialo',
    'cambiemelo',
    'muevalo',
    'muevelo',
    'recorralo',
    'recorrelo',
  ]),
};
