/** A kind of file that is told by its first bytes. */
interface Kind {
  readonly title: string;
  matches(head: Uint8Array): boolean;
}

const startsWith =
  (signature: string) =>
  (head: Uint8Array): boolean =>
    Array.from(signature).every((letter, i) => head[i] === letter.charCodeAt(0));

/** Bytes that every kind can be told from. */
export const HEAD_BYTES = 64;

const isNpy = startsWith("\x93NUMPY");
const isZip = startsWith("PK\x03\x04");
/** An archive without members is its end alone. */
const isEmptyZip = startsWith("PK\x05\x06");

/** What people have beside arrays. ONNX files begin with the version of a model, or with the dims of a tensor. */
const OTHERS: readonly Kind[] = [
  { title: "an empty file", matches: (head) => head.length === 0 },
  { title: "a Python pickle", matches: (head) => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5 },
  { title: "an HDF5 file", matches: startsWith("\x89HDF\r\n") },
  { title: "a GGUF file", matches: startsWith("GGUF") },
  { title: "a gzip file", matches: startsWith("\x1f\x8b") },
  { title: "an .hdt file", matches: startsWith("\x89HDT ") },
  { title: "an .hdss file", matches: startsWith("\x89HDSS") },
  { title: "a safetensors file", matches: (head) => head[8] === 0x7b && head[6] === 0 && head[7] === 0 },
  { title: "an ONNX model", matches: (head) => head[0] === 0x08 && head[1] <= 20 && ![0x08, 0x10].includes(head[2]) },
  { title: "an ONNX tensor", matches: (head) => head[0] === 0x08 && [0x08, 0x10].includes(head[2]) },
  { title: "JSON text", matches: (head) => /^\s*[{[]\s*["{[\]}\d-]/.test(String.fromCharCode(...head)) },
];

/** What the first bytes, HEAD_BYTES at most, say that a file is: "npy", "npz", or the name of something else. */
export function contentOf(head: Uint8Array): "npy" | "npz" | { readonly title: string } {
  if (isNpy(head)) return "npy";
  if (isZip(head) || isEmptyZip(head)) return "npz";
  const other = OTHERS.find((kind) => kind.matches(head));
  return { title: other?.title ?? `the bytes ${hex(head.subarray(0, 8))}` };
}

/** What a file of that content is called. */
export const TITLES = { npy: "an .npy file", npz: "a zip archive" } as const;

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join(" ");
