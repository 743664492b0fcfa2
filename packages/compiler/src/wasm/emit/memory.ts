import { type Expression, type Memory, registerOf, type Statement } from "@hodu/core/kernel-ir";
import type { FunctionBuilder } from "../assembler/function-builder.ts";
import { type Address, addressOf } from "./address.ts";
import { type LaneBits, MEMORY_BITS, operandType } from "./lanes.ts";
import { decodeBf16, decodeF16, encodeBf16, encodeF16 } from "./operations/half-floats.ts";
import { loadLanes, loadMasked, storeLanes, storeMasked, whereTrue } from "./operations/raw-memory.ts";
import { maskOf, resizeLanes } from "./operations/resize-lanes.ts";
import { vectorCast } from "./operations/vector-cast.ts";
import type { Scope } from "./scope.ts";
import { hold, holdValue, type LocalSource, type Push, scalarValue, type Value } from "./value.ts";

type Load = Extract<Expression, { kind: "load" }>;
type Store = Extract<Statement, { kind: "store" }>;
type Half = "f16" | "bf16";

const isHalf = (memory: Memory): memory is Half => memory === "f16" || memory === "bf16";

const HALVES = {
  f16: { decode: decodeF16, encode: encodeF16 },
  bf16: { decode: decodeBf16, encode: encodeBf16 },
} as const satisfies Readonly<Record<Half, Record<"decode" | "encode", (source: LocalSource, part: Push) => Push>>>;

/** Elements of a buffer as a value of its register type. */
export function loadValue({ buffer, type, index, mask }: Load, scope: Scope): Value {
  const { memory } = scope.buffers.get(buffer)!.buffer;
  const address = addressOf(scope, buffer, index);
  if (type.lanes === 1) return loadScalar(scope, memory, address, mask);
  const bits = MEMORY_BITS[memory];
  const raw =
    mask === undefined
      ? loadLanes(scope, address, type.lanes, bits)
      : loadMasked(scope, address, maskOf(scope, scope.value(mask), bits));
  return decoded(scope, memory, { ...type, bits, parts: raw });
}

function decoded(scope: Scope, memory: Memory, raw: Value): Value {
  if (memory === "bool") return vectorCast(scope, "bool", { ...raw, scalar: "u8" });
  if (!isHalf(memory)) return raw;
  const words = resizeLanes(scope, raw, 32, "u");
  return { ...raw, bits: 32, parts: words.map((part) => HALVES[memory].decode(scope, part)) };
}

function loadScalar(scope: Scope, memory: Memory, address: Address, mask: Expression | undefined): Value {
  const { code } = scope;
  const raw: Push = () => {
    address.push();
    LOADS[memory](code, address.offset);
  };
  const type = isHalf(memory) ? "i32" : operandType(registerOf(memory));
  const loaded = mask === undefined ? raw : whereTrue(code, type, scope.operand(mask), raw);
  if (!isHalf(memory)) return scalarValue(registerOf(memory), loaded);
  const decode = HALVES[memory].decode(scope, () => {
    loaded();
    code.i32x4.splat();
  });
  return scalarValue("f32", () => {
    decode();
    code.f32x4.extract_lane(0);
  });
}

const LOADS: Readonly<Record<Memory, (code: FunctionBuilder, offset: number) => void>> = {
  bool: (code, offset) => {
    code.i32.load8_u(offset);
    code.i32.eqz();
    code.i32.eqz();
  },
  i8: (code, offset) => code.i32.load8_s(offset),
  u8: (code, offset) => code.i32.load8_u(offset),
  i16: (code, offset) => code.i32.load16_s(offset),
  u16: (code, offset) => code.i32.load16_u(offset),
  f16: (code, offset) => code.i32.load16_u(offset),
  bf16: (code, offset) => code.i32.load16_u(offset),
  i32: (code, offset) => code.i32.load(offset),
  u32: (code, offset) => code.i32.load(offset),
  f32: (code, offset) => code.f32.load(offset),
  i64: (code, offset) => code.i64.load(offset),
  u64: (code, offset) => code.i64.load(offset),
  f64: (code, offset) => code.f64.load(offset),
};

/** One element in all lanes, or the bits of some that are as many as it has, where that is one instruction. */
export function splatLoad(value: Expression, scope: Scope): Push | undefined {
  const load = value.kind === "bits" ? value.value : value;
  if (load.kind !== "load" || load.mask !== undefined) return undefined;
  const { memory } = scope.buffers.get(load.buffer)!.buffer;
  if (memory === "bool" || isHalf(memory)) return undefined;
  const { push, offset } = addressOf(scope, load.buffer, load.index);
  const bits = (MEMORY_BITS[memory] * load.type.lanes) as LaneBits;
  return () => {
    push();
    scope.code.v128[`load${bits}_splat`](offset);
  };
}

/** Writes the lanes of a value, or those where the mask is true. */
export function writeStore({ buffer, index, value, mask }: Store, scope: Scope): void {
  const { memory } = scope.buffers.get(buffer)!.buffer;
  const stored = scope.value(value);
  const address = addressOf(scope, buffer, index);
  if (stored.lanes === 1) {
    storeScalar(scope, memory, address, stored.parts[0], mask);
    return;
  }
  const raw = encoded(scope, memory, stored);
  const bits = MEMORY_BITS[memory];
  // what is stored may be read from the same place: all of it is read before
  const { parts } = raw.parts.length > 1 || mask !== undefined ? holdValue(scope, raw) : raw;
  if (mask === undefined) storeLanes(scope, address, parts, stored.lanes, bits);
  else storeMasked(scope, address, parts, maskOf(scope, scope.value(mask), bits));
}

function encoded(scope: Scope, memory: Memory, value: Value): Value {
  if (memory === "bool") return vectorCast(scope, "u8", value);
  if (!isHalf(memory)) return value;
  const words = value.parts.map((part) => HALVES[memory].encode(scope, part));
  return { ...value, bits: 16, parts: resizeLanes(scope, { ...value, parts: words }, 16, "u") };
}

function storeScalar(scope: Scope, memory: Memory, address: Address, value: Push, mask: Expression | undefined): void {
  const { code } = scope;
  const raw = isHalf(memory) ? encodedScalar(scope, memory, value) : value;
  const store = (): void => {
    address.push();
    raw();
    STORES[memory](code, address.offset);
  };
  if (mask === undefined) {
    store();
    return;
  }
  scope.operand(mask)();
  code.if([], store);
}

function encodedScalar(scope: Scope, memory: Half, value: Push): Push {
  const { code } = scope;
  const words = HALVES[memory].encode(scope, () => {
    value();
    code.f32x4.splat();
  });
  return hold(scope, "i32", () => {
    words();
    code.i32x4.extract_lane(0);
  });
}

const STORES: Readonly<Record<Memory, (code: FunctionBuilder, offset: number) => void>> = {
  bool: (code, offset) => code.i32.store8(offset),
  i8: (code, offset) => code.i32.store8(offset),
  u8: (code, offset) => code.i32.store8(offset),
  i16: (code, offset) => code.i32.store16(offset),
  u16: (code, offset) => code.i32.store16(offset),
  f16: (code, offset) => code.i32.store16(offset),
  bf16: (code, offset) => code.i32.store16(offset),
  i32: (code, offset) => code.i32.store(offset),
  u32: (code, offset) => code.i32.store(offset),
  f32: (code, offset) => code.f32.store(offset),
  i64: (code, offset) => code.i64.store(offset),
  u64: (code, offset) => code.i64.store(offset),
  f64: (code, offset) => code.f64.store(offset),
};
