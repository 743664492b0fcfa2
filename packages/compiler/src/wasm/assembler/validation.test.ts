import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Label } from "./control-builder.ts";
import { encodeModule } from "./encode-module.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import { CONTROL_OPCODES } from "./instructions/control-opcodes.ts";
import type { Local } from "./local-pool.ts";
import { ModuleBuilder } from "./module-builder.ts";
import type { FunctionType } from "./types.ts";
import type { FunctionBody, WasmModule } from "./wasm-module.ts";

const MAIN: FunctionType = { params: ["i32", "f32"], results: ["i32"] };
const PAIR: FunctionType = { params: ["i32"], results: ["i32", "f32"] };

/** Types of blocks with the byte that stands for them: none, one result, the number of PAIR. */
const BLOCK_TYPES: readonly (readonly [byte: number, type: readonly ["i32"] | readonly [] | FunctionType])[] = [
  [0x40, []],
  [0x7f, ["i32"]],
  [1, PAIR],
];

type Simple = readonly [bytes: readonly number[], write: (code: FunctionBuilder, locals: readonly Local[]) => void];

/** Instructions with their bytes, written by hand. */
const SIMPLE: Readonly<Record<string, Simple>> = {
  "i32.const": [[0x41, 1], (code) => code.i32.const(1)],
  "f32.const": [[0x43, 0, 0, 0, 0], (code) => code.f32.const(0)],
  "i32.add": [[0x6a], (code) => code.i32.add()],
  "f32.add": [[0x92], (code) => code.f32.add()],
  "i32.eqz": [[0x45], (code) => code.i32.eqz()],
  "f32.convert_i32_s": [[0xb2], (code) => code.f32.convert_i32_s()],
  "i32.trunc_sat_f32_s": [[0xfc, 0], (code) => code.i32.trunc_sat_f32_s()],
  "i32x4.splat": [[0xfd, 0x11], (code) => code.i32x4.splat()],
  "v128.any_true": [[0xfd, 0x53], (code) => code.v128.any_true()],
  drop: [[0x1a], (code) => code.drop()],
  select: [[0x1b], (code) => code.select()],
  return: [[0x0f], (code) => code.return()],
  unreachable: [[0x00], (code) => code.unreachable()],
  "local.get 0": [[0x20, 0], (code, locals) => code.local.get(locals[0]!)],
  "local.get 1": [[0x20, 1], (code, locals) => code.local.get(locals[1]!)],
  "local.set 0": [[0x21, 0], (code, locals) => code.local.set(locals[0]!)],
  "local.tee 1": [[0x22, 1], (code, locals) => code.local.tee(locals[1]!)],
};

type Step =
  | { readonly kind: "simple"; readonly name: string }
  | { readonly kind: "br" | "br_if" | "br_table"; readonly depth: number }
  | { readonly kind: "block" | "loop"; readonly type: number; readonly body: readonly Step[] }
  | {
      readonly kind: "if";
      readonly type: number;
      readonly body: readonly Step[];
      readonly otherwise: readonly Step[] | null;
    };

const { steps } = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
  steps: fc.array(tie("step"), { maxLength: 6 }),
  step: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    { weight: 8, arbitrary: fc.record({ kind: fc.constant("simple"), name: fc.constantFrom(...Object.keys(SIMPLE)) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom("br", "br_if", "br_table"), depth: fc.nat(2) }) },
    fc.record({ kind: fc.constantFrom("block", "loop"), type: fc.nat(2), body: tie("steps") }),
    fc.record({ kind: fc.constant("if"), type: fc.nat(2), body: tie("steps"), otherwise: fc.option(tie("steps")) }),
  ) as fc.Arbitrary<Step>,
}));

/** The steps as bytes, right or wrong. A branch past the last block goes to the block that is outermost. */
function bytesOf(all: readonly Step[], open: number): readonly number[] {
  return all.flatMap((step): readonly number[] => {
    if (step.kind === "simple") return SIMPLE[step.name]![0];
    if ("depth" in step) {
      const target = Math.min(step.depth, open - 1);
      if (target < 0) return [];
      return step.kind === "br_table" ? [CONTROL_OPCODES.br_table, 1, target, 0] : [CONTROL_OPCODES[step.kind], target];
    }
    const [type] = BLOCK_TYPES[step.type]!;
    const otherwise =
      step.kind === "if" && step.otherwise !== null ? [CONTROL_OPCODES.else, ...bytesOf(step.otherwise, open + 1)] : [];
    return [CONTROL_OPCODES[step.kind], type, ...bytesOf(step.body, open + 1), ...otherwise, CONTROL_OPCODES.end];
  });
}

function assemble(
  all: readonly Step[],
  code: FunctionBuilder,
  locals: readonly Local[],
  labels: readonly Label[],
): void {
  const inside = (body: readonly Step[]) => (label: Label) => assemble(body, code, locals, [...labels, label]);
  for (const step of all) {
    if (step.kind === "simple") SIMPLE[step.name]![1](code, locals);
    else if ("depth" in step) {
      const target = labels.at(-1 - Math.min(step.depth, labels.length - 1));
      if (target === undefined) continue;
      if (step.kind === "br_table") code.br_table([target], labels.at(-1)!);
      else code[step.kind](target);
    } else {
      const [, type] = BLOCK_TYPES[step.type]!;
      if (step.kind !== "if") code[step.kind](type, inside(step.body));
      else code.if(type, inside(step.body), step.otherwise === null ? undefined : inside(step.otherwise));
    }
  }
}

/** A module whose function has these bytes as its code. */
function byHand(code: readonly number[]): WasmModule {
  const empty = new ModuleBuilder("by hand").build();
  const body: FunctionBody = {
    handle: { kind: "function", index: 0, name: "main", type: MAIN },
    locals: MAIN.params.map((type) => ({ type, names: [] })),
    code: new Uint8Array([...code, CONTROL_OPCODES.end]),
    comments: [],
  };
  return { ...empty, types: [MAIN, PAIR], functions: [body] };
}

/** The bytes of the code, or undefined where the assembler refuses it. */
function assembled(all: readonly Step[]): Uint8Array | undefined {
  const module = new ModuleBuilder("assembled");
  const main = module.addFunction("main", MAIN);
  try {
    module.define(main, (code, ...locals) => {
      assemble(all, code, locals, []);
    });
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
  return module.build().functions[0]?.code;
}

describe("the check of the operand stack", () => {
  it("accepts what the engine accepts, refuses what it refuses, and writes the bytes that were meant", () => {
    let accepted = 0;
    let refused = 0;
    fc.assert(
      fc.property(steps, (all) => {
        const code = bytesOf(all, 0);
        const isValid = WebAssembly.validate(encodeModule(byHand(code)));
        const found = assembled(all);
        expect(found === undefined).toBe(!isValid);
        if (isValid) {
          accepted += 1;
          expect([...found!]).toEqual([...code, CONTROL_OPCODES.end]);
        } else refused += 1;
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(accepted, refused)).toBeGreaterThan(100);
  });
});
