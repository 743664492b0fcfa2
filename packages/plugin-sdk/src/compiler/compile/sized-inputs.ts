import { type Dim, evaluateDim, type Graph } from "@hodu/core";
import type { InputDims } from "./bind-shapes.ts";

/** The inputs whose first dim is the size that a program is called with, and the dims of all for some size. */
export interface SizedInputs {
  readonly sized: readonly string[];
  readonly dims: InputDims;
}

/**
 * The inputs whose first dim is one symbol, such as the batch, that is in no other dim: one code may serve any value of it. `given`: dims of
 * inputs by name, which say what other symbols are. Undefined where there is no such symbol, or a dim is left open.
 */
export function sizedInputs({ inputs }: Graph, given: InputDims): SizedInputs | undefined {
  const shapes = inputs.flatMap(({ name, type }) => (type?.kind === "tensor" ? [{ name, shape: type.shape }] : []));
  if (!shapes.every(({ shape }) => shape !== undefined)) return undefined;
  const others = new Set(shapes.flatMap(({ shape }) => shape!.flatMap(symbolsBesides)));
  const symbol = shapes.map(({ shape }) => aloneIn(shape![0])).find((each) => each !== undefined && !others.has(each));
  if (symbol === undefined) return undefined;
  const known = new Map([[symbol, 1]]);
  const dims = new Map<string, readonly number[]>();
  for (const { name, shape } of shapes) {
    const own = given.get(name) ?? shape!.map((dim) => evaluateDim(dim, known));
    if (!own.every((dim) => dim !== undefined && dim > 0)) return undefined;
    dims.set(name, own as readonly number[]);
  }
  return { sized: shapes.flatMap(({ name, shape }) => (aloneIn(shape![0]) === symbol ? [name] : [])), dims };
}

/** The dims of all inputs, for some size. */
export const dimsAtSize = ({ sized, dims }: SizedInputs, size: number): InputDims =>
  new Map([...dims].map(([name, own]) => [name, sized.includes(name) ? own.with(0, size) : own]));

/** The symbol that a dim is. */
function aloneIn(dim: Dim | undefined): string | undefined {
  if (dim === undefined || typeof dim === "number" || dim.constant !== 0 || dim.terms.length !== 1) return undefined;
  const [symbol, coefficient] = dim.terms[0];
  return coefficient === 1 ? symbol : undefined;
}

/** The symbols in a dim, but for one that is the first dim alone. */
function symbolsBesides(dim: Dim, axis: number): readonly string[] {
  if (typeof dim === "number" || (axis === 0 && aloneIn(dim) !== undefined)) return [];
  return dim.terms.map(([symbol]) => symbol);
}
