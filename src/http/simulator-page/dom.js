/** Elements are made here and texts are set as text, so that nothing a debtor writes is ever read as HTML. */
const SVG = 'http://www.w3.org/2000/svg';

export const byId = (id) => document.getElementById(id);

/** `make('p', { className: 'a', title: 'b' }, 'text', child)`; attributes with a hyphen and `role` are set as such. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role') element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}

const TICKS = {
  clock: 'M8.5 1.5a4.6 4.6 0 1 0 .01 0M8.5 3.6V6.2L10.3 7.4',
  one: 'M3.5 6.5 6.5 9.5 13 2.5',
  two: 'M1 6.5 4 9.5 10.5 2.5M8 9 8.6 9.5 15.6 2.5',
  read: 'M1 6.5 4 9.5 10.5 2.5M8 9 8.6 9.5 15.6 2.5',
  failed: 'M8.5 2V6.8M8.5 9.8V10',
  doubt: 'M6.4 3.6A2.1 2.1 0 1 1 8.5 6V7.2M8.5 9.8V10',
};

export function tickIcon({ tick, name }) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 17 12');
  svg.setAttribute('class', `tick is-${tick}`);
  svg.setAttribute('role', 'img');
  svg.setAttribute('aria-label', name);
  const title = document.createElementNS(SVG, 'title');
  title.textContent = name;
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', TICKS[tick]);
  svg.append(title, path);
  return svg;
}

/** The text with its web addresses made into links that open in a new tab. */
export function linked(text) {
  const parts = text.split(/(https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]])/u);
  return parts.map((part, i) =>
    i % 2 === 1 ? make('a', { href: part, target: '_blank', rel: 'noopener noreferrer' }, part) : part,
  );
}

/** Makes the children of `list` be `wanted`, in order, touching only what differs: a screen reader then speaks only what is new. */
export function reconcile(list, wanted) {
  const keep = new Set(wanted);
  for (const child of [...list.children]) if (!keep.has(child)) child.remove();
  wanted.forEach((element, i) => {
    if (list.children[i] !== element) list.insertBefore(element, list.children[i] ?? null);
  });
}

let toastTimer = 0;
export function toast(text) {
  const box = byId('toast');
  box.textContent = text;
  box.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => {
    box.hidden = true;
  }, 6000);
}
