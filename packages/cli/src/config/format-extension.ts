import type { Reading } from "./kinds.ts";

/** Extensions that Hodu reads and writes itself, whatever plugins there are. */
const BUILT_IN_EXTENSIONS: readonly string[] = [".hdss", ".hdt", ".json"];

/** An extension as files are compared with it: `.npy` for `npy` and `.NPY`. */
export function formatExtension(name: string): Reading<string> {
  const plain = name.trim().toLowerCase();
  const extension = plain.startsWith(".") ? plain : `.${plain}`;
  if (BUILT_IN_EXTENSIONS.includes(extension)) {
    return wrong("another extension: .hdss, .hdt and .json are always Hodu's own");
  }
  return /^(?:\.[^./\\\s]+)+$/.test(extension) ? { value: extension } : wrong("an extension such as .npy");
}

function wrong(expected: string): Reading<string> {
  return { problems: [{ expected }] };
}
