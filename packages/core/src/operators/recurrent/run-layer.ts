import { numbersOf } from "../../kernels/read-numbers.ts";
import type { KernelContext, NumberOutput, Outputs, Steps } from "../../kernels/context.ts";
import { gemm, type Matrix } from "../../kernels/gemm.ts";
import { numbers } from "../../tensors/elements.ts";
import { type NumberData, sliced, type Tensor, transposed } from "../../tensors/tensor.ts";
import type { Value } from "../../tensors/values.ts";
import { type Activation, activationsOf } from "./activations.ts";
import { type CellForm, type Layer, type LayerAttributes, layerOf, sequenceShape, stateShape } from "./layer.ts";

/**
 * One direction of a layer during a run. Gates are rows of [gates * hidden], hidden values each, in the operator's
 * order.
 */
export interface Direction {
  readonly layer: Layer;
  readonly activations: readonly Activation[];
  /** Wb and Rb, [gates * hidden] each; zeros when B is absent. */
  readonly inputBias: Float64Array;
  readonly recurrentBias: Float64Array;
  /** [batch, hidden], updated by the cell. */
  readonly h: Float64Array;
  /** LSTM: [batch, hidden]. */
  readonly c: Float64Array;
  /** LSTM: [3 * hidden] in the order i, o, f. */
  readonly peepholes: Float64Array;
  /** out [batch, count * hidden] = rows [batch, hidden] x R of the gates from `first` on, transposed. */
  multiply(rows: Float64Array, first: number, count: number, out: Float64Array): Steps<void>;
}

/**
 * What a cell does at each step: reads `pre`, the products of its inputs with W plus `bias`, row b at `at` + b * gates
 * * hidden, and updates h (and c) of each batch row that is `active`.
 */
export interface Cell {
  readonly bias: Float64Array;
  advance(pre: Float64Array, at: number, active: Uint8Array): Steps<void>;
}

/** Products of inputs with W that are computed at once. */
const BLOCK_ELEMENTS = 1 << 18;

/** Runs all directions of a layer; `makeCell` makes the cell of one. */
export function* runLayer<Attributes extends LayerAttributes>(
  inputs: readonly (Value | undefined)[],
  attributes: Attributes,
  form: CellForm,
  context: KernelContext,
  makeCell: (direction: Direction) => Cell,
): Steps<Outputs> {
  const tensors = inputs as readonly (Tensor | undefined)[];
  const shapes = tensors.map((tensor) => tensor?.shape);
  const layer = layerOf(shapes, attributes, form, context) as Layer;
  const lengths = lengthsOf(tensors[4], layer, context);
  const { dtype } = tensors[0]!;
  const y = context.wants(0) ? context.output(dtype, sequenceShape(layer)) : undefined;
  const lastH = context.output(dtype, stateShape(layer));
  const lastC = form.hasCell ? context.output(dtype, stateShape(layer)) : undefined;
  const activations = activationsOf(attributes, form.activations, layer.directions, context);
  for (let d = 0; d < layer.directions; d++) {
    const isReverse = attributes.direction === "reverse" || d === 1;
    const direction = directionOf(tensors, d, layer, form, activations[d], context);
    const run: DirectionRun = { d, isReverse, lengths, y, direction, form };
    yield* runDirection(run, tensors[0]!, tensors[1]!, makeCell(direction), context);
    writeState(lastH, direction.h, d, layer);
    if (lastC !== undefined) writeState(lastC, direction.c, d, layer);
  }
  return [y?.tensor(), lastH.tensor(), lastC?.tensor()].slice(0, form.hasCell ? 3 : 2);
}

function lengthsOf(tensor: Tensor | undefined, layer: Layer, context: KernelContext): readonly number[] {
  if (tensor === undefined) return new Array<number>(layer.batch).fill(layer.steps);
  const lengths = Array.from(numbers(tensor));
  for (const length of lengths) {
    if (length < 0 || length > layer.steps) context.fail(`sequence length ${length} must be in 0..${layer.steps}`);
  }
  return lengths;
}

