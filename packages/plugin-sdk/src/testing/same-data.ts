import { type Codec, PartReader, PartWriter } from "@hodu/core/wire";
import { refuseMessage } from "../protocol/protocol-error.ts";

/** Throws when two results differ in anything that crosses a process: every bit of every tensor counts. */
export function expectSame<T>(codec: Codec<T>, one: T, other: T, what: string): void {
  const [first, second] = [encoded(codec, one), encoded(codec, other)];
  if (first.json !== second.json) {
    throw new Error(`${what} differ: ${difference(first.json, second.json)}`);
  }
  for (const [i, part] of first.parts.entries()) {
    if (Buffer.compare(part, second.parts[i]) !== 0) throw new Error(`${what} differ in the bytes of part ${i}`);
  }
}

/** Throws when a result is not plain data: when cloning it, or sending it across a process, makes another of it. */
export function expectData<T>(codec: Codec<T>, result: T, what: string): void {
  let clone: T;
  try {
    clone = structuredClone(result);
  } catch (cause) {
    throw new Error(`${what} cannot be cloned`, { cause });
  }
  expectSame(codec, clone, result, `${what} and its clone`);
  const { json, parts } = encoded(codec, result);
  const decoded = codec.decode(JSON.parse(json), new PartReader(parts, refuseMessage));
  expectSame(codec, decoded, result, `${what} and its copy from the line`);
}

function encoded<T>(codec: Codec<T>, data: T): { readonly json: string; readonly parts: readonly Uint8Array[] } {
  const out = new PartWriter();
  return { json: JSON.stringify(codec.encode(data, out)), parts: out.parts };
}

function difference(one: string, other: string): string {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at += 1;
  const from = Math.max(0, at - 40);
  return `${one.slice(from, at + 60)} and ${other.slice(from, at + 60)}`;
}
