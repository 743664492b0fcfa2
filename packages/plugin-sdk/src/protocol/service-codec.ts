import { HoduError, type Value } from "@hodu/core";
import { bigint, bytes, type Codec, float, type PartReader, type PartWriter, value } from "@hodu/core/wire";
import { MAX_SERVICE_DEPTH } from "./limits.ts";
import type { WireServiceData } from "./messages.ts";

/** What stands for data that JSON has not, in an object of this one member. */
const MARKS = { $float: float, $integer: bigint, $bytes: bytes, $value: value } as const satisfies Readonly<
  Record<string, Codec<unknown>>
>;
type Mark = keyof typeof MARKS;

/**
 * What a method of a service takes or gives: JSON, integers of up to 64 bits as bigint, bytes, and values such as tensors. Members that are undefined are
 * left out, in a list they become null. Throws BAD_USAGE for anything else, and for what refers to itself.
 */
export const serviceData: Codec<unknown, WireServiceData> = {
  encode: (data, out) => encode(data, out, 0),
  decode: (wire, from) => decode(wire, from, 0),
};

function encode(data: unknown, out: PartWriter, depth: number): WireServiceData {
  if (depth > MAX_SERVICE_DEPTH) throw unfit(`more than ${MAX_SERVICE_DEPTH} levels`);
  const mark = markOf(data);
  if (mark !== undefined) return { [mark]: MARKS[mark].encode(data as never, out) } as WireServiceData;
  if (data === null || data === undefined) return null;
  if (typeof data === "boolean" || typeof data === "number" || typeof data === "string") return data;
  if (Array.isArray(data)) return data.map((item) => encode(item, out, depth + 1));
  if (typeof data !== "object") throw unfit(`a ${typeof data}`);
  const prototype: unknown = Object.getPrototypeOf(data);
  if (prototype !== Object.prototype && prototype !== null) throw unfit(`a ${data.constructor.name}`);
  return encodeMembers(data, out, depth);
}

function encodeMembers(data: object, out: PartWriter, depth: number): WireServiceData {
  const members = Object.entries(data).filter(([, member]) => member !== undefined);
  const marked = members.find(([name]) => name.startsWith("$"));
  if (marked !== undefined) throw unfit(`the member "${marked[0]}"`);
  return Object.fromEntries(members.map(([name, member]) => [name, encode(member, out, depth + 1)]));
}

function markOf(data: unknown): Mark | undefined {
  if (typeof data === "bigint") return "$integer";
  if (typeof data === "number") return Number.isFinite(data) && !Object.is(data, -0) ? undefined : "$float";
  if (data instanceof Uint8Array) return "$bytes";
  return isValue(data) ? "$value" : undefined;
}

/** Each kind of value by a member that only it has. */
const VALUE_MEMBERS: { readonly [Kind in Value["kind"]]: string } = {
  tensor: "strides",
  sequence: "items",
  optional: "element",
  map: "keys",
};

function isValue(data: unknown): data is Value {
  if (typeof data !== "object" || data === null) return false;
  const { kind } = data as { readonly kind?: unknown };
  return typeof kind === "string" && Object.hasOwn(VALUE_MEMBERS, kind) && VALUE_MEMBERS[kind as Value["kind"]] in data;
}

function decode(wire: unknown, from: PartReader, depth: number): unknown {
  if (depth > MAX_SERVICE_DEPTH) from.fail(wire, `at most ${MAX_SERVICE_DEPTH} levels`);
  if (typeof wire !== "object" || wire === null) return wire;
  if (Array.isArray(wire)) return wire.map((item, i) => from.inside(i, () => decode(item, from, depth + 1)));
  const members = Object.entries(wire);
  const mark = members.find(([name]) => name.startsWith("$"));
  if (mark === undefined) {
    return Object.fromEntries(
      members.map(([name, member]) => [name, from.inside(name, () => decode(member, from, depth + 1))]),
    );
  }
  const [name, data] = mark;
  if (members.length > 1 || !Object.hasOwn(MARKS, name)) return from.fail(name, Object.keys(MARKS).join(" or "));
  return from.inside(name, () => MARKS[name as Mark].decode(data, from));
}

const unfit = (found: string): HoduError =>
  new HoduError(
    "BAD_USAGE",
    `Cannot send data to a service: found ${found}, expected JSON, integers, bytes (Uint8Array) and values`,
  );
