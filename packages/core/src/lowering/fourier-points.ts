import { tensorFrom } from "../tensors/elements.ts";
import { contractionPoint } from "./contraction-point.ts";
import type { LowerNode, Lowering, Point, PointInput, PointValue } from "./contract.ts";
import { axisFrom0, knownNumbers, knownShape } from "./known-numbers.ts";

/** Elements of a table of factors: longer transforms run by the reference kernel, which is faster than a product there. */
const MAX_FACTORS = 1 << 21;

interface Transform {
  /** Length of the transform, values that are read and that are given. */
  readonly length: number;
  readonly read: number;
  readonly given: number;
  /** 1 for real values, 2 for complex ones, on either side. */
  readonly parts: number;
  readonly outParts: number;
  readonly isInverse: boolean;
  /** Only the first half of a spectrum is read: what mirrors it counts twice. */
  readonly isHalf: boolean;
}

/** What value n, part p brings to value k, part q: [n, p, k, q]. */
function factorsOf(node: LowerNode<unknown>, transform: Transform): PointValue {
  const { length, read, given, parts, outParts, isInverse, isHalf } = transform;
  if (read * parts * given * outParts > MAX_FACTORS) node.cannot("its factors are too many for a product");
  const factors: number[] = [];
  for (let n = 0; n < read; n++) {
    const weight = (isHalf && n > 0 && 2 * n !== length ? 2 : 1) / (isInverse ? length : 1);
    for (let p = 0; p < parts; p++)
      for (let i = 0; i < given; i++) {
        const angle = ((isInverse ? 2 : -2) * Math.PI * ((n * i) % length)) / length;
        for (let q = 0; q < outParts; q++) {
          const factor = p === q ? Math.cos(angle) : p < q ? Math.sin(angle) : -Math.sin(angle);
          factors.push(weight * factor);
        }
      }
  }
  const { scalar } = node.inputs[0]!;
  return node.constant(tensorFrom(scalar === "f64" ? "f64" : "f32", [read, parts, given, outParts], factors));
}

const extent = (value: number) => ({ kind: "constant", type: "index", value }) as const;

/** The Fourier transform along an axis as a product with its factors. ONNX DFT. */
export const fourierPoints: Lowering<{ readonly inverse: number; readonly onesided: number }> = (node) => {
  const [x, lengthInput, axisInput] = node.inputs as readonly [PointInput, PointInput?, PointInput?];
  const { inverse, onesided } = node.attributes;
  const [shape, outShape] = [knownShape(node, x), knownShape(node, node.outputs[0]!)];
  const axis = axisFrom0(axisInput === undefined ? -2 : knownNumbers(node, 2, "axis")![0], shape.length);
  const isHalf = inverse !== 0 && onesided !== 0;
  const length =
    lengthInput === undefined ? (isHalf ? outShape[axis] : shape[axis]) : knownNumbers(node, 1, "length")![0];
  const [parts, outParts] = [shape.at(-1)!, outShape.at(-1)!];
  const read = Math.min(shape[axis], isHalf ? Math.floor(length / 2) + 1 : length);
  const transform = { length, read, given: outShape[axis], parts, outParts, isInverse: inverse !== 0, isHalf };
  const factors = factorsOf(node, transform);
  return [
    contractionPoint({
      scalar: x.scalar,
      extents: [extent(read), extent(parts)],
      left: (index, [n, p], k) => x.at([...index.slice(0, axis), n, ...index.slice(axis + 1, -1), p], k),
      right: (index, [n, p], k) => factors.at([n, p, index[axis], index.at(-1)!], k),
    }),
  ];
};

/** The Fourier transforms of frames of a signal, each times the window. ONNX STFT. */
export const frameFourierPoints: Lowering<unknown> = (node): readonly Point[] => {
  const [x, , window, lengthInput] = node.inputs as readonly [PointInput, PointInput, PointInput?, PointInput?];
  const [, signal, parts] = knownShape(node, x);
  const step = knownNumbers(node, 1, "frame step")![0];
  const length =
    lengthInput === undefined
      ? window === undefined
        ? signal
        : knownShape(node, window)[0]
      : knownNumbers(node, 3, "frame length")![0];
  const given = knownShape(node, node.outputs[0]!)[2];
  const factors = factorsOf(node, { length, read: length, given, parts, outParts: 2, isInverse: false, isHalf: false });
  return [
    contractionPoint({
      scalar: x.scalar,
      extents: [extent(length), extent(parts)],
      left([b, frame], [n, p], k) {
        const element = x.at([b, k.add(k.mul(frame, step), n), p], k);
        return window === undefined ? element : k.mul(element, window.at([n], k));
      },
      right: ([, , bin, part], [n, p], k) => factors.at([n, p, bin, part], k),
    }),
  ];
};
