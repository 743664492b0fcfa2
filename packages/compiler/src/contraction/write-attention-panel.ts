import { centerOf, largerOf, scoreOf, seenWith } from "@hodu/core";
import { exp, type Expression, type KernelArray, type KernelBuilder, OPERATIONS } from "@hodu/core/kernel-ir";
import type { AttentionSite } from "./attention-site.ts";
import { writeSums } from "./write-sums.ts";

/** Queries that go through the keys together: vectors of them from `first` on, of one head. */
export interface QueryPanel {
  readonly heads: readonly Expression[];
  readonly first: Expression;
  readonly vectors: number;
}

/** What is known of the queries of a panel so far. */
interface PanelState {
  readonly site: AttentionSite;
  readonly panel: QueryPanel;
  /** By vector: the largest score, what is taken from scores, what older sums are to be scaled by, and the sum of powers. */
  readonly largest: KernelArray;
  readonly center: KernelArray;
  readonly again: KernelArray;
  readonly sum: KernelArray;
  readonly inverse: KernelArray;
  /** By vector: -Infinity until a key is seen; undefined where all are. */
  readonly seen: KernelArray | undefined;
  /** By key and vector: scores, then their powers. */
  readonly powers: KernelArray;
  /** By element and vector: sums of values; undefined where all keys are there at once. */
  readonly parts: KernelArray | undefined;
}

/** Keys that are taken together. */
interface KeyBlock {
  readonly first: Expression;
  readonly count: number;
}

const { add, broadcast, constant, div, eq, muladd, mul, select, sub } = OPERATIONS;

const UNROLL = { kind: "unroll" } as const;

/** Writes a turn: blocks of keys one after another, then the values over the sum of powers. */
export function writeAttentionPanel(site: AttentionSite, panel: QueryPanel): void {
  const { plan, open } = site;
  const { builder } = open;
  const { scalar, keys, size } = plan.attention;
  const { vectors } = panel;
  const array = (name: string, length: number): KernelArray =>
    builder.array(name, { scalar, lanes: plan.lanes }, length * vectors);
  const state: PanelState = {
    site,
    panel,
    largest: array("largest", 1),
    center: array("center", 1),
    again: array("again", 1),
    sum: array("sum", 1),
    inverse: array("inverse", 1),
    seen: plan.attention.bias && array("seen", 1),
    powers: array("powers", plan.keys),
    parts: plan.keys === keys ? undefined : array("parts", size),
  };
  const { largest, sum, seen, parts } = state;
  eachVector(state, (v) => {
    builder.set(largest, v, number(site, -Infinity));
    builder.set(sum, v, number(site, 0));
    if (seen !== undefined) builder.set(seen, v, number(site, -Infinity));
  });
  if (parts !== undefined) builder.loop("e", size * vectors, (e) => builder.set(parts, e, number(site, 0)));
  const whole = Math.floor(keys / plan.keys);
  builder.loop("block", whole, (block) => writeKeys(state, { first: mul(block, plan.keys), count: plan.keys }));
  const rest = keys % plan.keys;
  if (rest > 0) writeKeys(state, { first: constant("index", whole * plan.keys), count: rest });
  if (parts === undefined) return;
  invertSums(state);
  const part = (e: Expression, v: Expression): Expression => builder.get(parts, add(mul(e, vectors), v));
  builder.loop("e", size, (e) => eachVector(state, (v) => storeShare(state, e, v, part(e, v))));
}

const number = ({ plan }: AttentionSite, value: number): Expression =>
  broadcast(constant(plan.attention.scalar, value), plan.lanes);

function eachVector({ site, panel }: PanelState, write: (vector: Expression) => void): void {
  site.open.builder.loop("v", panel.vectors, write, UNROLL);
}

/** Scores of some keys, their powers, and what these weigh. */
function writeKeys(state: PanelState, block: KeyBlock): void {
  const { site, largest, center, again, sum, powers, panel } = state;
  const { builder } = site.open;
  eachVector(state, (v) => builder.set(center, v, builder.get(largest, v)));
  inTiles(builder, block.count, site.plan.rows.scores, (first, rows) => writeScores(state, block, first, rows));
  eachVector(state, (v) => {
    const next = builder.let("next", builder.get(center, v));
    const taken = builder.let("taken", centerOf(next, builder));
    if (state.parts !== undefined) {
      builder.set(again, v, exp(builder, builder.let("difference", sub(builder.get(largest, v), taken))));
      builder.set(sum, v, mul(builder.get(sum, v), builder.get(again, v)));
    }
    builder.set(largest, v, next);
    builder.set(center, v, taken);
  });
  builder.loop("key", block.count, (key) =>
    eachVector(state, (v) => {
      const place = add(mul(key, panel.vectors), v);
      const difference = builder.let("difference", sub(builder.get(powers, place), builder.get(center, v)));
      const power = builder.let("power", exp(builder, difference));
      builder.set(powers, place, power);
      builder.set(sum, v, add(builder.get(sum, v), power));
    }),
  );
  if (state.parts === undefined) invertSums(state);
  inTiles(builder, site.plan.attention.size, site.plan.rows.values, (first, rows) =>
    writeValues(state, block, first, rows),
  );
}

