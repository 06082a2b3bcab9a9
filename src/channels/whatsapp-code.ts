import qrcode from 'qrcode';

/** A QR as an SVG picture, to be put into a page. */
export const qrPicture = (text: string): Promise<string> =>
  qrcode.toString(text, { type: 'svg', margin: 1, errorCorrectionLevel: 'L' });

/** A QR as lines of a terminal. */
export const qrLines = (text: string): Promise<string> =>
  qrcode.toString(text, { type: 'terminal', small: true, errorCorrectionLevel: 'L' });

/** Eight letters, as the phone asks for them. */
export const spacedCode = (code: string): string => `${code.slice(0, 4)}-${code.slice(4)}`;
