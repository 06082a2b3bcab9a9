import type { FileRefusal, FileType } from '../channels/channel.ts';
import type { TranscriptLine } from '../conversations/conversations.ts';
import { type HeldNews, TIME } from '../conversations/holder.ts';
import { HOUR_MS } from '../kernel/calendar.ts';
import type { Line } from './desk-store.ts';

/*
 * What agents read. It stands here and not in locales/: those are the debtor's texts, checked for segments, tones and disclosure in six locales, while a
 * desk is one team that speaks one language. A desk in another language is another file like this one.
 */

export const LABELS = { take: 'Tomar', return: 'Devolver al asistente', close: 'Cerrar' } as const;

export const HELP = `Lo que escribas aquí le llega al deudor y la conversación pasa a ser tuya.
/n texto — nota para el equipo; nunca se envía
/tomar — tomar la conversación sin escribir
/bot — devolverla al asistente
/cerrar — darla por resuelta (o cierra el tema)
El asistente calla mientras la tiene una persona. Tras 12 horas sin escribir, vuelve al asistente.
Las fotos y archivos todavía no se envían; lo que edites aquí no cambia lo ya enviado.`;

export const SAY = {
  done: 'Hecho.',
  notAllowed: (name: string) => `⛔ ${name}: no estás en la lista de agentes; no se envió nada.`,
  anonymous: '⛔ Los administradores anónimos no pueden responder: nadie sabría quién escribió. No se envió nada.',
  edited: '⛔ Editaste un mensaje: el deudor conserva el texto anterior. Escribe uno nuevo si hace falta.',
  file: '⛔ Todavía no se pueden enviar fotos, audios ni archivos. No se envió nada.',
  unknownCommand: '⛔ No conozco esa orden y no se envió nada. /ayuda muestra las que hay.',
  emptyNote: '⛔ La nota está vacía: escribe /n y el texto.',
  staleButton: 'Ese botón es de una atención anterior.',
  unknownButton: 'Ese botón ya no sirve.',
  holds: (name: string) => `La tiene ${name}.`,
  yours: 'Ya es tuya.',
  withBot: 'Ya la atiende el asistente.',
  notShown: '📎 Un archivo suyo no se pudo mostrar aquí. Está guardado con la conversación.',
};

const REASONS: Record<string, string> = {
  asked_for_person: 'pidió una persona',
  dispute: 'no reconoce la deuda',
  hardship: 'está en dificultades',
  refusal: 'se niega a pagar',
  plan: 'pide un plan de pagos',
  extension: 'pide más plazo',
  cannot_agree: 'no llegó a un acuerdo con el asistente',
  not_understood: 'el asistente no le entendió',
  identity_failed: 'no pudo identificarse',
  dead_letter: 'el asistente no pudo procesar su mensaje',
  taken_over: 'la tomó un agente',
  typed_on_phone: 'alguien le escribió desde el teléfono',
};

/** What is not in the list is shown as the flow names it. */
export const reasonInWords = (reason: string): string => REASONS[reason] ?? reason;

const RULES: Record<string, string> = {
  window_closed: 'la ventana de WhatsApp está cerrada hasta que vuelva a escribir',
  opt_out: 'pidió no recibir mensajes',
  hours: 'está fuera del horario permitido',
  cap: 'ya recibió los mensajes que la ley permite',
  gap: 'recibió otro mensaje hace muy poco',
  too_late: 'se hizo demasiado tarde',
  address_untied: 'ese número ya no es de este deudor',
  delivery_failed: 'hubo un fallo de nuestro lado',
  content: 'el texto tiene palabras que la ley no permite',
};

const FILE_REFUSALS: Record<FileRefusal, string> = {
  too_large: 'pesa más de 5 MB',
  wrong_type: 'no es una foto ni un PDF',
  lying_type: 'no es lo que dice ser',
  too_many: 'mandó demasiados de una vez',
  not_allowed: 'venía de un lugar que no conocemos',
  gone: 'ya no está donde lo dejó',
};

/** What stands under a file. */
export const captionOf = (name: string, type: FileType, bytes: number): string =>
  `📎 ${name} · ${type === 'application/pdf' ? 'PDF' : 'foto'} · ${Math.max(1, Math.round(bytes / 1024))} KB`;

/** A rule of the policy pack, or a provider's code, as far as we have words for it. */
export const ruleInWords = (rule: string | null): string => {
  if (rule === null) return 'sin motivo conocido';
  return RULES[rule] ?? RULES[rule.split('.')[0] ?? ''] ?? rule;
};

/** Not on that channel, but on the debtor's next one. */
export const elsewhereInWords = (line: Pick<Line, 'text'>): string =>
  `↪️ ${quoteOf(line)} no salió por este canal: va por otro del deudor.`;

const quoteOf = ({ text }: Pick<Line, 'text'>): string =>
  `«${text.replace(/\s+/g, ' ').slice(0, 40)}${text.length > 40 ? '…' : ''}»`;

/** What became of an agent's line that did not reach the debtor, with its beginning, so that it is plain which. */
export function fateInWords(line: Pick<Line, 'text' | 'by'>, fate: TranscriptLine, now: Date): string {
  const quote = quoteOf(line);
  const why = ruleInWords(fate.rule);
  if (fate.status === 'deferred' && fate.deferredUntil) {
    const hours = Math.ceil((fate.deferredUntil.getTime() - now.getTime()) / HOUR_MS);
    return `⏸ ${quote} todavía no sale: ${why}. Saldrá en unas ${hours} h.`;
  }
  if (fate.status === 'unknown') return `❓ ${quote}: el proveedor no respondió; no se sabe si llegó.`;
  return `⚠️ ${quote} no le llegó: ${why}.`;
}

type Spoken = Exclude<HeldNews['what'], 'asked' | 'debtor'>;

/** What is shown of news. What the debtor wrote is shown as it is, and that a person was asked for is shown by the card. */
export function newsInWords(news: Extract<HeldNews, { what: Spoken }>): string {
  switch (news.what) {
    case 'file':
      return `📎 Un archivo suyo (${news.type}) no se guardó: ${FILE_REFUSALS[news.why ?? 'gone']}.`;
    case 'bot':
      return `🤖 ${news.text}`;
    case 'line':
      return news.typed ? `📱 Desde el teléfono: ${news.text}` : `👤 ${news.by.name}: ${news.text}`;
    case 'note':
      return `📝 Nota de ${news.by.name}: ${news.text}`;
    case 'taken':
      return news.by.id === 'phone'
        ? '📱 Alguien escribe desde el teléfono: el asistente calla.'
        : `✋ ${news.by.name} tomó la conversación.`;
    case 'returned':
      return news.by.id === TIME.id
        ? '🤖 Pasaron 12 horas sin un mensaje nuestro: la conversación volvió al asistente.'
        : `🤖 ${news.by.name} devolvió la conversación al asistente.`;
    case 'closed':
      return `✅ ${news.by.name} cerró la conversación.`;
    case 'idle_warning':
      return `⏰ Llevamos 11 horas sin escribirle. En una hora la conversación vuelve al asistente.`;
    case 'refused':
      return refusal(news);
  }
}

function refusal({ by, act, why, holder }: Extract<HeldNews, { what: 'refused' }>): string {
  const nothing = act === 'reply' ? ' Tu mensaje no se envió.' : '';
  if (why === 'held') return `⛔ ${by.name}: la conversación la tiene ${holder ?? 'otra persona'}.${nothing}`;
  if (why === 'stale') return `⛔ ${by.name}: ${SAY.staleButton}`;
  return `⛔ ${by.name}: ${SAY.withBot}`;
}
