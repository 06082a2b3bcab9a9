import { type Calendar, certain, type Meaning, unsure } from './date-meaning.ts';
import { type Day, dayOf, easterOf, nthWeekday, ymdOf } from './days.ts';
import { type Country, isHoliday } from './holidays.ts';

type Find = (y: number, country: Country) => Day[];

const fixed =
  (m: number, d: number): Find =>
  (y) => [dayOf(y, m, d)];
const nth =
  (m: number, weekday: number, n: number): Find =>
  (y) => [nthWeekday(y, m, weekday, n)];
const fromEaster =
  (days: number): Find =>
  (y) => [easterOf(y) + days];
const byCountry =
  (finds: Partial<Record<Country, Find>>, otherwise: Find): Find =>
  (y, country) =>
    (finds[country] ?? otherwise)(y, country);

/** Feasts that are one day, by the name the lexicons give them. Two days mean that people differ. */
const feasts: Record<string, Find> = {
  navidad: fixed(12, 25),
  nochebuena: fixed(12, 24),
  anonuevo: fixed(1, 1),
  findeano: fixed(12, 31),
  reyes: fixed(1, 6),
  muertos: fixed(11, 2),
  santos: fixed(11, 1),
  halloween: fixed(10, 31),
  madre: byCountry({ MX: fixed(5, 10), AR: nth(10, 7, 3) }, nth(5, 7, 2)),
  padre: byCountry({ BR: nth(8, 7, 2) }, nth(6, 7, 3)),
  nino: byCountry(
    { MX: fixed(4, 30), AR: nth(8, 7, 3), CL: nth(8, 7, 2), BR: fixed(10, 12), CO: nth(4, 6, -1) },
    nth(6, 7, 2),
  ),
  trabajo: byCountry({ US: nth(9, 1, 1) }, fixed(5, 1)),
  raza: fixed(10, 12),
  valentin: byCountry({ BR: fixed(6, 12) }, fixed(2, 14)),
  amor: byCountry({ CO: nth(9, 6, 3) }, fixed(2, 14)),
  independencia: byCountry(
    { CL: fixed(9, 18), CO: fixed(7, 20), AR: fixed(7, 9), BR: fixed(9, 7), US: fixed(7, 4) },
    (y) => [dayOf(y, 9, 15), dayOf(y, 9, 16)],
  ),
  revolucion: (y) => [nthWeekday(y, 11, 1, 3), dayOf(y, 11, 20)],
  constitucion: (y) => [nthWeekday(y, 2, 1, 1), dayOf(y, 2, 5)],
  bandera: byCountry({ AR: fixed(6, 20) }, fixed(2, 24)),
  guadalupe: fixed(12, 12),
  candelaria: fixed(2, 2),
  viernessanto: fromEaster(-2),
  juevessanto: fromEaster(-3),
  sabadosanto: fromEaster(-1),
  ramos: fromEaster(-7),
  ceniza: fromEaster(-46),
  terca: fromEaster(-47),
  corpus: fromEaster(60),
  // In Chile "la Pascua" is Christmas ("viejito pascuero").
  resurreccion: fromEaster(0),
  pascua: byCountry({ CL: fixed(12, 25) }, fromEaster(0)),
  inmaculada: fixed(12, 8),
  velitas: fixed(12, 7),
  maestro: byCountry({ AR: fixed(9, 11), CL: fixed(10, 16), BR: fixed(10, 15) }, fixed(5, 15)),
  inocentes: fixed(12, 28),
  soberania: nth(11, 1, 3),
  asuncion: fixed(8, 15),
  sanpedro: fixed(6, 29),
  republica: fixed(11, 15),
  consciencia: fixed(11, 20),
  tiradentes: fixed(4, 21),
  saojoao: fixed(6, 24),
  thanks: nth(11, 4, 4),
  blackfriday: (y) => [nthWeekday(y, 11, 4, 4) + 1],
  cybermonday: (y) => [nthWeekday(y, 11, 4, 4) + 4],
  memorial: nth(5, 1, -1),
  veterans: fixed(11, 11),
  columbus: nth(10, 1, 2),
  presidents: nth(2, 1, 3),
  mlk: nth(1, 1, 3),
  juneteenth: fixed(6, 19),
  patrick: fixed(3, 17),
  groundhog: fixed(2, 2),
  tax: fixed(4, 15),
  proclama: fixed(10, 28),
  super: (y) => [nthWeekday(y, 11, 1, 1) + 1],
};

/** A feast farther off than about four months is asked back, like any named date. */
const FAR_DAYS = 123;

export function feast(name: string, c: Calendar): Meaning {
  const days = comingOf((y) => feasts[name]?.(y, c.country) ?? [], c);
  const [first] = days;
  return first !== undefined && days.length === 1 && first - c.today <= FAR_DAYS ? certain(first) : unsure(days);
}

/** Feasts that last: the days that could be meant, for the question. */
export function season(name: string, c: Calendar): Meaning {
  const { y } = ymdOf(c.today);
  if (name === 'fiestas') return unsure([dayOf(y, 12, 24), dayOf(y, 12, 25), dayOf(y, 12, 31)], 'season');
  if (name === 'patrias') {
    const days =
      c.country === 'CL'
        ? [
            [9, 18],
            [9, 19],
          ]
        : [
            [9, 15],
            [9, 16],
          ];
    return unsure(
      comingOf((year) => days.map(([m = 1, d = 1]) => dayOf(year, m, d)), c),
      'season',
    );
  }
  if (name === 'santa')
    return unsure(
      comingOf((year) => [-6, -5, -4, -3, -2, -1, 0].map((n) => easterOf(year) + n), c),
      'season',
    );
  if (name === 'carnaval')
    return unsure(
      comingOf((year) => [-48, -47].map((n) => easterOf(year) + n), c),
      'season',
    );
  if (name === 'puente' || name === 'feriado') return unsure([nextHoliday(c)], 'season');
  return unsure([], 'season');
}

/** Legal limits: LFT art. 87 (MX), Ley 23.041 (AR), CST art. 306 (CO), Lei 4.749/1965 (BR). */
export function yearEndPay(name: string, c: Calendar): Meaning {
  const limits: Partial<Record<Country, [number, number][]>> = {
    MX: [[12, 20]],
    AR: [
      [6, 30],
      [12, 18],
    ],
    CO: [
      [6, 30],
      [12, 20],
    ],
    CL: [
      [9, 15],
      [12, 23],
    ],
    BR:
      name === 'prima'
        ? [[11, 30]]
        : [
            [11, 30],
            [12, 20],
          ],
  };
  const wanted = limits[c.country] ?? [];
  const { y } = ymdOf(c.today);
  const coming = [y, y + 1]
    .flatMap((year) => wanted.map(([m, d]) => dayOf(year, m, d)))
    .filter((day) => day >= c.today);
  return unsure(coming.slice(0, 1), 'season');
}

function comingOf(find: (y: number) => Day[], c: Calendar): Day[] {
  const { y } = ymdOf(c.today);
  const thisYear = find(y).filter((day) => day >= c.today);
  return thisYear.length > 0 ? thisYear : find(y + 1);
}

function nextHoliday(c: Calendar): Day {
  let day = c.today + 1;
  while (!isHoliday(day, c.country)) day += 1;
  return day;
}
