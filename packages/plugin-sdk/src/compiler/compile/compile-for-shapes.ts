import type { Value } from "@hodu/core";
import type { CompileOptions } from "../../contracts/backend.ts";
import { pacer } from "../../steps/drive.ts";
import type { OpenShapes, ProgramUnit } from "../program-unit.ts";
import type { LoadTools } from "../session/load-program.ts";
import { bindShapes } from "./bind-shapes.ts";
import { optimize } from "./compile-model.ts";
import { type CompileJob, compileUnit } from "./compile-unit.ts";
import { PhaseClock } from "./phase-clock.ts";
import { readFileWeights, weightBytes } from "./weight-bytes.ts";

/** Compiles a model for the shapes of values, given by place among its inputs. Throws what compiling throws, BAD_INPUT. */
export async function compileForShapes(
  { snapshot, options }: OpenShapes,
  values: readonly Value[],
  device: string,
  { generator, source, context }: LoadTools,
): Promise<ProgramUnit> {
  const pace = pacer(context.signal, "compile the model");
  const whole: CompileOptions = { ...options, device, precision: "native" };
  const target = await generator.target(whole, context);
  const job: CompileJob = { generator, target, options: whole, context, clock: new PhaseClock(), pace };
  const files = await readFileWeights({ snapshot, source }, pace);
  const dims = new Map<string, readonly number[]>();
  snapshot.graph.inputs.forEach(({ name }, i) => {
    const value = values[i];
    if (value.kind === "tensor") dims.set(name, value.shape);
  });
  const bound = { ...snapshot, graph: bindShapes(snapshot.graph, dims) };
  const optimized = await optimize(bound, files, job);
  const { unit } = await compileUnit(optimized.snapshot, weightBytes(optimized.snapshot, files), snapshot, job);
  return { ...unit, reference: undefined };
}
