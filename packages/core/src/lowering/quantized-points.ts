import { SCALARS } from "../kernel-ir/scalars.ts";
import { doubles } from "../tensors/elements.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import type { WindowAttributes } from "../kernels/windows.ts";
import { convolutionPoint } from "./convolution-points.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue, ZeroPoint } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";
import { parameterAt } from "./parameter-at.ts";
import { isOne } from "./positions.ts";
import { type MatrixFactor, matrixProductPoint } from "./product-points.ts";
import { requantizer, rescaling } from "./requantize-points.ts";

type ConvolutionNode = LowerNode<WindowAttributes & { readonly group: number }>;

/** What is taken from the elements of two values, where these are bytes and it is one for all of each. */
function zeroPoints(
  values: readonly [PointInput, PointInput],
  zeros: readonly (PointInput | undefined)[],
): { readonly left: ZeroPoint; readonly right: ZeroPoint } | undefined {
  const [left, right] = zeros.map(zeroPoint);
  const areBytes = values.every(({ scalar }) => scalar === "i8" || scalar === "u8");
  return !areBytes || left === undefined || right === undefined ? undefined : { left, right };
}

/** A zero point of i32 that is one for all elements. */
function zeroPoint(zero: PointInput | undefined): ZeroPoint | undefined {
  if (zero === undefined) return 0;
  const known = zero.constant && doubles(zero.constant);
  if (known !== undefined && known.every((value) => value === known[0])) return known[0];
  return zero.shape.every(isOne) ? (k) => k.cast("i32", zero.atPosition(k.constant("index", 0), k)) : undefined;
}

/** x - zero point in i32. */
function centered(x: PointInput, zero: PointInput | undefined, axis: number): MatrixFactor {
  const at: Point["at"] = (index, k) => {
    const element = k.cast("i32", x.at(index, k));
    return zero === undefined ? element : k.sub(element, k.cast("i32", parameterAt(zero, index, axis, k)));
  };
  return { scalar: "i32", shape: x.shape, at };
}

/** The product of a and b, each taken from its zero point: one for all, each row of a, each column of b. */
function centeredProduct([a, zeroA, b, zeroB]: readonly (PointInput | undefined)[]): Point {
  const left = centered(a!, zeroA, a!.shape.length - 2);
  const point = matrixProductPoint(left, centered(b!, zeroB, b!.shape.length - 1));
  const [bytes, zeros] = [matrixProductPoint(a!, b!).contraction!, zeroPoints([a!, b!], [zeroA, zeroB])];
  if (zeros === undefined) return point;
  const factors = { left: { at: bytes.left, zero: zeros.left }, right: { at: bytes.right, zero: zeros.right } };
  return { ...point, contraction: { ...point.contraction!, bytes: factors } };
}

/** ONNX MatMulInteger. */
export const integerProductPoints: Lowering<unknown> = (node) => {
  const [a, b, zeroA, zeroB] = node.inputs;
  return [centeredProduct([a, zeroA, b, zeroB])];
};

/** The convolution of x and w, each taken from its zero point: w's is one for all or one for each filter. */
function centeredConvolution(node: ConvolutionNode, [x, zeroX, w, zeroW]: readonly (PointInput | undefined)[]): Point {
  const [left, right] = [zeroPoint(zeroX), zeroPoint(zeroW)];
  const rank = node.outputs[0]!.shape.length;
  const ownFilters = knownShape(node, w!)[0] / node.attributes.group;
  const takenFrom = (element: Expression, zero: ZeroPoint, k: PointBuilder): Expression =>
    k.sub(k.cast("i32", element), typeof zero === "number" ? zero : zero(k));
  return convolutionPoint(node, x!, w!, "i32", {
    left: (element, _index, k) => takenFrom(element, left ?? ((own) => own.cast("i32", firstOf(zeroX!, own))), k),
    right(element, index, k) {
      const filter = index.length === rank ? index[1] : k.add(k.mul(index[1], ownFilters), index[2]);
      return takenFrom(element, right ?? ((own) => own.cast("i32", parameterAt(zeroW!, [filter], 0, own))), k);
    },
    border: typeof left === "number" ? left : (k) => firstOf(zeroX!, k),
    zeros: zeroPoints([x!, w!], [zeroX, zeroW]),
  });
}

const firstOf = (zero: PointInput, k: PointBuilder): Expression => zero.atPosition(k.constant("index", 0), k);

