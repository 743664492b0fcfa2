import { type DType, integerRange, isInteger } from "../dtypes/dtypes.ts";
import { roundHalfEven } from "../dtypes/float-codec.ts";

/**
 * The function saturate(round(x) + zeroPoint) of an integer dtype of at most 32 bits, rounding half to even, NaN as 0;
 * for a float dtype x + zeroPoint, which is rounded when it is stored. ONNX QuantizeLinear.
 */
export function quantizerOf(dtype: DType): (x: number, zeroPoint: number) => number {
  if (!isInteger(dtype)) return (x, zeroPoint) => x + zeroPoint;
  const range = integerRange(dtype);
  const [min, max] = [Number(range.min), Number(range.max)];
  return (x, zeroPoint) => {
    const value = roundHalfEven(x) + zeroPoint;
    if (value >= min && value <= max) return value;
    return value > max ? max : value < min ? min : zeroPoint;
  };
}
