import type { InstructionRows } from "./row.ts";

/**
 * Vector instructions whose result may differ between machines where it is rounded, NaN or out of range; not every
 * engine has them. madd is a * b + c, nmadd c - a * b. WebAssembly core specification 3.0, relaxed vector instructions.
 */
export const RELAXED_SIMD_ROWS = {
  "i8x16.relaxed_swizzle": [0xfd_100, "v128 v128 -> v128"],
  "i32x4.relaxed_trunc_f32x4_s": [0xfd_101, "v128 -> v128"],
  "i32x4.relaxed_trunc_f32x4_u": [0xfd_102, "v128 -> v128"],
  "i32x4.relaxed_trunc_f64x2_s_zero": [0xfd_103, "v128 -> v128"],
  "i32x4.relaxed_trunc_f64x2_u_zero": [0xfd_104, "v128 -> v128"],
  "f32x4.relaxed_madd": [0xfd_105, "v128 v128 v128 -> v128"],
  "f32x4.relaxed_nmadd": [0xfd_106, "v128 v128 v128 -> v128"],
  "f64x2.relaxed_madd": [0xfd_107, "v128 v128 v128 -> v128"],
  "f64x2.relaxed_nmadd": [0xfd_108, "v128 v128 v128 -> v128"],
  "i8x16.relaxed_laneselect": [0xfd_109, "v128 v128 v128 -> v128"],
  "i16x8.relaxed_laneselect": [0xfd_10a, "v128 v128 v128 -> v128"],
  "i32x4.relaxed_laneselect": [0xfd_10b, "v128 v128 v128 -> v128"],
  "i64x2.relaxed_laneselect": [0xfd_10c, "v128 v128 v128 -> v128"],
  "f32x4.relaxed_min": [0xfd_10d, "v128 v128 -> v128"],
  "f32x4.relaxed_max": [0xfd_10e, "v128 v128 -> v128"],
  "f64x2.relaxed_min": [0xfd_10f, "v128 v128 -> v128"],
  "f64x2.relaxed_max": [0xfd_110, "v128 v128 -> v128"],
  "i16x8.relaxed_q15mulr_s": [0xfd_111, "v128 v128 -> v128"],
  "i16x8.relaxed_dot_i8x16_i7x16_s": [0xfd_112, "v128 v128 -> v128"],
  "i32x4.relaxed_dot_i8x16_i7x16_add_s": [0xfd_113, "v128 v128 v128 -> v128"],
} as const satisfies InstructionRows;
