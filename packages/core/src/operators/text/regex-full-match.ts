import { stringsOf } from "../../kernels/read-numbers.ts";
import type * as re2js from "re2js";
import { quote } from "../../errors/quote.ts";
import type { KernelContext, Outputs, Steps } from "../../kernels/context.ts";
import { CHUNK } from "../../kernels/elementwise.ts";
import { tensorFrom } from "../../tensors/elements.ts";
import type { Tensor } from "../../tensors/tensor.ts";
import { tensorType, type Value } from "../../tensors/values.ts";
import { string } from "../attributes.ts";
import { defineOperator, required } from "../operator.ts";
import { types } from "../type-sets.ts";

/** Longest pattern in UTF-16 units: compiling takes about 2 us for each. */
const PATTERN_LENGTH = 100_000;
/**
 * Most instructions of a pattern times characters of a text: a match takes up to 25 ns for each and cannot be
 * interrupted.
 */
const MATCH_WORK = 2 ** 30;

/**
 * Whether each string matches the whole of `pattern`, a regular expression of RE2, in time linear in the string. ONNX
 * RegexFullMatch.
 */
export const regexFullMatch = defineOperator({
  name: "RegexFullMatch",
  versions: [{ since: 20 }],
  inputs: [required("X", "T1")],
  outputs: [required("Y", "T2")],
  types: { T1: types("string"), T2: types("bool") },
  attributes: { pattern: string() },
  infer(context) {
    checkPattern(context.attributes.pattern, context);
    return [tensorType("bool", context.shape(0))];
  },
  reference: matchAll,
  accuracy: "exact",
  samples: () => [
    {
      attributes: { pattern: "www\\.[\\w.-]+\\.\\bcom\\b" },
      inputs: [tensorFrom("string", [3], ["www.google.com", "www.facebook.com", "www.bbc.co.uk"])],
      outputs: [tensorFrom("bool", [3], [true, true, false])],
    },
    {
      attributes: { pattern: "(a*)*b" },
      inputs: [tensorFrom("string", [2, 1], ["a".repeat(64), "aab"])],
      outputs: [tensorFrom("bool", [2, 1], [false, true])],
    },
  ],
  errors: () => [
    {
      attributes: { pattern: "(a" },
      inputs: [tensorFrom("string", [1], ["a"])],
      message: /must be a regular expression of RE2/,
    },
    { inputs: [tensorFrom("string", [1], ["a"])], message: /attribute pattern must be given/ },
  ],
});

function checkPattern(pattern: string | undefined, context: { fail(rule: string): never }): string {
  if (pattern === undefined) return context.fail("attribute pattern must be given");
  if (pattern.length > PATTERN_LENGTH) {
    context.fail(`a pattern of ${pattern.length} characters must have at most ${PATTERN_LENGTH}`);
  }
  return pattern;
}

function* matchAll(
  [input]: readonly (Value | undefined)[],
  attributes: { readonly pattern: string | undefined },
  context: KernelContext,
): Steps<Outputs> {
  const x = input as Tensor;
  const source = checkPattern(attributes.pattern, context);
  // Loaded on first use: few models have this operator, and reading the library takes some milliseconds.
  const library = (yield import("re2js")) as typeof re2js;
  const pattern = compile(library.RE2JS, source, context);
  const instructions = pattern.programSize();
  const texts = yield* stringsOf(x, context);
  const out = context.output("bool", x.shape);
  for (let i = 0, work = 0; i < texts.length; i++) {
    const cost = instructions * (texts[i].length + 1);
    if (cost > MATCH_WORK)
      context.fail(`a text of ${texts[i].length} characters is too long for a pattern of this size`);
    out.data[i] = pattern.testExact(texts[i]) ? 1 : 0;
    work += cost;
    if (work < CHUNK) continue;
    work = 0;
    yield undefined;
  }
  return [yield* out.rounded()];
}

function compile(engine: typeof re2js.RE2JS, source: string, context: KernelContext): re2js.RE2JS {
  try {
    return engine.compile(source);
  } catch (error) {
    return context.fail(`pattern ${quote(source)} must be a regular expression of RE2: ${(error as Error).message}`);
  }
}
