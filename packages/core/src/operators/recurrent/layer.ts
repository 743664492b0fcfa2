import type { InferContext, Inferred } from "../../inference/context.ts";
import { type Dim, formatShape, scaleDim } from "../../snapshot/dims.ts";
import { tensorType } from "../../tensors/values.ts";
import { type ActivationAttributes, activationsOf } from "./activations.ts";

export interface LayerAttributes extends ActivationAttributes {
  readonly direction: string;
  readonly hidden_size: number | undefined;
  readonly layout: number;
}

/** The sizes of a recurrent layer; Size is Dim while a graph is inferred and number in a run. */
export interface Layer<Size = number> {
  readonly steps: Size;
  readonly batch: Size;
  readonly inputSize: Size;
  readonly hidden: Size;
  readonly directions: number;
  /** Layout 1: [batch, steps, ...] instead of [steps, batch, ...]. */
  readonly batchFirst: boolean;
}

/** What tells the three recurrent operators apart for their shapes. */
export interface CellForm {
  readonly gates: number;
  readonly activations: readonly string[];
  /** LSTM: inputs initial_c and P, output Y_c. */
  readonly hasCell: boolean;
}

interface Failing {
  fail(rule: string): never;
}

const INPUTS = ["X", "W", "R", "B", "sequence_lens", "initial_h", "initial_c", "P"];

/**
 * The layer that the shapes of the inputs make, after they were checked against each other; undefined while X or R is
 * unknown.
 */
export function layerOf(
  shapes: readonly (readonly Dim[] | undefined)[],
  attributes: LayerAttributes,
  form: CellForm,
  context: Failing,
): Layer<Dim> | undefined {
  const directions = directionsOf(attributes.direction, context);
  const { hidden_size: stated } = attributes;
  if (stated !== undefined && stated < 1) context.fail(`hidden_size ${stated} must be at least 1`);
  const [x, , r] = shapes;
  if (x === undefined || (r === undefined && stated === undefined)) return undefined;
  if (x.length !== 3) context.fail(`X of shape ${formatShape(x)} must be of rank 3`);
  if (r !== undefined && r.length !== 3) context.fail(`R of shape ${formatShape(r)} must be of rank 3`);
  const batchFirst = attributes.layout === 1;
  const [steps, batch] = batchFirst ? [x[1], x[0]] : [x[0], x[1]];
  const layer = { steps, batch, inputSize: x[2], hidden: stated ?? r![2], directions, batchFirst };
  expectedShapes(layer, form).forEach((expected, i) => {
    if (shapes[i] !== undefined) checkShape(INPUTS[i], shapes[i], expected, context);
  });
  return layer;
}

function directionsOf(direction: string, context: Failing): number {
  if (direction === "bidirectional") return 2;
  if (direction !== "forward" && direction !== "reverse") {
    context.fail(`direction "${direction}" must be "forward", "reverse" or "bidirectional"`);
  }
  return 1;
}

function expectedShapes(layer: Layer<Dim>, { gates }: CellForm): (readonly Dim[])[] {
  const { steps, batch, inputSize, hidden, directions, batchFirst } = layer;
  const state = stateShape(layer);
  const rows = scaleDim(hidden, gates);
  return [
    batchFirst ? [batch, steps, inputSize] : [steps, batch, inputSize],
    [directions, rows, inputSize],
    [directions, rows, hidden],
    [directions, scaleDim(rows, 2)],
    [batch],
    state,
    state,
    [directions, scaleDim(hidden, 3)],
  ];
}

/** The shape of Y_h and of the other states. */
export function stateShape<Size extends Dim>({
  batch,
  hidden,
  directions,
  batchFirst,
}: Layer<Size>): (Size | number)[] {
  return batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
}

/** The shape of Y. */
export function sequenceShape<Size extends Dim>(layer: Layer<Size>): (Size | number)[] {
  const { steps, batch, hidden, directions } = layer;
  return layer.batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden];
}

function checkShape(name: string, found: readonly Dim[], expected: readonly Dim[], context: Failing): void {
  const fits =
    found.length === expected.length &&
    found.every((dim, i) => typeof dim !== "number" || typeof expected[i] !== "number" || dim === expected[i]);
  if (!fits) context.fail(`${name} of shape ${formatShape(found)} must have shape ${formatShape(expected)}`);
}

/** Types of Y, Y_h and, for LSTM, Y_c. */
export function inferLayer(form: CellForm) {
  return (context: InferContext<LayerAttributes>): readonly Inferred[] => {
    const { attributes } = context;
    activationsOf(attributes, form.activations, directionsOf(attributes.direction, context), context);
    const shapes = Array.from({ length: context.inputCount }, (_, i) => context.shape(i));
    const layer = layerOf(shapes, attributes, form, context);
    const dtype = context.dtype(0);
    if (dtype === undefined) return [];
    const state = tensorType(dtype, layer && stateShape(layer));
    return [tensorType(dtype, layer && sequenceShape(layer)), state, ...(form.hasCell ? [state] : [])];
  };
}
