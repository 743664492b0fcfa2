import type { KernelContext, Steps } from "../../kernels/context.ts";
import { gemm } from "../../kernels/gemm.ts";
import type { Rows } from "./rows.ts";

/** Rows of coefficients [models, F] and an intercept for each. */
export interface LinearModels {
  readonly coefficients: readonly number[] | undefined;
  readonly intercepts: readonly number[] | undefined;
}

export function checkModels(
  { coefficients = [], intercepts = [] }: LinearModels,
  models: number,
  features: number,
  context: { fail(rule: string): never },
): void {
  if (coefficients.length !== models * features) {
    context.fail(`${coefficients.length} coefficients must be ${models} x ${features}`);
  }
  if (intercepts.length !== 0 && intercepts.length !== models) {
    context.fail(`${intercepts.length} intercepts must be ${models}`);
  }
}

/** Each row's product with each model plus the model's intercept, [rows, models]. */
export function* linearScores(
  rows: Rows,
  { coefficients = [], intercepts = [] }: LinearModels,
  models: number,
  context: KernelContext,
): Steps<Float64Array> {
  context.reserve(8 * (coefficients.length + rows.count * models));
  const scores = new Float64Array(rows.count * models);
  const left = { data: rows.data, offset: 0, rowStride: rows.columns, columnStride: 1 };
  const right = { data: Float64Array.from(coefficients), offset: 0, rowStride: 1, columnStride: rows.columns };
  yield* gemm(rows.count, models, rows.columns, left, right, scores, 0, models);
  if (intercepts.length > 0) for (let i = 0; i < scores.length; i++) scores[i] += intercepts[i % models];
  return scores;
}
