import type { MadeWeight, Patch, Weight } from "@hodu/core";
import {
  type Codec,
  list,
  node,
  optional,
  pair,
  type PartReader,
  record,
  tensor,
  text,
  valueType,
  orNull,
  weight,
} from "@hodu/core/wire";
import type { WireMadeWeight, WireObject, WirePatch } from "./messages.ts";

const made = record<MadeWeight, WireMadeWeight>({ name: text, value: tensor });

/** A constant that comes: one that was computed has a value, any other refers to bytes. */
const comingWeight: Codec<MadeWeight | Weight, WirePatch["weights"][number]> = {
  encode: (value, out) => ("value" in value ? made.encode(value, out) : weight.encode(value, out)),
  decode: (wire, from) => (isObject(wire) && wire["value"] !== undefined ? made : weight).decode(wire, from),
};

/** A change to a graph. Those who apply it hold it to the rules. */
export const patch = record<Patch, WirePatch>({
  pattern: text,
  remove: list(text),
  add: list(node),
  weights: list(comingWeight),
  rename: list(pair(text, text)),
  dropWeights: optional(list(text)),
});

/** Types that may not be known. */
export const types = list(orNull(valueType));

/** An object of JSON, as it is. */
export const jsonObject: Codec<WireObject, WireObject> = {
  encode: (value) => value,
  decode: (wire: unknown, from: PartReader) => (isObject(wire) ? wire : from.fail(wire, "an object")),
};

const isObject = (wire: unknown): wire is WireObject =>
  typeof wire === "object" && wire !== null && !Array.isArray(wire);
