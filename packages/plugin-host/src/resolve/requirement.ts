import type { Manifest } from "hodu-plugin-sdk";

/** What a requirement of a manifest is about. */
type RequirementKind = "plugin" | "kernel" | "library";

/** One member of `requires.plugins`: `hodu-format-onnx`, `kernel:MatMul` or `library:openblas`, with a range of versions. */
export interface Requirement {
  readonly kind: RequirementKind;
  /** Without the kind. */
  readonly name: string;
  /** As it stands in the manifest. */
  readonly text: string;
  readonly range: string;
}

/** What a manifest requires beside programs of the system, in its order. */
export function requirementsOf({ requires }: Manifest): readonly Requirement[] {
  return Object.entries(requires?.plugins ?? {}).map(([text, range]) => {
    const [, word = "plugin", name = text.trim()] = /^\s*(plugin|kernel|library):\s*(\S.*?)\s*$/is.exec(text) ?? [];
    return { kind: word.toLowerCase() as RequirementKind, name, text, range };
  });
}
