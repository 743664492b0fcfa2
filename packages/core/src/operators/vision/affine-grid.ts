import { numbersOf } from "../../kernels/read-numbers.ts";
import { affineGridPoints } from "../../lowering/made-points.ts";
import { type Dim, formatShape } from "../../snapshot/dims.ts";
import { indices, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/**
 * Sampling positions: theta [N, r, r + 1] times (x, y, ..., 1) for each point of a grid over -1..1 of `size` (N, C, then r = 2 or 3
 * extents, the last one x); [N, ...extents, r]. ONNX AffineGrid.
 */
export const affineGrid = defineOperator({
  name: "AffineGrid",
  versions: [{ since: 20 }],
  inputs: [required("theta", "T1"), required("size", "T2")],
  outputs: [required("grid", "T1")],
  types: { T1: types("f16 bf16 f32 f64"), T2: types("i64") },
  attributes: { align_corners: int({ default: 0 }) },
  infer(context) {
    const [dtype, theta, size] = [context.dtype(0), context.shape(0), context.values(1)];
    if (theta !== undefined) checkTheta(theta, context);
    if (theta !== undefined && size !== undefined) checkSize(theta, size, context);
    if (dtype === undefined || size === undefined) return [dtype && tensorType(dtype)];
    return [tensorType(dtype, [size[0], ...size.slice(2), size.length - 2])];
  },
  *reference(inputs, { align_corners: aligned }, context) {
    const [theta, size] = inputs as [Tensor, Tensor];
    checkTheta(theta.shape, context);
    if (size.shape.length !== 1 || size.shape[0] > 5)
      context.fail(`size has shape ${formatShape(size.shape)}, expected [4] or [5]`);
    const sizes = indices(size);
    checkSize(theta.shape, sizes, context);
    const [batch, , ...extents] = sizes;
    const rank = extents.length;
    const out = context.output(theta.dtype, [batch, ...extents, rank]);
    const matrix = yield* numbersOf(theta, context);
    const points = extents.reduce((total, extent) => total * extent, 1);
    const position = new Float64Array(rank);
    for (let i = 0; i < batch * points; i++) {
      placePoint(i % points, extents, aligned === 1, position);
      const n = Math.floor(i / points) * rank;
      for (let row = 0; row < rank; row++) {
        const at = (n + row) * (rank + 1);
        let sum = matrix[at + rank];
        for (let k = 0; k < rank; k++) sum += matrix[at + k] * position[k];
        out.data[i * rank + row] = sum;
      }
      if (i % (1 << 17) === 0) yield undefined;
    }
    return [yield* out.rounded()];
  },
  lower: affineGridPoints,
  accuracy: "reduction",
  samples: () => [
    {
      inputs: [tensorFrom("f32", [1, 2, 3], [1, 0, 0.5, 0, 2, -1]), tensorFrom("i64", [4], [1, 1, 2, 2])],
      outputs: [tensorFrom("f32", [1, 2, 2, 2], [0, -2, 1, -2, 0, 0, 1, 0])],
    },
    {
      attributes: { align_corners: 1 },
      inputs: [
        tensorFrom("f64", [1, 3, 4], [1, 0, 0, 0, 0, 1, 0, 0, 1, 1, 1, 3]),
        tensorFrom("i64", [5], [1, 1, 1, 2, 3]),
      ],
      outputs: [tensorFrom("f64", [1, 1, 2, 3, 3], [-1, -1, 0, 0, -1, 1, 1, -1, 2, -1, 1, 2, 0, 1, 3, 1, 1, 4])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("f32", [1, 2, 2], [1, 0, 0, 1]), tensorFrom("i64", [4], [1, 1, 2, 2])],
      message: /theta has shape \[1, 2, 2\], expected \[N, 2, 3\] or \[N, 3, 4\]/,
    },
    {
      inputs: [tensorFrom("f32", [1, 2, 3], [1, 0, 0, 1, 0, 0]), tensorFrom("i64", [5], [1, 1, 2, 2, 2])],
      message: /size has 5 values, expected 4/,
    },
  ],
});

interface Rules {
  fail(rule: string): never;
}

function checkTheta(theta: readonly Dim[], context: Rules): void {
  const fits = (dim: Dim, expected: number): boolean => typeof dim !== "number" || dim === expected;
  if (theta.length === 3 && [2, 3].some((rank) => fits(theta[1], rank) && fits(theta[2], rank + 1))) return;
  context.fail(`theta has shape ${formatShape(theta)}, expected [N, 2, 3] or [N, 3, 4]`);
}

function checkSize(theta: readonly Dim[], size: readonly Dim[], context: Rules): void {
  const expected = typeof theta[1] === "number" ? theta[1] + 2 : size.length;
  if (size.length !== expected || size.length < 4 || size.length > 5) {
    context.fail(`size has ${size.length} values, expected ${typeof theta[1] === "number" ? expected : "4 or 5"}`);
  }
  if (size.some((extent) => typeof extent === "number" && extent < 0)) {
    context.fail(`size ${formatShape(size)} must not be negative`);
  }
  if (typeof theta[0] === "number" && typeof size[0] === "number" && theta[0] !== size[0]) {
    context.fail(`theta has ${theta[0]} matrices, expected ${size[0]} as size says`);
  }
}

/** Coordinates of a point of the grid, x first; with `aligned` -1 and 1 are the outermost points, else half a step outside of them. */
function placePoint(point: number, extents: readonly number[], aligned: boolean, position: Float64Array): void {
  for (let axis = extents.length - 1, k = 0; axis >= 0; axis--, k++) {
    const extent = extents[axis];
    const at = point % extent;
    position[k] = aligned ? (extent === 1 ? -1 : (2 * at) / (extent - 1) - 1) : (2 * at + 1) / extent - 1;
    point = Math.floor(point / extent);
  }
}
