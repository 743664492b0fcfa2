import type { Tensor, Value } from "@hodu/core";
import type { CompileOptions } from "../../contracts/backend.ts";
import { pacer } from "../../steps/drive.ts";
import type { OpenModel, ProgramUnit } from "../program-unit.ts";
import type { LoadTools } from "../session/load-program.ts";
import { bindDefaults } from "./bind-defaults.ts";
import { bindShapes } from "./bind-shapes.ts";
import { type CompileJob, compileUnit } from "./compile-unit.ts";
import { PhaseClock } from "./phase-clock.ts";
import { planModel } from "./plan-model.ts";
import { readFileWeights } from "./weight-bytes.ts";

/**
 * Compiles a model for the shapes of values, given by place among its inputs (undefined: the default), and for the elements of those that
 * it wants to know unless `isGeneral`. Throws what compiling throws.
 */
export async function compileForRun(
  { snapshot, options }: OpenModel,
  values: readonly (Value | undefined)[],
  isGeneral: boolean,
  device: string,
  { generator, source, context }: LoadTools,
): Promise<ProgramUnit> {
  const pace = pacer(context.signal, "compile the model");
  const whole: CompileOptions = { ...options, device, precision: "native" };
  const target = await generator.target(whole, context);
  const job: CompileJob = { generator, target, options: whole, context, clock: new PhaseClock(), pace };
  const files = await readFileWeights({ snapshot, source }, pace);
  const tensors = new Map<string, Tensor>();
  snapshot.graph.inputs.forEach(({ name }, i) => {
    const value = values[i];
    if (value?.kind === "tensor") tensors.set(name, value);
  });
  const dims = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const given = new Set(snapshot.graph.inputs.flatMap(({ name }, i) => (values[i] === undefined ? [] : [name])));
  const bound = bindDefaults({ ...snapshot, graph: bindShapes(snapshot.graph, dims) }, given);
  const planned = await planModel(bound, files, isGeneral ? undefined : tensors, job);
  const { unit, constants } = await compileUnit(planned, files, undefined, job);
  const bytes = new Uint8Array(constants.length);
  await constants.write(bytes);
  return { ...unit, constants: bytes };
}
