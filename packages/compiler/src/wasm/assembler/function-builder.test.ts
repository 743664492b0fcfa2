import { describe, expect, it } from "vitest";
import type { Label } from "./control-builder.ts";
import { encodeModule } from "./encode-module.ts";
import type { FunctionBuilder } from "./function-builder.ts";
import type { Local } from "./local-pool.ts";
import { ModuleBuilder } from "./module-builder.ts";
import type { FunctionType, ValueType } from "./types.ts";

/** A module whose function "f" has that body. */
function moduleOf(type: FunctionType, body: (code: FunctionBuilder, ...params: Local[]) => void): ModuleBuilder {
  const module = new ModuleBuilder("test");
  module.addMemory({ min: 1 });
  const f = module.addFunction("f", type);
  module.define(f, body);
  module.export("f", f);
  return module;
}

function compile(
  params: readonly ValueType[],
  results: readonly ValueType[],
  body: (code: FunctionBuilder, ...params: Local[]) => void,
): (...values: number[]) => unknown {
  const bytes = encodeModule(moduleOf({ params, results }, body).build());
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
  return exports["f"] as (...values: number[]) => unknown;
}

/** Assembles a body that must be refused. */
function assemble(results: readonly ValueType[], body: (code: FunctionBuilder) => void): () => void {
  return () => void moduleOf({ params: [], results }, body);
}

describe("ill-typed code", () => {
  it("is refused with the name of the instruction and what is on the stack", () => {
    const wrong = assemble(["f32"], (code) => {
      code.i32.const(1);
      code.f32.const(2);
      code.f32.add();
    });
    expect(wrong).toThrow(
      new TypeError('Cannot assemble f32.add in function "f": found [i32 f32] on the stack, expected [f32 f32]'),
    );
  });

  it("is refused at the line that assembles it", () => {
    function theLineAtFault(code: FunctionBuilder): void {
      code.i32.add();
    }
    try {
      assemble([], theLineAtFault)();
      expect.unreachable();
    } catch (error) {
      expect((error as Error).stack).toContain("theLineAtFault");
    }
  });

  it.each<[string, readonly ValueType[], (code: FunctionBuilder) => void]>([
    ["Cannot assemble end", ["i32"], () => {}],
    ["found [i32 i32] on the stack, expected [i32]", ["i32"], (code) => [1, 2].forEach((x) => code.i32.const(x))],
    ["Cannot assemble drop", [], (code) => code.drop()],
    ["Cannot assemble br_if", [], (code) => code.block([], (exit) => code.br_if(exit))],
    ["Cannot assemble return", ["f64"], (code) => code.return()],
    ["Cannot assemble if", [], (code) => code.if([], () => {})],
    [
      "a branch for 0",
      ["i32"],
      (code) => {
        code.i32.const(1);
        code.if(["i32"], () => code.i32.const(2));
      },
    ],
    [
      "Cannot assemble else",
      ["i32"],
      (code) => {
        code.i32.const(1);
        code.if(
          ["i32"],
          () => {},
          () => code.i32.const(2),
        );
      },
    ],
    [
      "Cannot assemble select",
      [],
      (code) => {
        code.i32.const(1);
        code.f32.const(1);
        code.i32.const(1);
        code.select();
      },
    ],
    [
      "Cannot assemble local.set",
      [],
      (code) => {
        code.i32.const(1);
        code.local.set(code.newLocal("f32", "x"));
      },
    ],
    [
      'Cannot assemble drop in function "f": found [] on the stack',
      [],
      (code) => {
        code.i32.const(1);
        code.block([], () => code.drop());
      },
    ],
  ])("is refused: %s", (message, results, body) => {
    expect(assemble(results, body)).toThrow(message);
  });

  it("shows the top of a deep stack only", () => {
    const deep = assemble([], (code) => {
      for (let at = 0; at < 20; at++) code.i32.const(at);
      code.f32.neg();
    });
    expect(deep).toThrow("found [... i32 i32 i32 i32 i32 i32 i32 i32] on the stack");
  });

  it("is a compile error where a name or an immediate is wrong", () => {
    const wrong = (code: FunctionBuilder, local: Local): void => {
      // @ts-expect-error no such instruction
      code.f32x4.shl();
      // @ts-expect-error a bigint is expected
      code.i64.const(1);
      // @ts-expect-error a lane is expected
      code.f32x4.extract_lane();
      // @ts-expect-error a label is expected
      code.br(local);
      // @ts-expect-error the only alignment of atomic accesses is the natural one
      code.i32.atomic_load(0, 2);
    };
    expect(wrong).toBeTypeOf("function");
  });
});

describe("immediates", () => {
  it.each<[string, (code: FunctionBuilder) => void]>([
    ["found 4294967296, expected an integer of 32 bits", (code) => code.i32.const(2 ** 32)],
    ["found 0.5, expected an integer of 32 bits", (code) => code.i32.const(0.5)],
    ["expected an integer of 64 bits", (code) => code.i64.const(2n ** 64n)],
    ["found 3 lanes, expected 4 of f32x4", (code) => code.v128.const("f32x4", [1, 2, 3])],
  ])("are refused where the opcode cannot hold them: %s", (message, body) => {
    expect(assemble([], body)).toThrow(new RegExp(message));
  });

  it.each<[string, (code: FunctionBuilder) => void]>([
    ["found alignment 8, expected a power of two up to 4", (code) => code.i32.load(0, 8)],
    ["found alignment 3", (code) => code.i32.load(0, 3)],
    ["found offset -1", (code) => code.i32.load(-1)],
    ["found offset 4294967296", (code) => code.i32.load(2 ** 32)],
  ])("of memory are refused: %s", (message, body) => {
    const load = assemble(["i32"], (code) => {
      code.i32.const(0);
      body(code);
    });
    expect(load).toThrow(message);
  });

  it("of lanes are refused past the last", () => {
    const extract = assemble(["i32"], (code) => {
      code.v128.const("i32x4", [1, 2, 3, 4]);
      code.i32x4.extract_lane(4);
    });
    expect(extract).toThrow("found lane 4, expected 0 to 3");
  });
});

