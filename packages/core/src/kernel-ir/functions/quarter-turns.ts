import type { Expression } from "../types.ts";

/** The magnitude of x as quarters of a turn and what is left: |x| = quarters pi / 2 + rest + tail, with |rest| up to pi / 4, in f64. */
export interface QuarterTurns {
  /** The number of quarters in the lowest two bits of a u64. */
  readonly quarters: Expression;
  readonly rest: Expression;
  /** Absent where the rest alone is precise enough for f32. */
  readonly tail?: Expression;
}
