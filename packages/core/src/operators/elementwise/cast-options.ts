import type { DType } from "../../dtypes/dtypes.ts";
import type { E8m0Rounding } from "../../dtypes/float-codec.ts";
import { quote } from "../../errors/quote.ts";
import type { InferContext } from "../../inference/context.ts";
import type { CastOptions } from "../../kernels/cast.ts";
import type { Dim } from "../../snapshot/dims.ts";

interface CastAttributes {
  readonly round_mode: string;
  readonly saturate: number;
}

/** The attributes of Cast and CastLike as options of the kernel. */
export function castOptions(
  { round_mode, saturate }: CastAttributes,
  to: DType,
  context: { fail(rule: string): never },
): CastOptions {
  if (to === "f8e8m0" && !isRounding(round_mode)) {
    context.fail(`round_mode ${quote(round_mode)} must be up, down or nearest`);
  }
  return { overflow: saturate === 0 ? "special" : "saturate", rounding: round_mode as E8m0Rounding };
}

function isRounding(text: string): text is E8m0Rounding {
  return text === "up" || text === "down" || text === "nearest";
}

/** `propagate` of a cast to `to`: elements that keep their value. */
export function propagateCast(to: DType | undefined, context: InferContext): readonly Dim[] | undefined {
  if (to !== "i64" && to !== "i32") return undefined;
  const limit = to === "i64" ? Number.MAX_SAFE_INTEGER : 2 ** 31 - 1;
  return context.values(0)?.map((dim) => (typeof dim === "number" && Math.abs(dim) > limit ? context.fresh() : dim));
}
