import { closestName } from "../errors/closest-name.ts";
import { HoduError } from "../errors/hodu-error.ts";
import { quote } from "../errors/quote.ts";

/** The stages of a compilation, in their order. The last three belong to hardware targets. */
export const STAGES = [
  "graph_cleanup",
  "topology_optimization",
  "kernel_mapping",
  "kernel_optimization",
  "graph_optimization",
] as const;

/** When a transform runs. */
export type Stage = (typeof STAGES)[number];

const ALIASES: ReadonlyMap<string, Stage> = new Map<string, Stage>([
  ["cleanup", "graph_cleanup"],
  ["topology_opt", "topology_optimization"],
  ["kernel_opt", "kernel_optimization"],
  ["dataflow_opt", "graph_optimization"],
]);

/** The stage of a name or alias (`cleanup`, `topology_opt`, `kernel_opt`, `dataflow_opt`). Throws BAD_USAGE. */
export function stageOf(name: string): Stage {
  const found = STAGES.find((stage) => stage === name) ?? ALIASES.get(name);
  if (found !== undefined) return found;
  const near = closestName(name, [...STAGES, ...ALIASES.keys()]);
  throw new HoduError(
    "BAD_USAGE",
    `Cannot use stage ${quote(name)}: expected ${STAGES.join(", ")}`,
    near === undefined ? {} : { hint: `use ${near}` },
  );
}
