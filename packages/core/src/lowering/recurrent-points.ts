import type { Expression } from "../kernel-ir/types.ts";
import { namedActivations } from "../operators/recurrent/activations.ts";
import { type CellForm, type Layer, type LayerAttributes, layerOf } from "../operators/recurrent/layer.ts";
import { contractionPoint } from "./contraction-point.ts";
import type { LowerNode, Lowering, Point, PointBuilder, PointInput, PointValue } from "./contract.ts";
import { knownShape } from "./known-numbers.ts";
import { activationPoint } from "./recurrent-activations.ts";

type Index = readonly Expression[];

/** Of one unit of one row, at one step: what a cell is made of. */
export interface CellAt {
  readonly k: PointBuilder;
  readonly unit: Expression;
  readonly activations: readonly ((x: Expression, k: PointBuilder) => Expression)[];
  /** W x + Wb of a gate. */
  pre(gate: number): Expression;
  /** Rb of a gate. */
  bias(gate: number): Expression;
  /** R h of a gate, for what stands for h of a unit: default that of the step before. */
  recurrent(gate: number, h?: (unit: Expression) => Expression): Expression;
  /** A state of a unit (default: this one) at the step before, and at this step for those that come before this one. */
  before(state: number, unit?: Expression): Expression;
  now(state: number, unit?: Expression): Expression;
  /** LSTM: one of three factors of C. */
  peephole(which: number): Expression;
}

/** The states that a cell keeps from step to step, in the order in which they are made; the last is h. */
export type CellStates = readonly ((at: CellAt) => Expression)[];

interface Run {
  readonly node: LowerNode<LayerAttributes>;
  readonly layer: Layer;
  readonly form: CellForm;
  readonly states: CellStates;
  /** W x + Wb by direction, time, row and gate unit. */
  readonly pre: PointValue;
}

/** The lowering of a recurrent operator by the states of its cell: h is the last, c of LSTM the first. */
export function recurrentPoints<Attributes>(
  form: CellForm,
  states: (attributes: Attributes) => CellStates,
): Lowering<LayerAttributes & Attributes> {
  return (node) => {
    const shapes = node.inputs.map((input) => input && knownShape(node, input));
    const rules = { fail: (rule: string) => node.cannot(rule) };
    const layer = layerOf(shapes, node.attributes, form, rules) as Layer;
    const pre = inputProducts(node, layer, form);
    const run: Run = { node, layer, form, states: states(node.attributes), pre };
    const directions = Array.from({ length: layer.directions }, (_, d) => statesOf(run, d));
    const last = (state: number): Point => ({
      at: (index, k) => {
        const [d, b] = layer.batchFirst ? [index[1], index[0]] : index;
        const end = k.constant("index", layer.steps);
        return chosen(directions, d, (value) => value.at([end, k.constant("index", state), b, index[2]], k), k);
      },
    });
    return [sequence(run, directions), last(run.states.length - 1), ...(form.hasCell ? [last(0)] : [])];
  };
}

/** What the direction of a number gives. */
function chosen(
  directions: readonly PointValue[],
  d: Expression,
  value: (states: PointValue) => Expression,
  k: PointBuilder,
): Expression {
  if (directions.length === 1) return value(directions[0]);
  return k.choose(
    k.eq(d, 0),
    directions[0].scalar,
    () => value(directions[0]),
    () => value(directions[1]),
  );
}

function inputProducts(node: LowerNode<LayerAttributes>, layer: Layer, { gates }: CellForm): PointValue {
  const [x, w, , bias] = node.inputs as readonly PointInput[];
  const { steps, batch, inputSize, hidden, directions, batchFirst } = layer;
  const shape = [directions, steps, batch, gates * hidden];
  const product = node.step(
    x.scalar,
    shape,
    contractionPoint({
      scalar: x.scalar,
      extents: [{ kind: "constant", type: "index", value: inputSize }],
      left: ([, t, b], [i], k) => x.at(batchFirst ? [b, t, i] : [t, b, i], k),
      right: ([d, , , row], [i], k) => w.at([d, row, i], k),
    }),
  );
  if (bias === undefined) return product;
  return node.step(x.scalar, shape, ([d, t, b, row], k) => k.add(product.at([d, t, b, row], k), bias.at([d, row], k)));
}

