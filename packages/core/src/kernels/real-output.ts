import { type DType, isBig } from "../dtypes/dtypes.ts";
import type { Tensor } from "../tensors/tensor.ts";
import type { KernelContext, Steps } from "./context.ts";

/** A buffer of any real dtype that is written in doubles; integers take the integer part (0 for NaN and infinities). */
export interface RealOutput {
  readonly length: number;
  write(i: number, value: number): void;
  tensor(): Tensor;
  /** tensor() in steps, for a result that may be large. */
  rounded(): Steps<Tensor>;
}

export function realOutput(dtype: DType, shape: readonly number[], context: KernelContext): RealOutput {
  if (isBig(dtype)) {
    const out = context.bigOutput(dtype, shape);
    const { data } = out;
    return {
      length: data.length,
      write(i, value) {
        data[i] = Number.isFinite(value) ? BigInt(Math.trunc(value)) : 0n;
      },
      tensor: () => out.tensor(),
      *rounded() {
        yield undefined;
        return out.tensor();
      },
    };
  }
  const out = context.output(dtype, shape);
  const { data } = out;
  return {
    length: data.length,
    write(i, value) {
      data[i] = value;
    },
    tensor: () => out.tensor(),
    rounded: () => out.rounded(),
  };
}
