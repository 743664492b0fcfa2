import { attributeOf, type Node } from "../../snapshot/types.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import { intAttribute, withAttributes, withoutAttributes } from "../edit-node.ts";
import type { RewriteContext } from "../operator.ts";

const isZero = (node: Node, name: string): boolean => {
  const value = attributeOf(node, name);
  return value?.kind === "int" && value.value === 0n;
};

const wantsMore = (node: Node): boolean => node.outputs.slice(1).some((name) => name !== "");

/** Upgrade to 7: from there on, a node trains exactly when it has more outputs than one. */
export function testByOutputs(node: Node): Node {
  const test = attributeOf(node, "is_test");
  const inTest = test?.kind === "int" && test.value !== 0n;
  const bare = withoutAttributes(node, "is_test");
  return inTest ? { ...bare, outputs: node.outputs.slice(0, 1) } : bare;
}

/** Upgrade to 9: statistics for each feature (`spatial` 0) are those of the channels of [N, features]. */
export function spatialByShape(node: Node, rewrite: RewriteContext): Node {
  const bare = withoutAttributes(node, "spatial");
  if (!isZero(node, "spatial")) return bare;
  if (wantsMore(node)) rewrite.fail("training with spatial 0 has no equal in opset 9 and later");
  const [x, ...parameters] = node.inputs;
  const flat = rewrite.constant(tensorFrom("i64", [1], [-1]));
  const vectors = parameters.map((name) => rewrite.emit("Reshape", [name, flat]));
  const matrix = rewrite.emit("Flatten", [x], [intAttribute("axis", 1)]);
  const result = rewrite.emit("BatchNormalization", [matrix, ...vectors], bare.attributes);
  return { ...node, op: "Reshape", inputs: [result, rewrite.emit("Shape", [x])], attributes: [] };
}

/** Upgrade to 14: `training_mode` says what the number of outputs said; saved statistics, which only gradients used, are gone. */
export function trainingByAttribute(node: Node, rewrite: RewriteContext): Node {
  if (node.outputs.slice(3).some((name) => name !== "" && rewrite.isRead(name))) {
    rewrite.fail("saved_mean and saved_var are read, which no later version gives");
  }
  if (!wantsMore(node)) return { ...node, outputs: node.outputs.slice(0, 1) };
  return { ...withAttributes(node, intAttribute("training_mode", 1)), outputs: node.outputs.slice(0, 3) };
}

/** Downgrade to 9: undefined for a node that trains, which wants five outputs there. */
export function withoutTraining(node: Node): Node | undefined {
  const training = attributeOf(node, "training_mode");
  const trains = training?.kind === "int" && training.value !== 0n;
  return trains || wantsMore(node) ? undefined : withoutAttributes(node, "training_mode");
}

/** Downgrade to 6. */
export const outputsByTest = (node: Node): Node =>
  wantsMore(node) ? node : withAttributes(node, intAttribute("is_test", 1));
