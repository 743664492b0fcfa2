import { modelDetails, type ModelDetails } from "../inspect/model-details.ts";
import { type FileReport, modelContents, type ModelContents } from "../inspect/model-report.ts";
import type { ModelFile } from "./read-model.ts";

export interface InspectOptions {
  /** Also the nodes, the weights, and what a run is estimated to take. */
  readonly verbose?: boolean | undefined;
}

/** What is told of a model; what it was read from, if it was; with `verbose` its details. */
export type ModelInspection = { readonly kind: "model" } & Partial<FileReport> & ModelContents & Partial<ModelDetails>;

/**
 * What `hodu inspect --json` prints of a model, as data. Reads no weights.
 *
 * @example
 * ```js
 * import { inspectModel, readModel } from "hodu";
 *
 * const { operations, estimated_flops } = inspectModel(await readModel("examples/digits/model.onnx"), { verbose: true });
 * console.log(operations.MatMul, estimated_flops);
 * ```
 * ```text
 * 3 34048
 * ```
 */
export function inspectModel({ snapshot, file }: ModelFile, { verbose = false }: InspectOptions = {}): ModelInspection {
  return { kind: "model", ...file, ...modelContents(snapshot), ...(verbose && modelDetails(snapshot)) };
}
