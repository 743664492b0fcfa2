import { broadcastDims, type Dim, dimsEqual, formatDim } from "../../snapshot/dims.ts";

/** Labels of the axes of each operand and of the result: a letter each, or `.0`, `.1`, ... for those of `...` from the last on. */
export interface Equation {
  readonly terms: readonly (readonly string[])[];
  readonly output: readonly string[];
}

interface Failing {
  fail(rule: string): never;
}

/** Reads an einsum equation for operands of these ranks. */
export function parseEquation(equation: string, ranks: readonly number[], context: Failing): Equation {
  const [left, right, ...rest] = equation.replaceAll(" ", "").split("->");
  if (rest.length > 0) context.fail(`equation "${equation}" has more than one "->"`);
  const terms = left.split(",");
  if (terms.length !== ranks.length) {
    context.fail(`equation "${equation}" has ${terms.length} terms, expected one for each of ${ranks.length} inputs`);
  }
  const labels = terms.map((term, i) => labelsOf(term, ranks[i], context));
  const dots = Math.max(0, ...labels.map((term) => term.filter(isDot).length));
  if (right === undefined) return { terms: labels, output: implicitOutput(labels, dots) };
  const output = splitTerm(right, dots, context);
  output.forEach((label, i) => {
    if (output.indexOf(label) !== i) context.fail(`output label "${label}" must stand there once`);
    if (!labels.some((term) => term.includes(label))) context.fail(`output label "${label}" must be one of an input`);
  });
  return { terms: labels, output };
}

const isDot = (label: string): boolean => label.startsWith(".");

function labelsOf(term: string, rank: number, context: Failing): readonly string[] {
  const letters = term.replace("...", "").length;
  const labels = splitTerm(term, Math.max(0, rank - letters), context);
  if (labels.length !== rank) context.fail(`term "${term}" names ${letters} axes, the input has rank ${rank}`);
  return labels;
}

function splitTerm(term: string, dots: number, context: Failing): string[] {
  const match = /^([A-Za-z]*)(\.\.\.)?([A-Za-z]*)$/.exec(term);
  if (match === null) context.fail(`term "${term}" must be letters and at most one "..."`);
  const [, before, ellipsis, after] = match;
  return [...before.split(""), ...(ellipsis === undefined ? [] : dotLabels(dots)), ...after.split("")];
}

const dotLabels = (count: number): string[] => Array.from({ length: count }, (_, i) => `.${count - 1 - i}`);

/** The axes of `...`, then the letters that occur once, in the order of their codes. */
function implicitOutput(terms: readonly (readonly string[])[], dots: number): string[] {
  const letters = terms.flat().filter((label) => !isDot(label));
  const once = letters.filter((label) => letters.indexOf(label) === letters.lastIndexOf(label));
  return [...dotLabels(dots), ...once.sort((a, b) => (a < b ? -1 : 1))];
}

/** The extent of each label; axes of extent 1 are repeated where another operand has more. */
export function labelExtents(
  { terms }: Equation,
  shapes: readonly (readonly Dim[])[],
  context: Failing & { fresh(): Dim },
): Map<string, Dim> {
  const extents = new Map<string, Dim>();
  terms.forEach((labels, i) => {
    labels.forEach((label, axis) => {
      const dim = shapes[i][axis];
      const twin = shapes[i][labels.indexOf(label)];
      const bothKnown = typeof dim === "number" && typeof twin === "number";
      if (bothKnown && !dimsEqual(dim, twin)) context.fail(`label "${label}" stands for axes of ${twin} and ${dim}`);
      extents.set(label, common(label, extents.get(label), dim, context));
    });
  });
  return extents;
}

function common(label: string, known: Dim | undefined, dim: Dim, context: Failing & { fresh(): Dim }): Dim {
  if (known === undefined) return dim;
  try {
    return broadcastDims([known], [dim], () => context.fresh())[0];
  } catch {
    return context.fail(`label "${label}" stands for axes of ${formatDim(known)} and ${formatDim(dim)}`);
  }
}
