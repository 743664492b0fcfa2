import type { Attention, Factor } from "@hodu/core";
import type { Strided } from "./place-factors.ts";

/** How an attention is made in one pass over the keys. Lanes are queries, so that no row of scores is summed up across a vector. */
export interface AttentionPlan {
  /** The value [..lead, element, query]. */
  readonly id: number;
  readonly attention: Attention;
  readonly lanes: number;
  /** Vectors of queries that go through the keys together. */
  readonly vectors: number;
  /** Keys whose scores are there at once. */
  readonly keys: number;
  /** Rows of the blocks of registers: keys of scores, elements of values. */
  readonly rows: { readonly scores: number; readonly values: number };
  readonly query: PlacedOperand;
  readonly key: PlacedOperand;
  readonly value: PlacedOperand;
  /** What is added to scores, where it cannot be read for queries side by side as it lies. */
  readonly bias: PlacedOperand | undefined;
}

/** What an attention reads, at an index [..lead, row, query] and a place of the sum; a row is a key of scores, an element of values. */
export interface AttentionOperand {
  readonly name: string;
  readonly element: Factor;
  readonly dims: readonly number[];
  /** Of the sum; none where there is no sum. */
  readonly extents: readonly number[];
}

/** An operand as an array: where its elements lie. */
export type PlacedOperand = AttentionOperand & Strided;
