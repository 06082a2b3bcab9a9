import type { Locale } from '../kernel/locale.ts';
import type { Currency } from '../kernel/money.ts';

/** A country that a portfolio may name, with the defaults that its debtors get. */
interface Country {
  locale: Locale;
  currency: Currency;
  /** The zone of states that are not named below; null: the state decides, so it must be known. */
  zone: string | null;
  /** State, region or ISO 3166-2 code, as `stateKey` writes it. */
  states: Readonly<Record<string, string>>;
}

const MX_CENTRE = 'America/Mexico_City';
const SANTIAGO = 'America/Santiago';
const BR_EAST = 'America/Sao_Paulo';
const BR_NORTHEAST = 'America/Fortaleza';

/** Zones of states as of tzdata 2025b. The northern border of Chihuahua, Coahuila and Tamaulipas follows the United States: give such debtors a `zone`. */
const COUNTRIES: Readonly<Record<string, Country>> = {
  mx: {
    locale: 'es-MX',
    currency: 'MXN',
    zone: null,
    states: {
      ...inZone('America/Tijuana', 'baja california', 'bc', 'bcn', 'tijuana'),
      ...inZone('America/Hermosillo', 'sonora', 'son'),
      ...inZone('America/Mazatlan', 'baja california sur', 'bcs', 'sinaloa', 'sin', 'nayarit', 'nay'),
      ...inZone('America/Cancun', 'quintana roo', 'qroo', 'roo', 'q roo', 'cancun'),
      ...inZone('America/Chihuahua', 'chihuahua', 'chih', 'chh'),
      ...inZone(
        'America/Monterrey',
        'coahuila',
        'coahuila de zaragoza',
        'coah',
        'coa',
        'nuevo leon',
        'nl',
        'nle',
        'tamaulipas',
        'tamps',
        'tam',
        'durango',
        'dgo',
        'dur',
      ),
      ...inZone('America/Merida', 'campeche', 'camp', 'cam', 'yucatan', 'yuc'),
      ...inZone(
        MX_CENTRE,
        'ciudad de mexico',
        'cdmx',
        'cmx',
        'df',
        'distrito federal',
        'estado de mexico',
        'mexico',
        'edomex',
        'mex',
      ),
      ...inZone(
        MX_CENTRE,
        'aguascalientes',
        'ags',
        'agu',
        'chiapas',
        'chis',
        'chp',
        'colima',
        'col',
        'guanajuato',
        'gto',
        'gua',
      ),
      ...inZone(
        MX_CENTRE,
        'guerrero',
        'gro',
        'hidalgo',
        'hgo',
        'hid',
        'jalisco',
        'jal',
        'michoacan',
        'michoacan de ocampo',
        'mich',
        'mic',
      ),
      ...inZone(
        MX_CENTRE,
        'morelos',
        'mor',
        'oaxaca',
        'oax',
        'puebla',
        'pue',
        'queretaro',
        'qro',
        'que',
        'san luis potosi',
        'slp',
      ),
      ...inZone(
        MX_CENTRE,
        'tabasco',
        'tab',
        'tlaxcala',
        'tlax',
        'tla',
        'veracruz',
        'veracruz de ignacio de la llave',
        'ver',
        'zacatecas',
        'zac',
      ),
    },
  },
  cl: {
    locale: 'es-CL',
    currency: 'CLP',
    zone: null,
    states: {
      // Aysén has kept UTC-3 all year since March 2025, as Magallanes does; its own zone is missing from older ICU data.
      ...inZone(
        'America/Punta_Arenas',
        'magallanes',
        'magallanes y de la antartica chilena',
        'magallanes y antartica chilena',
        'ma',
        'punta arenas',
      ),
      ...inZone('America/Punta_Arenas', 'aysen', 'aysen del general carlos ibanez del campo', 'ai', 'coyhaique'),
      ...inZone('Pacific/Easter', 'isla de pascua', 'rapa nui'),
      ...inZone(
        SANTIAGO,
        'arica y parinacota',
        'ap',
        'tarapaca',
        'ta',
        'antofagasta',
        'an',
        'atacama',
        'at',
        'coquimbo',
        'co',
        'valparaiso',
        'vs',
      ),
      ...inZone(
        SANTIAGO,
        'metropolitana',
        'region metropolitana',
        'metropolitana de santiago',
        'region metropolitana de santiago',
        'rm',
        'santiago',
      ),
      ...inZone(
        SANTIAGO,
        'ohiggins',
        'libertador general bernardo ohiggins',
        'li',
        'maule',
        'ml',
        'nuble',
        'nb',
        'biobio',
        'bio bio',
        'bi',
      ),
      ...inZone(SANTIAGO, 'araucania', 'la araucania', 'ar', 'los rios', 'lr', 'los lagos', 'll'),
    },
  },
  co: { locale: 'es-CO', currency: 'COP', zone: 'America/Bogota', states: {} },
  ar: { locale: 'es-AR', currency: 'ARS', zone: 'America/Argentina/Buenos_Aires', states: {} },
  pe: { locale: 'es-CO', currency: 'PEN', zone: 'America/Lima', states: {} },
  br: {
    locale: 'pt-BR',
    currency: 'BRL',
    zone: null,
    states: {
      ...inZone(
        BR_EAST,
        'sp',
        'sao paulo',
        'rj',
        'rio de janeiro',
        'mg',
        'minas gerais',
        'es',
        'espirito santo',
        'pr',
        'parana',
      ),
      ...inZone(BR_EAST, 'sc', 'santa catarina', 'rs', 'rio grande do sul', 'df', 'distrito federal', 'go', 'goias'),
      ...inZone('America/Bahia', 'ba', 'bahia'),
      ...inZone(
        BR_NORTHEAST,
        'ce',
        'ceara',
        'rn',
        'rio grande do norte',
        'pb',
        'paraiba',
        'pi',
        'piaui',
        'ma',
        'maranhao',
      ),
      ...inZone('America/Maceio', 'al', 'alagoas', 'se', 'sergipe'),
      ...inZone('America/Recife', 'pe', 'pernambuco'),
      ...inZone('America/Belem', 'pa', 'para', 'ap', 'amapa'),
      ...inZone('America/Araguaina', 'to', 'tocantins'),
      ...inZone('America/Cuiaba', 'mt', 'mato grosso'),
      ...inZone('America/Campo_Grande', 'ms', 'mato grosso do sul'),
      ...inZone('America/Manaus', 'am', 'amazonas'),
      ...inZone('America/Porto_Velho', 'ro', 'rondonia'),
      ...inZone('America/Boa_Vista', 'rr', 'roraima'),
      ...inZone('America/Rio_Branco', 'ac', 'acre'),
    },
  },
};

