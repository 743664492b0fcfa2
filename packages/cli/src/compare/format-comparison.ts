import { formatType, typeOfValue } from "@hodu/core";
import { escapeName, escapeText } from "../terminal/escape.ts";
import { formatNamed } from "../values/format-value.ts";
import type { Inspection, Offender } from "./find-first.ts";
import type { ValueError } from "./value-error.ts";

/** What comparing two engines came to. */
export interface EngineComparison {
  readonly a: Inspection;
  /** Undefined where the other one is the judge itself. */
  readonly b: Inspection | undefined;
  /** The name of the other one. */
  readonly against: string;
  /** Nodes of the model. */
  readonly nodes: number;
  /** Outputs of the model in which both differ by more than a long sum may. */
  readonly outputs: readonly { readonly name: string; readonly error: ValueError }[];
  /** Kernels of the offender, if there is one and it has any. */
  readonly kernels: string | undefined;
}

/** Lines of a kernel that are shown; `hodu run --dump kernels` shows all. */
const KERNEL_LINES = 60;

/** The operator that is off: of the first engine, else of the other. */
export const offenderOf = ({ a, b }: EngineComparison): Offender | undefined => a.offender ?? b?.offender;

/** A comparison as a person reads it. */
export function formatComparison(comparison: EngineComparison, columns: number): string {
  const { a, b, against, nodes, outputs, kernels } = comparison;
  const lines = [`Compared ${a.engine} with ${against}, operator by operator: ${a.checked} of ${nodes} looked at`];
  for (const { engine, checked, offender } of b === undefined ? [a] : [a, b]) {
    const which = checked < nodes ? `${engine} that was looked at` : engine;
    if (offender === undefined) lines.push(`Every operator of ${which} is within its accuracy class`);
    else lines.push("", ...formatOffender(engine, offender, columns));
  }
  if (kernels !== undefined) lines.push("", "Its kernels:", ...formatKernels(kernels));
  for (const { name, error } of outputs) lines.push("", `Output ${escapeName(name)}: ${error.text}`);
  return `${lines.join("\n")}\n`;
}

/** The same for machines. */
export function comparisonAsJson(comparison: EngineComparison): object {
  const { a, b, against, nodes, outputs, kernels } = comparison;
  const inspection = ({ engine, checked, offender }: Inspection): object => ({
    engine,
    checked,
    offender: offender === undefined ? null : describe(offender),
  });
  return {
    same: offenderOf(comparison) === undefined && outputs.length === 0,
    nodes,
    against,
    a: inspection(a),
    ...(b && { b: inspection(b) }),
    outputs: outputs.map(({ name, error }) => ({ name, ...error })),
    ...(kernels !== undefined && { kernels }),
  };
}

function formatOffender(
  engine: string,
  { node, accuracy, output, error, inputs, isFused }: Offender,
  columns: number,
): string[] {
  const how = isFused ? ", where it is computed together with its neighbours" : "";
  return [
    `The first operator of ${engine} that is not within its class${how}:`,
    `  ${node.op} ${escapeName(node.name)} (${accuracy})`,
    `  ${escapeName(output)}: ${error.text}`,
    "Its inputs:",
    ...inputs.flatMap(({ name, value }) => formatNamed(name, value, columns - 2).map((line) => `  ${line}`)),
  ];
}

function describe({ node, accuracy, output, error, inputs, isFused }: Offender): object {
  return {
    node: node.name,
    operator: node.op,
    origin: node.origin,
    accuracy,
    output,
    fused: isFused,
    ...error,
    inputs: inputs.map(({ name, value }) => ({ name, type: formatType(typeOfValue(value)) })),
  };
}

function formatKernels(kernels: string): string[] {
  const lines = escapeText(kernels).trimEnd().split("\n");
  const shown = lines.slice(0, KERNEL_LINES).map((line) => `  ${line}`);
  const rest = lines.length - shown.length;
  return rest > 0 ? [...shown, `  ... ${rest} more lines: hodu run --dump kernels`] : shown;
}
