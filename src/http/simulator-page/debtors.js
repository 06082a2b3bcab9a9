import { byId, make, reconcile } from './dom.js';
import { hueOf, initialsOf, lateText } from './words.js';

const COUNTRIES = ['mx', 'cl', 'co'];
const rows = new Map();

/** The list on the left. `debtors` as the API gives them; those that do not match the search are left out. */
export function showDebtors(debtors, { search, chosenId, onChoose }) {
  const wanted = plain(search.trim());
  const shown = debtors
    .filter((debtor) => plain(`${debtor.name} ${debtor.externalId}`).includes(wanted))
    .sort((a, b) => rankOf(a) - rankOf(b) || a.externalId.localeCompare(b.externalId));
  reconcile(
    byId('debtors'),
    shown.map((debtor) => rowOf(debtor, chosenId, onChoose)),
  );
  const note = byId('debtors-note');
  note.hidden = shown.length > 0;
  note.textContent = debtors.length === 0 ? 'La cartera está vacía.' : 'Nadie coincide con la búsqueda.';
}

function avatarOf(debtor) {
  const avatar = make('span', { className: 'avatar', 'aria-hidden': 'true' }, initialsOf(debtor.name));
  avatar.style.setProperty('--hue', hueOf(debtor.name));
  avatar.append(make('span', { className: `flag flag-${debtor.country}` }, debtor.country.toUpperCase()));
  return avatar;
}

function rowOf(debtor, chosenId, onChoose) {
  const mark = JSON.stringify(debtor);
  let row = rows.get(debtor.id);
  if (row?.mark !== mark) {
    row = { mark, item: make('li', {}, buttonOf(debtor, onChoose)) };
    rows.set(debtor.id, row);
  }
  row.item.firstChild.setAttribute('aria-current', String(debtor.id === chosenId));
  return row.item;
}

function buttonOf(debtor, onChoose) {
  const late = debtor.isPaid ? 'is-paid' : debtor.isOverdue ? 'is-late' : '';
  const button = make(
    'button',
    { type: 'button', className: 'debtor' },
    avatarOf(debtor),
    make('span', { className: 'name' }, debtor.name),
    make('span', { className: 'key' }, debtor.externalId),
    make('span', { className: `late ${late}` }, lateText(debtor)),
    make('span', { className: 'owed' }, debtor.isPaid ? '' : debtor.owed),
  );
  button.dataset.debtor = debtor.externalId;
  button.addEventListener('click', () => onChoose(debtor.id));
  return button;
}

/** The countries of the demo first, in the order of the README. */
const rankOf = ({ country }) => (COUNTRIES.includes(country) ? COUNTRIES.indexOf(country) : COUNTRIES.length);

/** Without accents or case: "jose" finds "José". */
const plain = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
