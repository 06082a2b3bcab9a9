/** The simulator's API. A failure becomes an Error whose message can be shown. */
const SENTENCES = {
  debtor_unknown: 'Ese deudor ya no está en la cartera.',
  body_too_large: 'El mensaje es demasiado largo: caben 64 KB.',
  not_found: 'Esta demostración no puede hacer eso.',
  database_unavailable: 'La base de datos no responde. Intenta de nuevo en un momento.',
};

async function request(path, options) {
  let response;
  try {
    response = await fetch(`api/${path}`, options);
  } catch {
    throw new Error('No hay conexión con el servicio. ¿Sigue en marcha?');
  }
  if (response.status === 204) return null;
  const body = await response.json().catch(() => ({}));
  if (response.ok) return body;
  throw new Error(SENTENCES[body.code] ?? body.message ?? `El servicio contestó con el error ${response.status}.`);
}

const post = (path, body) =>
  request(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
const of = (id) => `debtors/${encodeURIComponent(id)}`;

export const fetchDebtors = async () => (await request('debtors')).debtors;
export const fetchDebtor = (id) => request(of(id));
export const sendMessage = (id, text, messageId) => post(`${of(id)}/messages`, { text, id: messageId });
export const markRead = (id, ids) => post(`${of(id)}/read`, { ids });
export const fetchClock = () => request('clock');
export const moveClock = (advanceMs) => post('clock', { advanceMs });
export const openStream = (id) => new EventSource(`api/${of(id)}/stream`);

/** 32 hexadecimal digits. Not crypto.randomUUID, which plain http on a local network lacks. */
export const newMessageId = () =>
  [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
