import type { Contraction, Tensor, Weight, ZeroPoint } from "@hodu/core";
import type { Memory } from "@hodu/core/kernel-ir";
import type { Packing } from "../program/types.ts";
import type { LinearForm } from "./linear-form.ts";
import type { ColumnBlock, Tile } from "./choose-tile.ts";

/** How a value that is a sum of products, with what is fused after it, is made in blocks of rows and columns. */
export interface ContractionPlan {
  /** The value that is written, and the one with the contraction, which it reads at one index for each element. */
  readonly id: number;
  readonly sum: number;
  readonly contraction: Contraction;
  /** The index that the sum is read at, over the axes of the written value. */
  readonly reading: readonly LinearForm[];
  /** The axis of the written value whose elements are made side by side, and the one that blocks have rows of. */
  readonly column: number;
  readonly row: number | undefined;
  readonly tile: Tile;
  /** Columns of a panel. */
  readonly width: number;
  readonly columns: readonly ColumnBlock[];
  /** Extents of the loops of the sum, from outer to inner. */
  readonly sums: readonly number[];
  /** The factor that is read in vectors, and the one of which each element is one for all lanes (or a vector, too). */
  readonly wide: PlannedFactor;
  readonly narrow: PlannedFactor;
  /** Where products of bytes are summed several at a time: `contraction` is of the bytes as they are. */
  readonly dots?: DotPlan;
}

/** Sums of products of bytes, several places of the sum at a time. */
export interface DotPlan {
  /** Products of one operation: four of bytes, or two of the words that these are widened to. */
  readonly count: 2 | 4;
  /** Places of the last loop of the sum; where these are no multiple of `count`, the wide factor has zeros for what is read twice. */
  readonly places: number;
  /** What is taken from each element of the narrow factor, and from those of the wide one. */
  readonly zero: ZeroPoint;
  readonly wideZero: number;
  /** The sums of the wide factor over all places, in i32; undefined where nothing is taken from the narrow one. */
  readonly sums: PlannedFactor | undefined;
  /** How many places that are. */
  readonly allPlaces: number;
}

/** A factor as an array: where its elements lie. */
export interface PlannedFactor {
  readonly side: "left" | "right";
  readonly source: FactorSource;
  readonly offset: number;
  /** Strides by axis of the written value, without that of columns; those of the loops of the sum. */
  readonly axes: ReadonlyMap<number, number>;
  readonly sums: readonly number[];
  /** From one panel of columns to the next; 0 where all lanes read the same element. */
  readonly panel: number;
}

/** Where the elements of a factor come from. */
export type FactorSource =
  /** The buffer of a value, as it lies. */
  | { readonly kind: "kept"; readonly id: number }
  /** A constant in another order. */
  | {
      readonly kind: "packed";
      readonly id: number;
      readonly of: Weight | Tensor;
      readonly memory: Memory;
      readonly packing: Packing;
    }
  /** Made by a kernel of its own: over these axes of the written value, loops of the sum in this order, and columns at last if `isWide`. */
  | {
      readonly kind: "copy";
      readonly axes: readonly number[];
      readonly sums: readonly number[];
      readonly isWide: boolean;
    };
