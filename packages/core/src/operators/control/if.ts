import { HoduError } from "../../errors/hodu-error.ts";
import type { Inferred } from "../../inference/context.ts";
import { mergeTypes } from "../../inference/merge-types.ts";
import { formatType } from "../../snapshot/format-type.ts";
import { attributeOf, type Graph, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { tensorType } from "../../tensors/values.ts";
import { floats, graph } from "../attributes.ts";
import { defineOperator, required, variadic } from "../operator.ts";
import { sampleGraph, sampleNode } from "../sample-graph.ts";
import { ANY_1, ANY_13, ANY_19, ANY_21, ANY_23, ANY_24, ANY_25, optionalOf, seqOf, types } from "../type-sets.ts";
import { isTrue } from "./is-true.ts";

/** The outputs of then_branch or else_branch, as the condition says. ONNX If. */
export const ifOperator = defineOperator({
  name: "If",
  versions: [
    { since: 25 },
    {
      since: 24,
      types: { V: types(ANY_24, seqOf(ANY_24), optionalOf(ANY_24), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    {
      since: 23,
      types: { V: types(ANY_23, seqOf(ANY_23), optionalOf(ANY_23), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    {
      since: 21,
      types: { V: types(ANY_21, seqOf(ANY_21), optionalOf(ANY_21), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    {
      since: 19,
      types: { V: types(ANY_19, seqOf(ANY_19), optionalOf(ANY_19), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    {
      since: 16,
      types: { V: types(ANY_13, seqOf(ANY_13), optionalOf(ANY_13), optionalOf(seqOf(ANY_13))), B: types("bool") },
    },
    { since: 13, types: { V: types(ANY_1, seqOf(ANY_1)), B: types("bool") } },
    { since: 11, types: { V: ANY_1, B: types("bool") } },
    { since: 1, changed: "branches may give values of different shapes", downgrade: withEqualShapes },
  ],
  inputs: [required("cond", "B")],
  outputs: [variadic("outputs", "V", { heterogeneous: true })],
  types: { V: types(ANY_25, seqOf(ANY_25), optionalOf(ANY_25), optionalOf(seqOf(ANY_13))), B: types("bool") },
  attributes: { else_branch: graph({ required: true }), then_branch: graph({ required: true }) },
  infer(context) {
    const { then_branch, else_branch } = context.attributes;
    checkBranch("then_branch", then_branch, context);
    checkBranch("else_branch", else_branch, context);
    const known = context.constant(0);
    const branches =
      known === undefined ? [then_branch, else_branch] : [isTrue(known, context) ? then_branch : else_branch];
    const outcomes = branches.map((branch) => attempt(() => context.inferGraph(branch, [])));
    const possible = outcomes.flatMap(({ types }) => (types === undefined ? [] : [types]));
    if (possible.length === 0) throw outcomes[0].error;
    return Array.from({ length: context.outputCount }, (_, i) =>
      possible.map((types) => types[i]).reduce((a, b) => mergeTypes(a, b, () => context.fresh())),
    );
  },
  reference: function* ([condition], { then_branch, else_branch }, context) {
    return yield* context.runGraph(isTrue(condition!, context) ? then_branch : else_branch, []);
  },
  accuracy: "exact",
  samples: () => {
    const branch = (name: string, ...values: number[]): Graph =>
      sampleGraph(
        [],
        [sampleNode("Constant", [], [name], { value_floats: values }, { value_floats: floats() })],
        [{ name, type: tensorType("f32") }],
      );
    const attributes = { then_branch: branch("a", 1, 2), else_branch: branch("b", 3) };
    return [
      { attributes, inputs: [tensorFrom("bool", [], [true])], outputs: [tensorFrom("f32", [2], [1, 2])] },
      { attributes, inputs: [tensorFrom("bool", [1], [false])], outputs: [tensorFrom("f32", [1], [3])] },
    ];
  },
});

/** Where both branches state the same shapes. */
function withEqualShapes(node: Node): Node | undefined {
  const [yes, no] = ["then_branch", "else_branch"].map((name) => attributeOf(node, name));
  if (yes?.kind !== "graph" || no?.kind !== "graph") return undefined;
  const isSame = node.outputs.every((_, i) => {
    const [a, b] = [yes.value.outputs[i].type, no.value.outputs[i].type];
    return a?.kind === "tensor" && a.shape !== undefined && formatType(a) === formatType(b);
  });
  return isSame ? node : undefined;
}

function checkBranch(
  name: string,
  { inputs, outputs }: Graph,
  context: { readonly outputCount: number; fail(rule: string): never },
): void {
  if (inputs.length > 0) context.fail(`${name} has ${inputs.length} inputs, expected none`);
  if (outputs.length < context.outputCount) {
    context.fail(`${name} has ${outputs.length} outputs, expected ${context.outputCount}`);
  }
}

/** A branch may break a rule with the types at hand and be sound nevertheless, because it is not taken with them. */
function attempt(infer: () => readonly Inferred[]): { types?: readonly Inferred[]; error?: unknown } {
  try {
    return { types: infer() };
  } catch (error) {
    if (error instanceof HoduError && error.code === "INVALID_GRAPH") return { error };
    throw error;
  }
}
