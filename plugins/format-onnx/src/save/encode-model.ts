import type { VersionedModel } from "hodu-plugin-sdk";
import { ModelProtoSchema } from "../generated/onnx_pb.ts";
import { encodeGraph, type EncodeWeight } from "./encode-graph.ts";
import { irVersionOf } from "./ir-version.ts";
import { type Message, merged, message, messageField } from "./message.ts";

const GRAPH = 7;

/** The ModelProto of a model in the opsets that it states. */
export function encodeModel(model: VersionedModel, encodeWeight: EncodeWeight): Message {
  const opsetImport = [...model.opsets].map(([domain, version]) => ({ domain, version: BigInt(version) }));
  const metadataProps = model.metadata.map(([key, value]) => ({ key, value }));
  return merged([
    message(ModelProtoSchema, { irVersion: BigInt(irVersionOf(model)), ...producerOf(model.producer) }),
    messageField(GRAPH, encodeGraph(model.graph, encodeWeight)),
    message(ModelProtoSchema, { opsetImport, metadataProps }, 2),
  ]);
}

/** `pytorch 2.4` as name and version; what does not end in a version is a name. */
function producerOf(producer: string) {
  const parts = /^(.+) (v?[0-9]\S*)$/s.exec(producer);
  return parts === null ? { producerName: producer } : { producerName: parts[1], producerVersion: parts[2] };
}
