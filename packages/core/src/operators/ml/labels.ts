import type { KernelContext } from "../../kernels/context.ts";
import type { Tensor } from "../../tensors/tensor.ts";

/** The labels of a classifier's classes. */
export type ClassLabels =
  | { readonly dtype: "i64"; readonly values: readonly bigint[] }
  | { readonly dtype: "string"; readonly values: readonly string[] };

/** The one of two label attributes that is given; fails when none or both are. */
export function classLabels(
  integers: readonly bigint[] | undefined,
  texts: readonly string[] | undefined,
  context: { fail(rule: string): never },
): ClassLabels {
  const hasIntegers = integers !== undefined && integers.length > 0;
  const hasTexts = texts !== undefined && texts.length > 0;
  if (hasIntegers === hasTexts) context.fail("one of the two classlabels attributes must be given and not be empty");
  return hasIntegers ? { dtype: "i64", values: integers } : { dtype: "string", values: texts! };
}

export interface LabelOutput {
  /** Writes the label of class `index` at position i. */
  write(i: number, index: number): void;
  /** Writes the label that stands for yes or no where there is one class only: 1 or 0. */
  writeAnswer(i: number, answer: boolean): void;
  tensor(): Tensor;
}

export function labelOutput(labels: ClassLabels, count: number, context: KernelContext): LabelOutput {
  if (labels.dtype === "i64") {
    const out = context.bigOutput("i64", [count]);
    return {
      write: (i, index) => void (out.data[i] = labels.values[index]),
      writeAnswer: (i, answer) => void (out.data[i] = answer ? 1n : 0n),
      tensor: () => out.tensor(),
    };
  }
  const out = context.allocate("string", [count]);
  const texts = out.data as string[];
  return {
    write: (i, index) => void (texts[i] = labels.values[index]),
    writeAnswer: (i, answer) => void (texts[i] = answer ? "1" : "0"),
    tensor: () => out,
  };
}

/** The first position of the largest of `count` scores. */
export function largestOf(scores: ArrayLike<number>, start: number, count: number): number {
  let best = 0;
  for (let i = 1; i < count; i++) if (scores[start + i] > scores[start + best]) best = i;
  return best;
}
