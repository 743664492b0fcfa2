import type { AnyFormat } from "../plugins/any-format.ts";
import { jsonString } from "../terminal/escape.ts";
import { formatSize } from "../values/format-size.ts";
import type { WrittenFile } from "./counted-sink.ts";
import type { OutputFile } from "./write-output.ts";

/** What a file becomes. "weights": of a model, as a tensor file. */
export interface Target extends OutputFile {
  readonly kind: "model" | "tensors" | "weights";
}

/** A conversion that ended well. */
export interface Conversion {
  readonly path: string;
  readonly found: AnyFormat;
  readonly size: number;
  readonly target: Target;
  /** The output, then what was written beside it. */
  readonly files: readonly WrittenFile[];
  readonly milliseconds: number;
}

/** `model.onnx (25.8 KB, ONNX) to model.hdss (26.4 KB, HDSS) in 41 ms`. */
export function formatConversion({ path, found, size, target, files, milliseconds }: Conversion): string {
  const [{ bytes }, ...others] = files;
  const from = `${target.kind === "weights" ? "the weights of " : ""}${path} (${formatSize(size)}, ${found.component.title})`;
  const to = `${target.path === "-" ? "standard output" : target.path} (${formatSize(bytes)}, ${target.format.component.title})`;
  const beside = others.map((file) => ` and ${file.name} (${formatSize(file.bytes)})`);
  return `${from} to ${to}${beside.join("")} in ${formatTime(milliseconds)}`;
}

const formatTime = (milliseconds: number): string =>
  milliseconds < 10_000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;

/** The same as `--json` prints it. */
export function conversionAsJson({ path, found, size, target, files, milliseconds }: Conversion): string {
  const input = `{"path":${jsonString(path)},"format":${jsonString(found.component.name)},"size_bytes":${size}}`;
  const beside = files.slice(1).map(({ name, bytes }) => `{"name":${jsonString(name)},"size_bytes":${bytes}}`);
  const output = `{"path":${jsonString(target.path)},"format":${jsonString(target.format.component.name)},"kind":"${target.kind}","size_bytes":${files[0].bytes},"beside":[${beside.join(",")}]}`;
  return `{"input":${input},"output":${output},"time_ms":${milliseconds.toFixed(3)}}\n`;
}