describe("control flow", () => {
  it("loops with parameters and several results", () => {
    // n! and the sum of 1 to n, the accumulators on the stack.
    const run = compile(["i32"], ["i32", "i32"], (code, n) => {
      const [product, sum] = [code.newLocal("i32", "product"), code.newLocal("i32", "sum")];
      code.i32.const(1);
      code.i32.const(0);
      code.loop({ params: ["i32", "i32"], results: ["i32", "i32"] }, (again) => {
        code.local.get(n!);
        code.i32.add();
        code.local.set(sum);
        code.local.get(n!);
        code.i32.mul();
        code.local.tee(product);
        code.local.get(sum);
        code.local.get(n!);
        code.i32.const(1);
        code.i32.sub();
        code.local.tee(n!);
        code.br_if(again);
      });
    });
    expect(run(5)).toEqual([120, 15]);
  });

  it("chooses by if and else, and leaves either early", () => {
    const run = compile(["i32"], ["i32"], (code, x) => {
      code.local.get(x!);
      code.if(
        ["i32"],
        (exit) => {
          code.i32.const(10);
          code.local.get(x!);
          code.i32.const(1);
          code.i32.eq();
          code.br_if(exit);
          code.drop();
          code.i32.const(20);
        },
        (exit) => {
          code.i32.const(30);
          code.br(exit);
        },
      );
    });
    expect([run(1), run(2), run(0)]).toEqual([10, 20, 30]);
  });

  it("branches by a table", () => {
    const run = compile(["i32"], ["i32"], (code, x) => {
      code.block([], (third) => {
        code.block([], (second) => {
          code.block([], (first) => {
            code.local.get(x!);
            code.br_table([first, second], third);
          });
          code.i32.const(100);
          code.return();
        });
        code.i32.const(200);
        code.return();
      });
      code.i32.const(300);
    });
    expect([run(0), run(1), run(2), run(-1)]).toEqual([100, 200, 300, 300]);
  });

  it("accepts what nothing reaches, with operands of any type, and still refuses wrong ones", () => {
    const run = compile([], ["f32"], (code) => {
      code.f32.const(1.5);
      code.return();
      code.f32.add();
    });
    expect(run()).toBe(1.5);
    const wrong = assemble(["f32"], (code) => {
      code.unreachable();
      code.i32.const(1);
      code.f32.add();
    });
    expect(wrong).toThrow("found [i32] on the stack, expected [f32 f32]");
  });

  it("refuses a branch to a block that is closed", () => {
    const late = assemble([], (code) => {
      let kept: Label | undefined;
      code.block([], (exit) => {
        kept = exit;
      });
      code.block([], () => code.br(kept!));
    });
    expect(late).toThrow("a block that is closed");
  });
});

describe("locals", () => {
  it("share a place when their scopes do not overlap and their types are equal", () => {
    const { functions } = moduleOf({ params: ["i32"], results: [] }, (code) => {
      code.scope(() => [code.newLocal("v128", "a"), code.newLocal("f32", "b")]);
      code.scope(() => code.scope(() => [code.newLocal("v128", "c"), code.newLocal("v128", "d")]));
    }).build();
    expect(functions[0]?.locals).toEqual([
      { type: "i32", names: ["p0"] },
      { type: "v128", names: ["a", "c"] },
      { type: "f32", names: ["b"] },
      { type: "v128", names: ["d"] },
    ]);
  });

  it("are refused after their scope, also when their place is used again, and in another function", () => {
    let foreign: Local | undefined;
    const late = assemble(["i32"], (code) => {
      foreign = code.scope(() => code.newLocal("i32", "gone"));
      code.newLocal("i32", "next");
      code.local.get(foreign);
    });
    expect(late).toThrow("Cannot assemble local.get of gone");
    const other = assemble(["i32"], (code) => {
      code.newLocal("i32", "mine");
      code.local.get(foreign!);
    });
    expect(other).toThrow("another function");
  });

  it("are refused when there are more than engines allow", () => {
    const many = assemble([], (code) => {
      for (let at = 0; at <= 50_000; at++) code.newLocal("i32", "x");
    });
    expect(many).toThrow("found 50001 locals, expected at most 50000");
  });
});

describe("large functions", () => {
  it("are assembled up to 10 MB and more, and refused by name when a module is made of them", () => {
    let size = 0;
    const module = moduleOf({ params: ["i32"], results: ["i32"] }, (code, x) => {
      code.local.get(x!);
      while (code.size < 10_000_000) {
        code.i32.const(123_456);
        code.i32.add();
      }
      size = code.size;
    });
    expect(size).toBeGreaterThanOrEqual(10_000_000);
    expect(() => encodeModule(module.build())).toThrow('Cannot assemble function "f": found 10000');
  });
});
