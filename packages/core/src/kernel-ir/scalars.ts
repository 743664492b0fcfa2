import type { RegisterType, Scalar } from "./types.ts";

/** What kind of numbers a scalar holds. */
export type ScalarKind = "bool" | "index" | "signed" | "unsigned" | "float";

/** Kind and width of every scalar; bool and index have a width of the target's choice, given as 0. */
export const SCALARS = {
  bool: { kind: "bool", bits: 0 },
  index: { kind: "index", bits: 0 },
  i8: { kind: "signed", bits: 8 },
  u8: { kind: "unsigned", bits: 8 },
  i16: { kind: "signed", bits: 16 },
  u16: { kind: "unsigned", bits: 16 },
  i32: { kind: "signed", bits: 32 },
  u32: { kind: "unsigned", bits: 32 },
  i64: { kind: "signed", bits: 64 },
  u64: { kind: "unsigned", bits: 64 },
  f32: { kind: "float", bits: 32 },
  f64: { kind: "float", bits: 64 },
} as const satisfies Record<Scalar, { readonly kind: ScalarKind; readonly bits: number }>;

/** Whether the IR has a scalar of that name. */
export const isScalar = (name: string): name is Scalar => Object.hasOwn(SCALARS, name);

/** Whether a scalar is a float. */
export const isFloatScalar = (scalar: Scalar): boolean => SCALARS[scalar].kind === "float";

/** Whether a scalar is an integer of a given width; `index` is not. */
export const isIntegerScalar = (scalar: Scalar): boolean =>
  SCALARS[scalar].kind === "signed" || SCALARS[scalar].kind === "unsigned";

/** The type of one scalar. */
export const scalarType = (scalar: Scalar): RegisterType => ({ scalar, lanes: 1 });

/** Whether two types are the same. */
export const sameType = (a: RegisterType, b: RegisterType): boolean => a.scalar === b.scalar && a.lanes === b.lanes;

/** A type as findings and dumps write it: `f32`, `f32x8`. */
export const typeText = ({ scalar, lanes }: RegisterType): string => (lanes === 1 ? scalar : `${scalar}x${lanes}`);
