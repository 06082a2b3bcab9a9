import { type Cues, cue, phrases } from './cues.ts';

/** Pronouns before a verb: "se lo pago". */
export const CLITIC = '(?:(?:te|le|les|lo|la|los|las|se|me|nos) ){0,2}';
const DEED =
  '(?:(?:el|la|mi|un|una|su|ese|esa|los|las|otro) )?(?:pago|deposito|transferencia|abono|consignacion|transfer|spei|giro|envio|transaccion|operacion|pse|nequi|yape|pagos)';

/** What is told as a fact: done, gone by, meant once, coming in, or about something else. */
export const spanishFacts: Pick<Cues, 'paid' | 'past' | 'voided' | 'income' | 'tells' | 'aside'> = {
  paid: cue`
    (?:pase\+|pasamos) a PAYINF
    (?:te|le|les) (?:pase\+|lleve\+|deje\+|hice) (?:\w+ ){0,2}(?:MONEY|REL|dinero|plata|lana|pago|guita)
    acab(?:o|amos|e\+?|a) de (?:PAYINF|hacer|mandar|enviar)
    ya (?:\w+ )?${CLITIC}(?:PAID|PAYQ|DONE)
    (?:ya )?${CLITIC}(?:cayo\+?|llego\+?|entro\+?|reflejo\+?|recibieron|recibio\+?|vieron) mi (?:PAY|pago|deposito|transferencia|abono|consignacion|transfer|giro)
    ya ${CLITIC}(?:he|habia|hemos|ha|fue|esta\+?|quedo\+?|estaba|queda) (?:\w+ )?(?:${phrases`
      DONE | hecho | hecha | listo | lista | saldada | saldado | paga | pago | pagadito | cancelado
    `})
    (?:he|hemos|ha) (?:ya )?DONE
    ya ${CLITIC}(?:hice|hizo|hicimos|mande\+?|hicieron|realice\+?|efectue\+?|PAID|PAYQ) ${DEED}
    ${CLITIC}(?:hice|hicimos|realice\+|efectue\+|PAID) ${DEED}
    (?:eso|esa|ese|esa deuda) ya (?:se )?(?:(?:lo|la) )?PAY(?! (?:\w+ ){0,3}(?:DATE|LOOSEDATE|HOUR))
    ya (?:esta\+?|quedo\+?|fue|estaba) (?:DONE|PAY|listo|hecho|al corriente|al dia|todo|eso|paga|pago|en su cuenta)
    ya (?:lo|la|los|las|eso)? ?(?:pague|cancele|deposite|transferi|abone|liquide|PAID|PAYQ|cubri)
    (?:esta\+?|quedo\+?|fue|estan) (?:DONE|PAY|cancelado|cancelada|liquidado|liquidada|saldado|saldada) (?:desde|hace|ya|PASTDATE)
    ya (?:no )?(?:le|les|te)? ?(?:di|dimos|dio) (?:el |la |los )?(?:dinero|plata|pago|MONEY|lana)
    PASTDATE (?:\w+ ){0,2}${CLITIC}(?:PAID|PAYQ|hice|PAY)
    ${CLITIC}(?:PAID|PAYQ) (?:\w+ ){0,4}PASTDATE
    ${CLITIC}PAID(?: (?:el|la|los|las|mi|todo|MONEY|REL|en|por|con|a|su|ya|DATE|ese|esa))?
    (?:aqui|ahi|ahi\+|le|te) (?:\w+ ){0,2}(?:esta\+?|va|mando|envio|mande\+?|adjunto|paso|PAY) (?:\w+ ){0,3}(?:comprobante|voucher|baucher|soporte|recibo de pago)
    (?:tengo|adjunto|revise|cheque|vea) (?:\w+ ){0,2}(?:comprobante|voucher|baucher|soporte)
    ya (?:se )?(?:les |le |te |lo )?(?:PAID|PAYQ|DONE)
    ya PAY (?:mi|PASTDATE|todo|eso|esa) | (?:ya )?esta\+? (?:todo )?DONE
    ya (?:esta\+?|quedo\+?) (?:el|mi|su|la) (?:pago|deposito|transferencia|abono)
    ya pago\+? (?:PASTDATE|mi|todo|eso|por) | quede\+? al corriente | quede\+? al dia
    (?:quedo\+|fue|fueron) (?:\w+ )?DONE
    ya (?:me|nos) (?:lo |la |los )?(?:descontaron|cobraron|debitaron|rebajaron|quitaron|retuvieron)
    (?<=^ )(?:te |le |les |lo |la |yo |si ){0,2}PAYQ
  `,
  past: cue`
    PAID | fui | fue | fueron | fuimos | estuve | estuvo | estuvimos
    tuve | tuvo | tuvimos | pude | pudo | pudimos | quise | quiso
    hice | hizo | hicieron | hicimos | dije | dijo | dijeron
    dijiste | vine | vino | puse | pusieron | vi | vio | vieron
    iba | iban | ibamos | era | eran | habia | habian | estaba | estaban | estabamos
    tenia | queria | podia | debia | sabia | supe | supo | llego\+
    salio\+? | cayo\+ | quedo\+ | perdi\+? | quede\+? | llame\+
    hable\+ | marque\+ | intente\+? | trate\+ | recibi\+?
    cobre\+ | salieron | vencio\+? | pasaron | murio | fallecio
    choco\+ | nacio | naci\+? | empece | olvide\+? | dieron
    dio | cai | enferme | avise\+ | conteste\+
    (?!hasta|basta|traste|contraste|este|triste|existe|chiste)\w{2,}(?:aron|ieron|aste|iste|abamos|aban)
    (?!\w*(?:ar|er|ir)[aeio]\+)\w{2,}[eoi]\+ | PASTDATE
  `,
  voided: cue`
    (?:ya )?(?:${CLITIC})(?:iba|ibas|iban|ibamos) a
    queria | quise | pensaba
    tenia pensado | habia dicho | habia quedado | habiamos quedado
    dije
    te dije | le dije | les dije
    quede | quede\+ | (?<!(?:entonces|listo|ok|bueno|vale|dale|va|sale) )quedamos(?! (?:en|para|asi) (?:que )?(?:(?:el|la) )?DATE) | prometi | prometi\+
    tenia que | antes era | en vez de | en lugar de | (?<!si )no es | no era
    ya no
    olvide\+? | olvidate de | cancele lo de | no seria
  `,
  income: cue`
    (?:me|nos) (?:van a |va a )?(?:${phrases`
      PAY | PAYINF | pagan | paga | depositan | deposita | cae | caen | llega | llegan | transfieren
      transfiere | consignan | consigna | sueltan | entregan | dan | liquidan | pagaran | depositaran
      entra | entran | mandan | giran | raya | rayan | acreditan | cancelan | toca | regresan
      devuelven | prestan | adelantan | abonan
    `})
    mis? (?:${phrases`
      espos[oa] | hij[oa]s? | marido | mujer | senora | mama | papa | madre | padre | herman[oa]
      novi[oa] | pareja | suegr[oa] | viejo | vieja | jefe | patron
    `}) (?:cobran?|reciben?|rayan?)
    a mis? (?:${phrases`
      espos[oa] | hij[oa]s? | marido | mujer | senora | mama | papa | madre | padre | herman[oa]
      novi[oa] | pareja | suegr[oa] | viejo | vieja | jefe | patron
    `}) (?:le|les) (?:PAY|dan|cae|llega)
    nos vemos
    cobro | cobramos | cobrare\+? | recibo | recibire\+?
    voy a cobrar | vamos a cobrar | voy a recibir
    (?<!(?:te|le|les) )(?:cae|llega|sale|entra|deposita|depositan|pagan|dan|liberan) (?:\w+ ){0,2}(?:${phrases`
      nomina | pago | sueldo | quincena | pension | beca | salario | aguinaldo | prima | bono | dinero
      plata | prestamo | finiquito | liquidacion | subsidio | jubilacion | mesada | caja
    `})
    es (?:mi|el) (?:dia de )?(?:pago|cobro|quincena|nomina|paga)
    dia de (?:pago|cobro|paga|raya)
    mi (?:pago|nomina|sueldo|quincena|salario|pension) (?:es|cae|llega|sale|entra)
  `,
  tells: cue`
    con (?:fecha de )?vencimiento | no me (?:llam|marqu|escrib|busqu|habl|mand|contact)\w+ (?:\w+ ){0,4}HOUR
    cambie\+? (?:de|mi) (?:numero|telefono|celular|direccion|domicilio|casa)
    (?:no )?trabajo (?:(?:los|todos?|toda|el|la|hasta|este) ){0,3}DATE | DATE (?:descanso|no trabajo|trabajo)
    descanso (?:los )?DATE
    contrate\+ | compre\+ | adquiri\+ | firme\+ | saque\+
    solicite\+
    me (?:llamaron|marcaron|escribieron|hablaron)
    vence | vencia | vencio\+? | vencimiento | vencen | caduca
    fecha de corte | fecha limite
    naci\+? | nacio\+? | nacimiento
    cumplo anos | cumpleanos | (?:mi|mis|su) \w+ cumplen?
    (?:${phrases`
      recibo | factura | boleta | contrato | aviso | carta | mensaje | correo | pagina | app | sistema
      extracto | resumen | estado de cuenta | notificacion
    `}) (?:\w+ ){0,3}(?:${phrases`
      dice | decia | indica | marca | pone | menciona | senala | aparece | es de | era de | con fecha
      sale
    `})
  `,
  aside: cue`
    (?:${phrases`
      vence | vencia | vencio\+? | vencimiento | vencen | caduca | corte | fecha limite
      limite de pago | fecha de pago | facturo | emitieron | emision
    `})
    (?:mi |el |su |la |ese |este )?(?:${phrases`
      recibo | estado de cuenta | factura | boleta | contrato | aviso | carta | mensaje | correo
      pagina | app | sistema | cobrador | asesor | licenciada | licenciado | notificacion | extracto
      resumen
    `}) (?:\w+ ){0,3}(?:${phrases`
      dice | decia | indica | marca | pone | menciona | senala | aparece | vence | es de | era de
      llego\+? | del
    `})
    cumpleanos | cumplo anos | (?:mi|mis|su) \w+ cumplen?
    naci\+? | nacimiento | aniversario | boda | bautizo | graduacion
    con DATE (?:ando|estoy|estamos|uno|todo|no|se|me|gaste\+?) | velorio | funeral | examen | partido | juego | viaje | viajo
    vuelo
    salgo de viaje
    cita | medico | doctor | hospital | operan | operacion | operaron
    clase | clases | entrevista | junta | reunion | (?<!(?:despues|saliendo|salga|salir|termine|fin) de (?:el |mi )?)turno
    guardia | misa | fiesta | consulta | cirugia | concierto
    mudanza | torneo | audiencia
    (?:buen[ao]?s?|bonit[ao]s?|lind[ao]s?|excelentes?|feliz|felices|hermos[ao]|bendecid[ao]|grat[ao]) DATE
    (?<!que )(?:${phrases`
      tenga | tengas | tengan | pase | pases | pasen | disfrute | disfrutes | disfruten
    `}) (?:un |una |su |tu )?(?:muy )?(?:DATE|(?:${phrases`
      buen[ao]?s? | bonit[ao]s? | lind[ao]s? | excelentes? | feliz | felices | hermos[ao]
      bendecid[ao] | grat[ao]
    `}))
    me (?:quedo|parece|gusta|encanta|choca)
    (?:soy|somos|tengo) (?:\w+ ){0,2}(?:anos|hijos)
    llevo (?:\w+ ){0,2}(?:sin|meses|semanas)
    feliz | felicidades | vivo
    mi direccion | mi domicilio | mi horario | trabajo de | trabajo los
    descanso
    estoy de vacaciones | salgo de trabajar | entro (?:a|HOUR)
    salgo HOUR | entro a trabajar | salgo a | entro a
    abren | cierran | atienden
    estoy enferm[oa] | estare\+? fuera
    viajo
    me voy | estoy fuera | no estoy | no estare\+?
    llamame | llameme | llamenme | marqueme | marcame | marquenme
    hableme | hablame | hablenme | busqueme | buscame | escribame | escribeme
    contacteme | comuniquese
    que me llamen | me llaman | me llama | me marcan | me marca | me hablan | me escriben
    estan llamando
    vienen | viene el
    visitenme | venga
    pase usted | pasen | manden | mande (?:el|la|los)
    enviame | envieme | envienme | mandeme | mandame | mandenme
    es (?:mi|la|dia) | (?:el|la|mi) \w+ es (?:el )?DATE | hoy es
    DATE es | estamos a | estamos en
    juega | juegan | empiezo | empieza | empiezan | comienza | comienzan
    termina | regreso | regresa
    llego a
    vuelvo | salgo | saludos
    apunte el | anote mi | la deuda es | el credito
    compre | contrate | firme | inicio | inicie | cambiaron
    domingo familiar | trabajo DATE
  `,
};
