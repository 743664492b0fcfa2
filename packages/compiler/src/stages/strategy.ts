import { closestName, HoduError, quote, type Stage, STAGES, stageOf } from "@hodu/core";
import type { OptLevel } from "./pipelines.ts";
import { PASSES, PIPELINES } from "./pipelines.ts";
import { canonicalTransform } from "./transform-names.ts";
import { type ForeignTransform, type Step, stepInfo, type TransformConfig } from "./transform.ts";

/** What is to run: the passes of a level, then transforms by name, each in its own stage. */
export interface Strategy {
  readonly level: OptLevel;
  readonly transforms?: readonly TransformChoice[];
}

/** A transform by name, with its settings. `stage`: where it is to run instead of its own stage. */
export interface TransformChoice {
  readonly name: string;
  readonly config?: TransformConfig;
  readonly stage?: string;
}

/** The steps of each stage, and what could not be had. */
export interface ResolvedStrategy {
  readonly stages: ReadonlyMap<Stage, readonly Step[]>;
  readonly warnings: readonly string[];
}

/**
 * Finds the transforms that a strategy names. One that is not there is a warning and left out, with `strict` an error; so is one whose
 * requirements do not run before it. Throws BAD_USAGE.
 */
export function resolveStrategy(
  strategy: Strategy,
  foreign: readonly ForeignTransform[] = [],
  strict = false,
): ResolvedStrategy {
  const warnings: string[] = [];
  const stages = new Map<Stage, Step[]>(STAGES.map((stage) => [stage, []]));
  for (const pass of PIPELINES[strategy.level]) stages.get(pass.stage)!.push({ kind: "pass", pass });
  // rewrites leave constants to fold and equal nodes behind
  const rewrites = stages.get("topology_optimization")!;
  if (rewrites.length > 0) rewrites.unshift(...stages.get("graph_cleanup")!);
  for (const choice of strategy.transforms ?? []) {
    const step = findStep(choice, foreign);
    if (step === undefined) warnings.push(missing(choice.name, foreign));
    else stages.get(choice.stage === undefined ? stepInfo(step).stage : stageOf(choice.stage))!.push(step);
  }
  const ready = withMetRequirements(stages, warnings);
  if (strict && warnings.length > 0) {
    throw new HoduError("BAD_USAGE", `Cannot plan the optimisation: ${warnings.join("; ")}`);
  }
  return { stages: ready, warnings };
}

/** Built-in passes come first: none can be shadowed. */
function findStep({ name, config = {} }: TransformChoice, foreign: readonly ForeignTransform[]): Step | undefined {
  const wanted = canonicalTransform(name);
  const pass = PASSES.find((one) => canonicalTransform(one.name) === wanted);
  if (pass !== undefined) return { kind: "pass", pass };
  const transform = foreign.find((one) => canonicalTransform(one.name) === wanted);
  return transform && { kind: "foreign", transform, config };
}

function missing(name: string, foreign: readonly ForeignTransform[]): string {
  const near = closestName(
    name,
    [...PASSES, ...foreign].map((one) => one.name),
  );
  return `there is no transform ${quote(name)}${near === undefined ? "" : `, did you mean ${quote(near)}?`}`;
}

/** The steps whose requirements run before them; the others are entered into `warnings`. */
function withMetRequirements(
  stages: ReadonlyMap<Stage, readonly Step[]>,
  warnings: string[],
): ReadonlyMap<Stage, readonly Step[]> {
  const before = new Set<string>();
  const isMet = (step: Step): boolean => {
    const { name, requires } = stepInfo(step);
    const unmet = requires.filter((required) => !before.has(canonicalTransform(required)));
    if (unmet.length > 0) warnings.push(`transform ${quote(name)} requires ${unmet.map(quote).join(", ")} before it`);
    else before.add(canonicalTransform(name));
    return unmet.length === 0;
  };
  return new Map([...stages].map(([stage, steps]) => [stage, steps.filter(isMet)]));
}
