import { create, type DescMessage, type MessageInitShape, toBinary } from "@bufbuild/protobuf";
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { type ByteSource, type CallContext, chunksByReading, HoduError } from "hodu-plugin-sdk";
import {
  type AttributeProtoSchema,
  type FunctionProtoSchema,
  type GraphProtoSchema,
  ModelProtoSchema,
  type NodeProtoSchema,
  type TensorProtoSchema,
  type ValueInfoProtoSchema,
} from "../generated/onnx_pb.ts";

/** The plain form of a message. */
type Init<Schema extends DescMessage> = Exclude<MessageInitShape<Schema>, { readonly $typeName: string }>;

export type GraphInit = Init<typeof GraphProtoSchema>;
export type NodeInit = Init<typeof NodeProtoSchema>;
export type TensorInit = Init<typeof TensorProtoSchema>;
export type FunctionInit = Init<typeof FunctionProtoSchema>;
export type AttributeInit = Init<typeof AttributeProtoSchema>;
export type ValueInfoInit = Init<typeof ValueInfoProtoSchema>;
export type ModelInit = Init<typeof ModelProtoSchema>;

/** The bytes of an ONNX model; IR version 10 and opset 21 unless stated. */
export function modelBytes(graph: GraphInit | undefined, rest: Omit<ModelInit, "graph"> = {}): Uint8Array {
  const message = create(ModelProtoSchema, { irVersion: 10n, opsetImport: [{ domain: "", version: 21n }], ...rest });
  if (graph !== undefined) message.graph = create(ModelProtoSchema, { graph }).graph;
  return toBinary(ModelProtoSchema, message);
}

/** A model of graphs in nodes in graphs, `depth` times, and nothing else. Made from the inside out: a writer that recurses would overflow. */
export function graphsInGraphs(depth: number): Uint8Array {
  const [modelGraph, graphNode, nodeAttribute, attributeGraph] = [7, 1, 5, 6];
  const fields = [modelGraph];
  for (let i = 0; i < depth; i++) fields.push(graphNode, nodeAttribute, attributeGraph);
  // Written backwards, as each message begins with the length of what it holds.
  const reversed: number[] = [];
  for (const field of fields.toReversed()) {
    const length = new BinaryWriter().uint32(reversed.length).finish();
    reversed.push(...length.toReversed(), (field << 3) | 2);
  }
  return Uint8Array.from(reversed.toReversed());
}

/** y = op(x, ...more) on f32 of any length. */
export function oneNode(node: NodeInit, rest: GraphInit = {}): GraphInit {
  return {
    name: "g",
    input: [value("x")],
    output: [value("y")],
    ...rest,
    node: [{ input: ["x"], output: ["y"], ...node }],
  };
}

/** A value of type f32 (or another ONNX code) with dims; a string is a symbol, undefined an open dim. */
export function value(
  name: string,
  dims: readonly (number | string | undefined)[] = ["n"],
  elemType = 1,
): ValueInfoInit {
  return {
    name,
    type: {
      value: {
        case: "tensorType",
        value: {
          elemType,
          shape: {
            dim: dims.map((dim) => ({
              value:
                dim === undefined
                  ? { case: undefined }
                  : typeof dim === "string"
                    ? { case: "dimParam" as const, value: dim }
                    : { case: "dimValue" as const, value: BigInt(dim) },
            })),
          },
        },
      },
    },
  };
}

export function node(opType: string, input: string[], output: string[], attribute: AttributeInit[] = []): NodeInit {
  return { opType, input, output, attribute };
}

export const intAttribute = (name: string, i: number): AttributeInit => ({ name, type: 2, i: BigInt(i) });
export const intsAttribute = (name: string, ints: readonly number[]): AttributeInit => ({
  name,
  type: 7,
  ints: ints.map(BigInt),
});
export const graphAttribute = (name: string, g: GraphInit): AttributeInit => ({ name, type: 5, g });

/** An f32 tensor in raw_data. */
export function floats(name: string, dims: readonly number[], values: readonly number[]): TensorInit {
  return { name, dims: dims.map(BigInt), dataType: 1, rawData: new Uint8Array(new Float32Array(values).buffer) };
}

/** An i64 tensor in raw_data. */
export function int64s(name: string, dims: readonly number[], values: readonly number[]): TensorInit {
  const rawData = new Uint8Array(BigInt64Array.from(values, BigInt).buffer);
  return { name, dims: dims.map(BigInt), dataType: 7, rawData };
}

/** Numbers as int32_data, int64_data and uint64_data hold them: one packed run. */
export function varints(values: readonly (number | bigint)[]): Uint8Array[] {
  const writer = new BinaryWriter();
  for (const number of values) writer.int64(BigInt(number));
  return [writer.finish()];
}

/** A file in memory, its siblings by name. */
export function memorySource(
  name: string,
  bytes: Uint8Array,
  siblings: Readonly<Record<string, Uint8Array>> = {},
): ByteSource {
  const source: ByteSource = {
    name,
    size: bytes.length,
    chunks: (offset, length) => chunksByReading(source, offset, length),
    read: async (offset, length) => {
      if (offset + length > bytes.length) throw new RangeError(`read of ${length} at ${offset} of ${bytes.length}`);
      return bytes.subarray(offset, offset + length);
    },
    sibling: async (other) => {
      if (other.startsWith("/") || other.split("/").includes("..")) {
        throw new HoduError("POLICY", `Cannot open "${other}": it leaves the folder`);
      }
      if (!Object.hasOwn(siblings, other)) throw new HoduError("MISSING_INPUT", `Cannot open "${other}": no such file`);
      return memorySource(other, siblings[other]);
    },
  };
  return source;
}

/** A context that keeps what is logged. */
export function testContext(logged: string[] = []): CallContext {
  return {
    signal: new AbortController().signal,
    log: (_level, message) => void logged.push(message),
    progress: () => {},
  };
}
