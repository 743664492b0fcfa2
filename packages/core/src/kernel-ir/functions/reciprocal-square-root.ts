import type { Expression } from "../types.ts";
import { div, type Names, sqrt } from "./operations.ts";

/** 1 / sqrt(x). -Infinity of -0, as IEEE 754 has it; NaN below. */
export const reciprocalSquareRoot = (_k: Names, x: Expression): Expression => div(1, sqrt(x));
