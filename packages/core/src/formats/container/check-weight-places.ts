import { quote } from "../../errors/quote.ts";
import { graphsIn } from "../../snapshot/graphs.ts";
import type { Snapshot, Weight } from "../../snapshot/types.ts";
import { alignUp } from "./align-up.ts";
import { containerError } from "./container-error.ts";
import { PREFIX_BYTES } from "./prefix.ts";

/**
 * Holds the weights of a .hdss to the format: those in files have a digest; those in this file fill the bytes from the prefix to the header,
 * each at the next multiple of 64, some at the same place. Throws BAD_MODEL.
 */
export function checkWeightPlaces({ graph, stores }: Snapshot, file: string, headerOffset: number): void {
  const fail = ({ name, offset }: Weight, found: string, expected: string): never => {
    throw containerError("hdss", file, { field: `weight ${quote(name)}`, offset, found, expected });
  };
  const own: Weight[] = [];
  for (const weight of Array.from(graphsIn(graph)).flatMap(({ weights }) => weights)) {
    const store = stores[weight.store];
    if (store === undefined) fail(weight, `store ${weight.store}`, `one of ${stores.length}`);
    if (store.kind === "bytes") continue;
    if (!/^[0-9a-f]{64}$/.test(weight.digest ?? "")) fail(weight, "no SHA-256", "a digest of 64 hex digits");
    if (store.location === "") own.push(weight);
  }
  own.sort((a, b) => a.offset - b.offset || a.length - b.length);
  let end = PREFIX_BYTES;
  let last: Weight | undefined;
  for (const weight of own) {
    if (weight.offset === last?.offset && weight.length === last.length) continue;
    if (weight.offset !== alignUp(end)) {
      fail(weight, `offset ${weight.offset}`, `${alignUp(end)}, the next multiple of 64 after the weight before it`);
    }
    end = weight.offset + weight.length;
    if (end > headerOffset) fail(weight, `an end at ${end}`, `at most ${headerOffset}, where the header begins`);
    last = weight;
  }
  if (alignUp(end) === headerOffset) return;
  throw containerError("hdss", file, {
    field: "header offset",
    offset: 16,
    found: `weights that end at ${end}`,
    expected: `them to fill the file up to ${headerOffset}`,
  });
}
