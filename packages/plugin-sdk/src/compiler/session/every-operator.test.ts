import {
  compareValues,
  findingsOf,
  GraphBuilder,
  makeAttributes,
  type NamedValue,
  type OperatorDef,
  allOperators,
  type PlainAttribute,
  type Sample,
  type Snapshot,
  toleranceOf,
  typeOfValue,
} from "@hodu/core";
import { describe, expect, inject, it } from "vitest";
import { evaluatorGenerator } from "../testing/evaluator-generator.ts";
import { runCompiled, runReference } from "../testing/run-compiled.ts";

/** Their samples are no models of one node that run without a host. */
const WITHOUT_MODEL: readonly string[] = ["Gradient", "ImageDecoder"];

const tested = allOperators().filter(
  ({ name, deprecated }) => deprecated === undefined && !WITHOUT_MODEL.includes(name),
);

/** The model of a sample; inputs from number `heldFrom` on are weights. Undefined where that is no sound model. */
function modelOf(definition: OperatorDef, sample: Sample, heldFrom: number): Snapshot | undefined {
  const builder = new GraphBuilder("sample");
  const inputs = sample.inputs.map((value, i) => {
    if (value === undefined) return "";
    const isHeld = i >= heldFrom && value.kind === "tensor";
    return isHeld ? builder.weight(`in${i}`, value) : builder.input(`in${i}`, typeOfValue(value));
  });
  const { name: op, domain = "", attributes: defs } = definition;
  const attributes = makeAttributes(defs, (sample.attributes ?? {}) as Record<string, PlainAttribute>);
  const count = sample.outputs?.length ?? sample.outputCount ?? 1;
  const outputs = Array.from({ length: count }, (_, i) =>
    sample.outputs !== undefined && sample.outputs[i] === undefined ? "" : `out${i}`,
  );
  const empty = builder.build();
  const graph = {
    ...empty.graph,
    nodes: [{ op, domain, name: "node", inputs, outputs, attributes, origin: [] }],
    outputs: outputs.filter((name) => name !== "").map((name) => ({ name, type: undefined })),
  };
  const snapshot = { ...empty, graph };
  return findingsOf(snapshot).length === 0 ? snapshot : undefined;
}

async function check(definition: OperatorDef, sample: Sample, i: number): Promise<number> {
  let tried = 0;
  for (const [heldFrom, reachesAllMemory] of [
    [Infinity, true],
    [1, false],
  ] as const) {
    const snapshot = modelOf(definition, sample, heldFrom);
    if (snapshot === undefined) continue;
    const inputs = sample.inputs.flatMap((value, n): NamedValue[] =>
      value === undefined || !snapshot.graph.inputs.some(({ name }) => name === `in${n}`)
        ? []
        : [{ name: `in${n}`, value }],
    );
    const generator = evaluatorGenerator({ reachesAllMemory });
    const [{ outputs }, expected] = [
      await runCompiled(generator, snapshot, inputs),
      await runReference(snapshot, inputs),
    ];
    expected.forEach((value, n) => {
      const tolerance = toleranceOf(definition.accuracy, value.kind === "tensor" ? value.dtype : "f32");
      const what = `sample ${i}, inputs from ${heldFrom} on held, output ${n}`;
      expect(compareValues(outputs[n].value, value, tolerance), what).toBeUndefined();
    });
    tried++;
  }
  return tried;
}

describe("compiled, stored, loaded and run", () => {
  for (const definition of tested)
    it(`${definition.name} gives what its reference kernel gives`, async () => {
      let tried = 0;
      const step = Math.round(1 / inject("share"));
      for (const [i, sample] of (definition.samples?.() ?? []).entries())
        if (i % step === 0) tried += await check(definition, sample, i);
      expect(tried).toBeGreaterThan(0);
    });
});
