import type { Item, SymbolLine } from './symbols.ts';
import { lineOf } from './symbols.ts';
import type { Token } from './tokens.ts';

/** Seven digits together, with no sum's round end and no sign of money, are a phone, a folio or an account. */
const ID_DIGITS_MIN = 7;

const LABEL =
  /^(CLOSE|folio|folios|referencia|ref|cuenta|ctas?|clabe|tarjeta|tarjetas|terminacion|termina|terminada|contrato|pedido|orden|guia|ticket|codigo|cod|clave|nip|pin|token|numero|num|nro|no|dni|rut|cedula|cc|ci|cpf|cnpj|rg|cep|curp|rfc|ine|nit|cuit|cuil|cbu|alias|telefono|tel|fono|cel|celular|whatsapp|movil|protocolo|boleto|conta|cartao|agencia|apto|apartamento|depto|departamento|piso|local|km|kilometro|cp|postal|placa|placas|sku|invoice|account|order|case|card|ending|ends|confirmation|expediente|reporte|caso|convenio|cliente|operacion|rastreo|transaccion|comprobante|recibo|factura|nota|phone|number|cell|zip|ssn|id|identificacion|documento|doc|matricula|apt|unit|suite|room|poliza|autorizacion|serie|telefone|fone|contato|pix|comprovante|nf)$/;
