import { HoduError } from "hodu-plugin-sdk";
import { MAX_HEADER_BYTES } from "./limits.ts";

/** What a library is for, in the line before its bytes. */
export interface CodeHeader {
  /** As Node names them. */
  readonly platform: string;
  readonly arch: string;
  /** A target of the C emitter. */
  readonly target: string;
}

const LINE_END = 0x0a;

/** A library with what it is for. */
export function encodeCode({ platform, arch, target }: CodeHeader, library: Uint8Array): Uint8Array {
  const header = new TextEncoder().encode(`hodu-cpu ${platform} ${arch} ${target}\n`);
  const code = new Uint8Array(header.length + library.length);
  code.set(header);
  code.set(library, header.length);
  return code;
}

/** Throws UNSUPPORTED for bytes that are no such code. The library is a view of them. */
export function decodeCode(code: Uint8Array): { readonly header: CodeHeader; readonly library: Uint8Array } {
  const end = code.subarray(0, MAX_HEADER_BYTES).indexOf(LINE_END);
  const words = new TextDecoder().decode(code.subarray(0, Math.max(0, end))).split(" ");
  if (words.length !== 4 || words[0] !== "hodu-cpu")
    throw new HoduError("UNSUPPORTED", "Cannot load the compiled model: its code is not of the cpu backend", {
      hint: "compile it again: --no-cache",
    });
  const [, platform, arch, target] = words;
  return { header: { platform, arch, target }, library: code.subarray(end + 1) };
}
