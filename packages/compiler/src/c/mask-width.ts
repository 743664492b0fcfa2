import { type Expression, typeOf } from "@hodu/core/kernel-ir";
import { type MaskWidth, widthOf } from "./c-type.ts";
import type { Scope } from "./scope.ts";

/** Bits of each lane of a bool of several lanes, as an expression gives it: as wide as what was compared. */
export function maskWidth(expression: Expression, scope: Scope): MaskWidth {
  switch (expression.kind) {
    case "compare":
      return operandWidth(expression.left, scope);
    case "cast":
      return operandWidth(expression.value, scope);
    case "binary":
      return maskWidth(expression.left, scope);
    case "unary":
      return maskWidth(expression.value, scope);
    case "select":
      return maskWidth(expression.yes, scope);
    case "local":
      return scope.declared.get(expression.name)?.mask ?? 32;
    case "get":
      return scope.declared.get(expression.array)?.mask ?? 32;
    case "load":
      return 8;
    default:
      return 32;
  }
}

function operandWidth(operand: Expression, scope: Scope): MaskWidth {
  const { scalar } = typeOf(operand);
  return scalar === "bool" ? maskWidth(operand, scope) : widthOf(scalar);
}
