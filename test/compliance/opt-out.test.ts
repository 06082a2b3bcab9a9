import { expect, test } from '@jest/globals';
import { readOptOut } from '../../src/compliance/opt-out.ts';
import { shippedPacks } from '../conformance/compliance-vectors.ts';

function read(id: string, text: string) {
  const pack = shippedPacks.all.find((one) => one.id === id);
  if (!pack) throw new Error(`no pack ${id}`);
  return readOptOut(pack, text);
}

test.each([
  ['mx', 'BAJA', 'out'],
  ['mx', ' baja!!! 👋🏽', 'out'],
  ['mx', 'ＳＴＯＰ', 'out'],
  ['mx', 'NO  MÁS.', 'out'],
  ['mx', 'opt-out', 'out'],
  ['cl', 'Párar', 'out'],
  ['co', 'cancelar mensajes', 'out'],
  ['co', 'Cancelar', 'ambiguous'],
  ['co', 'cancel', 'ambiguous'],
  ['us', 'cancel', 'out'],
  ['us', 'Cancelar', 'ambiguous'],
  ['br', 'descadastrar', 'out'],
  ['br', 'Parem de me ligar', 'out_all'],
  ['br', 'não me mandem mensagens', 'out_all'],
  ['mx', 'alta', 'in'],
  ['us', 'unstop', 'in'],
  ['us', 'START', 'in'],
  ['mx', 'Por favor ya no me llamen a mi trabajo', 'out_all'],
  ['mx', 'no me vuelvan a escribir', 'out_all'],
  ['mx', 'No quiero que me contacten', 'out_all'],
  ['mx', 'dejen de fregar', 'out_all'],
  ['mx', 'deja de mandarme mensajes', 'out_all'],
  ['mx', 'borren mi número de su lista', 'out_all'],
  ['mx', 'quiero darme de baja', 'out_all'],
  ['us', "don't contact me again", 'out_all'],
  ['us', 'Don’t call me', 'out_all'],
  ['us', 'please remove me from your list', 'out_all'],
  ['us', 'STOP TEXTING ME!!', 'out_all'],
  // what only looks like it
  ['mx', 'bajar el pago', null],
  ['mx', 'me dieron de baja del trabajo', null],
  ['mx', 'ya cancelé', null],
  ['mx', 'quiero cancelar mi deuda', null],
  ['mx', 'no me llamo Pedro', null],
  ['mx', 'no dejen de escribirme', null],
  ['mx', 'pare ahí, ¿cuánto debo?', null],
  ['mx', 'no mas de 500', null],
  ['us', 'when does this end', null],
  ['us', 'I quit my job', null],
  ['mx', '', null],
  ['mx', '👍', null],
])('%s hears in "%s": %s', (id, text, reading) => {
  expect(read(id, text)).toBe(reading);
});

test('every pack knows the words that every pack must know', () => {
  const words = [
    'BAJA',
    'STOP',
    'ALTO',
    'PARAR',
    'PARE',
    'SALIR',
    'DETENER',
    'NO MAS',
    'DARME DE BAJA',
    'CANCELAR MENSAJES',
    'END',
    'QUIT',
    'UNSUBSCRIBE',
  ];
  for (const pack of shippedPacks.all)
    for (const word of words) expect([pack.id, word, readOptOut(pack, word)]).toEqual([pack.id, word, 'out']);
});

test('with scope "all" a word binds every channel', () => {
  const [pack] = shippedPacks.all;
  if (!pack) throw new Error('no packs');
  expect(readOptOut({ ...pack, opt_out: { ...pack.opt_out, scope: 'all' } }, 'BAJA')).toBe('out_all');
});
