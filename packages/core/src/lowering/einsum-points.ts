import { isFloatScalar, SCALARS } from "../kernel-ir/scalars.ts";
import type { Expression, Scalar } from "../kernel-ir/types.ts";
import { labelExtents, parseEquation } from "../operators/reduction/einsum-equation.ts";
import { contractionPoint } from "./contraction-point.ts";
import type { LowerNode, Lowering, PointBuilder, PointInput } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";

type Places = ReadonlyMap<string, Expression>;

/** A value by the labels of its axes. */
interface Term {
  readonly labels: readonly string[];
  at(places: Places, k: PointBuilder): Expression;
}

interface Run {
  readonly node: LowerNode<unknown>;
  readonly scalar: Scalar;
  readonly extents: ReadonlyMap<string, number>;
}

/** Operands multiplied one after another, each product summed over the labels that nothing after it has. ONNX Einsum. */
export const einsumPoints: Lowering<{ readonly equation: string }> = (node) => {
  const inputs = node.inputs as readonly PointInput[];
  const shapes = inputs.map((input) => knownShape(node, input));
  const rules = { fail: (rule: string) => node.cannot(rule), fresh: () => 0 };
  const ranks = shapes.map(({ length }) => length);
  const { terms, output } = parseEquation(node.attributes.equation, ranks, rules);
  const extents = labelExtents({ terms, output }, shapes, rules) as ReadonlyMap<string, number>;
  const { scalar: own } = inputs[0];
  const scalar = isFloatScalar(own) || SCALARS[own].bits === 64 ? own : "i32";
  const run = { node, scalar, extents };
  const total = inputs
    .map((input, i) => termOf(input, terms[i], shapes[i], scalar))
    .reduce((left, right, i) => multiplied(run, left, right, new Set([...output, ...terms.slice(i + 1).flat()])));
  const whole = summed(run, total, new Set(output));
  return [{ at: (index, k) => k.cast(own, whole.at(new Map(output.map((label, i) => [label, index[i]])), k)) }];
};

function termOf(input: PointInput, labels: readonly string[], shape: readonly number[], scalar: Scalar): Term {
  const at: Term["at"] = (places, k) => {
    const index = labels.map((label, axis) => (shape[axis] === 1 ? k.constant("index", 0) : places.get(label)!));
    return k.cast(scalar, input.at(index, k));
  };
  return { labels: [...new Set(labels)], at };
}

const dims = ({ extents }: Run, labels: readonly string[]): readonly number[] =>
  labels.map((label) => extents.get(label)!);

/** Places of some labels added to those of others. */
const withPlaces = (labels: readonly string[], places: readonly Expression[], more: Places = new Map()): Places =>
  new Map([...more, ...labels.map((label, i) => [label, places[i]] as const)]);

/** A value on the way, by its labels. */
const kept = (labels: readonly string[], value: ReturnType<LowerNode["step"]>): Term => ({
  labels,
  at: (places, k) =>
    value.at(
      labels.map((label) => places.get(label)!),
      k,
    ),
});

/** A term summed over the labels that are not in `keep`. */
function summed(run: Run, term: Term, keep: ReadonlySet<string>): Term {
  const left = term.labels.filter((label) => keep.has(label));
  const rest = term.labels.filter((label) => !keep.has(label));
  if (rest.length === 0) return term;
  const sum = run.node.step(run.scalar, dims(run, left), (index, k) =>
    k.reduceOver("add", dims(run, rest), k.constant(run.scalar, 0), (place) =>
      term.at(withPlaces(rest, place, withPlaces(left, index)), k),
    ),
  );
  return kept(left, sum);
}

/** The product of two terms, summed over the labels that are not in `keep`. */
function multiplied(run: Run, first: Term, second: Term, keep: ReadonlySet<string>): Term {
  const left = summed(run, first, new Set([...keep, ...second.labels]));
  const right = summed(run, second, new Set([...keep, ...first.labels]));
  const all = [...new Set([...left.labels, ...right.labels])];
  const labels = all.filter((label) => keep.has(label));
  const inner = all.filter((label) => !keep.has(label));
  const factor =
    (term: Term) =>
    (index: readonly Expression[], place: readonly Expression[], k: PointBuilder): Expression =>
      term.at(withPlaces(inner, place, withPlaces(labels, index)), k);
  const extents = dims(run, inner).map((value) => ({ kind: "constant", type: "index", value }) as const);
  const { scalar } = run;
  const point = contractionPoint({ scalar, extents, left: factor(left), right: factor(right) });
  return kept(labels, run.node.step(scalar, dims(run, labels), point));
}
