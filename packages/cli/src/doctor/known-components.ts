/** Backends and formats that Hodu knows of and that do not come with it, with what they require of the machine. */
export const KNOWN_COMPONENTS: readonly KnownComponent[] = [
  { kind: "backend", name: "cuda", requires: "CUDA toolkit" },
  { kind: "backend", name: "metal", requires: "macOS with Xcode" },
  { kind: "backend", name: "llvm" },
  { kind: "format", name: "gguf" },
  { kind: "format", name: "pytorch" },
];

export interface KnownComponent {
  readonly kind: "backend" | "format";
  readonly name: string;
  readonly requires?: string;
}
