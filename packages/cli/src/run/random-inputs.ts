import {
  DTYPES,
  type DType,
  evaluateDim,
  formatDim,
  formatType,
  type GraphInput,
  HoduError,
  integerRange,
  isBig,
  lanesOf,
  mersenneTwister,
  quote,
  type RandomSource,
  type Tensor,
  type TensorType,
  tensorFrom,
} from "@hodu/core";
import { shellWord } from "@hodu/engine/node";
import type { NamedValue } from "hodu-plugin-sdk";
import { again } from "../terminal/again.ts";

/** Whole numbers are drawn below this, where the dtype does not suggest another range: they may be indices into small tables. */
const SMALL_INTEGERS = 10;

/**
 * Values for the inputs that were not given: floats from 0 to 1, bytes over their whole range, other integers from 0 to 9,
 * the same for the same seed. Throws BAD_INPUT where a size is not known.
 */
export function randomInputs(
  missing: readonly GraphInput[],
  symbols: ReadonlyMap<string, number>,
  seed: number,
): NamedValue[] {
  const random = mersenneTwister(seed);
  return missing.map((input) => {
    if (input.type?.kind !== "tensor") {
      throw new HoduError(
        "BAD_INPUT",
        `Cannot make a random value for input ${quote(input.name)}: found ${formatType(input.type)}, expected a tensor`,
        { hint: again(`-i ${shellWord(input.name)}=FILE`) },
      );
    }
    return { name: input.name, value: randomTensor(input.name, input.type, symbols, random) };
  });
}

function randomTensor(
  name: string,
  { dtype, shape }: TensorType,
  symbols: ReadonlyMap<string, number>,
  random: RandomSource,
): Tensor {
  const refuse = (found: string, hint: string): never => {
    throw new HoduError("BAD_INPUT", `Cannot make a random value for input ${quote(name)}: ${found}`, {
      hint: again(hint),
    });
  };
  if (shape === undefined) return refuse("the model does not say its shape", `-i ${shellWord(name)}=FILE`);
  const sizes = shape.map((dim) => {
    const size = evaluateDim(dim, symbols);
    if (size !== undefined && size >= 0) return size;
    const symbol = typeof dim === "number" ? String(dim) : dim.terms[0][0];
    return refuse(`the size of ${quote(formatDim(dim))} is not known`, `--dim ${shellWord(symbol)}=1`);
  });
  const count = sizes.reduce((total, size) => total * size, 1);
  if (count > 2 ** 31) return refuse(`it would have ${count} elements`, `-i ${shellWord(name)}=FILE`);
  const draw = drawer(dtype, random);
  return tensorFrom(dtype, sizes, Array.from({ length: count * lanesOf(dtype) }, draw));
}

function drawer(dtype: DType, random: RandomSource): () => number | bigint | string {
  const { kind, bits } = DTYPES[dtype];
  const below = (limit: number): number => Math.floor(random.uniform() * limit);
  if (kind === "float" || kind === "complex") return () => random.uniform();
  if (kind === "bool") return () => below(2);
  if (kind === "string") return () => String.fromCharCode(97 + below(26));
  if (isBig(dtype)) return () => BigInt(below(SMALL_INTEGERS));
  if (bits > 8) return () => below(SMALL_INTEGERS);
  const { min, max } = integerRange(dtype);
  return () => Number(min) + below(Number(max - min) + 1);
}
