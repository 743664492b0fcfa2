import type { Graph, Snapshot } from "@hodu/core";
import type { Artifact, Session, SessionOptions } from "../../contracts/backend.ts";
import type { ByteSource } from "../../contracts/byte-source.ts";
import type { CallContext } from "../../contracts/call-context.ts";
import { pacer } from "../../steps/drive.ts";
import { loadWeights } from "../../weights/load-weights.ts";
import { readArtifact } from "../artifact/read-artifact.ts";
import type { CodeGenerator } from "../code-generator.ts";
import type { OpenModel, ProgramUnit } from "../program-unit.ts";
import { CompiledSession } from "./compiled-session.ts";
import { declaredKey } from "./input-values.ts";
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
  const tools: LoadTools = { generator, source, options, context };
  return model === undefined ? openOne(unit!, tools) : openMany(model, unit, artifact.device, tools);
}

async function openOne(unit: ProgramUnit, tools: LoadTools): Promise<Session> {
  const { graph } = unit.calls;
  const { program, weights } = await loadProgram({ unit, declared: graph, ownsConstants: false }, tools);
  const variant = new Variant(program, unit.reference, tools);
  return new CompiledSession(graph, weights.tensors.get(graph) ?? new Map(), { kind: "one", variant });
}

async function openMany(
  model: OpenModel,
  unit: ProgramUnit | undefined,
  device: string,
  tools: LoadTools,
): Promise<Session> {
  const variants = new Variants(model, device, tools);
  if (unit !== undefined) {
    const from = { unit, declared: model.snapshot.graph, ownsConstants: false };
    variants.add(declaredKey(unit.calls.graph), await openVariant(from, model.snapshot, tools));
  }
  const declared = withDefaults(model.snapshot);
  const { tensors } = await loadWeights(declared, tools.source, tools.options.maxMemory, tools.context);
  return new CompiledSession(declared.graph, tensors.get(declared.graph) ?? new Map(), { kind: "many", variants });
}

/** What a model declares, and the weights that inputs have for defaults. */
function withDefaults(snapshot: Snapshot): Snapshot {
  const { graph, stores } = snapshot;
  const defaults = new Set(graph.inputs.map((input) => input.default));
  const weights = graph.weights.filter(({ name }) => defaults.has(name));
  const declared: Graph = { ...graph, nodes: [], values: [], weights };
  const used = new Set(weights.map(({ store }) => store));
  const held = stores.map((store, i) => (used.has(i) ? store : ({ kind: "bytes", bytes: new Uint8Array(0) } as const)));
  return { ...snapshot, graph: declared, stores: held };
}
