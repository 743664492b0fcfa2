/** The bytes of a safetensors file: a header (JSON text, bytes, or data to be made JSON) with its length before it, and what follows. */
export function safetensorsBytes(header: unknown, data: Uint8Array = new Uint8Array(0)): Uint8Array {
  const json = header instanceof Uint8Array ? header : new TextEncoder().encode(textOf(header));
  const bytes = new Uint8Array(8 + json.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(json.length), true);
  bytes.set(json, 8);
  bytes.set(data, 8 + json.length);
  return bytes;
}

const textOf = (header: unknown): string => (typeof header === "string" ? header : JSON.stringify(header));

/** What a header says of a tensor. */
export function entry(
  dtype: string,
  shape: readonly number[],
  begin: number,
  end: number,
): { readonly dtype: string; readonly shape: readonly number[]; readonly data_offsets: readonly number[] } {
  return { dtype, shape, data_offsets: [begin, end] };
}
