import type { Artifact, Session, SessionOptions } from "../../contracts/backend.ts";
import type { ByteSource } from "../../contracts/byte-source.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { pacer } from "../../steps/drive.ts";
import { readArtifact } from "../artifact/read-artifact.ts";
import type { CodeGenerator } from "../code-generator.ts";
import type { OpenModel, ProgramUnit } from "../program-unit.ts";
import { CompiledSession } from "./compiled-session.ts";
import { declaredKey } from "./input-values.ts";
import { KeptWeights } from "./kept-weights.ts";
import { loadProgram, type LoadTools } from "./load-program.ts";
import { openVariant, Variant } from "./variant.ts";
import { Variants } from "./variants.ts";

/** Makes an artifact ready to run. Throws BAD_MODEL for a damaged one, and what loading its program throws. */
export async function openCompiled(
  generator: CodeGenerator,
  artifact: Artifact,
  source: ByteSource | undefined,
  options: SessionOptions,
  context: CallContext,
): Promise<Session> {
  const { unit, model } = await readArtifact(
    artifact.bytes,
    pacer(context.signal, "load the model"),
    artifact.isVerified,
  );
  const tools: LoadTools = { generator, source, options, context, fileWeights: new KeptWeights() };
  return model === undefined ? openOne(unit!, tools) : openMany(model, unit, artifact.device, tools);
}

async function openOne(unit: ProgramUnit, tools: LoadTools): Promise<Session> {
  const { graph } = unit.calls;
  const program = await loadProgram({ unit, declared: graph, ownsConstants: false }, tools);
  return new CompiledSession(graph, { kind: "one", variant: new Variant(program, unit.reference, tools) });
}

async function openMany(
  model: OpenModel,
  unit: ProgramUnit | undefined,
  device: string,
  tools: LoadTools,
): Promise<Session> {
  const { graph } = model.snapshot;
  const variants = new Variants(model, unit?.sized && unit, device, tools);
  if (unit !== undefined && unit.sized === undefined) {
    const from = { unit, declared: graph, ownsConstants: false };
    variants.add(declaredKey(graph, unit.calls.graph), await openVariant(from, model.snapshot, tools));
  }
  return new CompiledSession(graph, { kind: "many", variants });
}
