import { elementCount, GraphBuilder, type Tensor, tensorFrom, tensorType } from "@hodu/core";
import type { SampleModel } from "./sample-schedule.ts";

/** Numbers that an attention model is drawn from. */
export const DRAWN_FOR_ATTENTION = 16;

/** A whole number from `least` to `most`. */
type Draw = (least: number, most: number) => number;

/** Numbers between -2 and 2 that follow no pattern of the shapes. */
const numbersOf = (dtype: "f16" | "f32", dims: readonly number[], seed: number): Tensor =>
  tensorFrom(
    dtype,
    dims,
    Array.from({ length: elementCount(dims) }, (_, i) => 2 * Math.sin(seed + 7.3 * i)),
  );

/** A model of one Attention with queries enough for one pass over the keys, with any mask, past, window and form of heads. */
export function attentionModel(drawn: readonly number[]): SampleModel {
  let at = 0;
  const draw: Draw = (least, most) => least + (drawn[at++] % (most - least + 1));
  const graph = new GraphBuilder("model");
  const inputs = new Map<string, Tensor>();
  const add = (name: string, tensor: Tensor): string => {
    inputs.set(name, tensor);
    return graph.input(name, tensorType(tensor.dtype, tensor.shape));
  };
  const dtype = (["f32", "f32", "f16"] as const)[draw(0, 2)];
  const [batch, kv, group] = [draw(1, 2), draw(1, 2), draw(1, 2)];
  const [queries, depth, size] = [draw(16, 40), draw(1, 5), draw(1, 9)];
  const keys = draw(0, 1) === 0 ? draw(1, 20) : draw(120, 140);
  const past = draw(0, 2) === 0 ? draw(1, 5) : 0;
  const isPacked = draw(0, 1) === 1;
  const heads = (name: string, count: number, length: number, of: number): string =>
    add(name, numbersOf(dtype, isPacked ? [batch, length, count * of] : [batch, count, length, of], name.length));
  const tensors = [
    heads("q", kv * group, queries, depth),
    heads("key", kv, keys, depth),
    heads("value", kv, keys, size),
  ];
  const scores = [batch, kv * group, queries, past + keys];
  const mask = maskOf(scores, draw);
  tensors.push(mask === undefined ? "" : add("mask", mask));
  const cached = (name: string, of: number): string => add(name, numbersOf(dtype, [batch, kv, past, of], name.length));
  if (past > 0) tensors.push(cached("past key", depth), cached("past value", size));
  const outputs = graph.node("Attention", tensors, {
    ...(isPacked && { q_num_heads: kv * group, kv_num_heads: kv }),
    is_causal: draw(0, 2) === 0 ? 1 : 0,
    softcap: draw(0, 2) === 0 ? 1.5 : 0,
    left_window_size: draw(0, 2) === 0 ? draw(0, 9) : -1,
  });
  graph.output(outputs[0]);
  return { snapshot: graph.build(), inputs };
}

/** No mask, one for all queries, for each, for each of each head or sample; of floats with -Infinity among them, or bool. */
function maskOf([batch, heads, queries, keys]: readonly number[], draw: Draw): Tensor | undefined {
  const forms = [undefined, [keys], [1, keys], [queries, keys], [batch, 1, 1, keys], [1, heads, queries, keys]];
  const dims = forms[draw(0, forms.length - 1)];
  const [isBool, period] = [draw(0, 1) === 1, draw(2, 5)];
  if (dims === undefined) return undefined;
  // whole rows are hidden, too
  const isHidden = (i: number): boolean => i % period === 0 || Math.floor(i / keys) % 7 === 3;
  const elements = Array.from({ length: elementCount(dims) }, (_, i) => i);
  if (isBool)
    return tensorFrom(
      "bool",
      dims,
      elements.map((i) => (isHidden(i) ? 0 : 1)),
    );
  return tensorFrom(
    "f32",
    dims,
    elements.map((i) => (isHidden(i) ? -Infinity : Math.cos(3.1 * i))),
  );
}
