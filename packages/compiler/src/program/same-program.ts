import { bytesOfTensor } from "@hodu/core";
import { kernelKey } from "./equal-kernels.ts";
import type { Program, ProgramConstant } from "./types.ts";
import type { ConstantReader } from "./write-constants.ts";

/**
 * Whether two programs are equal: kernels, what each step does and where everything lies, and the bytes of all weights and constants. One
 * that calls nodes is equal to none.
 */
export function isSameProgram(
  one: Program,
  other: Program,
  [readOne, readOther]: readonly [ConstantReader, ConstantReader],
): boolean {
  return (
    isSameList(one.kernels.map(kernelKey), other.kernels.map(kernelKey)) &&
    isSameList(textsOf(one), textsOf(other)) &&
    one.steps.every(({ kind }) => kind === "kernel") &&
    one.buffers.every(({ place }, i) => {
      const { place: otherPlace } = other.buffers[i];
      if (place.kind !== "weight" || otherPlace.kind !== "weight") return place.kind === otherPlace.kind;
      return isSameBytes(readOne(place.weight), readOther(otherPlace.weight));
    }) &&
    one.constants.every((constant, i) =>
      isSameBytes(bytesOf(constant, readOne), bytesOf(other.constants[i], readOther)),
    )
  );
}

/** All that is text or numbers in a program, but where weights are stored. */
function textsOf({ buffers, steps, outputs, constants, arenaBytes, constantBytes }: Program): readonly string[] {
  const placed = buffers.map((buffer) => (buffer.place.kind === "weight" ? { ...buffer, place: "weight" } : buffer));
  const kernels = steps.map((step) => (step.kind === "kernel" ? step : step.reason));
  const made = constants.map(({ offset, memory, packing }) => ({ offset, memory, packing }));
  return [...placed, ...kernels, ...outputs, ...made, [arenaBytes, constantBytes]].map((each) => JSON.stringify(each));
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((text, i) => text === other[i]);

const bytesOf = ({ from }: ProgramConstant, read: ConstantReader): Uint8Array =>
  "kind" in from ? bytesOfTensor(from) : read(from);

function isSameBytes(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  if (one.buffer === other.buffer && one.byteOffset === other.byteOffset) return true;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
