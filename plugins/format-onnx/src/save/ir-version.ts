import { type DType, type Graph, graphsIn, type Tensor, type ValueType, type VersionedModel } from "hodu-plugin-sdk";

/** The IR versions that came with opsets, newest first. ONNX, Versioning.md. */
const BY_OPSET: Readonly<Record<string, readonly (readonly [opset: number, irVersion: number])[]>> = {
  "": [
    [28, 14],
    [25, 13],
    [24, 12],
    [23, 11],
    [21, 10],
    [19, 9],
    [15, 8],
    [12, 7],
    [11, 6],
    [10, 5],
    [9, 4],
  ],
  "ai.onnx.ml": [
    [5, 10],
    [4, 9],
    [3, 8],
    [2, 6],
  ],
  "ai.onnx.preview": [[1, 13]],
  "ai.onnx.preview.training": [[1, 7]],
};

/** The IR versions that brought dtypes; the others were always there. */
const BY_DTYPE: Partial<Record<DType, number>> = {
  f8e4m3fn: 9,
  f8e4m3fnuz: 9,
  f8e5m2: 9,
  f8e5m2fnuz: 9,
  i4: 10,
  u4: 10,
  f4e2m1: 11,
  f8e8m0: 12,
  i2: 13,
  u2: 13,
  f6e2m3: 14,
  f6e3m2: 14,
};

/** From IR version 4 on an initializer need not be an input, nor is it then a constant. */
const FREE_INITIALIZERS = 4;
const OPTIONAL_TYPES = 8;
/** The first that names its opsets. */
const OLDEST = 3;

/** The lowest IR version that has what a model uses. */
export function irVersionOf({ graph, opsets }: VersionedModel): number {
  let version = OLDEST;
  for (const [domain, opset] of opsets) {
    const row = BY_OPSET[domain]?.find(([since]) => since <= opset);
    version = Math.max(version, row?.[1] ?? OLDEST);
  }
  for (const inner of graphsIn(graph)) {
    if (inner.weights.length > 0) version = Math.max(version, FREE_INITIALIZERS);
    for (const dtype of dtypesOf(inner)) version = Math.max(version, BY_DTYPE[dtype] ?? OLDEST);
    for (const type of typesOf(inner)) if (hasOptional(type)) version = Math.max(version, OPTIONAL_TYPES);
  }
  return version;
}

function dtypesOf(graph: Graph): Set<DType> {
  const tensors: readonly (Tensor | Graph["weights"][number])[] = graph.nodes.flatMap((node) =>
    node.attributes.flatMap(({ value }) =>
      value.kind === "tensor" ? [value.value] : value.kind === "tensors" ? value.value : [],
    ),
  );
  const stated = typesOf(graph).map((type) => innermost(type).dtype);
  return new Set([...graph.weights, ...tensors].map(({ dtype }) => dtype).concat(stated));
}

function typesOf({ inputs, outputs, values, nodes }: Graph): readonly ValueType[] {
  const stated = [...inputs, ...outputs, ...values].flatMap(({ type }) => (type === undefined ? [] : [type]));
  const given = nodes.flatMap((node) =>
    node.attributes.flatMap(({ value }) => (value.kind === "type" ? [value.value] : [])),
  );
  return [...stated, ...given];
}

function innermost(type: ValueType): Extract<ValueType, { readonly kind: "tensor" }> {
  let inner = type;
  while (inner.kind !== "tensor") inner = inner.element;
  return inner;
}

function hasOptional(type: ValueType): boolean {
  let inner = type;
  for (; inner.kind !== "tensor"; inner = inner.element) if (inner.kind === "optional") return true;
  return false;
}
