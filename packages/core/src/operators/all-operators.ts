import type { OperatorDef } from "./operator.ts";
import { OPERATORS } from "./table.ts";

/** Every operator, sorted by domain and name. A bundle may put off reading the table until this is called: it is most of this package. */
export const allOperators = (): readonly OperatorDef[] => OPERATORS;
