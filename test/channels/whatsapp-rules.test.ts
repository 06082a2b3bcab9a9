import { describe, expect, test } from '@jest/globals';
import { inboundId, notAPerson, phoneOf, plainJid, sentId } from '../../src/channels/whatsapp-address.ts';
import { readWaMessage } from '../../src/channels/whatsapp-inbound.ts';
import { muteSignal } from '../../src/channels/whatsapp-quiet.ts';
import { afterClosing } from '../../src/channels/whatsapp-reconnect.ts';
import { waMessage } from '../fakes/whatsapp-socket.ts';

describe('what is done when a connection has ended', () => {
  test.each([
    [515, 1, { do: 'reopen' }],
    [515, 6, { do: 'wait', ms: 16_000 }],
    [428, 1, { do: 'wait', ms: 500 }],
    [408, 2, { do: 'wait', ms: 1_000 }],
    [503, 4, { do: 'wait', ms: 4_000 }],
    [null, 30, { do: 'wait', ms: 30_000 }],
    [999, 1, { do: 'wait', ms: 500 }],
    [440, 1, { do: 'stop', problem: 'replaced' }],
    [401, 1, { do: 'pair_again' }],
    [401, 6, { do: 'stop', problem: 'refused' }],
    [403, 1, { do: 'stop', problem: 'banned' }],
    [405, 1, { do: 'stop', problem: 'outdated' }],
    [500, 4, { do: 'wait', ms: 4_000 }],
    [500, 5, { do: 'stop', problem: 'bad_session' }],
    [411, 5, { do: 'stop', problem: 'bad_session' }],
  ] as const)('%p, time %p: %j', (code, attempt, next) => {
    expect(afterClosing({ code, reason: '', attempt }, 0)).toEqual(next);
  });

  test('nobody scanned: it waits for a person', () => {
    const closing = { code: 408, reason: 'QR refs attempts ended', attempt: 1 };
    expect(afterClosing(closing, 0)).toEqual({ do: 'stop', problem: 'not_paired' });
  });

  test('half of a wait is chance', () => {
    expect(afterClosing({ code: 503, reason: '', attempt: 4 }, 1)).toEqual({ do: 'wait', ms: 8_000 });
  });
});

describe('names', () => {
  test.each([
    ['5215512345678@s.whatsapp.net', '+525512345678'],
    ['5511987654321@s.whatsapp.net', '+5511987654321'],
    ['553187654321@s.whatsapp.net', '+5531987654321'],
    ['553132654321@s.whatsapp.net', '+553132654321'],
    ['5491123456789@s.whatsapp.net', '+5491123456789'],
  ])('%s is the phone %s', (jid, phone) => {
    expect(phoneOf(jid)).toBe(phone);
  });

  test.each([
    ['5215512345678:12@s.whatsapp.net', '5215512345678@s.whatsapp.net'],
    ['88000000000001_1:3@lid', '88000000000001@lid'],
    ['5215512345678@c.us', '5215512345678@s.whatsapp.net'],
    ['no name', null],
    [undefined, null],
  ])('%s without its device is %s', (jid, plain) => {
    expect(plainJid(jid)).toBe(plain);
  });

  test.each([
    ['5215512345678@s.whatsapp.net', null],
    ['88000000000001@lid', null],
    ['120363000000000000@g.us', 'group'],
    ['status@broadcast', 'status'],
    ['5215512345678@broadcast', 'broadcast'],
    ['120363@newsletter', 'newsletter'],
    ['867051314767696@bot', 'bot'],
    ['0@s.whatsapp.net', 'announcement'],
    ['', 'unknown_chat'],
  ])('%s: %s', (jid, why) => {
    expect(notAPerson(jid)).toBe(why);
  });

  test('our id of a message is of WhatsApp’s form and always the same; a row of the inbox names no phone', () => {
    expect(sentId('inbox:0')).toMatch(/^3EB0[0-9A-F]{18}$/);
    expect(sentId('inbox:0')).toBe(sentId('inbox:0'));
    expect(sentId('inbox:0')).not.toBe(sentId('inbox:1'));
    expect(inboundId('+525500000009', '5215512345678@s.whatsapp.net', '3A01')).toMatch(/^wa:[0-9a-f]{12}:3A01$/);
  });
});

