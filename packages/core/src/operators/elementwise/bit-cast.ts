import { DTYPES, type DType, dtypeOfOnnxCode, isWidened, onnxCodeOfDtype } from "../../dtypes/dtypes.ts";
import type { KernelContext } from "../../kernels/context.ts";
import { bytesOfTensor, tensorFromBytes } from "../../tensors/bytes.ts";
import { numbers } from "../../tensors/elements.ts";
import { elementCount, type Tensor } from "../../tensors/tensor.ts";
import { tensorType } from "../../tensors/values.ts";
import { bitCastPoints } from "../../lowering/cast-points.ts";
import { int } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { ANY_BUT_STRING_26 } from "../type-sets.ts";
import { vector } from "./samples.ts";

/** The dtype that `to` names; fails when its elements have another size than those of `from`. */
function targetOf(to: number, from: DType | undefined, context: { fail(rule: string): never }): DType {
  const dtype = dtypeOfOnnxCode(to);
  if (dtype === undefined || !ANY_BUT_STRING_26.includes(dtype))
    return context.fail(`to is ${to}, which names no type of bits`);
  if (from !== undefined && DTYPES[dtype].bits !== DTYPES[from].bits) {
    context.fail(`${from} has ${DTYPES[from].bits} bits and ${dtype} ${DTYPES[dtype].bits}, expected the same number`);
  }
  return dtype;
}

function reinterpret(x: Tensor, to: DType, context: KernelContext): Tensor {
  context.reserve(8 * elementCount(x.shape));
  const bytes = bytesOfTensor(x);
  const result = tensorFromBytes(to, x.shape, bytes);
  if (to !== "bool" && !(context.wide && isWidened(to))) return result;
  const out = context.output(to, x.shape);
  out.data.set(to === "bool" ? numbers(result).map((value) => (value === 0 ? 0 : 1)) : numbers(result));
  return out.tensor();
}

/** The bits of X as elements of another dtype of the same size; as bool, all but 0 is true. ONNX BitCast. */
export const bitCast = defineOperator({
  name: "BitCast",
  versions: [{ since: 26 }],
  inputs: [required("input", "T1")],
  outputs: [required("output", "T2")],
  types: { T1: ANY_BUT_STRING_26, T2: ANY_BUT_STRING_26 },
  attributes: { to: int({ required: true }) },
  infer: (context) => [tensorType(targetOf(context.attributes.to, context.dtype(0), context), context.shape(0))],
  reference: ([x], { to }, context) => [reinterpret(x as Tensor, targetOf(to, (x as Tensor).dtype, context), context)],
  lower: bitCastPoints,
  accuracy: "exact",
  samples: () => {
    const to = (dtype: DType) => ({ to: onnxCodeOfDtype(dtype) });
    return [
      { attributes: to("i32"), inputs: [vector("f32", 1, -2)], outputs: [vector("i32", 0x3f800000, 0xc0000000 | 0)] },
      { attributes: to("f16"), inputs: [vector("u16", 0x3c00, 0xc000)], outputs: [vector("f16", 1, -2)] },
      { attributes: to("f64"), inputs: [vector("i64", 0x3ff0000000000000n)], outputs: [vector("f64", 1)] },
      { attributes: to("i4"), inputs: [vector("u4", 1, 15, 8)], outputs: [vector("i4", 1, -1, -8)] },
      { attributes: to("bool"), inputs: [vector("u8", 0, 1)], outputs: [vector("bool", false, true)] },
    ];
  },
  errors: () => [
    { attributes: { to: 11 }, inputs: [vector("f32", 1)], message: /f32 has 32 bits and f64 64/ },
    { attributes: { to: 8 }, inputs: [vector("f32", 1)], message: /to is 8/ },
  ],
});
