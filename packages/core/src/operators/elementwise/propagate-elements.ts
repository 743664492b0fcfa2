import type { InferContext } from "../../inference/context.ts";
import { type Dim, dimsEqual, divDimsExact, floorDivDim, isNonNegative } from "../../snapshot/dims.ts";

/** What a function of two dims gives; undefined where that is not a linear expression. */
type DimFunction = (a: Dim, b: Dim) => Dim | undefined;

/** `propagate` of a function of two broadcast inputs. An element that is not known becomes a fresh symbol. */
export function propagateBinary(fn: DimFunction) {
  return (context: InferContext): readonly Dim[] | undefined => {
    const [a, b] = [context.values(0), context.values(1)];
    return a && b && zipDims(a, b, fn, context);
  };
}

/** `propagate` of a function of any number of broadcast inputs, from left to right. */
export function propagateFold(fn: DimFunction) {
  return (context: InferContext): readonly Dim[] | undefined => {
    let total = context.values(0);
    for (let i = 1; i < context.inputCount && total !== undefined; i++) {
      const next = context.values(i);
      total = next && zipDims(total, next, fn, context);
    }
    return total;
  };
}

function zipDims(
  a: readonly Dim[],
  b: readonly Dim[],
  fn: DimFunction,
  context: InferContext,
): readonly Dim[] | undefined {
  const count = a.length === 1 ? b.length : a.length;
  if (b.length !== count && b.length !== 1) return undefined;
  return Array.from({ length: count }, (_, i) => {
    const dim = fn(a[a.length === 1 ? 0 : i], b[b.length === 1 ? 0 : i]);
    return dim === undefined || (typeof dim === "number" && !Number.isSafeInteger(dim)) ? context.fresh() : dim;
  });
}

/** a / b, the fraction dropped. */
export function divideDims(a: Dim, b: Dim): Dim | undefined {
  if (typeof a === "number" && typeof b === "number") return b === 0 ? undefined : Math.trunc(a / b) + 0;
  return typeof b === "number" && b > 0 && isNonNegative(a) ? floorDivDim(a, b) : divDimsExact(a, b);
}

/** Whichever `choose` gives of two numbers; of two equal expressions, the same. */
export function chooseDim(choose: (a: number, b: number) => number): DimFunction {
  return (a, b) => {
    if (typeof a === "number" && typeof b === "number") return choose(a, b);
    return dimsEqual(a, b) ? a : undefined;
  };
}
