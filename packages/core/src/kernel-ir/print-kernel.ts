import { quote } from "../errors/quote.ts";
import { nameText } from "./names.ts";
import { printExpression } from "./print-expression.ts";
import { typeText } from "./scalars.ts";
import type { Buffer, Expression, Kernel, Statement } from "./types.ts";

type Printers = {
  readonly [Kind in Statement["kind"]]: (statement: Extract<Statement, { kind: Kind }>) => readonly string[];
};

const PRINTERS: Printers = {
  for: ({ index, extent, step, loop, splits, body }) => {
    const by = step === 1 ? "" : ` by ${step}`;
    const where = splits === undefined ? "" : ` where ${printExpression(splits)}`;
    const head = `${loop === "serial" ? "for" : loop} ${nameText(index)} < ${printExpression(extent)}`;
    return block(`${head}${by}${where}`, body);
  },
  let: ({ name, value }) => [`let ${nameText(name)} = ${printExpression(value)}`],
  var: ({ name, value }) => [`var ${nameText(name)} = ${printExpression(value)}`],
  assign: ({ name, value }) => [`${nameText(name)} = ${printExpression(value)}`],
  array: ({ name, type, length, space }) => [`${space} ${nameText(name)}: ${typeText(type)}[${length}]`],
  set: ({ array, index, value }) => [`${placeText(array, index)} = ${printExpression(value)}`],
  store: ({ buffer, index, value, mask }) => [`${placeText(buffer, index, mask)} = ${printExpression(value)}`],
  if: ({ condition, yes, no }) => [
    ...block(`if ${printExpression(condition)}`, yes),
    ...(no.length === 0 ? [] : block("else", no)),
  ],
  guard: ({ condition, status }) => [`guard ${printExpression(condition)} else ${status}`],
  barrier: () => ["barrier"],
};

/** A kernel as text, for dumps and tests: the names of its source nodes in a comment, then one statement a line. */
export function printKernel({ name, buffers, sizes, body, origin }: Kernel): string {
  const parameters = [...sizes.map(nameText), ...buffers.map(bufferText)].join(", ");
  const lines = [`# ${origin.map(quote).join(", ")}`, ...block(`kernel ${nameText(name)}(${parameters})`, body)];
  return `${lines.map((line) => line.trimEnd()).join("\n")}\n`;
}

const bufferText = ({ name, memory, length, access }: Buffer): string =>
  `${access} ${nameText(name)}: ${memory}[${printExpression(length)}]`;

const placeText = (name: string, index: Expression, mask?: Expression): string =>
  `${nameText(name)}[${printExpression(index)}${mask === undefined ? "" : ` if ${printExpression(mask)}`}]`;

function block(head: string, statements: readonly Statement[]): readonly string[] {
  const inner = statements.flatMap((statement) => {
    const print = PRINTERS[statement.kind] as (statement: Statement) => readonly string[];
    return print(statement).map((line) => `  ${line}`);
  });
  return [`${head} {`, ...inner, "}"];
}
