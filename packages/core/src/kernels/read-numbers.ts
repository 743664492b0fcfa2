import { bigints, numbers, strings } from "../tensors/elements.ts";
import { type BigData, elementCount, isDense, type NumberData, type Tensor } from "../tensors/tensor.ts";
import type { KernelContext } from "./context.ts";

type Reserving = Pick<KernelContext, "reserve">;

/** The values of a tensor as numbers() gives them; a copy that this needs is accounted for. */
export function readNumbers(x: Tensor, context: Reserving): NumberData {
  reserveCopy(x, context);
  return numbers(x);
}

/** The same for i64 and u64. */
export function readBigints(x: Tensor, context: Reserving): BigData {
  reserveCopy(x, context);
  return bigints(x);
}

/** The same for strings. */
export function readStrings(x: Tensor, context: Reserving): string[] {
  reserveCopy(x, context);
  return strings(x);
}

/** Accounts for the copy of a tensor that is not dense. A view may have any number of elements, whatever its storage. */
export function reserveCopy(x: Tensor, context: Reserving): void {
  if (!isDense(x)) context.reserve(elementCount(x.shape) * 8);
}
