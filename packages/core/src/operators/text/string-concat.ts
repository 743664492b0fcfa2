import { stringsOf } from "../../kernels/read-numbers.ts";
import { broadcast } from "../../inference/shapes.ts";
import { broadcastShapes } from "../../kernels/broadcast.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";

import { tensorFrom } from "../../tensors/elements.ts";
import { broadcastTo, type Tensor } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** Texts between two yields. */
const TEXTS_PER_STEP = 1 << 15;

/** Each string of X followed by that of Y, broadcast. ONNX StringConcat. */
export const stringConcat = defineOperator({
  name: "StringConcat",
  versions: [{ since: 20 }],
  inputs: [required("X", "T"), required("Y", "T")],
  outputs: [required("Z", "T")],
  types: { T: types("string") },
  attributes: {},
  infer: broadcast("string"),
  reference: concatenate,
  accuracy: "exact",
  samples: () => [
    {
      inputs: [tensorFrom("string", [2], ["abc", "def"]), tensorFrom("string", [2], [".com", ".net"])],
      outputs: [tensorFrom("string", [2], ["abc.com", "def.net"])],
    },
    {
      inputs: [tensorFrom("string", [2, 1], ["a", "b"]), tensorFrom("string", [2], ["1", ""])],
      outputs: [tensorFrom("string", [2, 2], ["a1", "a", "b1", "b"])],
    },
  ],
  errors: () => [
    {
      inputs: [tensorFrom("string", [2], ["a", "b"]), tensorFrom("string", [3], ["a", "b", "c"])],
      message: /broadcast/,
    },
  ],
});

function* concatenate(
  inputs: readonly (Value | undefined)[],
  _attributes: unknown,
  context: KernelContext,
): Steps<Outputs> {
  const [x, y] = inputs as Tensor[];
  const shape = broadcastShapes(x.shape, y.shape, context);
  const z = context.allocate("string", shape);
  const texts = z.data as string[];
  const first = yield* stringsOf(broadcastTo(x, shape), context);
  const second = yield* stringsOf(broadcastTo(y, shape), context);
  for (let i = 0; i < texts.length; i++) {
    const length = first[i].length + second[i].length;
    if (length > STRING_LENGTH) context.fail(`a string of ${length} characters is too long`);
    texts[i] = first[i] + second[i];
    if (i % TEXTS_PER_STEP === TEXTS_PER_STEP - 1) yield undefined;
  }
  return [z];
}

/** A little less than what JavaScript engines allow. */
const STRING_LENGTH = 2 ** 29 - 32;
