import { graphsIn, type Graph, type Weight } from "hodu-plugin-sdk";
import { EXTERNAL_ABOVE_BYTES, EXTERNAL_ALIGNMENT, INTERNAL_WEIGHT_BYTES } from "../limits.ts";

/** Where the weights that leave the model file lie in the other one. */
export interface ExternalPlaces {
  /** By what weights of the same bytes share. */
  readonly offsets: ReadonlyMap<string, number>;
  /** In the order of their offsets. */
  readonly weights: readonly Weight[];
}

/** The bytes of a weight as a key. */
export const extentOf = ({ store, offset, length }: Weight): string => `${store}:${offset}:${length}`;

/** Gives weights places in an external file: where `wanted`, or where all of them together are large. Strings and small ones stay. */
export function placeWeights(graph: Graph, wanted: boolean | undefined): ExternalPlaces {
  const all = [...graphsIn(graph)].flatMap(({ weights }) => weights);
  const total = all.reduce((sum, { length }) => sum + length, 0);
  const offsets = new Map<string, number>();
  const weights: Weight[] = [];
  if (!(wanted ?? total > EXTERNAL_ABOVE_BYTES)) return { offsets, weights };
  let end = 0;
  for (const weight of all) {
    if (weight.dtype === "string" || weight.length < INTERNAL_WEIGHT_BYTES || offsets.has(extentOf(weight))) continue;
    const offset = Math.ceil(end / EXTERNAL_ALIGNMENT) * EXTERNAL_ALIGNMENT;
    offsets.set(extentOf(weight), offset);
    weights.push(weight);
    end = offset + weight.length;
  }
  return { offsets, weights };
}
