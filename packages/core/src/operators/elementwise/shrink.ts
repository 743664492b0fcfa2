import { sameAsFirst } from "../../inference/shapes.ts";
import { unary } from "../../kernels/elementwise.ts";
import { unaryPoints } from "../../lowering/elementwise.ts";
import { isFloat } from "../../dtypes/dtypes.ts";
import { float } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { REAL_1B } from "../type-sets.ts";
import { unarySamples, vector } from "./samples.ts";

interface Shrinkage {
  readonly bias: number;
  readonly lambd: number;
}

function shrinkNumber(x: number, { bias, lambd }: Shrinkage): number {
  return x < -lambd ? x + bias : x > lambd ? x - bias : 0;
}

/** Exact for a whole bias. */
function shrinkBigint(x: bigint, { bias, lambd }: Shrinkage): bigint {
  const shift = x < -lambd ? bias : x > lambd ? -bias : undefined;
  if (shift === undefined) return 0n;
  if (Number.isInteger(shift)) return x + BigInt(shift);
  const shifted = Number(x) + shift;
  return Number.isFinite(shifted) ? BigInt(Math.trunc(shifted)) : 0n;
}

const shrinkFloats = unaryPoints<Shrinkage>((x, k, { attributes: { bias, lambd } }) =>
  k.select(k.lt(x, -lambd), k.add(x, bias), k.select(k.gt(x, lambd), k.sub(x, bias), 0)),
);

/** x + bias below -lambd, x - bias above lambd, else 0, elementwise; ints drop the fraction of the result. ONNX Shrink. */
export const shrink = defineOperator({
  name: "Shrink",
  versions: [{ since: 9 }],
  inputs: [required("input", "T")],
  outputs: [required("output", "T")],
  types: { T: REAL_1B },
  attributes: { bias: float({ default: 0 }), lambd: float({ default: 0.5 }) },
  infer: sameAsFirst,
  reference: unary({ float: shrinkNumber, big: shrinkBigint }),
  lower: (node) =>
    isFloat(node.outputs[0]!.dtype) ? shrinkFloats(node) : node.cannot("integers are shrunk by fractions"),
  accuracy: "rounding",
  samples: () => [
    ...unarySamples([-2, -1.5, 0, 1.5, 2], [-0.5, 0, 0, 0, 0.5], { lambd: 1.5, bias: 1.5 }),
    { inputs: [vector("f32", -2, 0.5, 2)], outputs: [vector("f32", -2, 0, 2)] },
    ...(["i32", "i64"] as const).map((dtype) => ({
      attributes: { lambd: 1.5, bias: 1 },
      inputs: [vector(dtype, -3, -1, 0, 2)],
      outputs: [vector(dtype, -2, 0, 0, 1)],
    })),
  ],
});