function invertSums(state: PanelState): void {
  const { site, sum, inverse } = state;
  const { builder } = site.open;
  eachVector(state, (v) => builder.set(inverse, v, div(number(site, 1), builder.get(sum, v))));
}

/** Blocks of so many rows, and one of what remains. */
function inTiles(
  builder: KernelBuilder,
  count: number,
  height: number,
  write: (first: Expression, rows: number) => void,
): void {
  const whole = Math.floor(count / height);
  builder.loop("tile", whole, (tile) => write(mul(tile, height), height));
  if (count % height > 0) write(constant("index", whole * height), count % height);
}

/** Scores of some rows of keys, and the largest ones with them. */
function writeScores(state: PanelState, block: KeyBlock, first: Expression, rows: number): void {
  const { site, panel, center, powers, seen } = state;
  const { plan, open } = site;
  const { builder } = open;
  const { attention, query, key, lanes } = plan;
  const { scalar } = attention;
  const queryOf = (v: Expression): Expression => add(panel.first, mul(v, lanes));
  const indexOf = (r: Expression, v: Expression): readonly Expression[] => [
    ...panel.heads,
    add(add(block.first, first), r),
    queryOf(v),
  ];
  writeSums(builder, {
    scalar,
    lanes,
    rows,
    vectors: panel.vectors,
    extents: query.extents,
    add: (total, a, b) => muladd(a, b, total),
    wide: (v, place) => site.read(query, indexOf(constant("index", 0), v), place, lanes),
    narrow: (r, v, place) => site.read(key, indexOf(r, v), place, 1),
    finish(r, v, product) {
      const emission = site.emission();
      emission.vector(queryOf(v), lanes, (lane) => {
        const { points } = emission;
        const index = indexOf(r, v);
        const at = [...panel.heads, lane, index.at(-2)!];
        const added = plan.bias === undefined ? attention.bias?.(at, points) : site.read(plan.bias, index, [], lanes);
        const bias = added && points.let("bias", emission.wide(added));
        const score = scoreOf(attention, product, bias, at, points);
        builder.set(powers, add(mul(add(first, r), panel.vectors), v), score);
        builder.set(center, v, largerOf(score, builder.get(center, v), builder));
        if (seen !== undefined && bias !== undefined)
          builder.set(seen, v, seenWith(bias, builder.get(seen, v), builder));
      });
    },
  });
}

/** Sums of some elements of the values of a block of keys, weighed. */
function writeValues(state: PanelState, block: KeyBlock, first: Expression, rows: number): void {
  const { site, panel, again, powers, parts } = state;
  const { plan, open } = site;
  const { builder } = open;
  const element = (r: Expression): Expression => add(first, r);
  const partAt = (r: Expression, v: Expression): Expression => add(mul(element(r), panel.vectors), v);
  writeSums(builder, {
    scalar: plan.attention.scalar,
    lanes: plan.lanes,
    rows,
    vectors: panel.vectors,
    extents: [block.count],
    start: parts && ((r, v) => mul(builder.get(parts, partAt(r, v)), builder.get(again, v))),
    add: (total, a, b) => muladd(a, b, total),
    wide: (v, [key]) => builder.get(powers, add(mul(key, panel.vectors), v)),
    narrow: (r, _v, [key]) =>
      site.read(plan.value, [...panel.heads, element(r), panel.first], [add(block.first, key)], 1),
    finish(r, v, total) {
      if (parts === undefined) storeShare(state, element(r), v, total);
      else builder.set(parts, partAt(r, v), total);
    },
  });
}

/** Stores an element of a vector of queries: its sum by the inverse of that of the powers, 0 where no key was seen. */
function storeShare({ site, panel, seen, inverse }: PanelState, e: Expression, v: Expression, part: Expression): void {
  const { open, value, plan } = site;
  const { builder } = open;
  const share = mul(part, builder.get(inverse, v));
  const isHidden = seen && eq(builder.get(seen, v), number(site, -Infinity));
  const result = isHidden === undefined ? share : select(isHidden, number(site, 0), share);
  const position = value.positionOf([...panel.heads, e, add(panel.first, mul(v, plan.lanes))]);
  builder.store(open.out, position, result);
}
