/** Characters of identifiers of the text format. WebAssembly core specification 2.0, section 6.3.5. */
const NOT_ALLOWED = /[^0-9A-Za-z!#$%&'*+\-./:<=>?@\\^_`|~]/gu;

/** How much of a name stands in an identifier. */
const KEPT = 80;

/** Identifiers of the text format for names, each once: what is not allowed becomes "_", and a second of one name gets a number. */
export function makeIdentifiers(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  const counts = new Map<string, number>();
  return names.map((name) => {
    const plain = `$${name.slice(0, KEPT).replace(NOT_ALLOWED, "_")}`;
    const base = plain === "$" ? "$_" : plain;
    let identifier = base;
    let count = counts.get(base) ?? 1;
    while (taken.has(identifier)) identifier = `${base}.${++count}`;
    counts.set(base, count);
    taken.add(identifier);
    return identifier;
  });
}

/** A string of the text format: everything but printable ASCII as escaped bytes. */
export function watString(value: string | Uint8Array): string {
  const bytes = typeof value === "string" ? new TextEncoder().encode(value) : value;
  const parts = Array.from(bytes, (byte) => {
    const isPlain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    return isPlain ? String.fromCharCode(byte) : `\\${byte.toString(16).padStart(2, "0")}`;
  });
  return `"${parts.join("")}"`;
}