export const PORTFOLIO_COUNTRIES: readonly string[] = Object.keys(COUNTRIES);
/** States that `country` is known by; empty where the whole country has one zone. */
export const statesOf = (country: string): readonly string[] => Object.keys(COUNTRIES[country]?.states ?? {});
export const localeOf = (country: string): Locale => COUNTRIES[country]?.locale ?? 'es-MX';
export const currencyOf = (country: string): Currency => COUNTRIES[country]?.currency ?? 'USD';

/** The IANA zone of a state of `country` (alpha-2, lower case), or null when the state does not say it. */
export function zoneOf(country: string, state: string): string | null {
  const found = COUNTRIES[country];
  if (found === undefined) return null;
  return found.states[stateKey(state)] ?? found.zone;
}

/** Lower case, without accents and marks: `Q. Roo` and `q roo`, `Región de Ñuble` and `nuble` are the same; so is `MX-BCN` and `bcn`. */
export function stateKey(state: string): string {
  return state
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/['’.]/g, (mark) => (mark === '.' ? ' ' : ''))
    .replace(/^(mx|cl|co|ar|pe|br)-/, '')
    .replace(/^region (de |del |de la )?(?!metropolitana)/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function inZone(zone: string, ...states: string[]): Record<string, string> {
  return Object.fromEntries(states.map((state) => [state, zone]));
}
