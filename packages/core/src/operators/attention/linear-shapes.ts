import type { InferContext } from "../../inference/context.ts";
import { type Dim, formatShape, scaleDim } from "../../snapshot/dims.ts";
import { betterDim, checkHeadGroups, headsShape, sameDims } from "./heads.ts";

export interface LinearAttributes {
  readonly kv_num_heads: number;
  readonly q_num_heads: number;
  readonly update_rule: string;
}

interface Failing {
  fail(rule: string): never;
}

/** For each rule, whether decay (input 4) and beta (input 5) are part of it. */
const RULES: ReadonlyMap<string, readonly [decay: boolean, beta: boolean]> = new Map([
  ["linear", [false, false]],
  ["gated", [true, false]],
  ["delta", [false, true]],
  ["gated_delta", [true, true]],
]);

/** Fails for an unknown rule, and for inputs 4 and 5 given without need or missing. */
export function checkRule({ update_rule: rule }: LinearAttributes, given: readonly boolean[], context: Failing): void {
  const needed = RULES.get(rule);
  if (needed === undefined) context.fail(`update_rule is "${rule}", expected one of ${[...RULES.keys()].join(", ")}`);
  needed.forEach((needs, i) => {
    if (needs && !given[i]) context.fail(`update_rule "${rule}" needs input ${i + 4}`);
    if (!needs && given[i]) context.fail(`update_rule "${rule}" has no use for input ${i + 4}`);
  });
}

/** Shapes of the outputs; fails where the inputs' disagree. */
export function linearShapes(
  [query, key, value, past, decay, beta]: readonly (readonly Dim[] | undefined)[],
  { q_num_heads, kv_num_heads }: LinearAttributes,
  context: Pick<InferContext, "fail" | "fresh">,
): { readonly output: readonly Dim[]; readonly state: readonly Dim[] } {
  for (const [i, shape] of [query, key, value, undefined, decay, beta].entries()) {
    if (shape !== undefined && shape.length !== 3) context.fail(`input ${i} has rank ${shape.length}, expected 3`);
  }
  const q = headsShape(query!, q_num_heads, "query", "q_num_heads", context);
  const k = headsShape(key!, kv_num_heads, "key", "kv_num_heads", context);
  const v = headsShape(value!, kv_num_heads, "value", "kv_num_heads", context);
  checkHeadGroups(q_num_heads, kv_num_heads, context);
  sameDims("the batches", [q[0], k[0], v[0], past?.[0], decay?.[0], beta?.[0]], context);
  sameDims("the sequences", [q[2], k[2], v[2], decay?.[1], beta?.[1]], context);
  sameDims("the key sizes", [q[3], k[3], past?.[2]], context);
  const [batch, size] = [betterDim(q[0], k[0], v[0]), betterDim(q[3], k[3])];
  const state = [batch, kv_num_heads, size, v[3]];
  checkState(past, state, context);
  checkLast(4, decay?.[2], [kv_num_heads, typeof size === "number" ? size * kv_num_heads : undefined], context);
  checkLast(5, beta?.[2], [kv_num_heads, 1], context);
  return { output: [batch, betterDim(q[2], k[2], v[2]), scaleDim(v[3], q_num_heads)], state };
}

function checkState(past: readonly Dim[] | undefined, state: readonly Dim[], context: Failing): void {
  if (past === undefined) return;
  const fits = past.every((dim, i) => typeof dim !== "number" || typeof state[i] !== "number" || dim === state[i]);
  if (past.length !== 4 || !fits) {
    context.fail(`past_state has shape ${formatShape(past)}, expected ${formatShape(state)}`);
  }
}

function checkLast(i: number, dim: Dim | undefined, allowed: readonly (number | undefined)[], context: Failing): void {
  if (typeof dim !== "number" || allowed.includes(dim) || allowed.includes(undefined)) return;
  context.fail(`the last axis of input ${i} has ${dim} elements, expected ${allowed.join(" or ")}`);
}
