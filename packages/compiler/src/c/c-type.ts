import { type RegisterType, SCALARS, type Scalar } from "@hodu/core/kernel-ir";

/** A scalar of the dialect: an index is i64, and a bool of one lane int. */
export type CScalar = Exclude<Scalar, "index">;

/** A register of the dialect. Of `bool` there is one lane only: the bools of a vector are integers as wide as what was compared. */
export interface CType {
  readonly scalar: CScalar;
  readonly lanes: number;
}

/** Bits of each lane of a mask. */
export type MaskWidth = 8 | 16 | 32 | 64;

/** How a type of the IR is held. `mask` is the width of bools in vectors. */
export function cTypeOf({ scalar, lanes }: RegisterType, mask: MaskWidth): CType {
  if (scalar === "index") return { scalar: "i64", lanes };
  return scalar === "bool" && lanes > 1 ? maskType(mask, lanes) : { scalar, lanes };
}

/** -1 or 0 in every lane. */
export const maskType = (width: MaskWidth, lanes: number): CType => ({ scalar: `i${width}`, lanes });

/** The unsigned integer as wide as a scalar. */
export const unsignedOf = ({ scalar, lanes }: CType): CType => ({ scalar: `u${widthOf(scalar)}`, lanes });

/** The signed integer as wide as a scalar. */
export const signedOf = ({ scalar, lanes }: CType): CType => ({ scalar: `i${widthOf(scalar)}`, lanes });

/** Bits of a scalar; a bool of one lane counts as 32, an index as 64. */
export function widthOf(scalar: Scalar): MaskWidth {
  if (scalar === "bool") return 32;
  return scalar === "index" ? 64 : SCALARS[scalar].bits;
}

/** Half of the lanes. */
export const halfOf = ({ scalar, lanes }: CType): CType => ({ scalar, lanes: lanes / 2 });

/** One lane. */
export const laneOf = ({ scalar }: CType): CType => ({ scalar, lanes: 1 });

/** The end of a type's name: `f32`, `f32x8`. */
export const suffixOf = ({ scalar, lanes }: CType): string => (lanes === 1 ? scalar : `${scalar}x${lanes}`);

/** Whether a type is of floats. */
export const isFloat = ({ scalar }: CType): boolean => scalar === "f32" || scalar === "f64";

/** Whether a type is of signed integers. */
export const isSigned = ({ scalar }: CType): boolean => scalar.startsWith("i");
