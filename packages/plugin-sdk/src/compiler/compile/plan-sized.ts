import { isSameProgram, STAND_INS } from "@hodu/compiler";
import { type Graph, HoduError, type Snapshot, type ValueType } from "@hodu/core";
import { bindDefaults } from "./bind-defaults.ts";
import { bindShapes } from "./bind-shapes.ts";
import { type CompileJob, verifyKernels } from "./compile-unit.ts";
import { type PlannedModel, planModel } from "./plan-model.ts";
import { dimsAtSize, type SizedInputs } from "./sized-inputs.ts";
import { type FileWeights, weightBytes } from "./weight-bytes.ts";

/**
 * A model as a program for any size of some inputs: its kernels are called with the size, and what is planned is for 1. `given`: inputs that
 * override their default. It is planned for two sizes; undefined where the programs differ in more than that, call nodes or want to know
 * elements, or where a kernel is not proven for every size.
 */
export async function planSized(
  snapshot: Snapshot,
  inputs: SizedInputs | undefined,
  given: ReadonlySet<string>,
  files: FileWeights,
  job: CompileJob,
): Promise<PlannedModel | undefined> {
  if (inputs === undefined) return undefined;
  const plans: PlannedModel[] = [];
  try {
    for (const standIn of STAND_INS) {
      const bound = { ...snapshot, graph: bindShapes(snapshot.graph, dimsAtSize(inputs, standIn)) };
      const target = { ...job.target, standIn };
      plans.push(await planModel(bindDefaults(bound, given), files, undefined, { ...job, target }));
    }
    const [one, other] = plans;
    const readers = [weightBytes(one.snapshot, files), weightBytes(other.snapshot, files)] as const;
    if (one.wanted.length > 0 || !isSameProgram(one.program, other.program, readers)) return undefined;
    await job.clock.timeLater("verify", () => verifyKernels(one.program, job));
    const graph = atSizeOne(one.snapshot.graph, STAND_INS[0]);
    return { ...one, snapshot: { ...one.snapshot, graph }, sized: inputs.sized };
  } catch (error) {
    // a model may be valid for one size alone
    if (!(error instanceof HoduError) || job.context.signal.aborted) throw error;
    job.context.log("debug", `no code for any size: ${error.message}`);
    return undefined;
  }
}

/** A graph with the types of inputs and outputs for a size of 1. */
function atSizeOne(graph: Graph, standIn: number): Graph {
  const atOne = (type: ValueType | undefined): ValueType | undefined => {
    if (type?.kind !== "tensor" || type.shape === undefined) return type;
    return { ...type, shape: type.shape.map((dim) => (isMultiple(dim, standIn) ? dim / standIn : dim)) };
  };
  return {
    ...graph,
    inputs: graph.inputs.map((input) => ({ ...input, type: atOne(input.type) })),
    outputs: graph.outputs.map((output) => ({ ...output, type: atOne(output.type) })),
  };
}

const isMultiple = (dim: unknown, standIn: number): dim is number =>
  typeof dim === "number" && dim > 0 && dim % standIn === 0;
