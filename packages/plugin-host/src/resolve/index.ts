/** What plugins require: loaded where that is asked, and by nothing on the way to a run. */
export { dependentsOf } from "./dependents-of.ts";
export type { Machine } from "./machine.ts";
export { type Requirement, requirementsOf } from "./requirement.ts";
export { resolveLoadOrder, type Resolution, type ResolveOptions } from "./resolve-load-order.ts";
export { thisMachine } from "./this-machine.ts";
