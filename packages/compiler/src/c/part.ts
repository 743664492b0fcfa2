import { type Expression, operandsOf, type Statement } from "@hodu/core/kernel-ir";
import { CLines } from "./c-lines.ts";
import type { Declared, Scope } from "./scope.ts";
import { expressionsOf, statementsOf } from "./walk.ts";

type Loop = Extract<Statement, { kind: "for" }>;

/** What the turns of a loop use of what was declared around it, in the order of declaration. */
export function capturesOf(loop: Loop, { declared, unrolled }: Scope): readonly Declared[] {
  const used = new Set<string>();
  visit(loop.body);
  return [...declared].filter(([name]) => used.has(name) && !unrolled.has(name)).map(([, what]) => what);

  function visit(statements: readonly Statement[]): void {
    for (const statement of statements) {
      if (statement.kind === "store") used.add(statement.buffer);
      if (statement.kind === "set") used.add(statement.array);
      expressionsOf(statement).forEach(visitExpression);
      statementsOf(statement).forEach(visit);
    }
  }

  function visitExpression(expression: Expression): void {
    if (expression.kind === "local" || expression.kind === "size") used.add(expression.name);
    if (expression.kind === "load") used.add(expression.buffer);
    if (expression.kind === "get") used.add(expression.array);
    operandsOf(expression).forEach(visitExpression);
  }
}

/** The text of a function that runs some turns of a loop, and of the struct that it gets what is around them in. */
export function partText(
  name: string,
  loop: Loop,
  captures: readonly Declared[],
  around: Scope,
  writeStatements: (statements: readonly Statement[], scope: Scope) => void,
): string {
  const lines = new CLines();
  const scope: Scope = { ...around, lines, declared: new Map(around.declared) };
  lines.block(
    `struct ${name}`,
    () => ["const hodu_host* host", ...captures.map(({ field }) => field)].forEach((field) => lines.line(`${field};`)),
    ";",
  );
  lines.block(`HODU_PART ${name}(void* arguments, hodu_i64 begin, hodu_i64 end)`, () => {
    lines.line(`const struct ${name}* const in = arguments;`);
    lines.line("const hodu_host* const host = in->host;");
    for (const { field, identifier } of captures) lines.line(`${constantField(field)} = in->${identifier};`);
    const index = scope.names.fresh("index");
    scope.declared.set(loop.index, { identifier: index, field: `hodu_i64 ${index}`, mask: 32, isSplit: false });
    lines.block("for (hodu_i64 turn = begin; turn < end; turn++)", () => {
      lines.line(`const hodu_i64 ${index} = turn${loop.step === 1 ? "" : ` * ${loop.step}`};`);
      writeStatements(loop.body, scope);
    });
    lines.line("return 0;");
  });
  return lines.toString();
}

/** The declaration of a field as that of a name that keeps its value. */
function constantField(field: string): string {
  const space = field.lastIndexOf(" ");
  return `${field.slice(0, space)} const${field.slice(space)}`;
}
