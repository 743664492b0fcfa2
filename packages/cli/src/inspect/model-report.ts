import { elementCount, type GraphInput, graphsIn, type Node, type Snapshot } from "@hodu/core";
import { weightBytes } from "@hodu/engine";
import { reportValue, type ValueReport } from "./value-report.ts";

/** What is told of a file beside its content. */
export interface FileReport {
  /** Without folders. */
  readonly name: string;
  /** As it was given; absent for a file that was given as bytes. */
  readonly path?: string;
  /** Short name of the format that read it: `onnx`. */
  readonly format: string;
  /** The plugin that it belongs to: `hodu-format-onnx 0.3.0`. */
  readonly plugin: string;
  readonly size_bytes: number;
}

/** An input of a model. */
export interface InputReport extends ValueReport {
  /** True when the model has a default for it. */
  readonly optional: boolean;
}

/** What is told of a model itself; no weight is read for it. */
export interface ModelContents {
  readonly producer: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly inputs: readonly InputReport[];
  readonly outputs: readonly ValueReport[];
  /** Nodes of the graph and of all subgraphs. */
  readonly operation_count: number;
  /** Nodes by operator, most frequent first. */
  readonly operations: Readonly<Record<string, number>>;
  readonly weight_count: number;
  /** Elements of all weights. */
  readonly parameters: number;
  readonly weights_bytes: number;
}

/** What `hodu inspect --json` prints of a model, and the library gives. Its keys stay. */
export interface ModelReport extends FileReport, ModelContents {
  readonly kind: "model";
}

/** The report of a model that was read from a file. */
export function inspectModel(snapshot: Snapshot, file: FileReport): ModelReport {
  return { kind: "model", ...file, ...modelContents(snapshot) };
}

/** What a Snapshot says of itself, wherever it came from. */
export function modelContents(snapshot: Snapshot): ModelContents {
  const { graph, producer, metadata } = snapshot;
  const graphs = [...graphsIn(graph)];
  const weights = graphs.flatMap((inner) => inner.weights);
  const nodes = graphs.flatMap((inner) => inner.nodes);
  return {
    producer,
    metadata: Object.fromEntries(metadata),
    inputs: graph.inputs.map(reportInput),
    outputs: graph.outputs.map(({ name, type }) => reportValue(name, type)),
    operation_count: nodes.length,
    operations: Object.fromEntries(countOperators(nodes)),
    weight_count: weights.length,
    parameters: weights.reduce((total, { shape }) => total + elementCount(shape), 0),
    weights_bytes: weightBytes(snapshot),
  };
}

function reportInput(input: GraphInput): InputReport {
  return { ...reportValue(input.name, input.type), optional: input.default !== undefined };
}

/** Operators with their numbers, most frequent first; those of other domains than ai.onnx with their domain. */
function countOperators(nodes: readonly Node[]): readonly (readonly [operator: string, count: number])[] {
  const counts = new Map<string, number>();
  for (const node of nodes) counts.set(operatorName(node), (counts.get(operatorName(node)) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}

/** `Relu`; `ai.onnx.ml.Scaler`. */
export const operatorName = ({ domain, op }: Pick<Node, "domain" | "op">): string =>
  domain === "" ? op : `${domain}.${op}`;
