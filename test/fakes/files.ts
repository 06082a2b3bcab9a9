/** Files as phones send them, as short as they can be: what tells them apart are their first bytes. */
export const FILES = {
  jpeg: Buffer.from('ffd8ffe000104a46494600010100000100010000ffd9', 'hex'),
  png: Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  webp: Buffer.from('524946461a000000574542505650384c', 'hex'),
  pdf: Buffer.from('%PDF-1.4\n%%EOF\n', 'latin1'),
  ogg: Buffer.from('OggS\0\u0002', 'latin1'),
  wav: Buffer.from('524946461a00000057415645666d7420', 'hex'),
  zip: Buffer.from('504b0304140000000800', 'hex'),
  html: Buffer.from('<!doctype html><title>x</title>'),
  empty: Buffer.alloc(0),
};
