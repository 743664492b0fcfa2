import type { ProgramBuffer } from "@hodu/compiler";
import { printKernel } from "@hodu/core/kernel-ir";
import type { CompilePhase, CompileReport, Dump, DumpStage } from "../../contracts/backend.ts";
import type { CompiledUnit } from "./compile-unit.ts";

/** What a report is made of. */
export interface ReportParts {
  readonly lines: readonly string[];
  /** Undefined where nothing could be compiled before the shapes are known. */
  readonly compiled: CompiledUnit | undefined;
  readonly phases: readonly CompilePhase[];
  readonly stages: ReadonlySet<DumpStage>;
  readonly snapshot: () => string;
  readonly optimized: () => string;
}

/** The report of a compilation: dumps in the order of their stages, and `arenaBytes` with the memory of outputs. */
export function compileReport({ lines, compiled, phases, stages, snapshot, optimized }: ReportParts): CompileReport {
  const dumps: Dump[] = [];
  const dump = (stage: DumpStage, name: string, text: () => string): void => {
    if (stages.has(stage)) dumps.push({ stage, name, text: text() });
  };
  dump("snapshot", "snapshot.txt", snapshot);
  dump("optimized", "optimized.txt", optimized);
  if (compiled === undefined)
    return { optimizations: lines, kernels: 0, calls: [], arenaBytes: 0, constantBytes: 0, dumps, phases };
  const { program, generated } = compiled;
  dump("kernels", "kernels.txt", () => program.kernels.map(printKernel).join("\n"));
  return {
    optimizations: lines,
    kernels: program.kernels.length,
    calls: program.steps.flatMap((step) =>
      step.kind === "call" ? [{ node: step.node.name, operator: step.node.op, reason: step.reason }] : [],
    ),
    arenaBytes: program.arenaBytes + outputBytes(program.buffers),
    constantBytes: program.constantBytes,
    dumps: [...dumps, ...generated.dumps],
    phases,
  };
}

const outputBytes = (buffers: readonly ProgramBuffer[]): number =>
  buffers.reduce((sum, { place, bytes }) => (place.kind === "output" ? sum + bytes : sum), 0);
