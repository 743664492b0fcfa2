import { type Expression, type KernelArray, type KernelBuilder, OPERATIONS } from "@hodu/core/kernel-ir";
import type { AttentionSite } from "./attention-site.ts";

/** Queries that go through the keys together: vectors of them from `first` on, of one head. */
export interface QueryPanel {
  readonly heads: readonly Expression[];
  readonly first: Expression;
  readonly vectors: number;
}

/** What is known of the queries of a panel so far. */
export interface PanelState {
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
export interface KeyBlock {
  readonly first: Expression;
  readonly count: number;
}

const { broadcast, constant, mul } = OPERATIONS;

/** A number in all lanes. */
export const number = ({ plan }: AttentionSite, value: number): Expression =>
  broadcast(constant(plan.attention.scalar, value), plan.lanes);

/** Writes something for each vector of queries. */
export function eachVector({ site, panel }: PanelState, write: (vector: Expression) => void): void {
  site.open.builder.loop("v", panel.vectors, write, { kind: "unroll" });
}

/** Blocks of so many rows, and one of what remains. */
export function inTiles(
  builder: KernelBuilder,
  count: number,
  height: number,
  write: (first: Expression, rows: number) => void,
): void {
  const whole = Math.floor(count / height);
  builder.loop("tile", whole, (tile) => write(mul(tile, height), height));
  if (count % height > 0) write(constant("index", whole * height), count % height);
}
