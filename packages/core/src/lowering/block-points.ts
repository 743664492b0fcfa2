import type { LowerNode, Point } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";
import { movedPoint } from "./moved-points.ts";
import { quotientBelow } from "./positions.ts";

interface Blocks {
  readonly blocksize: number;
  readonly mode: string;
}

/** ONNX DepthToSpace: blocks of channels become blocks of places. */
export function depthToSpacePoints(node: LowerNode<Blocks>): readonly Point[] {
  const { blocksize: b, mode } = node.attributes;
  const x = node.inputs[0]!;
  const [, , rows, columns] = knownShape(node, x);
  const [, channels] = knownShape(node, node.outputs[0]!);
  return [
    movedPoint(x, ([n, c, h, w], k) => {
      const place = k.add(k.mul(k.rem(h, b), b), k.rem(w, b));
      const channel = mode === "DCR" ? k.add(k.mul(place, channels), c) : k.add(k.mul(c, b * b), place);
      return [n, channel, quotientBelow(rows, h, b), quotientBelow(columns, w, b)];
    }),
  ];
}

/** ONNX SpaceToDepth: blocks of places become blocks of channels. */
export function spaceToDepthPoints(node: LowerNode<Blocks>): readonly Point[] {
  const { blocksize: b, mode } = node.attributes;
  const x = node.inputs[0]!;
  const [, channels] = knownShape(node, x);
  return [
    movedPoint(x, ([n, c, h, w], k) => {
      const isDepthFirst = mode === "DCR";
      const row = isDepthFirst ? quotientBelow(b, c, b * channels) : k.rem(k.div(c, b), b);
      const column = isDepthFirst ? k.rem(k.div(c, channels), b) : k.rem(c, b);
      const channel = isDepthFirst ? k.rem(c, channels) : quotientBelow(channels, c, b * b);
      return [n, channel, k.add(k.mul(h, b), row), k.add(k.mul(w, b), column)];
    }),
  ];
}