function directionOf(
  tensors: readonly (Tensor | undefined)[],
  d: number,
  layer: Layer,
  { gates, hasCell }: CellForm,
  activations: readonly Activation[],
  context: KernelContext,
): Direction {
  const { batch, hidden } = layer;
  const rows = gates * hidden;
  context.reserve(8 * (2 * batch * hidden + 2 * rows + 3 * hidden));
  const bias = part(tensors[3], d, 2 * rows);
  const multiply = multiplierOf(tensors[2]!, d, layer, context);
  return {
    layer,
    activations,
    inputBias: bias.slice(0, rows),
    recurrentBias: bias.slice(rows),
    h: initialState(tensors[5], d, layer),
    c: initialState(hasCell ? tensors[6] : undefined, d, layer),
    peepholes: part(hasCell ? tensors[7] : undefined, d, 3 * hidden),
    multiply,
  };
}

/** Batches below this are multiplied row by row: packing R for each step would cost more than the product. */
const FEW_ROWS = 4;
/** Steps from which on it pays to keep R in double. */
const MANY_STEPS = 4;

function multiplierOf(r: Tensor, d: number, layer: Layer, context: KernelContext): Direction["multiply"] {
  const { batch, hidden, steps } = layer;
  const recurrent = matrixOf(r, d, hidden);
  if (batch >= FEW_ROWS || steps < MANY_STEPS) {
    return (from, first, count, out) => {
      const a: Matrix = { data: from, offset: 0, rowStride: hidden, columnStride: 1 };
      const b = { ...recurrent, offset: first * hidden * hidden };
      return gemm(batch, count * hidden, hidden, a, b, out, 0, count * hidden);
    };
  }
  context.reserve(8 * recurrent.data.length);
  const matrix = Float64Array.from(recurrent.data);
  return function* (from, first, count, out): Steps<void> {
    for (let b = 0; b < batch; b++) {
      multiplyRow(
        matrix,
        first * hidden * hidden,
        from.subarray(b * hidden, (b + 1) * hidden),
        out,
        b * count * hidden,
        count * hidden,
      );
      if (count * hidden * hidden >= YIELD_AFTER) yield undefined;
    }
  };
}

const YIELD_AFTER = 1 << 20;

/** out[to + i] = the product of row i of the matrix at `start` with x, for `rows` rows, four of them at once. */
function multiplyRow(
  matrix: Float64Array,
  start: number,
  x: Float64Array,
  out: Float64Array,
  to: number,
  rows: number,
): void {
  const columns = x.length;
  let row = 0;
  for (let r0 = start; row + 3 < rows; row += 4, r0 += 4 * columns) {
    const r1 = r0 + columns;
    const r2 = r1 + columns;
    const r3 = r2 + columns;
    let s0 = 0;
    let s1 = 0;
    let s2 = 0;
    let s3 = 0;
    for (let p = 0; p < columns; p++) {
      const value = x[p];
      s0 += matrix[r0 + p] * value;
      s1 += matrix[r1 + p] * value;
      s2 += matrix[r2 + p] * value;
      s3 += matrix[r3 + p] * value;
    }
    out[to + row] = s0;
    out[to + row + 1] = s1;
    out[to + row + 2] = s2;
    out[to + row + 3] = s3;
  }
  for (; row < rows; row++) {
    let sum = 0;
    for (let p = 0; p < columns; p++) sum += matrix[start + row * columns + p] * x[p];
    out[to + row] = sum;
  }
}

/** Row d of a tensor [directions, count], zeros when it is absent. */
function part(tensor: Tensor | undefined, d: number, count: number): Float64Array {
  return tensor === undefined ? new Float64Array(count) : Float64Array.from(numbers(sliced(tensor, 0, d, 1)));
}

/** Matrix d of a tensor [directions, rows, columns], transposed. */
function matrixOf(tensor: Tensor, d: number, columns: number): Matrix {
  return { data: numbers(sliced(tensor, 0, d, 1)), offset: 0, rowStride: 1, columnStride: columns };
}

function initialState(tensor: Tensor | undefined, d: number, layer: Layer): Float64Array {
  if (tensor === undefined) return new Float64Array(layer.batch * layer.hidden);
  return Float64Array.from(numbers(sliced(tensor, layer.batchFirst ? 1 : 0, d, 1)));
}