const BETWEEN =
  /^(CLOSE|es|e|eh|is|el|la|ART[FS]?|:|#|°|º|numero|num|no|nro|DE|terminada|terminacion|termina|terminado|ending|final|final|IN|FINAL|END|con|que|BY|mi|my|with|mio|TO|AND|,|-|\.|\()$/;
const STREET =
  /^(calle|cll|av|avenida|avda|ave|carrera|cra|kra|cr|diagonal|transversal|pasaje|psje|plaza|plazuela|rua|alameda|travessa|bairro|colonia|col|fraccionamiento|fracc|street|st|avenue|blvd|bulevar|boulevard|barrio|manzana|mz|lote|lt|domicilio|direccion|endereco|address|calzada|privada|prolongacion|callejon|esquina|glorieta|metro|estacion|parque|escuela|hospital|colegio|sector|edificio|torre|casa|quadra|bloco|praca|estrada|rodovia|jiron|kilometro)$/;
const PLACE = /^(sucursal|tienda|oxxo|banco|oficina|cajero|local|agencia|filial|loja|branch|store)$/;
const STREET_FILLER =
  /^(ART[FS]?|DE|IN|numero|num|no|nro|#|,|-|con|esquina|y|AND|entre|BETWEEN|bis|sur|norte|oriente|poniente|NOT|colonia|col|TO|calle|:)$/;
const STREET_NUMBER = /^([Oo]?\d+|Q|S|X|M\d+|W\d|T)$/;
const CAP = 8;

/** Puts `X` for what looks like a date or a sum and is none: ids, phones, addresses, names, ages. */
export function mask(symbols: SymbolLine, tokens: readonly Token[]): SymbolLine {
  const { items } = symbols;
  const hidden = new Set<number>();
  for (const [i, item] of items.entries()) {
    if (isGluedToLetters(items, i, tokens)) hidden.add(i);
    if (isLongId(items, i, tokens)) hideRun(items, i, hidden, tokens);
    if (LABEL.test(item.key)) hideLabelled(items, i, hidden, tokens);
    if (STREET.test(item.key) || livesAt(items, i)) hideAddress(items, i, hidden);
    if (PLACE.test(item.key)) hideStreetDate(items, i, hidden);
    if (namesSomeone(items, i)) hideName(items, i, hidden, tokens);
    if (/^(PREV|FINAL)$/.test(items[i]?.key ?? '') && items[i + 1]?.key === '4') hideLastDigits(items, i + 2, hidden);
    const named = speaker(items, i);
    if (named !== null) hidden.add(named);
  }
  if (hidden.size === 0) return symbols;
  return lineOf(items.map((item, i) => (hidden.has(i) ? { ...item, key: 'X' } : item)));
}

const digitsOf = (item: Item | undefined, tokens: readonly Token[]): string =>
  item ? (tokens[item.first]?.digits ?? '') : '';
const isNumber = (item: Item | undefined): boolean => item !== undefined && /^([Oo]?\d+|Q|S|X)$/.test(item.key);

/** "GOMA850315", "lunes15": part of a code. */
function isGluedToLetters(items: readonly Item[], i: number, tokens: readonly Token[]): boolean {
  const token = tokens[items[i]?.first ?? 0];
  const before = tokens[(items[i]?.first ?? 0) - 1];
  return (
    token?.kind === 'number' &&
    token.glued &&
    before?.kind === 'word' &&
    !/^(r|rs|u|us|mx|mxn|usd|cop|clp|ars|brl)$/.test(before.word)
  );
}

/** A long run of digits, whole or in groups ("55 1234 5678", "4152-3134"). */
function isLongId(items: readonly Item[], i: number, tokens: readonly Token[]): boolean {
  if (!isNumber(items[i]) || items[i]?.key === 'S') return false;
  const before = items[i - 1]?.key ?? '';
  if (before === '$' || isMoneyWord(items[i + 1]?.key ?? '')) return false;
  const own = digitsOf(items[i], tokens);
  const token = tokens[items[i]?.first ?? 0];
  if (before === '+') return true;
  if (own.length >= ID_DIGITS_MIN) return !(own.endsWith('000') && own.length <= 9) && !hasMarks(token);
  if (!isNumber(items[i + 1]) && !(items[i + 1]?.key === '-' && isNumber(items[i + 2]))) return false;
  let digits = 0;
  let groups = 0;
  for (let k = i; k < items.length && k < i + CAP; k += 1) {
    if (items[k]?.key === '-' || items[k]?.key === '.') continue;
    if (!isNumber(items[k]) || isMoneyWord(items[k + 1]?.key ?? '')) break;
    digits += digitsOf(items[k], tokens).length;
    groups += 1;
  }
  return digits >= ID_DIGITS_MIN && groups >= 2;
}

const hasMarks = (token: Token | undefined): boolean =>
  token !== undefined && /[.,'’]/.test(token.raw) && token.kind === 'number';

const isMoneyWord = (key: string): boolean =>
  /^(pesos?|reais|real|dolares?|dollars?|bucks|lucas?|mxn|clp|cop|ars|brl|usd|conto|contos|varos|baros|pesitos|DAY|WEEK|MONTH|MONEY)$/.test(
    key,
  );

function hideRun(items: readonly Item[], i: number, hidden: Set<number>, tokens: readonly Token[]): void {
  for (let k = i, n = 0; k < items.length && n < CAP; k += 1, n += 1) {
    if (items[k]?.key === '-' || items[k]?.key === '.') continue;
    if (!isNumber(items[k])) return;
    if (
      digitsOf(items[k], tokens).length <= 2 &&
      k > i &&
      !isNumber(items[k + 1]) &&
      items[k - 1]?.key !== '-' &&
      k > i + 4
    )
      return;
    hidden.add(k);
  }
}

/** "el pix de 120", "el recibo de 300": what it is worth, not its number. */
const isWorth = (items: readonly Item[], i: number, k: number, tokens: readonly Token[]): boolean =>
  WORTH.test(items[i]?.key ?? '') &&
  items[k - 1]?.key === 'DE' &&
  (k === i + 2 || !LABEL.test(items[k - 2]?.key ?? '') || WORTH.test(items[k - 2]?.key ?? '')) &&
  digitsOf(items[k], tokens).length < ID_DIGITS_MIN - 1;
const WORTH =
  /^(pix|boleto|cuenta|conta|transaccion|operacion|comprobante|comprovante|recibo|nota|factura|fatura|guia)$/;

/** "folio 4521", "mi tarjeta termina en 4521", "cédula es 1.020.345": the number is the label's. */
function hideLabelled(items: readonly Item[], i: number, hidden: Set<number>, tokens: readonly Token[]): void {
  const label = items[i]?.key ?? '';
  const isWeak = /^(no|numero|num|number|ART)$/.test(label);
  let k = i + 1;
  while (k < items.length && k <= i + 5 && BETWEEN.test(items[k]?.key ?? '')) {
    if (/^(ART|ARTS|BY)$/.test(items[k]?.key ?? '') && isDayNumber(items[k + 1])) return;
    k += 1;
  }
  if (!isNumber(items[k]) || items[k]?.key === 'S') return;
  if (items[k - 1]?.key === '$' || isMoneyWord(items[k + 1]?.key ?? '') || isWorth(items, i, k, tokens)) return;
  if (label === 'no' && items[i + 1]?.key !== '.' && items[i + 1]?.key !== '#' && k !== i + 1) return;
  if (isWeak && label === 'no' && digitsOf(items[k], tokens).length < 3) return;
  for (let n = 0; n < CAP && isNumber(items[k]) && !isMoneyWord(items[k + 1]?.key ?? ''); n += 1) {
    hidden.add(k);
    k += items[k + 1]?.key === '-' ? 2 : 1;
  }
}

const isDayNumber = (item: Item | undefined): boolean =>
  item !== undefined && Number(item.key) >= 1 && Number(item.key) <= 31;

function livesAt(items: readonly Item[], i: number): boolean {
  return (
    /^(vivo|vive|vivimos|moro|mora|resido|live|ubicada|ubicado|trabajo)$/.test(items[i]?.key ?? '') &&
    /^(IN|AT)$/.test(items[i + 1]?.key ?? '')
  );
}

/** Street names hold numbers, months and weekdays: "calle 20 de noviembre 15", "cra 15 # 93-60". Stops where a date with its article begins. */
function hideAddress(items: readonly Item[], i: number, hidden: Set<number>): void {
  let words = 0;
  for (let k = i + 1; k < items.length && k <= i + 12; k += 1) {
    const key = items[k]?.key ?? '';
    if (STREET_NUMBER.test(key)) {
      if (/^W\d/.test(key) && /^(ART|DE|TO|BY|NEXT|THIS)$/.test(items[k - 1]?.key ?? '')) return;
      hidden.add(k);
      continue;
    }
    if (/^(ART)$/.test(key) && /^(W\d|NEXT|THIS|D[012])$/.test(items[k + 1]?.key ?? '')) return;
    if (STREET_FILLER.test(key) || STREET.test(key)) continue;
    if (/^[a-zñ]+$/.test(key) && words < 3) {
      words += 1;
      continue;
    }
    return;
  }
}

/** "la sucursal de 16 de septiembre": a street named after a date; with an article it would be a day. */
function hideStreetDate(items: readonly Item[], i: number, hidden: Set<number>): void {
  const at = items[i + 1]?.key === 'DE' ? i + 2 : i + 1;
  if (!isDayNumber(items[at]) || items[at + 1]?.key !== 'DE' || !/^M\d+$/.test(items[at + 2]?.key ?? '')) return;
  hidden.add(at);
  hidden.add(at + 2);
}

function namesSomeone(items: readonly Item[], i: number): boolean {
  const [a = '', b = '', d = ''] = [items[i]?.key, items[i + 1]?.key, items[i + 2]?.key];
  if (
    /^(apellido|apellida|llamo|llama|sr|sra|srta|don|dona|senor|senora|senorita|lic|licenciado|licenciada|sobrenome|surname|mr|mrs|ms|seu|chamo|chama|apellidos)$/.test(
      a,
    )
  )
    return true;
  if (/^(soy|sou|soi|im|eres)$/.test(a) && /^(M\d+|W\d|[a-z]+)$/.test(b) && b !== 'yo')
    return /^(M\d+|W\d)$/.test(b) || (a !== 'im' && /^(M\d+|W\d)$/.test(d)); // "im off friday", "im paying monday"
  if (
    /^(con|hijo|hija|hermano|hermana|esposo|esposa|primo|prima|tio|tia|com|filho|irmao|marido|son|brother|husband)$/.test(
      a,
    ) &&
    /^(M\d+|W\d)$/.test(b)
  )
    return true;
  return (a === 'nombre' || a === 'nome' || a === 'name') && /^(es|e|eh|is|DE)$/.test(b);
}

/** "my last 4 are 4521", "los últimos 4 dígitos de mi tarjeta son 4521". */
function hideLastDigits(items: readonly Item[], from: number, hidden: Set<number>): void {
  for (let k = from; k <= from + 6 && k < items.length; k += 1) {
    const key = items[k]?.key ?? '';
    if (isNumber(items[k])) hidden.add(k);
    else if (!/^([a-z]+|DE|ART[FS]?|:)$/.test(key)) return;
  }
}

/** "de parte de Domingo", "aqui é o Domingos", "this is April": a name right after it. */
function speaker(items: readonly Item[], i: number): number | null {
  const [a = '', b = ''] = [items[i]?.key, items[i + 1]?.key];
  const isNamed =
    (/^(parte|habla|fala|saluda)$/.test(a) && b !== 'IN') ||
    (/^(aqui|THIS|its)$/.test(a) &&
      /^(eh|es|is|soy|ART|ARTF|M\d+)$/.test(b) &&
      /^(\.|,|$)/.test(items[i - 1]?.key ?? ''));
  if (!isNamed) return null;
  let at = i + 1;
  while (at <= i + 3 && /^(DE|ART[FS]?|eh|es|is|soy)$/.test(items[at]?.key ?? '')) at += 1;
  if (a !== 'THIS' && /^[a-z]{3,}$/.test(items[at]?.key ?? '') && /^(M\d+|W7)$/.test(items[at + 1]?.key ?? '')) at += 1; // "le habla Soledad Domingo"
  return /^(M\d+|W7|HF\w+)$/.test(items[at]?.key ?? '') && !isDayNumber(items[at + 1]) ? at : null;
}

/** Up to four words after it, to the first comma or article. */
function hideName(items: readonly Item[], i: number, hidden: Set<number>, tokens: readonly Token[]): void {
  for (let k = i + 1; k <= i + 5 && k < items.length; k += 1) {
    const key = items[k]?.key ?? '';
    if (/^(es|e|eh|is|DE|yo)$/.test(key)) continue;
    if (/^(M\d+|W\d|HF.*)$/.test(key)) hidden.add(k);
    else if (!/^[a-zñ]+$/.test(key) || tokens[items[k]?.first ?? 0]?.kind !== 'word') return;
  }
}
