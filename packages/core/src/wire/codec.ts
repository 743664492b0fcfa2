import { quote } from "../errors/quote.ts";
import type { WireBigint, WireFloat } from "./types.ts";

/** Nesting of what is read: a subgraph takes seven steps, so more than 100 levels of them. */
const MAX_DEPTH = 1000;

/** Turns data of a contract into JSON plus parts and back. `decode` trusts nothing: it throws what the reader refuses with, and names the field. */
export interface Codec<T, W = unknown> {
  encode(value: T, out: PartWriter): W;
  decode(wire: unknown, from: PartReader): T;
  /** Of a member of a record that may be undefined: what an absent one becomes. */
  readonly absent?: "left out" | "undefined";
}

/** Collects the parts of a message in the making. Parts are not copied. */
export class PartWriter {
  readonly parts: Uint8Array[] = [];

  /** The index of the part. */
  add(bytes: Uint8Array): number {
    return this.parts.push(bytes) - 1;
  }
}

/** The error for data that breaks a rule; `place` is the path to it, "" for the whole. */
export type Refuse = (place: string, found: string, expected: string, cause?: unknown) => Error;

/** The parts of what is being decoded, each for one place of it, and the place that is being read. */
export class PartReader {
  readonly #parts: readonly Uint8Array[];
  readonly #used: Uint8Array;
  readonly #refuse: Refuse;
  readonly #path: (string | number)[] = [];

  constructor(parts: readonly Uint8Array[], refuse: Refuse) {
    this.#parts = parts;
    this.#used = new Uint8Array(parts.length);
    this.#refuse = refuse;
  }

  /** How many parts were not asked for. */
  get unused(): number {
    return this.#used.reduce((count, used) => count + 1 - used, 0);
  }