/** What a step, and each row of its batch, take besides their products, in multiplications. */
const STEP_COST = 200;
const ROW_COST = 100;

interface DirectionRun {
  readonly d: number;
  readonly isReverse: boolean;
  readonly lengths: readonly number[];
  readonly y: NumberOutput | undefined;
  readonly direction: Direction;
  readonly form: CellForm;
}

function* runDirection(run: DirectionRun, xTensor: Tensor, w: Tensor, cell: Cell, context: KernelContext): Steps<void> {
  const { layer } = run.direction;
  const { steps, batch, inputSize, hidden } = layer;
  const rows = run.form.gates * hidden;
  const blockSteps = Math.max(1, Math.min(steps, Math.floor(BLOCK_ELEMENTS / Math.max(1, batch * rows))));
  context.reserve(8 * blockSteps * batch * (rows + inputSize));
  const pre = new Float64Array(blockSteps * batch * rows);
  const block = new Float64Array(blockSteps * batch * inputSize);
  const x = yield* numbersOf(layer.batchFirst ? transposed(xTensor, [1, 0, 2]) : xTensor, context);
  const weights = matrixOf(w, run.d, inputSize);
  const active = new Uint8Array(batch);
  const stepWork = STEP_COST + batch * (rows * hidden + ROW_COST);
  let work = 0;
  for (let start = 0; start < steps; start += blockSteps) {
    const count = Math.min(blockSteps, steps - start);
    gatherRows(run, x, start, count, block);
    const a: Matrix = { data: block, offset: 0, rowStride: inputSize, columnStride: 1 };
    yield* gemm(count * batch, rows, inputSize, a, weights, pre, 0, rows, (sums, from, n, _row, column) => {
      for (let i = 0; i < n; i++) sums[from + i] += cell.bias[column + i];
    });
    for (let step = start; step < start + count; step++) {
      run.lengths.forEach((length, b) => {
        active[b] = step < length ? 1 : 0;
      });
      yield* cell.advance(pre, (step - start) * batch * rows, active);
      if (run.y !== undefined) writeStep(run, run.y.data, step);
      work += stepWork;
      if (work < YIELD_AFTER) continue;
      work = 0;
      yield undefined;
    }
  }
}

/**
 * The time of batch row b that is handled at `step`; a reverse direction begins at the end of each row's own sequence.
 */
function timeOf({ isReverse, lengths }: DirectionRun, step: number, b: number): number {
  return isReverse ? lengths[b] - 1 - step : step;
}

/** The inputs of `count` steps from `start` on, [count, batch, inputSize] in the order in which they are handled. */
function gatherRows(run: DirectionRun, x: NumberData, start: number, count: number, block: Float64Array): void {
  const { batch, inputSize } = run.direction.layer;
  for (let i = 0; i < count; i++) {
    for (let b = 0; b < batch; b++) {
      if (start + i >= run.lengths[b]) continue;
      const from = (timeOf(run, start + i, b) * batch + b) * inputSize;
      const to = (i * batch + b) * inputSize;
      for (let j = 0; j < inputSize; j++) block[to + j] = x[from + j];
    }
  }
}

/** Writes h to Y; what lies past the end of a sequence stays 0. */
function writeStep(run: DirectionRun, y: NumberData, step: number): void {
  const { layer, h } = run.direction;
  const { steps, batch, hidden, directions, batchFirst } = layer;
  for (let b = 0; b < batch; b++) {
    if (step >= run.lengths[b]) continue;
    const time = timeOf(run, step, b);
    const row = batchFirst ? (b * steps + time) * directions + run.d : (time * directions + run.d) * batch + b;
    for (let j = 0; j < hidden; j++) y[row * hidden + j] = h[b * hidden + j];
  }
}

function writeState(out: NumberOutput, state: Float64Array, d: number, layer: Layer): void {
  const { batch, hidden, directions, batchFirst } = layer;
  for (let b = 0; b < batch; b++) {
    const row = batchFirst ? b * directions + d : d * batch + b;
    for (let j = 0; j < hidden; j++) out.data[row * hidden + j] = state[b * hidden + j];
  }
}
