import { ANY_TYPE, typeName } from "./types.ts";

/** A block, loop, if or function that is open. */
export interface Frame {
  /** What was on the stack below it. */
  readonly height: number;
  /** Types that a branch to it takes. */
  readonly branchTypes: readonly number[];
  /** Types that it leaves. */
  readonly results: readonly number[];
  /** Whether nothing reaches what follows: then any operand is there. */
  unreachable: boolean;
}

/** How many operands a message shows. */
const SHOWN = 8;

/**
 * The types on the operand stack and the open frames, kept by the algorithm of WebAssembly core specification 2.0,
 * appendix "Validation Algorithm". Every refusal is a TypeError that names the instruction and shows the stack.
 */
export class OperandStack {
  readonly #function: string;
  readonly #types: number[] = [];
  #height = 0;
  readonly #frames: Frame[] = [];
  #frame: Frame = { height: 0, branchTypes: [], results: [], unreachable: false };

  /** The name of the function stands in messages. */
  constructor(functionName: string) {
    this.#function = functionName;
  }

  /** How many frames are open. */
  get depth(): number {
    return this.#frames.length;
  }

  /** The frame with that number, the function's being 0. */
  frameAt(position: number): Frame | undefined {
    return this.#frames[position];
  }

  push(type: number): void {
    this.#types[this.#height++] = type;
  }

  pushAll(types: readonly number[]): void {
    for (let at = 0; at < types.length; at++) this.push(types[at] ?? ANY_TYPE);
  }

  /** Takes operands of these types, the last from the top. */
  take(expected: readonly number[], instruction: string): void {
    const { height, unreachable } = this.#frame;
    let top = this.#height;
    for (let at = expected.length - 1; at >= 0; at--) {
      if (top > height) {
        const found = this.#types[--top];
        if (found !== expected[at] && found !== ANY_TYPE) throw this.#refusal(expected, instruction);
      } else if (!unreachable) throw this.#refusal(expected, instruction);
    }
    this.#height = top;
  }

  /** Takes one operand of whatever type. */
  takeAny(instruction: string): number {
    if (this.#height > this.#frame.height) return this.#types[--this.#height] ?? ANY_TYPE;
    if (this.#frame.unreachable) return ANY_TYPE;
    throw this.refusal(instruction, "an operand");
  }

  /** Opens a frame whose parameters were taken; they are put back inside it. */
  open(params: readonly number[], results: readonly number[], branchTypes: readonly number[]): Frame {
    this.#frame = { height: this.#height, branchTypes, results, unreachable: false };
    this.#frames.push(this.#frame);
    this.pushAll(params);
    return this.#frame;
  }

  /** Closes the innermost frame, which must hold exactly its results, and leaves them. */
  close(instruction: string): void {
    const { results, height } = this.#frame;
    this.take(results, instruction);
    if (this.#height !== height) {
      this.pushAll(results);
      throw this.#refusal(results, instruction);
    }
    this.#frames.pop();
    this.#frame = this.#frames.at(-1) ?? this.#frame;
    this.pushAll(results);
  }

  /** Nothing reaches what follows in the innermost frame. */
  cut(): void {
    this.#height = this.#frame.height;
    this.#frame.unreachable = true;
  }

  /** What to throw when the stack does not hold what is expected. */
  refusal(instruction: string, expected: string): TypeError {
    const types = this.#types.slice(this.#frame.height, this.#height).map(typeName);
    const shown = types.length > SHOWN ? ["...", ...types.slice(-SHOWN)] : types;
    return new TypeError(
      `Cannot assemble ${instruction} in function ${this.#function}: found [${shown.join(" ")}] on the stack, expected ${expected}`,
    );
  }

  #refusal(expected: readonly number[], instruction: string): TypeError {
    return this.refusal(instruction, `[${expected.map(typeName).join(" ")}]`);
  }
}