  /** The part of that index. A second asking is refused: a few bytes that many tensors are made of are an attack. */
  part(index: unknown): Uint8Array {
    const found = typeof index === "number" ? this.#parts[index] : undefined;
    if (found === undefined) return this.fail(index, `the index of one of ${this.#parts.length} parts`);
    if (this.#used[index as number] === 1) this.fail(index, "a part that nothing else refers to");
    this.#used[index as number] = 1;
    return found;
  }

  /** Runs `read` one step further down. */
  inside<T>(step: string | number, read: () => T): T {
    if (this.#path.length === MAX_DEPTH) throw this.#error("more levels", `at most ${MAX_DEPTH}`);
    this.#path.push(step);
    const value = read();
    this.#path.pop();
    return value;
  }

  fail(found: unknown, expected: string, cause?: unknown): never {
    throw this.#error(show(found), expected, cause);
  }

  #error(found: string, expected: string, cause?: unknown): Error {
    const path = this.#path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
    return this.#refuse(path.replace(/^\./, "").slice(0, 400), found, expected, cause);
  }
}

function show(found: unknown): string {
  if (found === undefined) return "nothing";
  if (typeof found === "object" && found !== null) return Array.isArray(found) ? "a list" : "an object";
  if (typeof found === "string") return quote(found.slice(0, 60));
  return (JSON.stringify(found) ?? typeof found).slice(0, 60);
}

export const text: Codec<string, string> = {
  encode: (value) => value,
  decode: (wire, from) => (typeof wire === "string" ? wire : from.fail(wire, "text")),
};

export const flag: Codec<boolean, boolean> = {
  encode: (value) => value,
  decode: (wire, from) => (typeof wire === "boolean" ? wire : from.fail(wire, "true or false")),
};

/** An integer that a double holds exactly. */
export const integer: Codec<number, number> = {
  encode: (value) => value,
  decode: (wire, from) => (Number.isSafeInteger(wire) ? (wire as number) : from.fail(wire, "an integer below 2^53")),
};

/** A size, a count or an offset. */
export const natural: Codec<number, number> = {
  encode: (value) => value,
  decode: (wire, from) =>
    Number.isSafeInteger(wire) && (wire as number) >= 0 ? (wire as number) : from.fail(wire, "an integer from 0 on"),
};

const FLOAT_WORDS = new Map<unknown, number>([
  ["NaN", Number.NaN],
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["-0", -0],
]);

/** Any double. */
export const float: Codec<number, WireFloat> = {
  encode(value) {
    if (Object.is(value, -0)) return "-0";
    return Number.isFinite(value) ? value : (String(value) as WireFloat);
  },
  decode: (wire, from) =>
    typeof wire === "number" ? wire : (FLOAT_WORDS.get(wire) ?? from.fail(wire, "a number, NaN, Infinity or -0")),
};

/** An integer of up to 64 bits, in decimal. */
export const bigint: Codec<bigint, WireBigint> = {
  encode: (value) => value.toString(),
  decode: (wire, from) =>
    typeof wire === "string" && /^-?\d{1,20}$/.test(wire)
      ? BigInt(wire)
      : from.fail(wire, "an integer in decimal, as text"),
};

/** Bytes, as a part of their own. */
export const bytes: Codec<Uint8Array, number> = {
  encode: (value, out) => out.add(value),
  decode: (wire, from) => from.part(wire),
};

export function oneOf<const T extends string>(...words: readonly T[]): Codec<T, T> {
  return {
    encode: (value) => value,
    decode: (wire, from) => words.find((word) => word === wire) ?? from.fail(wire, words.join(" or ")),
  };
}

export function list<T, W>(element: Codec<T, W>): Codec<readonly T[], readonly W[]> {
  return {
    encode: (value, out) => value.map((item) => element.encode(item, out)),
    decode(wire, from) {
      if (!Array.isArray(wire)) return from.fail(wire, "a list");
      return wire.map((item, i) => from.inside(i, () => element.decode(item, from)));
    },
  };
}

export function pair<A, B, V, W>(first: Codec<A, V>, second: Codec<B, W>): Codec<readonly [A, B], readonly [V, W]> {
  return {
    encode: ([a, b], out) => [first.encode(a, out), second.encode(b, out)],
    decode(wire, from) {
      if (!Array.isArray(wire) || wire.length !== 2) return from.fail(wire, "a list of two");
      return [
        from.inside(0, () => first.decode(wire[0], from)),
        from.inside(1, () => second.decode(wire[1], from)),
      ] as const;
    },
  };
}

/** A member that may be missing: `name?: T`. */
export function optional<T, W>(codec: Codec<T, W>): Codec<T | undefined, W | undefined> {
  return { ...orUndefined(codec), absent: "left out" };
}

/** A member that is always there and may be undefined: `name: T | undefined`. On the line it is left out. */
export function orUndefined<T, W>(codec: Codec<T, W>): Codec<T | undefined, W | undefined> {
  return {
    encode: (value, out) => (value === undefined ? undefined : codec.encode(value, out)),
    decode: (wire, from) => (wire === undefined ? undefined : codec.decode(wire, from)),
    absent: "undefined",
  };
}

/** undefined as null, for the items of a list. */
export function orNull<T, W>(codec: Codec<T, W>): Codec<T | undefined, W | null> {
  return {
    encode: (value, out) => (value === undefined ? null : codec.encode(value, out)),
    decode: (wire, from) => (wire === null ? undefined : codec.decode(wire, from)),
  };
}

/** A codec that refers to itself. */
export function lazy<T, W>(codec: () => Codec<T, W>): Codec<T, W> {
  return {
    encode: (value, out) => codec().encode(value, out),
    decode: (wire, from) => codec().decode(wire, from),
  };
}

type Fields<T, W> = { readonly [K in keyof T]-?: Codec<T[K], K extends keyof W ? W[K] : never> };

/** An object with these members. Members that a later version adds are ignored. */
export function record<T extends object, W extends object>(fields: Fields<T, W>): Codec<T, W> {
  const members = Object.entries(fields) as [string, Codec<unknown>][];
  return {
    encode(value, out) {
      const wire: Record<string, unknown> = {};
      for (const [name, codec] of members) {
        const member = codec.encode((value as Record<string, unknown>)[name], out);
        if (member !== undefined) wire[name] = member;
      }
      return wire as W;
    },
    decode(wire, from) {
      if (typeof wire !== "object" || wire === null || Array.isArray(wire)) return from.fail(wire, "an object");
      const value: Record<string, unknown> = {};
      for (const [name, codec] of members) {
        const given = Object.hasOwn(wire, name) ? (wire as Record<string, unknown>)[name] : undefined;
        if (given === undefined && codec.absent === "left out") continue;
        value[name] = from.inside(name, () => codec.decode(given, from));
      }
      return value as T;
    },
  };
}

type Kinded = { readonly kind: string };
type Members<T extends Kinded, W extends Kinded> = {
  readonly [K in T["kind"]]: Codec<Extract<T, { readonly kind: K }>, Extract<W, { readonly kind: K }>>;
};

/** One of several objects, told apart by their `kind`. */
export function union<T extends Kinded, W extends Kinded>(members: Members<T, W>): Codec<T, W> {
  const table = new Map(Object.entries(members) as [string, Codec<T, W>][]);
  return {
    encode: (value, out) => table.get(value.kind)!.encode(value, out),
    decode(wire, from) {
      const kind: unknown = typeof wire === "object" && wire !== null ? (wire as { kind?: unknown }).kind : undefined;
      const member = typeof kind === "string" ? table.get(kind) : undefined;
      return (member ?? from.fail(kind ?? wire, `an object of the kind ${[...table.keys()].join(", ")}`)).decode(
        wire,
        from,
      );
    },
  };
}
