import fc from "fast-check";
import { expect, test } from "vitest";
import { kernelContext } from "../../evaluate/kernel-context.ts";
import type { Outputs, Steps } from "../../kernels/context.ts";
import { strings, tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { stringSplit } from "./string-split.ts";

function split(text: string, delimiter: string): string[] {
  const node = {
    op: "StringSplit",
    domain: "",
    name: "n",
    inputs: ["x"],
    outputs: ["y", "z"],
    attributes: [],
    origin: [],
  };
  const steps = stringSplit.reference!([tensorFrom("string", [1], [text])], { delimiter }, kernelContext(node, {}));
  for (;;) {
    const step = (steps as Steps<Outputs>).next();
    if (step.done) return strings(step.value[0] as Tensor);
  }
}

test("StringSplit cuts as String.split does, for delimiters that overlap themselves too", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 30 });
  const delimiters = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(letters, delimiters, (text, delimiter) => {
      expect(split(text, delimiter)).toEqual(text.split(delimiter));
    }),
  );
});
