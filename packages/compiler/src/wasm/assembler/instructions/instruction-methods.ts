import { type INSTRUCTION_ROWS, INSTRUCTIONS, type Instruction, type InstructionName } from "./instruction-table.ts";
import type { ImmediateArguments, ImmediateKind } from "./row.ts";

/** What an instruction is given to. The values are its immediates, as ImmediateArguments lists them. */
export interface Emitter {
  emit(instruction: Instruction, a?: unknown, b?: unknown, c?: unknown): void;
}

type ImmediateOf<N extends InstructionName> = (typeof INSTRUCTION_ROWS)[N] extends readonly [
  number,
  string,
  infer Kind extends ImmediateKind,
]
  ? Kind
  : "none";

/** "i32" of "i32.atomic.load". */
type SpaceOf<N extends string> = N extends `${infer Space}.${string}` ? Space : never;

/** "atomic_load" of "i32.atomic.load". */
type MethodOf<N extends string> = N extends `${string}.${infer Rest}` ? Underscored<Rest> : never;

type Underscored<N extends string> = N extends `${infer Head}.${infer Rest}` ? `${Head}_${Underscored<Rest>}` : N;

/** The instructions with operands of fixed types: `f32x4.add` is the method `add` of the field `f32x4`, `i32.atomic.load` is `i32.atomic_load`. */
export type InstructionMethods = {
  readonly [Space in SpaceOf<InstructionName>]: {
    readonly [N in Extract<InstructionName, `${Space}.${string}`> as MethodOf<N>]: (
      ...immediates: ImmediateArguments[ImmediateOf<N>]
    ) => void;
  };
};

/** A base class that has InstructionMethods as its fields; each method gives its instruction to the emitter. */
export const InstructionHost = makeHost();

function makeHost(): new (emitter: Emitter) => InstructionMethods {
  const spaces = makeSpaces();
  class Host {
    constructor(emitter: Emitter) {
      for (const [name, methods] of spaces) Object.defineProperty(this, name, { value: new methods(emitter) });
    }
  }
  return Host as new (
    emitter: Emitter,
  ) => InstructionMethods;
}

type Space = new (emitter: Emitter) => { readonly emitter: Emitter };

/** One class for each field, so that the methods are made once and not for every function. */
function makeSpaces(): ReadonlyMap<string, Space> {
  const spaces = new Map<string, Space>();
  for (const instruction of INSTRUCTIONS.values()) {
    const [name = "", ...rest] = instruction.name.split(".");
    const space = spaces.get(name) ?? makeSpace();
    spaces.set(name, space);
    Object.defineProperty(space.prototype, rest.join("_"), {
      value(this: { readonly emitter: Emitter }, a?: unknown, b?: unknown, c?: unknown): void {
        this.emitter.emit(instruction, a, b, c);
      },
    });
  }
  return spaces;
}

function makeSpace(): Space {
  return class {
    readonly emitter: Emitter;
    constructor(emitter: Emitter) {
      this.emitter = emitter;
    }
  };
}
