import { type CType, laneOf, suffixOf } from "../c-type.ts";
import type { Prelude } from "../prelude.ts";
import type { CTarget } from "../target.ts";
import { eachLane } from "./lanes.ts";
import { builtinOf } from "./unary.ts";

/** C text of a * b + c: an instruction where the target has one; else exact in arithmetic where it must be, or rounded twice. */
export function fmaText(prelude: Prelude, type: CType, exact: boolean, a: string, b: string, c: string): string {
  const isFused = prelude.target.features.includes("fma");
  if (!isFused && !exact) return `((${a} * ${b}) + ${c})`;
  const scalar = isFused ? builtinOf("fma", type) : `hodu_soft_fma_${laneOf(type).scalar}`;
  const instruction = isFused ? instructionOf(type, prelude.target) : undefined;
  const t = prelude.type(type);
  if (instruction !== undefined) prelude.need("HODU_FUSED", t, instruction);
  const name =
    instruction !== undefined ? `hodu_fma_${t}` : type.lanes === 1 ? scalar : eachLane(prelude, "fma", type, scalar, 3);
  return `${name}(${a}, ${b}, ${c})`;
}

/** The instructions of x86 by the names that gcc and clang share, with the macro that says they are there: of a call for each lane clang makes one only in short functions. */
const INSTRUCTIONS: ReadonlyMap<string, readonly [macro: string, call: string]> = new Map([
  ["f32x4", ["__FMA__", "__builtin_ia32_vfmaddps(a, b, c)"]],
  ["f32x8", ["__FMA__", "__builtin_ia32_vfmaddps256(a, b, c)"]],
  ["f32x16", ["__AVX512F__", "__builtin_ia32_vfmaddps512_mask(a, b, c, 0xffff, 4)"]],
  ["f64x2", ["__FMA__", "__builtin_ia32_vfmaddpd(a, b, c)"]],
  ["f64x4", ["__FMA__", "__builtin_ia32_vfmaddpd256(a, b, c)"]],
  ["f64x8", ["__AVX512F__", "__builtin_ia32_vfmaddpd512_mask(a, b, c, 0xff, 4)"]],
]);

function instructionOf(type: CType, { requires }: CTarget): string | undefined {
  const [macro, call] = INSTRUCTIONS.get(suffixOf(type)) ?? [];
  return macro !== undefined && requires.includes(macro) ? call : undefined;
}
