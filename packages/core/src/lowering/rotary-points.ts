import type { Expression } from "../kernel-ir/types.ts";
import type { Lowering, Point, PointInput } from "./contract.ts";
import { placeFrom } from "./gather-points.ts";
import { headsAt } from "./head-points.ts";
import { knownShape } from "./known-numbers.ts";
import { quotientBelow } from "./positions.ts";

interface RotaryAttributes {
  readonly interleaved: number;
  readonly num_heads: number | undefined;
}

/** Pairs of each head turned by the angles whose cosines and sines inputs 1 and 2 hold, a row for each place. ONNX RotaryEmbedding. */
export const rotaryPoints: Lowering<RotaryAttributes> = (node) => {
  const [x, cos, sin, ids] = node.inputs as readonly PointInput[];
  const { interleaved, num_heads: heads } = node.attributes;
  const isPacked = x.shape.length === 3;
  const shape = knownShape(node, x);
  const size = isPacked ? shape[2] / heads! : shape[3];
  const half = knownShape(node, cos).at(-1)!;
  const at = headsAt(x, size);
  const element: Point["at"] = ([b, h, s, d], k) => {
    const row = ids === undefined ? [b, s] : [placeFrom(ids.at([b, s], k), knownShape(node, cos)[0], k)];
    const turned = (pair: Expression, own: Expression, other: Expression, isFirst: boolean): Expression => {
      const [c, w] = [cos, sin].map((cache) => cache.at([...row, pair], k));
      const [mine, theirs] = [own, other].map((place) => at([b, h, s, place], k));
      const [straight, crossed] = [k.mul(c, mine), k.mul(w, theirs)];
      return isFirst ? k.sub(straight, crossed) : k.add(crossed, straight);
    };
    const rotated = (): Expression => {
      const pair = interleaved === 0 ? d : quotientBelow(half, d, 2);
      const isFirst = interleaved === 0 ? k.lt(d, half) : k.eq(k.rem(d, 2), 0);
      const [ahead, behind] = interleaved === 0 ? [half, half] : [1, 1];
      const pairOfSecond = interleaved === 0 ? k.sub(d, half) : pair;
      return k.choose(
        isFirst,
        x.scalar,
        () => turned(pair, d, k.min(k.add(d, ahead), size - 1), true),
        () => turned(pairOfSecond, d, k.max(k.sub(d, behind), 0), false),
      );
    };
    if (2 * half === size) return rotated();
    return k.choose(k.lt(d, 2 * half), x.scalar, rotated, () => at([b, h, s, d], k));
  };
  if (!isPacked) return [{ at: element }];
  return [{ at: ([b, s, i], k) => element([b, quotientBelow(heads!, i, size), s, k.rem(i, size)], k) }];
};
