import type { Attention, Factor, Point } from "@hodu/core";
import { type Expression, newKernel, OPERATIONS, SCALARS } from "@hodu/core/kernel-ir";
import { Emission } from "../schedule/emission.ts";
import type { ScheduleTarget } from "../schedule/types.ts";
import type { AttentionOperand, AttentionPlan, PlacedOperand } from "./attention-plan.ts";
import { chooseRows } from "./choose-tile.ts";
import type { FusedValues } from "./fused-values.ts";
import { ATTENTION_KEYS, ATTENTION_VECTORS } from "./limits.ts";
import { copied, isEncoded, type Placing, placeNarrow } from "./place-factors.ts";
import { probeFactor } from "./probe-factor.ts";

/** How an attention is made in one pass over the keys; undefined where its queries do not fill a vector. */
export function planAttention(id: number, values: FusedValues, target: ScheduleTarget): AttentionPlan | undefined {
  const attention = values.value(id).point!.attention!;
  const { lead, scalar, queries, size } = attention;
  const bytes = SCALARS[scalar].bits / 8;
  const lanes = Math.max(1, Math.floor(target.vectorBytes / bytes));
  if (queries < lanes) return undefined;
  const { query, key, value, bias } = operandsOf(attention);
  const keyPlace = placeRows(key, values);
  const valuePlace = placeRows(value, values);
  if (keyPlace === undefined || valuePlace === undefined) return undefined;
  const vectors = Math.min(ATTENTION_VECTORS, Math.floor(queries / lanes));
  const keys = Math.min(attention.keys, ATTENTION_KEYS);
  // compilers load elements side by side all at once
  const sideBySide = { ...target, loadsFirst: true };
  const rowBytes = (keyPlace.strides.get(`i${lead.length}`) ?? 0) * bytes;
  return {
    id,
    attention,
    lanes,
    vectors,
    keys,
    rows: {
      scores: chooseRows(keys, vectors, rowBytes, target),
      values: chooseRows(size, vectors, 0, sideBySide),
    },
    query: placeQueries(query, values),
    key: keyPlace,
    value: valuePlace,
    bias: bias && !isReadInVectors(bias, lanes, values) ? placeQueries(bias, values) : undefined,
  };
}

/** What an attention reads, at [..lead, key, query] and, of values, at [..lead, element, query]. */
function operandsOf({ lead, queries, keys, size, products, bias, value }: Attention) {
  const n = lead.length;
  const depth = products.extents.map((extent) => (extent.kind === "constant" ? Number(extent.value) : 0));
  const atScore = (index: readonly Expression[]) => [...index.slice(0, n), index[n + 1], index[n]];
  const operand = (name: string, rows: number, extents: readonly number[], element: Factor): AttentionOperand => ({
    name,
    element,
    dims: [...lead, rows, queries],
    extents,
  });
  const added =
    (at: Point["at"]): Factor =>
    (index, _place, k) =>
      at(atScore(index), k);
  return {
    query: operand("query", keys, depth, (index, place, k) => products.left(atScore(index), place, k)),
    key: operand("key", keys, depth, (index, place, k) => products.right(atScore(index), place, k)),
    value: operand("value", size, [keys], (index, [key], k) => value([...index.slice(0, n), key, index[n]], k)),
    bias: bias && operand("bias", keys, [], added(bias)),
  };
}

const symbolOf = (name: string): Expression => ({ kind: "size", name });

const symbolIndex = (dims: readonly number[], letter: string): readonly Expression[] =>
  dims.map((dim, n) => (dim === 1 ? OPERATIONS.constant("index", 0) : symbolOf(`${letter}${n}`)));

/** An operand, what it reads, and what it is placed for. */
function lookAt({ element, dims, extents }: AttentionOperand, values: FusedValues) {
  const [index, place] = [symbolIndex(dims, "i"), symbolIndex(extents, "p")];
  const probe = probeFactor(values, (k) => element(index, place, k));
  const axes = dims.flatMap((dim, axis) => (dim > 1 ? [axis] : []));
  const placing: Placing = { axes, column: dims.length - 1, dims, extents, values };
  return { probe, placing };
}

/** Rows as they lie, each element for all lanes, or moved before. */
function placeRows(operand: AttentionOperand, values: FusedValues): PlacedOperand | undefined {
  const { probe, placing } = lookAt(operand, values);
  const place = placeNarrow({ side: "right", ...probe }, placing);
  return place && { ...operand, ...place };
}

/** Queries as they lie where they are side by side, else moved so that they are. */
function placeQueries(operand: AttentionOperand, values: FusedValues): PlacedOperand {
  const { probe, placing } = lookAt(operand, values);
  const { symbols, load } = probe;
  const isSideBySide = load?.form.coefficients.get(`i${placing.column}`) === 1;
  const sums = operand.extents.map((_, n) => n);
  if (load === undefined || !isSideBySide || isEncoded(load, placing))
    return { ...operand, ...copied(symbols, sums, placing, true) };
  const { constant, coefficients } = load.form;
  return { ...operand, source: { kind: "kept", id: load.id }, offset: constant, strides: coefficients };
}

/** Whether an operand can be written for queries side by side. */
function isReadInVectors({ element, dims }: AttentionOperand, lanes: number, values: FusedValues): boolean {
  const builder = newKernel("probe");
  const reading = {
    value: (id: number) => values.value(id),
    buffer: (id: number) =>
      values.isKept(id) ? builder.input("b", values.value(id).memory, values.value(id).elements) : undefined,
  };
  const emission = new Emission(builder, reading, lanes);
  const index = symbolIndex(dims, "i");
  return emission.canVectorize(() =>
    emission.vector(index.at(-1)!, Math.max(2, lanes), (lane) =>
      emission.wide(element(index.with(-1, lane), [], emission.points)),
    ),
  );
}
