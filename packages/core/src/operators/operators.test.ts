import { describe, expect, it } from "vitest";
import { isFloat, isWidened } from "../dtypes/dtypes.ts";
import { Evaluator } from "../evaluate/evaluate.ts";
import { inferGraph, typeFits, typeIn } from "../inference/infer.ts";
import { mersenneTwister } from "../random/mt19937.ts";
import type { Graph, Node, Snapshot } from "../snapshot/types.ts";
import { findingsOf } from "../snapshot/verify.ts";
import { compareValues } from "../tensors/compare.ts";
import { encodeNumbers, numbers } from "../tensors/elements.ts";
import { denseData, newStorage, type Tensor, tensorOf } from "../tensors/tensor.ts";
import { toleranceOf } from "../tensors/tolerance.ts";
import { typeOfValue, type Value } from "../tensors/values.ts";
import { checkInputTypes } from "./check-node.ts";
import { schemaOf } from "./lookup.ts";
import { makeAttributes, type PlainAttribute } from "./make-attributes.ts";
import type { ErrorSample, OperatorDef, Sample } from "./operator.ts";
import { OPERATORS } from "./table.ts";

const living = OPERATORS.filter((definition) => definition.deprecated === undefined);

function nodeOf(definition: OperatorDef, sample: Sample | ErrorSample): Node {
  const outputCount = ("outputs" in sample ? sample.outputs?.length : undefined) ?? sample.outputCount ?? 1;
  const wanted = "outputs" in sample ? sample.outputs : undefined;
  return {
    op: definition.name,
    domain: definition.domain ?? "",
    name: "sample",
    inputs: sample.inputs.map((input, i) => (input === undefined ? "" : `in${i}`)),
    outputs: Array.from({ length: outputCount }, (_, i) =>
      wanted !== undefined && wanted[i] === undefined ? "" : `out${i}`,
    ),
    attributes: makeAttributes(definition.attributes, (sample.attributes ?? {}) as Record<string, PlainAttribute>),
    origin: [],
  };
}

function graphOf(node: Node, inputs: readonly (Value | undefined)[]): Graph {
  return {
    name: "sample",
    inputs: inputs.flatMap((input, i) => (input === undefined ? [] : [{ name: `in${i}`, type: typeOfValue(input) }])),
    outputs: node.outputs.filter((name) => name !== "").map((name) => ({ name, type: undefined })),
    weights: [],
    nodes: [node],
    values: [],
  };
}

async function run(graph: Graph, inputs: readonly (Value | undefined)[], wide = false): Promise<Value[]> {
  const given = new Map(
    inputs.flatMap((input, i): [string, Value][] => (input === undefined ? [] : [[`in${i}`, input]])),
  );
  const steps = new Evaluator(graph, new Map()).run(given, { wide, maxBytes: 1 << 28, random: mersenneTwister(1) });
  let step = steps.next();
  while (!step.done) step = steps.next(await step.value);
  return step.value.outputs;
}

/** The same elements in storage with gaps, at an offset, walked backwards along the first axis. */
function strided(value: Value | undefined): Value | undefined {
  if (value?.kind !== "tensor" || value.shape.length === 0 || value.shape.includes(0) || value.dtype.startsWith("c"))
    return value;
  const dense = denseData(value) as { [index: number]: unknown };
  const count = value.shape.reduce((product, dim) => product * dim, 1);
  const rows = value.shape[0];
  const rowSize = count / rows;
  const data = newStorage(value.dtype, 3 + count * 2) as unknown as { [index: number]: unknown };
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < rowSize; i++) data[3 + ((rows - 1 - row) * rowSize + i) * 2] = dense[row * rowSize + i];
  }
  const strides = value.shape.map(
    (_, axis) => 2 * value.shape.slice(axis + 1).reduce((product, dim) => product * dim, 1),
  );
  strides[0] = -strides[0];
  return { ...value, strides, offset: 3 + (rows - 1) * rowSize * 2, data: data as unknown as Tensor["data"] };
}

function expectSame(actual: readonly Value[], expected: readonly Value[], definition: OperatorDef, what: string): void {
  expected.forEach((value, i) => {
    const dtype = value.kind === "tensor" ? value.dtype : "f32";
    expect(
      compareValues(actual[i], value, toleranceOf(definition.accuracy, dtype)),
      `${what}, output ${i}`,
    ).toBeUndefined();
  });
}

