import { DTYPES, elementCount, type NamedValue, packedBytes, typeOfValue } from "@hodu/core";
import type { TensorFile } from "hodu-plugin-sdk";
import type { FileReport } from "./model-report.ts";
import { reportValue, type ValueReport } from "./value-report.ts";

/** A value of a tensor file. */
interface FileValueReport extends ValueReport {
  /** Bytes of a tensor's elements; absent for strings and for what is no tensor. */
  readonly size_bytes?: number;
}

/** What `hodu inspect --json` prints of a tensor file. Its keys stay. */
export interface TensorsReport extends FileReport {
  readonly kind: "tensors";
  readonly metadata: Readonly<Record<string, string>>;
  /** In the file's order; the name of a single unnamed value is "". */
  readonly values: readonly FileValueReport[];
}

/** The report of a tensor file; reads no elements. */
export function inspectTensors({ values, metadata }: TensorFile, file: FileReport): TensorsReport {
  return { kind: "tensors", ...file, metadata: Object.fromEntries(metadata), values: values.map(reportNamed) };
}

function reportNamed({ name, value }: NamedValue): FileValueReport {
  const report = reportValue(name, typeOfValue(value));
  if (value.kind !== "tensor" || DTYPES[value.dtype].kind === "string") return report;
  return { ...report, size_bytes: packedBytes(value.dtype, elementCount(value.shape)) };
}
