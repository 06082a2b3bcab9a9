/** What the pay page says. `{creditor}` and `{amount}` are filled in; nothing else is. */
const ES = {
  title: 'Pago seguro',
  description: 'Página de pago protegida.',
  payTo: 'Pago a {creditor}',
  howMuch: '¿Cuánto quieres pagar?',
  upTo: 'Puedes cubrir el total de {amount} o una parte.',
  pay: 'Continuar al pago',
  safe: 'Te llevamos a la página del proveedor de pagos. Aquí no pedimos datos de tarjetas.',
  amountUnreadable: 'No entendimos la cantidad. Escríbela solo con números, por ejemplo {amount}.',
  amountNotPositive: 'La cantidad debe ser mayor que cero.',
  amountOverTotal: 'La cantidad es mayor que el total de {amount}. Escribe una menor o igual.',
  nothingOwed: 'No hay nada por pagar',
  nothingOwedMore: 'Este enlace ya no tiene pagos pendientes. ¡Gracias!',
  confirming: 'Estamos confirmando tu pago',
  confirmingMore: 'Suele tardar unos segundos. Esta página se actualiza sola y también te avisamos por el chat.',
  paid: '¡Listo, recibimos tu pago!',
  paidMore: 'Gracias. También te enviamos el comprobante por el chat.',
  folio: 'Folio',
  rejected: 'El pago no se pudo completar',
  rejectedMore: 'No se hizo ningún cargo. Puedes intentarlo de nuevo cuando quieras.',
  again: 'Intentar de nuevo',
  returned: 'Este pago se devolvió',
  returnedMore: 'El dinero regresó al medio con el que pagaste. Si tienes dudas, escríbenos por el chat.',
  review: 'Estamos revisando tu pago',
  reviewMore:
    'Recibimos un pago que necesita una revisión. Una persona de nuestro equipo lo atiende; no tienes que pagar otra vez.',
  gone: 'Este enlace ya no está disponible',
  goneMore: 'Puede que haya vencido. Escríbenos en el mismo chat y te enviamos uno nuevo con gusto.',
  unavailable: 'No pudimos abrir el pago',
  unavailableMore: 'Es un problema nuestro y no se hizo ningún cargo. Inténtalo otra vez en unos minutos.',
  tooMany: 'Vamos más despacio',
  tooManyMore: 'Recibimos muchos intentos seguidos. Espera un minuto y vuelve a abrir el enlace.',
  invalid: 'No pudimos leer esta solicitud',
  invalidMore: 'Vuelve a abrir el enlace desde el chat e inténtalo de nuevo.',
  notFound: 'Aquí no hay nada',
  notFoundMore: 'Revisa que la dirección esté completa.',
};

export type PayWords = typeof ES;

const EN: PayWords = {
  title: 'Secure payment',
  description: 'Protected payment page.',
  payTo: 'Payment to {creditor}',
  howMuch: 'How much would you like to pay?',
  upTo: 'You can pay the full {amount} or part of it.',
  pay: 'Continue to payment',
  safe: 'We take you to the payment provider’s page. We never ask for card details here.',
  amountUnreadable: 'We could not read the amount. Please use numbers only, for example {amount}.',
  amountNotPositive: 'The amount must be more than zero.',
  amountOverTotal: 'The amount is more than the total of {amount}. Please enter that much or less.',
  nothingOwed: 'There is nothing to pay',
  nothingOwedMore: 'This link has no payments left. Thank you!',
  confirming: 'We are confirming your payment',
  confirmingMore: 'It usually takes a few seconds. This page updates by itself, and we will tell you in the chat too.',
  paid: 'Done, we received your payment!',
  paidMore: 'Thank you. We also send you the receipt in the chat.',
  folio: 'Reference',
  rejected: 'The payment did not go through',
  rejectedMore: 'You were not charged. You can try again whenever you like.',
  again: 'Try again',
  returned: 'This payment was returned',
  returnedMore: 'The money went back to the way you paid. If you have questions, write to us in the chat.',
  review: 'We are checking your payment',
  reviewMore:
    'We received a payment that needs a second look. Someone on our team is on it; you do not have to pay again.',
  gone: 'This link is no longer available',
  goneMore: 'It may have expired. Write to us in the same chat and we will gladly send you a new one.',
  unavailable: 'We could not open the payment',
  unavailableMore: 'The problem is ours and you were not charged. Please try again in a few minutes.',
  tooMany: 'Let us slow down',
  tooManyMore: 'There were many tries in a row. Wait a minute and open the link again.',
  invalid: 'We could not read this request',
  invalidMore: 'Open the link from the chat once more and try again.',
  notFound: 'There is nothing here',
  notFoundMore: 'Please check that the address is complete.',
};

/** By the language of a locale or of a browser; Spanish when it is neither. */
export const payWords = (locale: string): PayWords => (locale.startsWith('en') ? EN : ES);

export const fill = (text: string, values: { creditor?: string; amount?: string }): string =>
  text.replace(/\{(creditor|amount)\}/g, (_, name: 'creditor' | 'amount') => values[name] ?? '');