describe("the operator table", () => {
  it("is sorted by domain and name, without duplicates", () => {
    // a space sorts before every character of a domain, so that a domain comes before those that it begins
    const keys = OPERATORS.map((definition) => `${definition.domain ?? ""} ${definition.name}`);
    expect(keys).toEqual([...new Set(keys)].sort());
  });

  it("gives every living operator inference, a reference kernel and samples", () => {
    const parts = ["infer", "reference", "samples"] as const;
    const incomplete = living.filter((definition) => parts.some((part) => definition[part] === undefined));
    expect(incomplete.map(({ name }) => name)).toEqual([]);
  });

  it("leads every operator that has ended to living ones", () => {
    const ended = OPERATORS.filter(
      ({ deprecated, versions }) => deprecated !== undefined && versions[0].upgrade === undefined,
    );
    expect(ended.map(({ name }) => name)).toEqual([]);
  });

  it("lists versions newest first", () => {
    for (const { name, versions } of OPERATORS) {
      const sinces = versions.map(({ since }) => since);
      expect(sinces, name).toEqual([...sinces].sort((a, b) => b - a));
    }
  });

  it("lets go of every attribute that only an older version has", () => {
    for (const definition of OPERATORS) {
      definition.versions.forEach((version, i) => {
        if (version.upgrade !== undefined || i === 0) return;
        const lost = Object.keys(schemaOf(definition, i).attributes).filter(
          (name) => !(name in schemaOf(definition, i - 1).attributes),
        );
        expect(lost, `${definition.name}-${version.since}`).toEqual([]);
      });
    }
  });
});

describe.each(living.map((definition) => [definition.name, definition] as const))("%s", (_name, definition) => {
  const samples = definition.samples?.() ?? [];

  it.each(samples.map((sample, i) => [i + 1, sample] as const))("gives what sample %i states", async (_i, sample) => {
    const node = nodeOf(definition, sample);
    const graph = graphOf(node, sample.inputs);
    expect(
      checkInputTypes(
        node,
        schemaOf(definition),
        sample.inputs.map((input) => input && typeOfValue(input)),
      ),
    ).toEqual([]);
    const snapshot: Snapshot = { graph, stores: [], metadata: [], producer: "" };
    expect(findingsOf(snapshot)).toEqual([]);
    const outputs = await run(graph, sample.inputs);
    const stated = sample.outputs?.filter((output) => output !== undefined);
    if (stated !== undefined) expectSame(outputs, stated, definition, "stated");
    const facts = inferGraph(graph);
    graph.outputs.forEach(({ name }, i) => {
      const inferred = typeIn(facts, name);
      if (inferred !== undefined)
        expect(typeFits(typeOfValue(outputs[i]), inferred), `inferred type of output ${i}`).toBe(true);
    });
    if (definition.accuracy === "random") return;
    expectSame(await run(graph, sample.inputs.map(strided)), outputs, definition, "strided inputs");
    await expectWideIsClose(graph, sample.inputs, outputs, definition);
  });

  const errors = definition.errors?.() ?? [];
  it.each(errors.map((sample, i) => [i + 1, sample] as const))("refuses error sample %i", async (_i, sample) => {
    const node = nodeOf(definition, sample);
    const graph = graphOf(node, sample.inputs);
    const findings = findingsOf({ graph, stores: [], metadata: [], producer: "" });
    if (findings.length > 0) expect(findings.join("; ")).toMatch(sample.message);
    else await expect(run(graph, sample.inputs)).rejects.toThrow(sample.message);
  });
});

/** In double, a result may differ from the native one by what the native one rounds. */
async function expectWideIsClose(
  graph: Graph,
  inputs: readonly (Value | undefined)[],
  native: readonly Value[],
  definition: OperatorDef,
): Promise<void> {
  const wide = await run(graph, inputs, true);
  native.forEach((value, i) => {
    if (value.kind !== "tensor" || !isFloat(value.dtype)) return;
    const found = wide[i] as Tensor;
    const rounded = isWidened(value.dtype)
      ? tensorOf(found.dtype, found.shape, encodeNumbers(found.dtype, numbers(found)))
      : found;
    const tolerance = toleranceOf(definition.accuracy === "exact" ? "rounding" : definition.accuracy, value.dtype);
    const loose = { relative: tolerance.relative * 4, absolute: tolerance.absolute * 64 };
    expect(compareValues(rounded, value, loose), `in double, output ${i}`).toBeUndefined();
  });
}
