import { verifySnapshot } from "@hodu/core";
import type {
  Artifact,
  BackendPlugin,
  ByteSink,
  ByteSource,
  CallContext,
  CompileOptions,
  EventSink,
  FormatPlugin,
  Model,
  SaveModelOptions,
  Session,
  SessionOptions,
  StageName,
} from "hodu-plugin-sdk";
import { type CacheUse, compileWithCache } from "./cache/compile-with-cache.ts";
import { lowerOperators } from "./rewrite/lower-operators.ts";
import { domainsOf, offersByDomain, type OperatorOffer } from "./rewrite/operator-offer.ts";
import type { RewrittenModel } from "./rewrite/rewritten-model.ts";

/** What the stages that make a Snapshot work with. */
export interface ReadTools {
  readonly format: FormatPlugin;
  readonly context: CallContext;
  /** Operators of plugins that the model may use; default: none. */
  readonly operators?: readonly OperatorOffer[];
}

/** What the stage that writes it to a file works with. */
export interface SaveTools {
  readonly format: FormatPlugin;
  readonly sink: ByteSink;
  readonly options: SaveModelOptions;
  readonly context: CallContext;
}

/** What the stages that make it run work with. */
export interface OpenTools {
  readonly backend: BackendPlugin;
  readonly compile: CompileOptions;
  readonly session: SessionOptions;
  readonly context: CallContext;
  /** Undefined: nothing is kept. */
  readonly cache?: CacheUse | undefined;
}

/** A model on its way: each stage adds what it makes. */
export interface ReadModel extends RewrittenModel {
  readonly source: ByteSource;
}
interface CompiledModel extends RewrittenModel {
  readonly artifact: Artifact;
  /** Whether the artifact was there already. */
  readonly isCached: boolean;
  /** Where its sessions keep what they compile. */
  readonly keep?: SessionOptions["keep"];
}
/** A model that is ready to run. */
export interface OpenModel extends CompiledModel {
  readonly session: Session;
}

/** One arrow of the architecture's picture. */
interface Stage<Input, Output, Tools> {
  readonly name: StageName;
  readonly run: (input: Input, tools: Tools, publish: EventSink) => Promise<Output>;
}

/** From a file to a verified Snapshot. */
const READ = [
  stage("load", async (source: ByteSource, { format, context, operators = [] }: ReadTools): Promise<ReadModel> => {
    const domains = [...offersByDomain(operators).keys()];
    return { source, snapshot: await format.loadModel!(source, context, domains.length > 0 ? { domains } : undefined) };
  }),
  stage("verify", async (model: ReadModel, { context, operators = [] }: ReadTools, publish): Promise<ReadModel> => {
    const offers = offersByDomain(operators);
    const used = offers.size > 0 && [...domainsOf(model.snapshot.graph)].some((domain) => offers.has(domain));
    if (used) return lowerOperators(model, offers, context, publish);
    verifySnapshot(model.snapshot);
    return model;
  }),
] as const;

/** From a Snapshot to a session that runs. */
const OPEN = [
  stage(
    "compile",
    async (model: RewrittenModel, { backend, compile, cache, context }: OpenTools): Promise<CompiledModel> => {
      return { ...model, ...(await compileWithCache(model, backend, compile, cache, context)) };
    },
  ),
  stage("open", async (model: CompiledModel, { backend, session, context }: OpenTools): Promise<OpenModel> => {
    const { keep, runNode } = model;
    const options = { ...session, ...(keep && { keep }), ...(runNode && { runNode }) };
    return { ...model, session: await backend.load(model.artifact, model.source, options, context) };
  }),
] as const;

/** From a Snapshot to a file. */
const SAVE = stage("save", async (model: Model, { format, sink, options, context }: SaveTools): Promise<void> => {
  await format.saveModel!(model, sink, options, context);
});

/** Reads and verifies a model file. Throws what the format throws, INVALID_GRAPH. */
export async function readModel(source: ByteSource, tools: ReadTools, publish: EventSink): Promise<ReadModel> {
  const [load, verify] = READ;
  return timed(verify, await timed(load, source, tools, publish), tools, publish);
}

/** Compiles a model and makes it ready to run. Throws what the backend throws. */
export async function openModel(model: RewrittenModel, tools: OpenTools, publish: EventSink): Promise<OpenModel> {
  const [compile, open] = OPEN;
  return timed(open, await timed(compile, model, tools, publish), tools, publish);
}

/** Writes a model to a sink, in the opset and with the weights where the options say. Throws what the format throws. */
export function saveModel(model: Model, tools: SaveTools, publish: EventSink): Promise<void> {
  return timed(SAVE, model, tools, publish);
}

function stage<Input, Output, Tools>(
  name: StageName,
  run: Stage<Input, Output, Tools>["run"],
): Stage<Input, Output, Tools> {
  return { name, run };
}

async function timed<Input, Output, Tools>(
  { name, run }: Stage<Input, Output, Tools>,
  input: Input,
  tools: Tools,
  publish: EventSink,
): Promise<Output> {
  publish({ type: "StageStart", stage: name });
  const start = performance.now();
  const output = await run(input, tools, publish);
  publish({ type: "StageEnd", stage: name, milliseconds: performance.now() - start });
  return output;
}
