import { type Cues, cue, cueAll } from './cues.ts';

const CLITIC = '(?:(?:te|le|les|lo|la|los|las|se|me|nos) ){0,2}';
const DEED =
  '(?:(?:el|la|mi|un|una|su|ese|esa|los|las|otro) )?(?:pago|deposito|transferencia|abono|consignacion|transfer|spei|giro|envio|transaccion|operacion|pse|nequi|yape|pagos)';
const PAYMENT =
  '(?:pago|deposito|transferencia|abono|consignacion|dinero|plata|comprobante|recibo|voucher|baucher|ticket|soporte|deuda|cuenta|cuota|todo|eso|MONEY|REL)';

export const spanishCues: Cues = {
  paid: cue(
    '(?:pase\\+|pasamos) a PAYINF',
    'acab(?:o|amos|e\\+?|a) de (?:PAYINF|hacer|mandar|enviar)',
    `ya (?:\\w+ )?${CLITIC}(?:PAID|PAYQ|DONE)`,
    `ya ${CLITIC}(?:he|habia|hemos|ha|fue|esta\\+?|quedo\\+?|estaba|queda) (?:\\w+ )?(?:DONE|hecho|hecha|listo|lista|saldada|saldado|paga|pago|pagadito|cancelado)`,
    `(?:he|hemos|ha) (?:ya )?DONE`,
    `ya ${CLITIC}(?:hice|hizo|hicimos|mande\\+?|hicieron|realice\\+?|efectue\\+?|PAID|PAYQ) ${DEED}`,
    `${CLITIC}(?:hice|hicimos|realice\\+|efectue\\+|PAID) ${DEED}`,
    `ya (?:esta\\+?|quedo\\+?|fue|estaba) (?:DONE|listo|hecho|al corriente|al dia|todo|eso|paga|pago|en su cuenta)`,
    `ya (?:lo|la|los|las|eso)? ?(?:pague|cancele|deposite|transferi|abone|liquide|PAID|PAYQ|cubri)`,
    `(?:esta\\+?|quedo\\+?|fue|estan) (?:DONE|cancelado|cancelada|liquidado|liquidada|saldado|saldada) (?:desde|hace|ya|PASTDATE)`,
    `ya (?:no )?(?:le|les|te)? ?(?:di|dimos|dio) (?:el |la |los )?(?:dinero|plata|pago|MONEY|lana)`,
    `PASTDATE (?:\\w+ ){0,2}${CLITIC}(?:PAID|PAYQ|hice|PAY)`,
    `${CLITIC}(?:PAID|PAYQ) (?:\\w+ ){0,4}PASTDATE`,
    `${CLITIC}PAID(?: (?:el|la|los|las|mi|todo|MONEY|REL|en|por|con|a|su|ya|DATE|ese|esa))?`,
    `(?:aqui|ahi|ahi\\+|le|te) (?:\\w+ ){0,2}(?:esta\\+?|va|mando|envio|mande\\+?|adjunto|paso|PAY) (?:\\w+ ){0,3}(?:comprobante|voucher|baucher|soporte|recibo de pago)`,
    `(?:tengo|adjunto|revise|cheque|vea) (?:\\w+ ){0,2}(?:comprobante|voucher|baucher|soporte)`,
    `ya (?:se )?(?:les |le |te |lo )?(?:PAID|PAYQ|DONE)`,
    `ya PAY (?:mi|PASTDATE|todo|eso|esa)`,
    `(?:ya )?esta\\+? (?:todo )?DONE`,
    `ya (?:esta\\+?|quedo\\+?) (?:el|mi|su|la) (?:pago|deposito|transferencia|abono)`,
    `ya pago\\+? (?:PASTDATE|mi|todo|eso|por)`,
    `quede\\+? al corriente|quede\\+? al dia`,
    '(?:quedo\\+|fue|fueron) (?:\\w+ )?DONE',
    'ya (?:me|nos) (?:lo |la |los )?(?:descontaron|cobraron|debitaron|rebajaron|quitaron|retuvieron)',
    '(?<=^ )(?:te |le |les |lo |la |yo |si ){0,2}PAYQ',
  ),
  past: cue(
    'PAID|fui|fue|fueron|fuimos|estuve|estuvo|estuvimos|tuve|tuvo|tuvimos|pude|pudo|pudimos|quise|quiso|hice|hizo|hicieron|hicimos|dije|dijo|dijeron|dijiste|vine|vino|puse|pusieron|vi|vio|vieron|iba|ibamos|era|eran|habia|habian|estaba|estaban|estabamos|tenia|queria|podia|debia|sabia|supe|supo|llego\\+|salio\\+?|cayo\\+|quedo\\+|perdi\\+?|quede\\+?|llame\\+|hable\\+|marque\\+|intente\\+?|trate\\+|recibi\\+?|cobre\\+|salieron|vencio\\+?|pasaron|murio|fallecio|choco\\+|nacio|naci\\+?|empece|olvide\\+?|dieron|dio|cai|enferme|avise\\+|conteste\\+',
    '(?!hasta|basta|traste|contraste|este|triste|existe|chiste)\\w{2,}(?:aron|ieron|aste|iste|abamos|aban)',
    '(?!\\w*(?:ar|er|ir)[aeio]\\+)\\w{2,}[eoi]\\+',
    'PASTDATE',
  ),
  voided: cue(
    `(?:ya )?(?:${CLITIC})(?:iba|ibamos) a`,
    'queria|quise|pensaba|tenia pensado|habia dicho|habia quedado|habiamos quedado|dije|te dije|le dije|les dije|quede|quede\\+|quedamos|prometi|prometi\\+|tenia que',
    'antes era|en vez de|en lugar de|no es|no era|ya no|olvide\\+?|olvidate de|cancele lo de|no seria',
  ),
  assuring: cueAll(
    'sin falta|sin falla|no (?:te|le|les) (?:voy a )?(?:fallo|falla|quedo mal|quedare mal|quedar mal|fallare|fallare\\+|fallar|fallamos|miento)|no fallo|no falla|no (?:se|te) (?:me )?(?:preocupe|preocupes|apure|apures|agobie|me apure)|no hay (?:ningun )?(?:problema|falla|pierde|bronca|drama|lio|pedo)|no (?:pasa|paso|pasara) de(?: el| la)?|DATE no (?:pasa|paso)|no tenga(?:s)? (?:cuidado|pendiente)|no me (?:olvido|olvide|se olvida)|no se me (?:olvida|pasa)|no (?:mas|despues) (?:tarde )?de|no lo dude|no dude|no se moleste|por que no|no mas|nomas|no problem|no falto|no falta|no (?:le|te) quedo a deber|si o si|cueste lo que cueste|no (?:te|le) (?:mentire|engano)|como no|no hay de otra|no importa|no llores|no pierda cuidado|no es broma|no espero|quise decir|quiero decir|(?<=^ )era(?= (?:el |la )?DATE)|(?<=^ )(?:si )?seria(?= )',
  ),
  negated: cue(
    `no (?:\\w+ ){0,4}(?:DATE|LOOSEDATE|VAGUEDATE)`,
    `(?:DATE|LOOSEDATE|VAGUEDATE)(?: (?:si|yo|ya|todavia|aun|pues|la verdad|creo que|es que|eso|definitivamente|ni|que))? ${CLITIC}(?:no|tampoco|imposible|nunca)`,
    `(?:DATE|LOOSEDATE) (?:\\w+ ){0,2}no (?:\\w+ )*`,
    'ni (?:\\w+ ){0,3}(?:DATE|LOOSEDATE)',
    '(?:de )?ninguna manera (?:\\w+ ){0,4}DATE|DATE (?:\\w+ ){0,3}ninguna manera|ni modo',
    'tampoco (?:\\w+ ){0,2}DATE',
    `imposible (?:\\w+ ){0,3}DATE|dificil (?:\\w+ ){0,3}DATE|DATE (?:\\w+ ){0,3}(?:imposible|dificil|complicado)`,
    `nunca (?:\\w+ ){0,3}DATE`,
    'ya no (?:\\w+ ){0,3}DATE',
    'no(?: \\w+){0,6} DATE',
  ),
  asks: /^ (?:(?:hola|oiga|oye|disculpe|disculpa|y|pero|buenas|joven|senorita) )*(?:a que hora|hasta que hora|que horario|que dias?|en que|cuanto(?! antes)|cual|cuales|quien|sera que|no se podra|se podra|sera posible|habra (?:chance|forma|manera|posibilidad))(?= )/,
  asksInfo: cue(
    'que (?:pasa|sucede|pasaria|me pasa|ocurre)|DATE es DATE|hay (?:\\w+ ){0,2}(?:atencion|servicio|sistema|cajero|alguien|oficina|banco|bancos|paso|descuento|lugar|paro)|hay|abren|abre|abriran|abierto|abierta|abiertos|atienden|atiende|atencion|horario|horarios|cierran|cierra|cerrado|trabajan|laboran|laborables|labora|reciben|recibe|cobran|cobra|cobraran|vence|vencia|vencen|vencimiento|corte|cuanto|cuanta|cuantos|cuantas|donde|adonde|a donde|como puedo|como hago|como le hago|como se|como pago|como PAY|quien|quienes|que hora|a que|que dia|que fecha|cual|cuales|cuando|por que|porque me|es feriado|es festivo|es habil|es dia|es domingo|es lunes|hoy es|festivo|interes|intereses|recargo|recargos|multa|llamo|llamaron|me llamo|suspenden|cortan|sucursal|cajero|siguen|sigue|estaran|estan abiertos|estan|operan|funciona|funcionan|tarda|tarda en|refleja|se refleja|aplica|aplican|me marca|marcaron',
  ),
  proposes: cue(
    'puede ser|podria ser|pudiera ser|seria|podria|podriamos|pudiera|puedo|podemos|se puede|se podria|me permite|me permiten|le parece|te parece|les parece|esta bien|estaria bien|sirve|le sirve|te sirve|que tal|quedamos|quedaria|acepta|aceptan|hay chance|hay posibilidad|me da|me das|me dan|da chance|le late|te late|conviene|vale|que le parece|que te parece|no hay problema|hay problema|hay forma|habra forma|habria|alcanza|y si|le va|te va|esta okay|ok',
  ),
  asksTime: cue(
    `(?:aguanta|aguante|aguanten|aguantame|aguanteme|aguantenme|espera|espere|esperen|esperame|espereme|esperenme|esperenos|esperar|esperarme|aguantar|aguantarme|tengame|tenme|tenganme|dame|deme|denme|dame chance|deme chance|denos|regaleme|regalame|regalenme|concedame|concedeme|permitame|permiteme|permitanme|prorroga|prorrogue|prorrogar|extienda|extiendame|extender|dejame|dejeme|ayudame|ayudeme|banca|bancame|bancarme|banqueme|bancas|aguantas|esperas) (?:\\w+ ){0,4}(?:DATE|VAGUEDATE|DURATION|LOOSEDATE|mas|tiempo)`,
    `me (?:puede|puedes|pueden|podria|podrias|podrian|pudiera) (?:esperar|aguantar|dar|extender|ampliar|tener|mover|cambiar|recorrer|regalar|prorrogar|correr|bancar|tolerar)`,
    `(?:necesito|ocupo|quiero|pido|solicito|requiero|quisiera) (?:\\w+ ){0,2}(?:mas tiempo|tiempo|plazo|prorroga|chance|DURATION|extension|unos DAYS|esperar|una prorroga|mas plazo)`,
    'mas (?:tiempo|plazo)|un plazo|prorroga|me (?:espera|esperas|esperan|aguanta|aguantas|aguantan|da|das|dan|regala|regalas|regalan|tiene paciencia|banca|bancas|bancan|tolera|permite)(?: \\w+){0,4} (?:DATE|DURATION|VAGUEDATE)|chance (?:\\w+ ){0,3}(?:DATE|DURATION)|paciencia (?:\\w+ ){0,3}(?:DATE|DURATION)|(?:puede|puedes|pueden|podria|podrian) (?:esperar|aguantar)(?:me|nos)?|tenga(?:n)? paciencia|(?:mover|cambiar|recorrer|correr|pasar|aplazar|posponer)(?:me|lo|la|mela)? (?:\\w+ ){0,4}(?:DATE|VAGUEDATE)|(?:muevame|muevanme|cambieme|recorrame) (?:\\w+ ){0,4}DATE',
  ),
  conditional: cue(
    `si (?:no |ya |es que |para |acaso |no me |todo |de verdad |a mi )*(?:(?:me|nos|te|le|les|se|lo) )*(?!(?:PAY|PAYINF|DATE|MONEY|REL|senor|senora|claro|por|gracias|gusta|gustas|gusten|quiere|quieres|quieren|esta|voy|vamos|puedo|ya|cumplo|tengo|debo|se puede|podria|le|te|lo|que|ok|yo|en|a|para|hasta|mejor|entonces|correcto|con|y|pero|MONEY|pues|LOOSEDATE|de|confirmo|acepto|quiero|el|este|seguro|sin|mas|quedo|anoteme|apunteme|buenas|buenos|hoy|un|una|la|perdon|amigo|joven|mire|oiga|estoy|soy|tu|usted|dale|listo|bueno|las|los|mi|recuerdo|se|asi|no|es)(?= ))\\w+`,
    'si (?:DATE|en DATE|para DATE|\\w+ DATE) (?:\\w+ )*(?:me|nos|se|ya|tengo|cobro|recibo|llega|cae|sale|vendo|junto)',
    'si (?:el|la|mi|los|las|todo|yo|ya|es que|no|en|para) (?:\\w+ ){0,4}(?:paga|pagan|PAY|cae|caen|llega|llegan|sale|salen|deposita|depositan|presta|prestan|vendo|consigo|cobro|puedo|junto|alcanza|alcanzo|tengo|recibo|cumple|cumplen|libera|autorizan|aprueban|entra|hay|va|esta)',
    'si (?:no )?(?:tengo|puedo|alcanzo|consigo|junto|cobro|recibo|vendo|logro|hay|sale|cae|llega|pagan|depositan|encuentro|completo|pego)',
    'si me|si nos|si se|si todo|si no (?:pasa|hay|surge|ocurre|llueve|tengo)|si llego a|si acaso',
    'siempre y cuando|siempre que|a menos que|con tal que|con tal de que|depende|dependiendo|dependo|en caso de que|en caso que|a condicion|suponiendo|con que me|solo si|salvo que|excepto si|a reserva',
    'a ver si|haber si|ver si|veo si|vemos si|checo si|esperando que|a ver|segun me|segun como|según',
  ),
  pious: cueAll(
    'si dios (?:lo |me |nos |asi lo |asi |le )?(?:\\w+)(?: (?:vida|licencia|salud|permiso|fuerzas))?|si dios nos presta vida|si dios me presta vida|si dios me da vida|dios mediante|primero dios|con el favor de dios|con ayuda de dios|dios quiera|dios primero|con la ayuda de dios|con la bendicion de dios|gracias a dios|si dios permite|si la virgen quiere|si no pasa nada|con el favor de el senor|si dios lo quiere|ojala y dios quiera|dios lo quiera|en el nombre de dios|mediante dios|si el senor quiere|o1 dios|primeramente dios',
  ),
  hedged: cue(
    'tal vez|quiza|quizas|a lo mejor|alomejor|probablemente|posiblemente|posible|es posible|puede que|puede ser que|creo|creo que|yo creo|pienso que|supongo|igual y|chance y|capaz|capaz que|espero(?! que me esperen)|esperemos|ojala|ojala\\+|intento|intentare\\+?|intentar|tratare\\+?|tratar|trato de|hare lo posible|hare\\+ lo posible|lo intento|quien sabe|no se si|no estoy seguro|no estoy segura|no te prometo|no le prometo|no prometo|a ver|veremos|vere\\+?|ver si|en teoria|en principio si|se supone|a la mejor|haber si|ojala que|calculo que|estimo que|tentativamente|mas o menos seguro|no se\\+? si',
  ),
  income: cue(
    `(?:me|nos) (?:van a |va a )?(?:PAY|PAYINF|pagan|paga|depositan|deposita|cae|caen|llega|llegan|transfieren|transfiere|consignan|consigna|sueltan|entregan|dan|liquidan|pagaran|depositaran|entra|entran|mandan|giran|raya|rayan|acreditan|cancelan|toca|regresan|devuelven|prestan|adelantan|abonan)`,
    'nos vemos|cobro|cobramos|cobrare\\+?|recibo|recibire\\+?|voy a cobrar|vamos a cobrar|voy a recibir|(?:cae|llega|sale|entra|deposita|depositan|pagan|dan|liberan) (?:\\w+ ){0,2}(?:nomina|pago|sueldo|quincena|pension|beca|salario|aguinaldo|prima|bono|dinero|plata|prestamo|finiquito|liquidacion|subsidio|jubilacion|mesada|caja)|es (?:mi|el) (?:dia de )?(?:pago|cobro|quincena|nomina|paga)|dia de (?:pago|cobro|paga|raya)|mi (?:pago|nomina|sueldo|quincena|salario|pension) (?:es|cae|llega|sale|entra)',
  ),
  putsOff: cue(
    `${CLITIC}(?:aviso|avisare\\+?|confirmo|confirmare\\+?|(?<=(?:te|le|les|lo) )digo|dire\\+?|(?<!me )llamo|llamare\\+?|marco|marcare\\+?|escribo|escribire\\+?|hablo|hablare\\+?|comunico|comunicare\\+?|informo|informare\\+?|respondo|contesto|comento|cuento|platico|notifico|contacto|resuelvo|PAY (?:una |un )?(?:respuesta|razon|informes|noticias|aviso|fecha))`,
    '(?:hablamos|platicamos|(?:ahi|luego|despues|ya) vemos|lo vemos|nos hablamos|lo platicamos|charlamos|conversamos|lo checo|lo reviso|lo veo|reviso|checo|veo|arreglamos|lo hablo|lo consulto|lo pienso|lo voy a pensar|nos ponemos de acuerdo|vemos que|le echo un ojo)',
    'voy a (?:ver|checar|revisar|hablar|llamar|avisar|preguntar|consultar|pensar)|(?:le|te|les) (?:voy a )?(?:avisar|confirmar|marcar|llamar|decir)|para (?:avisarle|confirmarle|decirle)|estamos en contacto|seguimos hablando|le estare avisando|ya le digo|te estoy avisando',
  ),
  tells: cue(
    '(?:no )?trabajo (?:los )?DATE|DATE (?:descanso|no trabajo|trabajo)|descanso (?:los )?DATE|contrate\\+|compre\\+|adquiri\\+|firme\\+|saque\\+|solicite\\+|vence|vencia|vencio\\+?|vencimiento|vencen|caduca|fecha de corte|fecha limite|naci\\+?|nacio\\+?|nacimiento|cumplo anos|cumpleanos|(?:recibo|factura|boleta|contrato|aviso|carta|mensaje|correo|pagina|app|sistema|extracto|resumen|estado de cuenta|notificacion) (?:\\w+ ){0,3}(?:dice|decia|indica|marca|pone|menciona|senala|aparece|es de|era de|con fecha|sale)',
  ),
  aside: cue(
    '(?:vence|vencia|vencio\\+?|vencimiento|vencen|caduca|corte|fecha limite|limite de pago|fecha de pago|facturo|emitieron|emision)',
    '(?:mi |el |su |la |ese |este )?(?:recibo|estado de cuenta|factura|boleta|contrato|aviso|carta|mensaje|correo|pagina|app|sistema|cobrador|asesor|licenciada|licenciado|notificacion|extracto|resumen) (?:\\w+ ){0,3}(?:dice|decia|indica|marca|pone|menciona|senala|aparece|vence|es de|era de|llego\\+?|del)',
    'cumpleanos|cumplo anos|naci\\+?|nacimiento|aniversario|boda|bautizo|graduacion|velorio|funeral|examen|partido|juego|viaje|viajo|vuelo|salgo de viaje|cita|medico|doctor|hospital|operan|operacion|operaron|clase|clases|entrevista|junta|reunion|turno|guardia|misa|fiesta|consulta|cirugia|concierto|mudanza|torneo|audiencia',
    '(?:buen[ao]?s?|bonit[ao]s?|lind[ao]s?|excelentes?|feliz|felices|hermos[ao]|bendecid[ao]|grat[ao]) DATE|(?:tenga|tengas|tengan|pase|pases|pasen|disfrute|disfrutes|disfruten) (?:un |una |su |tu )?(?:muy )?(?:DATE|(?:buen[ao]?s?|bonit[ao]s?|lind[ao]s?|excelentes?|feliz|felices|hermos[ao]|bendecid[ao]|grat[ao]))',
    'me (?:quedo|parece|gusta|encanta|choca)|(?:soy|somos|tengo) (?:\\w+ ){0,2}(?:anos|hijos)|llevo (?:\\w+ ){0,2}(?:sin|meses|semanas)|feliz|felicidades|vivo|mi direccion|mi domicilio|mi horario|trabajo de|trabajo los|descanso|estoy de vacaciones|salgo de trabajar|entro (?:a|HOUR)|salgo HOUR|entro a trabajar|salgo a|entro a|abren|cierran|atienden|estoy enferm[oa]|estare\\+? fuera|viajo|me voy|estoy fuera|no estoy|no estare\\+?|llamame|llameme|llamenme|marqueme|marcame|marquenme|hableme|hablame|hablenme|busqueme|buscame|escribame|escribeme|contacteme|comuniquese|que me llamen|me llaman|me llama|me marcan|me marca|me hablan|me escriben|estan llamando|vienen|viene el|visitenme|venga|pase usted|pasen|manden|mande (?:el|la|los)|enviame|envieme|envienme|mandeme|mandame|mandenme|es (?:mi|la|dia)|(?:el|la|mi) \\w+ es (?:el )?DATE|hoy es|DATE es|estamos a|estamos en|juega|juegan|empiezo|empieza|empiezan|comienza|comienzan|termina|regreso|regresa|llego a|vuelvo|salgo|saludos|apunte el|anote mi|la deuda es|el credito|compre|contrate|firme|inicio|inicie|cambiaron|domingo familiar|trabajo DATE',
  ),
  offers: cue(
    `(?:pasen?|vengan?|pasa) (?:\\w+ ){0,4}por (?:el|su|mi) (?:dinero|pago|abono|plata)|(?:${CLITIC})?(?:PAY|PAYINF|PAYING)|(?:voy|vamos|va) a \\w+r(?:te|le|les|lo|la|se)?|te caigo|le caigo|le llevo|te llevo|les llevo|queda|quedo|quedamos|quedara\\+?|me pongo|nos ponemos|al corriente|al dia|lo tiene|la tiene|lo tienes|tienes tu dinero|tiene su dinero|tiene su pago|tiene su plata|ahi esta|esta ahi|hago (?:\\w+ ){0,2}${PAYMENT}|hare\\+? (?:\\w+ ){0,2}${PAYMENT}|hacer (?:\\w+ ){0,2}${PAYMENT}|arreglo|arreglamos|paso a|pasare\\+?|paso por|cumplo|cumplire\\+?|le cumplo|te cumplo|me comprometo|comprometo|prometo|le prometo|(?:demelo|damelo|dejelo|dejamelo|dejemelo|dejalo|pongame|ponme|pongalo|ponlo|anoteme|anotame|anotelo|apunteme|apuntame|apuntelo|registreme|registrame|agendeme|agendame|agendalo|programeme|programame|programelo|paselo|pasamelo|pasemelo|apartelo)|seguro|fijo|sin falta|confirmado|dalo por hecho|delo por hecho|cuente con|cuenta con|lo resuelvo|resuelvo|salgo de (?:esto|esa)|mato la deuda|(?:te|le) (?:dejo|suelto|mocho|aviento|paso|tengo|junto|completo) (?:\\w+ ){0,2}(?:MONEY|REL|dinero|plata|lana|pago|algo|completo)`,
  ),
  soon: cue(
    'en un tiempo|echame la mano|echeme la mano|(?:ando|estoy) (?:viendo|buscando|consiguiendo|juntando)|(?:primera|o1) oportunidad|(?:primer|o1) chance|dejeme ver|dejame ver|deja ver|deja checo|deja veo|dejeme checar|dejeme revisar|lo voy a pensar|tengo que ver|voy a ver|lo antes posible|lo mas pronto|lo mas antes|cuanto antes|pronto|prontito|en cuanto (?:pueda|puedo|tenga|junte|salga|me|cobre|consiga)|cuando (?:pueda|puedo|tenga|me|cobre|junte|salga|consiga|venda|reciba|haya|llegue|este|encuentre|nos|se)|a la brevedad|un dia de estos|uno de estos dia|estos dia|en estos dia|luego|despues|mas adelante|al rato|algun dia|ahi vemos|ya mero|ya casi|apenas (?:pueda|cobre|tenga|me|salga)|ni bien (?:pueda|cobre|tenga|me)|en unos dia|proximamente|otro dia|al cobrar|cobrando|teniendo|de a poco|poco a poco|tan pronto|dame tiempo|deme tiempo|paciencia|chance|no tengo (?:ahora|ahorita|dinero|plata|nada|con que|trabajo)|no me alcanza|ando (?:corto|corta|quebrado|sin)|sin (?:dinero|plata|trabajo|empleo)|no puedo|no podre\\+?|no he podido|estoy juntando|ando juntando|estoy viendo|viendo como|viendo la manera|quiero pagar|quiero PAYINF|quisiera PAYINF|voy a PAYINF|voy a ver|si voy a|si PAY|PAY|PAYINF|PAYING|cumplo|me comprometo|prometo',
  ),
  corrects: cue(
    'que pena|que diga|perdon|perdona|perdone|digo|(?<!lo )mejor|mejor dicho|mas bien|corrijo|correccion|me equivoque\\+?|equivocado|quise decir|quiero decir|o sea|en realidad|rectifico|olvidalo|olvidelo|espera|espere|espereme|no espera|bueno no|ay no|uy no|aguanta|ups|disculpe|disculpa|miento|mentira|sino|cambio de planes|pensandolo bien|ahora que lo pienso|ya no|siempre no|que diga|borre eso|no cierto|me confundi|cambielo|cambialo|cambiemelo|es decir|nel',
  ),
  refuses: cue(
    'no (?:le |les |te |yo )?(?:debo|debemos) (?:nada|ni|eso|dinero|ningun|esa|a nadie|a ustedes)|no debo|no (?:es|son) (?:mi|mia|mias|mio|nuestra) ?(?:deuda|cuenta|prestamo|credito)?|no conozco (?:esa|ese|esta|este) (?:deuda|cuenta|credito|prestamo)|no molesten|no moleste|no (?:lo|la|los|las) debo|no vive aqui|ya no vive|aqui no vive|(?:robaron|clonaron|usurparon) (?:\\w+ )?(?:identidad|datos|documentos)|no es mi deuda|esa deuda no|esta deuda no|la deuda no es|no (?:la |lo )?reconozco|desconozco|no (?:les |le |te )?(?:voy|pienso|vamos) a? ?(?:PAYINF|(?:pagar|dar|depositar)\\w*)(?! (?:(?:el|la|para|hasta|en|de|antes) ){0,3}(?:DATE|LOOSEDATE))|no (?:les|le|te) (?:PAY|pagare\\+?) (?:nada|ni|un|REL)|no quiero PAYINF(?! (?:(?:el|la|para|hasta|en|de|antes) ){0,3}(?:DATE|LOOSEDATE))|no pienso(?! PAYINF)|me niego|nunca (?:les |le |te )?(?:voy a )?(?:PAY|PAYINF|pedi|saque|firme|contrate)\\+?|no (?:les )?PAY nada|(?<=^(?: yo)? )no PAY(?: y punto| mas| ni \\w+)?(?= $)|no PAY (?:y punto|ni)|(?:numero|num|telefono) equivocado|equivocado de (?:numero|persona)|se equivoc\\w*\\+?|esta(?:n|s)? equivocad\\w+|no soy (?:yo|esa|ese|la persona|el|quien|\\w+)|esa persona no|ese senor no|aqui no vive|no conozco a|no la conozco|no lo conozco|ya no (?:es|tiene) este numero|(?:dejen|deja|deje|dejenme|dejame|dejeme) (?:ya )?(?:de|en paz)(?: (?:\\w*(?:llamar|molest|escrib|marc|mand|chingar|joder|acosar)\\w*))?|no me (?:llamen|llame|molesten|molestes|moleste|escriban|escribas|busquen|contacten|marquen|jodan|manden|hablen|vuelvan|esten|chinguen|insistan)|demandenme|demandame|demandeme|demanden|hagan lo que quieran|haganle como quieran|haga lo que quiera|hagale como quiera|nos vemos en (?:los )?(?:juzgado|corte|tribunal)\\w*|hablen con mi abogado|mi abogado|profeco|condusef|sernac|procon|los (?:voy a )?(?:demandar|demando|denunciar|denuncio)|es (?:un )?fraude|es (?:una )?estafa|son (?:unos )?(?:rateros|ladrones|estafadores)|robo de identidad|suplant\\w+|no me corresponde|no es mi obligacion|no acepto|jamas (?:les |le )?(?:PAY|PAYINF|pedi|saque|compre)|me clonaron|yo no (?:saque|pedi|contrate|compre|firme|solicite|fui|hice|tengo (?:esa|ningun|ninguna|deuda|cuenta|credito))\\+?|no tengo (?:ninguna |ningun )?(?:deuda|adeudo|cuenta|credito|deudas)|no pedi|no contrate|ni (?:loco|loca|muerto) (?:\\w+ )?PAY|no cuenten conmigo|cobrenle a|no les PAY|que me demanden|no insista|no insistan|borren mi|eliminen mi|den de baja',
  ),
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
  ]),
  filler:
    /^(te|le|les|lo|la|los|las|se|me|nos|el|a|de|en|por|para|con|que|ya|si|yo|pues|bueno|ok|vale|claro|gracias|favor|sin|falta|mismo|hasta|este|esta|eso|es|ahi|entonces|hola|senor|senorita|senora|oiga|mire|amigo|joven|sale|listo|va|dale|bien|como|mas|o|muy|todo|solo|nomas|usted|tu|su|mi|un|una|seria|ahora|disculpe|perdon|buenas|buenos|dias|tardes|noches)$/,
};
