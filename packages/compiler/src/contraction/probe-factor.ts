import { type Expression, newKernel, operandsOf, type Statement } from "@hodu/core/kernel-ir";
import type { PointBuilder } from "@hodu/core";
import { Emission } from "../schedule/emission.ts";
import { type LinearForm, linearForm } from "./linear-form.ts";
import type { FusedValues } from "./fused-values.ts";

/** What one factor of a contraction reads. */
export interface FactorProbe {
  /** Symbols that it depends on. */
  readonly symbols: ReadonlySet<string>;
  /** The one element that it reads, where it is that element, or made of it alone, whatever the place. */
  readonly load: { readonly id: number; readonly form: LinearForm } | undefined;
}

/** Writes a factor once, into nothing, and looks at what it reads; `write` gets the index symbols of the kernel. */
export function probeFactor(values: FusedValues, write: (k: PointBuilder) => Expression): FactorProbe {
  const builder = newKernel("probe");
  const ids = new Map<string, number>();
  const emission = new Emission(
    builder,
    {
      value: (id) => values.value(id),
      buffer(id) {
        if (!values.isKept(id)) return undefined;
        const buffer = builder.input("b", values.value(id).memory, values.value(id).elements);
        ids.set(buffer.name, id);
        return buffer;
      },
    },
    1,
  );
  builder.let("result", write(emission.points));
  const { body } = builder.build();
  const found = lookAt(body);
  const [load, ...others] = found.loads;
  const isOne = load !== undefined && others.length === 0 && found.isPlain;
  const form = isOne ? linearForm(load.index) : undefined;
  return { symbols: found.symbols, load: form && { id: ids.get(load.buffer)!, form } };
}

type Load = Extract<Expression, { kind: "load" }>;

interface Found {
  readonly loads: Load[];
  readonly symbols: Set<string>;
  /** Nothing but names for values, none of which but the place of the load depends on a symbol. */
  isPlain: boolean;
}

function lookAt(body: readonly Statement[]): Found {
  const found: Found = { loads: [], symbols: new Set(), isPlain: body.every(({ kind }) => kind === "let") };
  const visitStatements = (statements: readonly Statement[]): void => {
    for (const statement of statements) {
      if ("value" in statement) visit(statement.value, false);
      if ("condition" in statement) visit(statement.condition, false);
      if (statement.kind === "for") visit(statement.extent, false);
      if (statement.kind === "for") visitStatements(statement.body);
      if (statement.kind === "if") visitStatements([...statement.yes, ...statement.no]);
    }
  };
  const visit = (expression: Expression, isPlace: boolean): void => {
    if (expression.kind === "size") found.symbols.add(expression.name);
    if (expression.kind === "size" && !isPlace) found.isPlain = false;
    if (expression.kind === "load") found.loads.push(expression);
    for (const operand of operandsOf(expression)) visit(operand, isPlace || expression.kind === "load");
  };
  visitStatements(body);
  return found;
}
