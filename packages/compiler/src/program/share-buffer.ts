import { type Expression, type Kernel, printExpression, type Statement, typeOf } from "@hodu/core/kernel-ir";

type Load = Extract<Expression, { kind: "load" }>;

/**
 * A kernel that works in place: the buffer `from` is `to`. `filled`: with so many of its statements it fills `to`; in these, what is loaded
 * only to be stored where it is stays there.
 */
export function shareBuffer(kernel: Kernel, from: string, to: string, filled: number): Kernel {
  const buffers = kernel.buffers.flatMap((buffer) => {
    if (buffer.name === from) return [];
    return [buffer.name === to ? ({ ...buffer, access: "readwrite" } as const) : buffer];
  });
  const body = renamed(kernel.body, from, to) as readonly Statement[];
  return { ...kernel, buffers, body: [...withoutCopies(body.slice(0, filled), to, new Map()), ...body.slice(filled)] };
}

/** Kernels are plain data: the name of a buffer is replaced wherever it stands. */
function renamed(part: unknown, from: string, to: string): unknown {
  if (Array.isArray(part)) return part.map((each) => renamed(each, from, to));
  if (part === null || typeof part !== "object") return part;
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => [
      key,
      key === "buffer" && value === from ? to : renamed(value, from, to),
    ]),
  );
}

/** Statements without stores of an element to where it was loaded from, and without loops that then do nothing. */
function withoutCopies(
  statements: readonly Statement[],
  buffer: string,
  loads: Map<string, Load>,
): readonly Statement[] {
  return statements.flatMap((statement): readonly Statement[] => {
    if (statement.kind === "let" && statement.value.kind === "load") loads.set(statement.name, statement.value);
    if (statement.kind === "store" && isCopy(statement, buffer, loads)) return [];
    if (statement.kind !== "for") return [statement];
    const body = withoutCopies(statement.body, buffer, loads);
    return body.every(({ kind }) => kind === "let") ? [] : [{ ...statement, body }];
  });
}

function isCopy(
  store: Extract<Statement, { kind: "store" }>,
  buffer: string,
  loads: ReadonlyMap<string, Load>,
): boolean {
  const load = store.value.kind === "local" ? loads.get(store.value.name) : store.value;
  if (store.buffer !== buffer || load?.kind !== "load" || load.buffer !== buffer || load.mask !== undefined)
    return false;
  return load.type.lanes === typeOf(store.value).lanes && printExpression(load.index) === printExpression(store.index);
}
