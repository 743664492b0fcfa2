import { type DType, dtypeOfOnnxCode } from "../../dtypes/dtypes.ts";
import type { InferContext, Inferred } from "../../inference/context.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { realOutput } from "../../kernels/real-output.ts";
import { scalar } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { REAL_13E } from "../type-sets.ts";

interface WindowAttributes {
  readonly output_datatype: number;
  readonly periodic: number;
}

interface Failing {
  fail(rule: string): never;
}

/** The dtype of attribute output_datatype: any real one. */
export function outputDtype(code: number, context: Failing): DType {
  const dtype = dtypeOfOnnxCode(code);
  if (dtype === undefined || !REAL_13E.includes(dtype)) {
    return context.fail(`output_datatype ${dtype ?? code} must be one of ${REAL_13E.join(", ")}`);
  }
  return dtype;
}

function checkSize(size: number, context: Failing): number {
  if (size < 0) context.fail(`size ${size} must not be negative`);
  return size;
}

export function inferWindow(context: InferContext<WindowAttributes>): readonly Inferred[] {
  const dtype = outputDtype(context.attributes.output_datatype, context);
  const size = context.values(0)?.[0] ?? context.fresh();
  return [tensorType(dtype, [typeof size === "number" ? checkSize(size, context) : size])];
}

/** Elements between two yields: each takes a cosine. */
const YIELD_AFTER = 1 << 15;

/**
 * The kernel of a window whose value at angle 2 pi i / n is `shape(angle)`; n is `size`, or size - 1 for a symmetric
 * window.
 */
export function windowKernel(shape: (angle: number) => number) {
  return function* kernel(
    [sizeInput]: readonly (Value | undefined)[],
    attributes: WindowAttributes,
    context: KernelContext,
  ): Steps<Outputs> {
    const size = checkSize(scalar(sizeInput as Tensor), context);
    const out = realOutput(outputDtype(attributes.output_datatype, context), [size], context);
    const period = attributes.periodic !== 0 ? size : size - 1;
    for (let i = 0; i < size; i++) {
      // A symmetric window of one value has no angle; its middle is its only value.
      out.write(i, period === 0 ? shape(Math.PI) : shape((2 * Math.PI * i) / period));
      if (i % YIELD_AFTER === YIELD_AFTER - 1) yield undefined;
    }
    return [out.tensor()];
  };
}
