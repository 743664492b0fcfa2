import { utf8 } from "./tar-header.ts";

/** What is used of the records of an extended header (POSIX pax): `LENGTH KEY=VALUE\n`. A text says what is wrong with them. */
export function readPaxRecords(bytes: Buffer): { readonly path?: string; readonly size?: number } | string {
  const found = new Map<string, string>();
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at);
    const digits = space < 0 ? "" : bytes.toString("latin1", at, space);
    const end = /^[1-9]\d{0,5}$/.test(digits) ? at + Number(digits) : 0;
    if (end <= space + 1 || end > bytes.length || bytes[end - 1] !== 0x0a) return "a record is damaged";
    const record = utf8(bytes.subarray(space + 1, end - 1));
    const [, key, value] = /^([^=]+)=(.*)$/s.exec(record ?? "") ?? [];
    if (key === undefined) return "a record is damaged";
    if (found.has(key)) return `the record ${key} is there twice`;
    if (key.startsWith("GNU.sparse") || key === "linkpath" || key === "hdrcharset")
      return `the record ${key} is not for packages`;
    found.set(key, value);
    at = end;
  }
  const [path, size] = [found.get("path"), found.get("size")];
  if (size !== undefined && !/^\d{1,15}$/.test(size)) return "the record size is no number";
  return { ...(path !== undefined && { path }), ...(size !== undefined && { size: Number(size) }) };
}