/** ONNX ConvInteger. */
export const integerConvolutionPoints: Lowering<WindowAttributes & { readonly group: number }> = (node) => {
  const [x, w, zeroX, zeroW] = node.inputs;
  return [centeredConvolution(node, [x, zeroX, w, zeroW])];
};

/** A number rounded to even (NaN as 0), from a zero point on, in the range of a small integer type. */
function quantized(scalar: Scalar, x: Expression, zero: Expression, k: PointBuilder): Expression {
  const { kind, bits } = SCALARS[scalar];
  const least = kind === "signed" ? -(2 ** (bits - 1)) : 0;
  const rounded = k.let("rounded", k.round(x));
  const sum = k.add(k.select(k.eq(rounded, rounded), rounded, 0), zero);
  return k.cast(scalar, k.min(k.max(sum, least), least + 2 ** bits - 1));
}

/** ONNX QLinearMatMul. */
export const quantizedProductPoints: Lowering<unknown> = (node) => {
  const [a, scaleA, zeroA, b, scaleB, zeroB, scaleY, zeroY] = node.inputs as readonly PointInput[];
  const { scalar, shape } = node.outputs[0]!;
  if (scaleA.dtype !== "f32") node.cannot(`kernels do not round factors to ${scaleA.dtype}`);
  if (
    SCALARS[a.scalar].bits > 8 ||
    SCALARS[b.scalar].bits > 8 ||
    SCALARS[scalar].bits > 16 ||
    SCALARS[scalar].kind === "float"
  )
    node.cannot(`it has no kernel for ${a.dtype}, ${b.dtype} and ${node.outputs[0]!.dtype}`);
  if (a.shape.length < 2 || b.shape.length < 2) node.cannot("it has no kernel for vectors");
  const sums = node.step("i32", shape, centeredProduct([a, zeroA, b, zeroB]));
  const [row, column] = [shape.length - 2, shape.length - 1];
  const factor = rescaling(node, [scaleA, row], [scaleB, column], [scaleY, row]);
  const finish = requantizer(scalar, factor, zeroY);
  return [{ at: (index, k) => finish(sums.at(index, k), index, parameterAt(zeroY, index, row, k), k) }];
};

/** ONNX QLinearConv. */
export const quantizedConvolutionPoints: Lowering<WindowAttributes & { readonly group: number }> = (node) => {
  const [x, scaleX, zeroX, w, scaleW, zeroW, scaleY, zeroY, bias] = node.inputs as readonly PointInput[];
  const { scalar, shape } = node.outputs[0]!;
  const sums = node.step("i32", shape, centeredConvolution(node, [x, zeroX, w, zeroW]));
  const factor = rescaling(node, [scaleX, 1], [scaleW, 1], [scaleY, 1]);
  const finish = requantizer(scalar, factor, zeroY);
  const at: Point["at"] = (index, k) => {
    const sum = sums.at(index, k);
    const whole = bias === undefined ? sum : k.add(sum, bias.at([index[1]], k));
    return finish(whole, index, parameterAt(zeroY, index, 1, k), k);
  };
  return [{ at }];
};

/** x in u8 with the scale and zero point of its range, 0 among it. ONNX DynamicQuantizeLinear. */
export const dynamicQuantizePoints: Lowering<unknown> = (node) => {
  const x = node.inputs[0]!;
  const edge = (kind: "min" | "max"): PointValue =>
    node.step("f32", [], (_index, k) =>
      k.reduceOver(kind, x.shape, k.constant("f32", 0), (index) => {
        const element = x.at(index, k);
        return k.select(k.eq(element, element), element, 0);
      }),
    );
  const [least, most] = [edge("min"), edge("max")];
  const scale = node.step("f32", [], (_index, k) => {
    const [low, high] = [least.at([], k), most.at([], k)];
    return k.div(k.select(k.eq(low, high), 1, k.sub(high, low)), 255);
  });
  const zero = node.step("f32", [], (_index, k) => {
    const rounded = k.round(k.div(k.neg(least.at([], k)), scale.at([], k)));
    return k.select(k.eq(rounded, rounded), k.min(k.max(rounded, 0), 255), 0);
  });
  const y: Point["at"] = (index, k) => quantized("u8", k.div(x.at(index, k), scale.at([], k)), zero.at([], k), k);
  return [{ at: y }, scale, { at: (_index, k) => k.cast("u8", zero.at([], k)) }];
};
