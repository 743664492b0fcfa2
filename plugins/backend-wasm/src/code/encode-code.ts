import type { CompiledCode } from "./compiled-code.ts";

/** The first bytes of compiled code; the last of them is the version of the form. */
export const CODE_MAGIC = "hoduwsm\u0001";

/** Magic, bytes of the table as u32 (little-endian), the table as JSON, the module. The same code gives the same bytes. */
export function encodeCode({ module, isShared, kernels }: CompiledCode): Uint8Array {
  const text = new TextEncoder();
  const table = text.encode(JSON.stringify({ isShared, kernels }));
  const start = CODE_MAGIC.length + 4;
  const bytes = new Uint8Array(start + table.length + module.length);
  bytes.set(text.encode(CODE_MAGIC));
  new DataView(bytes.buffer).setUint32(CODE_MAGIC.length, table.length, true);
  bytes.set(table, start);
  bytes.set(module, start + table.length);
  return bytes;
}
