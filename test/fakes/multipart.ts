export interface Form {
  fields: Record<string, string>;
  files: Map<string, { name: string; bytes: Buffer }>;
}

/** A `multipart/form-data` body (RFC 7578) as lax as servers read it: spaces and quotes of the headers may be missing, as grammY leaves them out. */
export function readForm(contentType: string, body: Buffer): Form {
  const boundary = /boundary="?([^";]+)/.exec(contentType)?.[1];
  if (boundary === undefined) throw new Error('the form has no boundary');
  const form: Form = { fields: {}, files: new Map() };
  for (const part of body.toString('latin1').split(`--${boundary}`).slice(1, -1)) {
    const end = part.indexOf('\r\n\r\n');
    const head = part.slice(0, end);
    const bytes = Buffer.from(part.slice(end + 4, -2), 'latin1'); // the line break before the next boundary is none of it
    const name = /[; ]name="?([^";\r]+)/i.exec(head)?.[1] ?? '';
    const filename = /filename="?([^";\r]+)/i.exec(head)?.[1];
    if (filename === undefined) form.fields[name] = bytes.toString('utf8');
    else form.files.set(name, { name: filename, bytes });
  }
  return form;
}
