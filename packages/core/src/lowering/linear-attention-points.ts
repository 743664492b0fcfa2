import { exp, sigmoid } from "../kernel-ir/functions/index.ts";
import type { Expression } from "../kernel-ir/types.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";
import { quotientBelow } from "./positions.ts";

interface LinearAttributes {
  readonly kv_num_heads: number;
  readonly q_num_heads: number;
  readonly scale: number;
}

/** Elements of the states of all steps: they are kept together, so long sequences run elsewhere. */
const MAX_STATE_ELEMENTS = 1 << 24;

interface Sizes {
  readonly batch: number;
  readonly tokens: number;
  readonly heads: number;
  readonly keySize: number;
  readonly valueSize: number;
}

/** S = exp(decay) S + k (x) v, o = scale * q S, token after token. ONNX LinearAttention. */
export const linearAttentionPoints: Lowering<LinearAttributes> = (node) => {
  const [query, , value] = node.inputs as readonly PointInput[];
  const { kv_num_heads: heads, q_num_heads: queryHeads, scale } = node.attributes;
  const [batch, tokens, width] = knownShape(node, query);
  const keySize = width / queryHeads;
  const sizes = { batch, tokens, heads, keySize, valueSize: knownShape(node, value)[2] / heads };
  const states = statesOf(node, sizes);
  const group = queryHeads / heads;
  const { valueSize } = sizes;
  const output: Point["at"] = ([b, t, i], k) => {
    const queryHead = quotientBelow(queryHeads, i, valueSize);
    const head = quotientBelow(heads, queryHead, group);
    const sum = k.reduceOver("add", [keySize], k.constant(query.scalar, 0), ([row]) =>
      k.mul(
        query.at([b, t, k.add(k.mul(queryHead, keySize), row)], k),
        states.at([b, head, k.add(t, 1), k.add(row, 1), k.rem(i, valueSize)], k),
      ),
    );
    return k.mul(sum, scale === 0 ? 1 / Math.sqrt(keySize) : scale);
  };
  const present: Point["at"] = ([b, h, row, column], k) =>
    states.at([b, h, k.constant("index", tokens), k.add(row, 1), column], k);
  return [{ at: output }, { at: present }];
};

/** The states before the first token and after each, row 0 what was added to them: [batch, head, tokens + 1, key size + 1, value size]. */
function statesOf(node: LowerNode<LinearAttributes>, { batch, tokens, heads, keySize, valueSize }: Sizes): PointValue {
  const [query, key, value, past, decay, beta] = node.inputs as readonly PointInput[];
  const { scalar } = query;
  const shape = [batch, heads, tokens + 1, keySize + 1, valueSize];
  if (shape.reduce((total, dim) => total * dim, 1) > MAX_STATE_ELEMENTS) node.cannot("its states are too many to keep");
  const ofHead = (
    input: PointInput,
    perHead: number,
    [b, h, t]: readonly Expression[],
    i: Expression,
    k: PointBuilder,
  ) => input.at([b, k.sub(t, 1), k.add(k.mul(h, perHead), i)], k);
  const faded = (row: Expression, index: readonly Expression[], k: PointBuilder): Expression => {
    const [b, h, t, , column] = index;
    const before = states.at([b, h, k.sub(t, 1), k.add(row, 1), column], k);
    if (decay === undefined) return before;
    const perHead = knownShape(node, decay)[2] / heads;
    return k.mul(before, exp(k, ofHead(decay, perHead, index, perHead === 1 ? k.constant("index", 0) : row, k)));
  };
  const added = (index: readonly Expression[], k: PointBuilder): Expression => {
    const own = ofHead(value, valueSize, index, index[4], k);
    if (beta === undefined) return own;
    const known = k.reduceOver("add", [keySize], k.constant(scalar, 0), ([row]) =>
      k.mul(ofHead(key, keySize, index, row, k), faded(row, index, k)),
    );
    const [b, h, t] = index;
    const rate = beta.at([b, k.sub(t, 1), knownShape(node, beta)[2] === 1 ? k.constant("index", 0) : h], k);
    return k.mul(k.sub(own, known), rate);
  };
  const updated = (index: readonly Expression[], k: PointBuilder): Expression => {
    const row = k.sub(index[3], 1);
    const sum = states.at([...index.slice(0, 3), k.constant("index", 0), index[4]], k);
    return k.add(faded(row, index, k), k.mul(ofHead(key, keySize, index, row, k), sum));
  };
  const initial = ([b, h, , row, column]: readonly Expression[], k: PointBuilder): Expression => {
    if (past === undefined) return k.constant(scalar, 0);
    return k.cast(scalar, past.at([b, h, k.max(k.sub(row, 1), 0), column], k));
  };
  const states: PointValue = node.step(scalar, shape, {
    inOrder: 4,
    at: (index, k) =>
      k.choose(
        k.ge(index[2], 1),
        scalar,
        () =>
          k.choose(
            k.ge(index[3], 1),
            scalar,
            () => updated(index, k),
            () => added(index, k),
          ),
        () => initial(index, k),
      ),
  });
  return states;
}

/** The sum over the taps of past and input, the bias, and x sigmoid(x) where it is the activation. ONNX CausalConvWithState. */
export const causalConvolutionPoints: Lowering<{ readonly activation: string }> = (node) => {
  const [x, w, bias, past] = node.inputs as readonly [PointInput, PointInput, PointInput?, PointInput?];
  const taps = knownShape(node, w)[2];
  const length = knownShape(node, x)[2];
  const sequence: Point["at"] = ([b, channel, place], k) =>
    k.choose(
      k.ge(place, taps - 1),
      x.scalar,
      () => x.at([b, channel, k.sub(place, taps - 1)], k),
      () => past?.at([b, channel, place], k) ?? k.constant(x.scalar, 0),
    );
  const at: Point["at"] = ([b, channel, t], k) => {
    const zero = k.constant("index", 0);
    const sum = k.reduceOver("add", [taps], k.constant(x.scalar, 0), ([i]) =>
      k.mul(w.at([channel, zero, i], k), sequence([b, channel, k.add(t, i)], k)),
    );
    const whole = k.let("sum", bias === undefined ? sum : k.add(sum, bias.at([channel], k)));
    return node.attributes.activation === "none" ? whole : k.mul(whole, sigmoid(k, whole));
  };
  return [{ at }, { at: ([b, channel, i], k) => sequence([b, channel, k.add(i, length)], k) }];
};
