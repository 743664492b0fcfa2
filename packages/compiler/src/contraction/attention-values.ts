import type { ValueTable } from "../schedule/value-table.ts";
import type { AttentionPlan, PlacedOperand } from "./attention-plan.ts";
import { copyOfFactor } from "./factor-values.ts";

/** The value that holds each operand, by number. */
export type AttentionValues = ReadonlyMap<PlacedOperand, number>;

/** The values that hold the operands of an attention: those that are there, or new ones that a kernel before makes. */
export function attentionValues(plan: AttentionPlan, table: ValueTable): AttentionValues {
  const { id, attention, query, key, value, bias } = plan;
  return new Map(
    [query, key, value, ...(bias === undefined ? [] : [bias])].map((operand) => {
      const { source, dims } = operand;
      if (source.kind !== "copy") return [operand, source.id];
      const of = { ...operand, id, scalar: attention.scalar, column: dims.length - 1 };
      return [operand, copyOfFactor(of, source, table)];
    }),
  );
}
