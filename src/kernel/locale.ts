/** The languages that a debtor can be answered in. */
export const LOCALES = ['es-MX', 'es-CL', 'es-CO', 'es-AR', 'pt-BR', 'en-US'] as const;
export type Locale = (typeof LOCALES)[number];

/** `es` of `es-MX`. */
export const languageOf = (locale: Locale): 'es' | 'pt' | 'en' => locale.slice(0, 2) as 'es' | 'pt' | 'en';
