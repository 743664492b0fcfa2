import type { ByteSource, CallContext, Snapshot } from "hodu-plugin-sdk";
import { decode } from "./decode.ts";
import { Complaints } from "./errors.ts";
import { readExternalRange, openExternalFiles } from "./external.ts";
import { finishModel } from "./finish.ts";
import { type GraphProto, type ModelProto, ModelProtoSchema } from "./generated/onnx_pb.ts";
import { readGraph } from "./graph.ts";
import { inlineFunctions } from "./inline.ts";
import { MAX_IR_VERSION, MAX_MODEL_BYTES } from "./limits.ts";
import { otherKind } from "./magic.ts";
import { readOpsets } from "./opsets.ts";
import type { TensorPlace } from "./tensor-bytes.ts";
import { Symbols } from "./value-types.ts";
import { tensorsOf, dimParamsOf } from "./walk.ts";
import { WeightCollector } from "./weights.ts";

/** IR version from which initializers need not be inputs. */
const FREE_INITIALIZERS = 4;

/** Reads an .onnx file. Weights stay where they are. */
export async function loadModel(source: ByteSource, context: CallContext): Promise<Snapshot> {
  const complaints = new Complaints(source.name, "BAD_MODEL");
  const bytes = await readFile(source, complaints);
  complaints.bytes = bytes;
  context.signal.throwIfAborted();
  const model = decode(ModelProtoSchema, bytes, complaints);
  const irVersion = readIrVersion(model, complaints);
  if (model.graph === undefined) {
    throw complaints.bad({ found: "no graph", expected: "an ONNX model", field: "graph" });
  }
  const opsets = readOpsets(model, irVersion, complaints);
  const graph = inlineFunctions(model, model.graph, opsets, complaints);
  const warn = (message: string): void => context.log("warn", message);
  const externalSizes = await openExternalFiles(externalFilesOf(graph, complaints), source, complaints);
  context.signal.throwIfAborted();
  const weights = new WeightCollector(bytes, externalSizes, warn);
  const read = readGraph(graph, "graph", {
    complaints,
    weights,
    symbols: new Symbols(dimParamsOf(graph)),
    nodeNames: new Set(),
    defaults: irVersion >= FREE_INITIALIZERS,
    attributes: new Map(),
  });
  return finishModel(
    {
      graph: read,
      opsets,
      stores: weights.finish(),
      metadata: model.metadataProps.map(({ key, value }) => [key, value] as const),
      producer: `${model.producerName} ${model.producerVersion}`.trim(),
    },
    source.name,
  );
}

/** The whole file, which is a view where the host maps files. Other formats are told by their first bytes. */
async function readFile(source: ByteSource, complaints: Complaints): Promise<Uint8Array> {
  const { size } = source;
  if (size === 0) throw complaints.bad({ found: "an empty file", expected: "an ONNX model" });
  const kind = otherKind(await source.read(0, Math.min(size, 512)));
  if (kind !== undefined) {
    throw complaints.bad({ found: kind, expected: "an ONNX model", at: 0 });
  }
  if (size > MAX_MODEL_BYTES) {
    throw complaints.bad({
      found: `${size} bytes`,
      expected: `at most ${MAX_MODEL_BYTES}: larger models keep their weights in external files`,
    });
  }
  return source.read(0, size);
}

function readIrVersion(model: ModelProto, complaints: Complaints): number {
  const { irVersion } = model;
  const finding = {
    found: irVersion === 0n ? "no IR version" : `IR version ${irVersion}`,
    expected: `IR version 1 to ${MAX_IR_VERSION}`,
    field: "ir_version",
  };
  if (irVersion <= 0n) throw complaints.bad(finding);
  if (irVersion > MAX_IR_VERSION) throw complaints.unsupported(finding);
  return Number(irVersion);
}

/** The external files of a model, each with the first tensor that is in it. */
function externalFilesOf(graph: GraphProto, complaints: Complaints): ReadonlyMap<string, TensorPlace> {
  const files = new Map<string, TensorPlace>();
  for (const { tensor, what, field } of tensorsOf(graph, "graph")) {
    if (tensor.dataLocation === 0) continue;
    const place = { what, field, complaints };
    const { location } = readExternalRange(tensor, place, () => {});
    if (!files.has(location)) files.set(location, place);
  }
  return files;
}