/** The states of a direction [steps + 1, state, batch, hidden], those before the first step in front. */
function statesOf({ node, layer, form, states, pre }: Run, direction: number): PointValue {
  const { steps, batch, hidden } = layer;
  const { scalar } = pre;
  const activations = namedActivations(node.attributes, form.activations, layer.directions, {
    fail: (rule) => node.cannot(rule),
  })[direction].map((activation) => activationPoint(activation, node.attributes.clip));
  const value: PointValue = node.step(scalar, [steps + 1, states.length, batch, hidden], {
    inOrder: 2,
    at(index, k) {
      const [step, state, b] = index;
      const initial = (): Expression => initialState({ node, layer, form, states, pre }, direction, index, k);
      const after = (): Expression => {
        const at = cellAt({ node, layer, form, states, pre }, value, direction, index, activations, k);
        const next = (from: number): Expression =>
          from === states.length - 1
            ? states[from](at)
            : k.choose(
                k.eq(state, from),
                scalar,
                () => states[from](at),
                () => next(from + 1),
              );
        const length = lengthOf(node, layer, b, k);
        if (length === undefined) return next(0);
        return k.choose(
          k.le(step, length),
          scalar,
          () => next(0),
          () => value.at([k.sub(step, 1), ...index.slice(1)], k),
        );
      };
      return k.choose(k.ge(step, 1), scalar, after, initial);
    },
  });
  return value;
}

function initialState(
  { node, layer, form, states }: Run,
  direction: number,
  index: Index,
  k: PointBuilder,
): Expression {
  const [, state, b, j] = index;
  const d = k.constant("index", direction);
  const element = (input: PointInput | undefined): Expression => {
    if (input === undefined) return k.constant(node.inputs[0]!.scalar, 0);
    return input.at(layer.batchFirst ? [b, d, j] : [d, b, j], k);
  };
  const h = (): Expression => element(node.inputs[5]);
  if (!form.hasCell || states.length === 1) return h();
  return k.choose(k.eq(state, 0), node.inputs[0]!.scalar, () => element(node.inputs[6]), h);
}

/** Steps of a row of the batch; undefined where it is all of them. */
function lengthOf(
  { inputs }: LowerNode<unknown>,
  { steps }: Layer,
  b: Expression,
  k: PointBuilder,
): Expression | undefined {
  if (inputs[4] === undefined) return undefined;
  const length = k.let("length", inputs[4].at([b], k));
  k.guard(k.and(k.ge(length, 0), k.le(length, steps)));
  return k.min(k.max(k.toIndex(length), 0), steps);
}

const isReverse = ({ attributes }: LowerNode<LayerAttributes>, direction: number): boolean =>
  attributes.direction === "reverse" || direction === 1;

function cellAt(
  { node, layer, pre }: Run,
  value: PointValue,
  direction: number,
  [step, , b, unit]: Index,
  activations: CellAt["activations"],
  k: PointBuilder,
): CellAt {
  const { steps, hidden } = layer;
  const [, , r, bias] = node.inputs as readonly PointInput[];
  const d = k.constant("index", direction);
  const state = (number: number): Expression => k.constant("index", number);
  const rowOf = (gate: number, own: Expression = unit): Expression => k.add(own, gate * hidden);
  const gates = Number(knownShape(node, r)[1]) / hidden;
  const last = Number(knownShape(node, value)[1]) - 1;
  const before: CellAt["before"] = (which, own = unit) => value.at([k.sub(step, 1), state(which), b, own], k);
  const length = lengthOf(node, layer, b, k) ?? k.constant("index", steps);
  const time = isReverse(node, direction) ? k.max(k.sub(length, step), 0) : k.sub(step, 1);
  return {
    k,
    unit,
    activations,
    before,
    pre: (gate) => pre.at([d, time, b, rowOf(gate)], k),
    bias: (gate) => bias?.at([d, rowOf(gates + gate)], k) ?? k.constant(pre.scalar, 0),
    recurrent: (gate, h = (own) => before(last, own)) =>
      k.reduceOver("add", [hidden], k.constant(pre.scalar, 0), ([i]) => k.mul(r.at([d, rowOf(gate), i], k), h(i))),
    now: (which, own = unit) => value.at([step, state(which), b, own], k),
    peephole: (which) => node.inputs[7]?.at([d, rowOf(which)], k) ?? k.constant(pre.scalar, 0),
  };
}

/** h of all steps, in the order of time; what lies past the end of a sequence is 0. */
function sequence({ node, layer, states }: Run, directions: readonly PointValue[]): Point {
  const { steps, batchFirst } = layer;
  const at: Point["at"] = (index, k) => {
    const [t, d, b] = batchFirst ? [index[1], index[2], index[0]] : index;
    const length = lengthOf(node, layer, b, k);
    const h = k.constant("index", states.length - 1);
    const element = (): Expression =>
      chosen(
        directions,
        d,
        (value) => {
          const behind = k.sub(length ?? k.constant("index", steps), t);
          const place = isReverse(node, directions.indexOf(value)) ? behind : k.add(t, 1);
          return value.at([place, h, b, index[3]], k);
        },
        k,
      );
    if (length === undefined) return element();
    return k.choose(k.lt(t, length), directions[0].scalar, element, () => k.constant(directions[0].scalar, 0));
  };
  return { at };
}
