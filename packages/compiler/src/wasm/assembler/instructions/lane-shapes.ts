import type { LaneShape } from "./row.ts";

/** One division of a vector. */
export interface LaneLayout {
  readonly lanes: number;
  /** Writes a lane at a byte offset; integers are cut to the width of the lane. */
  readonly set: (view: DataView, offset: number, value: number | bigint) => void;
}

/** The six divisions of a vector. */
export const LANE_SHAPES: Readonly<Record<LaneShape, LaneLayout>> = {
  i8x16: { lanes: 16, set: (view, offset, value) => view.setInt8(offset, Number(value)) },
  i16x8: { lanes: 8, set: (view, offset, value) => view.setInt16(offset, Number(value), true) },
  i32x4: { lanes: 4, set: (view, offset, value) => view.setInt32(offset, Number(value), true) },
  i64x2: { lanes: 2, set: (view, offset, value) => view.setBigInt64(offset, BigInt(value), true) },
  f32x4: {
    lanes: 4,
    set: (view, offset, value) => {
      if (Number.isNaN(value)) view.setUint32(offset, 0x7fc00000, true);
      else view.setFloat32(offset, Number(value), true);
    },
  },
  f64x2: {
    lanes: 2,
    set: (view, offset, value) => {
      if (Number.isNaN(value)) view.setBigUint64(offset, 0x7ff80000_00000000n, true);
      else view.setFloat64(offset, Number(value), true);
    },
  },
};