describe('what a message is', () => {
  const words = {
    kind: 'message',
    id: '3A01',
    chat: '5215512345678@s.whatsapp.net',
    alt: null,
    tapped: false,
    file: null,
    media: null,
  };
  test.each([
    ['words', { conversation: 'hola' }, { text: 'hola' }],
    ['words with a preview', { extendedTextMessage: { text: 'hola' } }, { text: 'hola' }],
    [
      'words that vanish',
      { ephemeralMessage: { message: { extendedTextMessage: { text: 'hola' } } } },
      { text: 'hola' },
    ],
    ['a picture with words', { imageMessage: { caption: 'mi recibo' } }, { text: 'mi recibo', file: 'image' }],
    [
      'a document',
      { documentWithCaptionMessage: { message: { documentMessage: {} } } },
      { text: '', file: 'document' },
    ],
    ['a voice note', { audioMessage: {} }, { text: '', file: 'audio' }],
    ['a tapped button', { buttonsResponseMessage: { selectedDisplayText: 'Sí' } }, { text: 'Sí', tapped: true }],
    ['a chosen item', { listResponseMessage: { title: 'Viernes' } }, { text: 'Viernes', tapped: true }],
  ])('%s', (_, message, expected) => {
    expect(readWaMessage(waMessage(message))).toMatchObject({ ...words, ...expected });
  });

  test.each([
    ['a reaction', { reactionMessage: { text: '👍' } }, 'reactionMessage'],
    ['an edit or a deletion', { protocolMessage: { type: 0 } }, 'protocolMessage'],
    ['an edit of today', { editedMessage: { message: { conversation: 'x' } } }, 'editedMessage'],
    ['a vote', { pollUpdateMessage: {} }, 'pollUpdateMessage'],
    ['keys only', { messageContextInfo: {} }, 'empty'],
    ['nothing', null, 'empty'],
  ])('%s is not fed to the bot', (_, message, why) => {
    expect(readWaMessage(waMessage(message as never))).toEqual({ kind: 'ignored', why });
  });

  test('what cannot be read yet is a placeholder, a notice is nothing', () => {
    expect(readWaMessage(waMessage(null, {}, { messageStubType: 2 }))).toEqual({
      kind: 'placeholder',
      id: '3A01',
      chat: words.chat,
    });
    expect(readWaMessage(waMessage(null, {}, { messageStubType: 40 }))).toEqual({ kind: 'ignored', why: 'notice' });
  });

  test('a second name is taken when it is of the other kind', () => {
    const lid = { remoteJid: '88000000000001@lid', remoteJidAlt: '5215512345678:0@s.whatsapp.net' };
    expect(readWaMessage(waMessage({ conversation: 'x' }, lid))).toMatchObject({ alt: '5215512345678@s.whatsapp.net' });
    const same = { remoteJidAlt: '5215587654321@s.whatsapp.net' };
    expect(readWaMessage(waMessage({ conversation: 'x' }, same))).toMatchObject({ alt: null });
  });

  test('its time is in seconds, whatever holds them', () => {
    const sentAt = new Date(1_763_800_000_000);
    expect(readWaMessage(waMessage({ conversation: 'x' }))).toMatchObject({ sentAt });
    const long = { toString: () => '1763800000' };
    expect(readWaMessage(waMessage({ conversation: 'x' }, {}, { messageTimestamp: long as never }))).toMatchObject({
      sentAt,
    });
  });
});

test('what the Signal library prints of keys and phones does not reach the console, the rest does', () => {
  const printed: unknown[][] = [];
  const print = (...args: unknown[]) => void printed.push(args);
  const target = { log: print, info: print, warn: print, error: print };
  muteSignal(target);
  muteSignal(target);
  target.info('Closing session:', { privKey: 'secret' });
  target.error('Session error:Error: Bad MAC 5215512345678.0');
  target.info('ready');
  expect(printed).toEqual([['ready']]);
});
