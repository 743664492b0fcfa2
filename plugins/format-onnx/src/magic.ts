/** A kind of file that is told by its first bytes. */
interface Kind {
  readonly name: string;
  matches(bytes: Uint8Array): boolean;
}

const startsWith =
  (signature: string, offset = 0) =>
  (bytes: Uint8Array): boolean => {
    if (bytes.length < offset + signature.length) return false;
    for (let i = 0; i < signature.length; i++) {
      if (bytes[offset + i] !== signature.charCodeAt(i)) return false;
    }
    return true;
  };

/** None of these is the start of a protobuf message that an ONNX writer makes: those start with a small field number. */
const KINDS: readonly Kind[] = [
  { name: "a zip archive (such as a PyTorch file)", matches: startsWith("PK\x03\x04") },
  { name: "an empty zip archive", matches: startsWith("PK\x05\x06") },
  { name: "a Python pickle", matches: (bytes) => bytes[0] === 0x80 && bytes[1] >= 2 && bytes[1] <= 5 },
  { name: "an .npy file", matches: startsWith("\x93NUMPY") },
  { name: "a GGUF file", matches: startsWith("GGUF") },
  { name: "an HDF5 file", matches: startsWith("\x89HDF\r\n\x1a\n") },
  { name: "a TensorFlow Lite file", matches: startsWith("TFL3", 4) },
  { name: "an ONNX Runtime file (.ort)", matches: startsWith("ORTM", 4) },
  { name: "a gzip file", matches: startsWith("\x1f\x8b") },
  { name: "a 7z archive", matches: startsWith("7z\xbc\xaf\x27\x1c") },
  { name: "a tar archive", matches: startsWith("ustar", 257) },
  { name: "an ELF binary", matches: startsWith("\x7fELF") },
  { name: "a PNG image", matches: startsWith("\x89PNG") },
  { name: "a JPEG image", matches: startsWith("\xff\xd8\xff") },
  { name: "a pointer of Git LFS (the file itself was not downloaded)", matches: startsWith("version https://git-lfs") },
  { name: "a safetensors file", matches: isSafetensors },
  { name: "JSON text", matches: (bytes) => /^\s*[{[]\s*["{[\]}]/.test(text(bytes)) },
  { name: "an HTML page", matches: (bytes) => /^\s*<(!doctype|html|\?xml)/i.test(text(bytes)) },
];

/** u64 header length, then a JSON object. */
function isSafetensors(bytes: Uint8Array): boolean {
  return bytes[8] === 0x7b && bytes[5] === 0 && bytes[6] === 0 && bytes[7] === 0;
}

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes.subarray(0, 64));

/** The kind of another format's file, such as `a GGUF file`, or undefined when the first bytes tell of none. */
export function otherKind(bytes: Uint8Array): string | undefined {
  return KINDS.find((kind) => kind.matches(bytes))?.name;
}
