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
import { planSized } from "./plan-sized.ts";
import { sizedInputs } from "./sized-inputs.ts";

/** For what a model is compiled. */
export type CompiledFor =
  /** Any size of the inputs, where that is possible, else the shapes of the values. */
  | "any size"
  /** Their shapes, and the elements of those that the model wants to know. */
  | "elements"
  /** Their shapes. */
  | "shapes";

/** Compiles a model for values, given by place among its inputs (undefined: the default). Throws what compiling throws. */
export async function compileForRun(
  { snapshot, options }: OpenModel,
  values: readonly (Value | undefined)[],
  compiledFor: CompiledFor,
  device: string,
  { generator, source, context, fileWeights }: LoadTools,
): Promise<ProgramUnit> {
  const pace = pacer(context.signal, "compile the model");
  const whole: CompileOptions = { ...options, device, precision: "native" };
  const target = await generator.target(whole, context);
  const job: CompileJob = { generator, target, options: whole, context, clock: new PhaseClock(), pace };
  const files = await fileWeights.read({ snapshot, source }, pace);
  const tensors = new Map<string, Tensor>();
  snapshot.graph.inputs.forEach(({ name }, i) => {
    const value = values[i];
    if (value?.kind === "tensor") tensors.set(name, value);
  });
  const dims = new Map([...tensors].map(([name, { shape }]) => [name, shape]));
  const given = new Set(snapshot.graph.inputs.flatMap(({ name }, i) => (values[i] === undefined ? [] : [name])));
  const sized = compiledFor === "any size" ? sizedInputs(snapshot.graph, dims) : undefined;
  const planned =
    (await planSized(snapshot, sized, given, files, job)) ??
    (await planModel(
      bindDefaults({ ...snapshot, graph: bindShapes(snapshot.graph, dims) }, given),
      files,
      compiledFor === "shapes" ? undefined : tensors,
      job,
    ));
  const { unit, constants } = await compileUnit(planned, files, undefined, job);
  const bytes = new Uint8Array(constants.length);
  await constants.write(bytes);
  return { ...unit, constants: bytes };
}
