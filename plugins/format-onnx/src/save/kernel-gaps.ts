import type { DType, Node, ValueType } from "hodu-plugin-sdk";

/** An operator whose versions before opset `from` ONNX Runtime does not run on some dtypes of input 0, though the standard has them. */
interface Gap {
  readonly from: number;
  readonly dtypes: readonly DType[];
}

const FLOATS_8: readonly DType[] = ["f8e4m3fn", "f8e4m3fnuz", "f8e5m2", "f8e5m2fnuz"];

/** From the kernels that ONNX Runtime 1.31 registers for its CPU; the others that it has, it has for all versions from opset 7 on. */
const GAPS: ReadonlyMap<string, readonly Gap[]> = new Map<string, readonly Gap[]>([
  ["Clip", [{ from: 12, dtypes: ["f16", "f64"] }]],
  ["DepthToSpace", [{ from: 11, dtypes: ["i8", "u8"] }]],
  ["GridSample", [{ from: 20, dtypes: ["f64"] }]],
  ["IsNaN", [{ from: 20, dtypes: ["bf16"] }]],
  [
    "Max",
    [
      { from: 8, dtypes: ["f64"] },
      { from: 12, dtypes: ["f16"] },
    ],
  ],
  ["MaxPool", [{ from: 8, dtypes: ["f64"] }]],
  [
    "Min",
    [
      { from: 8, dtypes: ["f64"] },
      { from: 12, dtypes: ["f16"] },
    ],
  ],
  ["Reshape", [{ from: 21, dtypes: FLOATS_8 }]],
  ["Shape", [{ from: 21, dtypes: FLOATS_8 }]],
]);

/** Whether a version of a node's operator is one that the most used runtime does not run: no choice for a file that anybody may open. */
export function isGap({ op, domain }: Node, since: number, [first]: readonly (ValueType | undefined)[]): boolean {
  if (domain !== "" || first?.kind !== "tensor") return false;
  return GAPS.get(op)?.some(({ from, dtypes }) => since < from && dtypes.includes(first.dtype)) ?? false;
}
