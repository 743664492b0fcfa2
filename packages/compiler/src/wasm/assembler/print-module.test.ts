import { describe, expect, it } from "vitest";
import { ModuleBuilder } from "./module-builder.ts";
import { printModule } from "./print-module.ts";

describe("the text of a module", () => {
  it("has names, blocks and comments", () => {
    const module = new ModuleBuilder("sum");
    const memory = module.addMemory({ min: 1, max: 4 });
    const sum = module.addFunction("sum", { params: ["i32", "i32"], results: ["f32"] }, ["x", "n"]);
    module.define(sum, (code, x, n) => {
      const total = code.newLocal("v128", "total");
      code.comment("ReduceSum_1");
      code.block([], (done) => {
        code.loop([], (again) => {
          code.local.get(n);
          code.i32.eqz();
          code.br_if(done);
          code.local.get(x);
          code.v128.load(32, 4);
          code.local.get(total);
          code.f32x4.add();
          code.local.set(total);
          code.br(again);
        });
      });
      code.local.get(n);
      code.if(
        ["f32"],
        () => code.f32.const(-0),
        () => {
          code.local.get(total);
          code.f32x4.extract_lane(3);
        },
      );
    });
    module.export("sum", sum);
    module.export("memory", memory);
    module.addData(new Uint8Array([0, 65, 34, 255]), { name: "bytes", offset: 4 });
    expect(printModule(module.build(), { dataBytes: 3 })).toBe(`(module $sum
  (type (func (param i32 i32) (result f32)))
  (memory 1 4)
  (export "sum" (func $sum))
  (export "memory" (memory 0))
  (func $sum (param $x i32) (param $n i32) (result f32)
    (local $total v128)
    ;; ReduceSum_1
    block $block0
      loop $loop1
        local.get $n
        i32.eqz
        br_if $block0
        local.get $x
        v128.load offset=32 align=4
        local.get $total
        f32x4.add
        local.set $total
        br $loop1
      end
    end
    local.get $n
    if $if2 (result f32)
      f32.const -0
    else
      local.get $total
      f32x4.extract_lane 3
    end
  )
  (data $bytes (i32.const 4) "\\00A\\22" (; 1 more bytes ;))
)
`);
  });

  it("keeps names of a model inside identifiers, strings and comments", () => {
    const hostile = 'x;)\n(func "\u202e';
    const module = new ModuleBuilder(hostile);
    for (const _ of [0, 1]) {
      const f = module.addFunction(hostile, { params: ["i32"], results: [] }, [hostile]);
      module.define(f, (code) => {
        code.comment(hostile);
        code.nop();
      });
      module.export(`${hostile}${f.index}`, f);
    }
    expect(printModule(module.build())).toBe(`(module $x____func___
  (type (func (param i32)))
  (export "x;)\\0a(func \\22\\e2\\80\\ae0" (func $x____func___))
  (export "x;)\\0a(func \\22\\e2\\80\\ae1" (func $x____func___.2))
  (func $x____func___ (param $x____func___ i32)
    ;; x;)\\n(func \\"\\u{202e}
    nop
  )
  (func $x____func___.2 (param $x____func___ i32)
    ;; x;)\\n(func \\"\\u{202e}
    nop
  )
)
`);
  });
});
