import type { CellAt, CellStates } from "./recurrent-points.ts";
import type { Expression } from "../kernel-ir/types.ts";

/** W x + Wb + R h + Rb of a gate. */
const gateOf = (at: CellAt, gate: number): Expression =>
  at.k.add(at.k.add(at.pre(gate), at.bias(gate)), at.recurrent(gate));

/** ONNX RNN: h = f(W x + R h + b). */
export const RNN_STATES: CellStates = [(at) => at.activations[0](gateOf(at, 0), at.k)];

/** ONNX GRU: r h (before the product) or r (after it), and h; gates z, r, h. */
export function gruStates({ linear_before_reset: linear }: { readonly linear_before_reset: number }): CellStates {
  const reset = (at: CellAt): Expression => at.activations[0](gateOf(at, 1), at.k);
  const hidden = (at: CellAt): Expression => {
    const { k } = at;
    const z = k.let("z", at.activations[0](gateOf(at, 0), k));
    const product =
      linear === 0
        ? k.add(
            at.recurrent(2, (unit) => at.now(0, unit)),
            at.bias(2),
          )
        : k.mul(at.now(0), k.add(at.recurrent(2), at.bias(2)));
    const candidate = at.activations[1](k.add(at.pre(2), product), k);
    return k.add(k.mul(k.sub(1, z), candidate), k.mul(z, at.before(1)));
  };
  return [linear === 0 ? (at) => at.k.mul(reset(at), at.before(1)) : reset, hidden];
}

/** ONNX LSTM: c and h; gates i, o, f, c. */
export function lstmStates({ input_forget: couples }: { readonly input_forget: number }): CellStates {
  const gate = (at: CellAt, number: number, cell: Expression): Expression =>
    at.activations[0](at.k.add(gateOf(at, number), at.k.mul(at.peephole(number), cell)), at.k);
  const cell = (at: CellAt): Expression => {
    const { k } = at;
    const before = at.before(0);
    const input = k.let("input", gate(at, 0, before));
    const forget = couples === 0 ? gate(at, 2, before) : k.sub(1, input);
    return k.add(k.mul(forget, before), k.mul(input, at.activations[1](gateOf(at, 3), k)));
  };
  const hidden = (at: CellAt): Expression => {
    const after = at.now(0);
    return at.k.mul(gate(at, 1, after), at.activations[2](after, at.k));
  };
  return [cell, hidden];
}
