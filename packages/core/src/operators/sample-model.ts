import { GraphBuilder } from "../snapshot/builder.ts";
import type { Snapshot } from "../snapshot/types.ts";
import { findingsOf } from "../snapshot/verify.ts";
import { typeOfValue } from "../tensors/values.ts";
import { makeAttributes, type PlainAttribute } from "./make-attributes.ts";
import type { OperatorDef, Sample } from "./operator.ts";

/**
 * A model of the one node of a sample, for tests. Input i is called `in<i>`: an input of the graph, or, with `held`, a weight where it is a
 * tensor. Undefined where that is no sound model, such as one whose node wants an input that is no constant.
 */
export function sampleModel(definition: OperatorDef, sample: Sample, held: boolean): Snapshot | undefined {
  const builder = new GraphBuilder("sample");
  const inputs = sample.inputs.map((input, i) => {
    if (input === undefined) return "";
    const name = `in${i}`;
    return held && input.kind === "tensor" ? builder.weight(name, input) : builder.input(name, typeOfValue(input));
  });
  const { name: op, domain = "", attributes: defs } = definition;
  const attributes = makeAttributes(defs, (sample.attributes ?? {}) as Record<string, PlainAttribute>);
  const outputs = outputNames(sample);
  const empty = builder.build();
  const graph = {
    ...empty.graph,
    nodes: [{ op, domain, name: "node", inputs, outputs, attributes, origin: ["node"] }],
    outputs: outputs.filter((name) => name !== "").map((name) => ({ name, type: undefined })),
  };
  const snapshot = { ...empty, graph };
  return findingsOf(snapshot).length === 0 ? snapshot : undefined;
}

function outputNames({ outputs, outputCount }: Sample): string[] {
  const count = outputs?.length ?? outputCount ?? 1;
  return Array.from({ length: count }, (_, i) => (outputs !== undefined && outputs[i] === undefined ? "" : `out${i}`));
}
