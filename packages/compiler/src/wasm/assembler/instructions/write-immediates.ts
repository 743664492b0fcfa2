import type { ByteWriter } from "../byte-writer.ts";
import { LANE_SHAPES } from "./lane-shapes.ts";
import type { AccessBytes, ImmediateArguments, ImmediateKind, LaneShape } from "./row.ts";

/** Writes what stands behind the opcode of the instruction `name`. Throws a RangeError for what the opcode cannot hold. */
export type WriteImmediates<A extends readonly unknown[]> = (bytes: ByteWriter, name: string, ...values: A) => void;

/** How immediates are written, by kind. */
export const WRITE_IMMEDIATES: { readonly [K in ImmediateKind]: WriteImmediates<ImmediateArguments[K]> } = {
  none: () => {},
  i32: (bytes, name, value) => {
    if (!Number.isInteger(value) || value < -(2 ** 31) || value >= 2 ** 32)
      throw refusal(name, value, "an integer of 32 bits");
    bytes.s32(value);
  },
  i64: (bytes, name, value) => {
    if (value < -(2n ** 63n) || value >= 2n ** 64n) throw refusal(name, value, "an integer of 64 bits");
    bytes.s64(value);
  },
  f32: (bytes, _, value) => bytes.f32(value),
  f64: (bytes, _, value) => bytes.f64(value),
  v128: writeVector,
  lane2: lane(2),
  lane4: lane(4),
  lane8: lane(8),
  lane16: lane(16),
  shuffle: writeShuffle,
  memory1: memoryAccess(1),
  memory2: memoryAccess(2),
  memory4: memoryAccess(4),
  memory8: memoryAccess(8),
  memory16: memoryAccess(16),
  memory1lane16: laneAccess(1),
  memory2lane8: laneAccess(2),
  memory4lane4: laneAccess(4),
  memory8lane2: laneAccess(8),
  atomic1: atomicAccess(1),
  atomic2: atomicAccess(2),
  atomic4: atomicAccess(4),
  atomic8: atomicAccess(8),
  memory: (bytes) => bytes.byte(0),
  twoMemories: (bytes) => {
    bytes.byte(0);
    bytes.byte(0);
  },
  fence: (bytes) => bytes.byte(0),
  data: (bytes, _, segment) => bytes.u32(segment.index),
  dataAndMemory: (bytes, _, segment) => {
    bytes.u32(segment.index);
    bytes.byte(0);
  },
};

function memoryAccess(size: AccessBytes): WriteImmediates<ImmediateArguments["memory16"]> {
  return (bytes, name, offset = 0, alignment = size) => {
    const exponent = Math.log2(alignment);
    if (!Number.isInteger(exponent) || alignment > size)
      throw refusal(name, `alignment ${alignment}`, `a power of two up to ${size}`);
    if (!Number.isInteger(offset) || offset < 0 || offset >= 2 ** 32)
      throw refusal(name, `offset ${offset}`, "an integer from 0 to 2^32 - 1");
    bytes.byte(exponent);
    bytes.u32(offset);
  };
}

/** Only the natural alignment is valid. */
function atomicAccess(size: AccessBytes): WriteImmediates<ImmediateArguments["atomic8"]> {
  const write = memoryAccess(size);
  return (bytes, name, offset) => write(bytes, name, offset, size);
}

function laneAccess(size: AccessBytes): WriteImmediates<ImmediateArguments["memory8lane2"]> {
  const writeAccess = memoryAccess(size);
  const writeLane = lane(16 / size);
  return (bytes, name, index, offset, alignment) => {
    writeAccess(bytes, name, offset, alignment);
    writeLane(bytes, name, index);
  };
}

function lane(count: number): WriteImmediates<[lane: number]> {
  return (bytes, name, index) => {
    if (!Number.isInteger(index) || index < 0 || index >= count)
      throw refusal(name, `lane ${index}`, `0 to ${count - 1}`);
    bytes.byte(index);
  };
}

function writeShuffle(bytes: ByteWriter, name: string, lanes: readonly number[]): void {
  if (lanes.length !== 16) throw refusal(name, `${lanes.length} lanes`, "16");
  const writeLane = lane(32);
  for (const index of lanes) writeLane(bytes, name, index);
}

function writeVector(bytes: ByteWriter, name: string, shape: LaneShape, values: readonly (number | bigint)[]): void {
  const { lanes, set } = LANE_SHAPES[shape];
  if (values.length !== lanes) throw refusal(name, `${values.length} lanes`, `${lanes} of ${shape}`);
  const view = new DataView(new ArrayBuffer(16));
  for (const [at, value] of values.entries()) set(view, (at * 16) / lanes, value);
  bytes.bytes(new Uint8Array(view.buffer));
}

function refusal(name: string, found: unknown, expected: string): RangeError {
  return new RangeError(`Cannot assemble ${name}: found ${String(found)}, expected ${expected}`);
}
