import { hasGuards, type Program, type ScheduleTarget, writeConstants } from "@hodu/compiler";
import { HoduError, quote, type Snapshot } from "@hodu/core";
import { verifyKernel } from "@hodu/core/kernel-ir";
import type { CompileOptions } from "../../contracts/backend.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import type { CodeGenerator, GeneratedCode } from "../code-generator.ts";
import type { LatePart } from "../artifact/write-artifact.ts";
import type { ProgramUnit } from "../program-unit.ts";
import { callSnapshot } from "./call-snapshot.ts";
import type { PhaseClock } from "./phase-clock.ts";
import type { PlannedModel } from "./plan-model.ts";
import { type FileWeights, type WeightBytes, weightBytes } from "./weight-bytes.ts";

/** What the parts of a compilation work with. */
export interface CompileJob {
  readonly generator: CodeGenerator;
  readonly target: ScheduleTarget;
  readonly options: CompileOptions;
  readonly context: CallContext;
  readonly clock: PhaseClock;
  readonly pace: () => Promise<void> | undefined;
}

/** A unit without its constants, and what it was made of. */
export interface CompiledUnit {
  readonly unit: Omit<ProgramUnit, "constants">;
  /** Writes the constants to memory that is all zeros and lies at a multiple of 64. */
  readonly constants: LatePart;
  readonly program: Program;
  readonly generated: GeneratedCode;
}

/**
 * Makes code of a planned model. `reference`: the model as it was given, kept where a guard may fail. Throws UNSUPPORTED where `fallback` is
 * false and a node has no kernel; what the generator throws.
 */
export async function compileUnit(
  { snapshot, program, known, sized }: PlannedModel,
  files: FileWeights,
  reference: Snapshot | undefined,
  job: CompileJob,
): Promise<CompiledUnit> {
  const { generator, target, options, context, clock } = job;
  if (options.fallback === false) refuseCalls(program);
  if (sized === undefined) await clock.timeLater("verify", () => verifyKernels(program, job));
  const generated = await generator.generate(program, target, options, context);
  clock.add(generated.phases);
  const { kernels, ...plan } = program;
  const calls = callSnapshot(snapshot, program);
  const unit = {
    plan: { ...plan, steps: stepsOver(calls, program), constants: [] },
    calls,
    known: [...known].map(([name, value]) => ({ name, value })),
    ...(sized && { sized }),
    reference: kernels.some(hasGuards) ? reference : undefined,
    code: generated.code,
  };
  const bytesOf = weightBytes(snapshot, files);
  const constants: LatePart = {
    length: program.constantBytes,
    write: (target) => clock.timeLater("constants", () => writeAll(program, bytesOf, target, job)),
  };
  return { unit, constants, program, generated };
}

/** The steps of a program with the nodes of its calls as they are in their own Snapshot. */
function stepsOver({ graph }: Snapshot, { steps }: Program): Program["steps"] {
  let calls = 0;
  return steps.map((step) => (step.kind === "call" ? { ...step, node: graph.nodes[calls++] } : step));
}

function refuseCalls({ steps }: Program): void {
  const calls = steps.flatMap((step) =>
    step.kind === "call" ? [`${quote(step.node.name)} (${step.node.op}): ${step.reason}`] : [],
  );
  if (calls.length === 0) return;
  const shown = calls.slice(0, 10).join("\n  ");
  throw new HoduError(
    "UNSUPPORTED",
    `Cannot compile the whole model: found ${calls.length} nodes without a kernel, expected none:\n  ${shown}`,
  );
}

/** Verifies all kernels of a program. Throws INVALID_KERNEL. */
export async function verifyKernels({ kernels }: Program, { pace }: CompileJob): Promise<void> {
  for (const kernel of kernels) {
    verifyKernel(kernel);
    const turn = pace();
    if (turn !== undefined) await turn;
  }
}

async function writeAll(
  { constants }: Program,
  bytesOf: WeightBytes,
  target: Uint8Array,
  { pace }: CompileJob,
): Promise<void> {
  for (const constant of constants) {
    writeConstants(constant, bytesOf, target);
    const turn = pace();
    if (turn !== undefined) await turn;
  }
}
