import type { ByteSource, CallContext, LoadModelOptions, Snapshot } from "hodu-plugin-sdk";
import { decode } from "./decode.ts";
import { SourceFile } from "./source-file.ts";
import { readExternalRange, openExternalFiles } from "./external.ts";
import { finishModel } from "./finish.ts";
import { type GraphProto, type ModelProto, ModelProtoSchema } from "./generated/onnx_pb.ts";
import { readGraph } from "./graph.ts";
import { inlineFunctions } from "./inline.ts";
import { MAX_IR_VERSION } from "./limits.ts";
import { readFile } from "./read-file.ts";
import { readOpsets } from "./opsets.ts";
import type { TensorPlace } from "./tensor-bytes.ts";
import { NodeNames, UniqueNames } from "./unique-names.ts";
import { tensorsOf, dimParamsOf } from "./walk.ts";
import { WeightCollector } from "./weights.ts";

/** IR version from which initializers need not be inputs. */
const FREE_INITIALIZERS = 4;

/** Reads an .onnx file. Weights stay where they are; nodes of the domains that the options name stay as they are. */
export async function loadModel(
  source: ByteSource,
  context: CallContext,
  { domains = [] }: LoadModelOptions = {},
): Promise<Snapshot> {
  const file = new SourceFile(source.name, "BAD_MODEL");
  const bytes = await readFile(source, "an ONNX model", file);
  file.bytes = bytes;
  context.signal.throwIfAborted();
  const model = decode(ModelProtoSchema, bytes, file);
  const irVersion = readIrVersion(model, file);
  if (model.graph === undefined) {
    throw file.bad({ found: "no graph", expected: "an ONNX model", field: "graph" });
  }
  const opsets = readOpsets(model, irVersion, file);
  const graph = inlineFunctions(model, model.graph, opsets, file);
  const warn = (message: string): void => context.log("warn", message);
  const externalSizes = await openExternalFiles(externalFilesOf(graph, file), source, file);
  context.signal.throwIfAborted();
  const weights = new WeightCollector(bytes, externalSizes, warn);
  const read = readGraph(graph, "graph", {
    file,
    weights,
    symbols: new UniqueNames(dimParamsOf(graph)),
    nodeNames: new NodeNames(),
    defaults: irVersion >= FREE_INITIALIZERS,
    attributes: new Map(),
  });
  return finishModel(
    {
      graph: read,
      opsets,
      stores: weights.finish(),
      metadata: model.metadataProps.map(({ key, value }) => [key, value] as const),
      producer: [model.producerName, model.producerVersion].filter((part) => part !== "").join(" "),
    },
    source.name,
    new Set(domains),
  );
}

function readIrVersion(model: ModelProto, file: SourceFile): number {
  const { irVersion } = model;
  const finding = {
    found: irVersion === 0n ? "no IR version" : `IR version ${irVersion}`,
    expected: `IR version 1 to ${MAX_IR_VERSION}`,
    field: "ir_version",
  };
  if (irVersion <= 0n) throw file.bad(finding);
  if (irVersion > MAX_IR_VERSION) throw file.unsupported(finding);
  return Number(irVersion);
}

/** The external files of a model, each with the first tensor that is in it. */
function externalFilesOf(graph: GraphProto, file: SourceFile): ReadonlyMap<string, TensorPlace> {
  const files = new Map<string, TensorPlace>();
  for (const { tensor, what, field } of tensorsOf(graph, "graph")) {
    if (tensor.dataLocation === 0) continue;
    const place = { what, field, file };
    const { location } = readExternalRange(tensor, place, () => {});
    if (!files.has(location)) files.set(location, place);
  }
  return files;
}
