/** Kinds of files that people have beside models, by their first bytes and their extensions. */
interface FileKind {
  readonly title: string;
  readonly extensions: readonly string[];
  matches(head: Uint8Array): boolean;
}

/** Bytes that a kind can be told from. */
export const HEAD_BYTES = 64;

const startsWith =
  (signature: string, at = 0) =>
  (head: Uint8Array): boolean =>
    head.length >= at + signature.length &&
    Array.from(signature).every((letter, i) => head[at + i] === letter.charCodeAt(0));

const textOf = (head: Uint8Array): string => String.fromCharCode(...head.subarray(0, 64));

const KINDS: readonly FileKind[] = [
  {
    title: "a zip archive",
    extensions: [".zip", ".npz", ".pt", ".pth", ".keras", ".mlpackage"],
    matches: startsWith("PK\u0003\u0004"),
  },
  { title: "an .npy file", extensions: [".npy"], matches: startsWith("\u0093NUMPY") },
  { title: "a Hodu model", extensions: [".hdss"], matches: startsWith("\u0089HDSS\r\n\u001a") },
  { title: "a Hodu tensor file", extensions: [".hdt"], matches: startsWith("\u0089HDT \r\n\u001a") },
  { title: "a GGUF file", extensions: [".gguf"], matches: startsWith("GGUF") },
  { title: "an HDF5 file", extensions: [".h5", ".hdf5"], matches: startsWith("\u0089HDF\r\n\u001a\n") },
  { title: "a TensorFlow Lite file", extensions: [".tflite"], matches: startsWith("TFL3", 4) },
  { title: "an ONNX Runtime file", extensions: [".ort"], matches: startsWith("ORTM", 4) },
  { title: "a gzip file", extensions: [".gz", ".tgz"], matches: startsWith("\u001f\u008b") },
  {
    title: "a Python pickle",
    extensions: [".pkl", ".pickle", ".pt", ".pth"],
    matches: (head) => head[0] === 0x80 && head[1] >= 2 && head[1] <= 5,
  },
  {
    title: "a safetensors file",
    extensions: [".safetensors"],
    matches: (head) => head[8] === 0x7b && head[5] === 0 && head[6] === 0 && head[7] === 0,
  },
  { title: "JSON text", extensions: [".json"], matches: (head) => /^\s*[{[]\s*["{[\]}\d-]/.test(textOf(head)) },
  { title: "an ONNX model", extensions: [".onnx"], matches: isOnnxModel },
  { title: "an ONNX tensor", extensions: [".pb"], matches: isOnnxTensor },
];

/** ModelProto as exporters write it: ir_version, then the producer's name or another low field. */
function isOnnxModel(head: Uint8Array): boolean {
  return head[0] === 0x08 && head[1] >= 1 && head[1] <= 20 && [0x12, 0x1a, 0x22, 0x3a, 0x42].includes(head[2]);
}

/** TensorProto as exporters write it: dims one by one, or packed, as Hodu does, or none; then the data type. */
function isOnnxTensor(head: Uint8Array): boolean {
  if (head[0] === 0x0a) return head[1] < HEAD_BYTES - 2 && head[head[1] + 2] === 0x10;
  if (head[0] === 0x10) return head[1] >= 1 && head[1] <= 30 && head[2] === 0x4a;
  return (head[0] === 0x08 && head[2] === 0x10) || (head[0] === 0x08 && head[2] === 0x08 && head[4] !== undefined);
}

/** The kind that the first bytes tell of, such as `a GGUF file`. */
export function kindOfContent(head: Uint8Array): string | undefined {
  return KINDS.find((kind) => kind.matches(head))?.title;
}

/** The extensions that files of the kind have which the first bytes tell of. */
export function extensionsOfContent(head: Uint8Array): readonly string[] {
  return KINDS.find((kind) => kind.matches(head))?.extensions ?? [];
}

/** The kind that the first bytes tell of when the file's extension speaks of another one. */
export function otherContent(file: string, head: Uint8Array): string | undefined {
  const lower = file.toLowerCase();
  const claims = KINDS.filter(({ extensions }) => extensions.some((extension) => lower.endsWith(extension)));
  if (claims.length === 0 || claims.some((kind) => kind.matches(head))) return undefined;
  return kindOfContent(head);
}
