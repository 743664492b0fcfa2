import { describe, expect, it } from "vitest";
import { encodeModule } from "./encode-module.ts";
import { ModuleBuilder } from "./module-builder.ts";

function instantiate(module: ModuleBuilder, imports: WebAssembly.Imports = {}): WebAssembly.Exports {
  return new WebAssembly.Instance(new WebAssembly.Module(encodeModule(module.build())), imports).exports;
}

/** A module with one of everything. */
function everything(): ModuleBuilder {
  const module = new ModuleBuilder("every\u202ething", { name: "hodu", version: "1.2.3" });
  const log = module.importFunction("env", "log", { params: ["i32"], results: [] });
  const base = module.importGlobal("env", "base", "i32");
  const memory = module.importMemory("env", "memory", { min: 1, max: 2, shared: true });
  const count = module.addGlobal("count", "i64", -3n, { mutable: true });
  const scale = module.addGlobal("scale", "f64", 0.1);
  module.addData(new Uint8Array([1, 2, 3]), { name: "active", offset: 8 });
  module.addData(new Uint8Array([4, 5]), { name: "based", offset: base });
  const passive = module.addData(new Uint8Array([9, 8, 7, 6]), { name: "passive" });
  const copy = module.addFunction("copy", { params: ["i32"], results: [] }, ["to"]);
  const start = module.addFunction("start", { params: [], results: [] });
  const table = module.addTable("callees", [log, copy]);
  const other = module.addTable("others", [copy]);
  module.define(copy, (code, to) => {
    const bytes = code.newLocal("i32", "bytes");
    code.i32.const(4);
    code.local.set(bytes);
    code.local.get(to);
    code.i32.const(0);
    code.local.get(bytes);
    code.memory.init(passive);
  });
  module.define(start, (code) => {
    code.global.get(count);
    code.i64.const(1n);
    code.i64.add();
    code.global.set(count);
    code.i32.const(77);
    code.i32.const(0);
    code.call_indirect(log.type, table);
    code.i32.const(32);
    code.i32.const(0);
    code.call_indirect(copy.type, other);
    code.i32.const(64);
    code.call(copy);
  });
  module.setStart(start);
  for (const [name, item] of Object.entries({ memory, count, scale, table, copy })) module.export(name, item);
  return module;
}

describe("a module", () => {
  it("has its imports, memory, globals, tables, data, exports and start", () => {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 2, shared: true });
    const logged: number[] = [];
    const exports = instantiate(everything(), {
      env: { memory, base: 16, log: (value: number) => logged.push(value) },
    });
    const bytes = new Uint8Array(memory.buffer);
    expect(logged).toEqual([77]);
    expect([...bytes.slice(8, 11), ...bytes.slice(16, 18)]).toEqual([1, 2, 3, 4, 5]);
    expect([...bytes.slice(32, 36), ...bytes.slice(64, 68)]).toEqual([9, 8, 7, 6, 9, 8, 7, 6]);
    expect((exports["count"] as WebAssembly.Global).value).toBe(-2n);
    expect((exports["scale"] as WebAssembly.Global).value).toBe(0.1);
    expect((exports["table"] as WebAssembly.Table).get(1)).toBe(exports["copy"]);
  });

  it("has the same bytes each time it is built", () => {
    expect(encodeModule(everything().build())).toEqual(encodeModule(everything().build()));
  });

  it("names itself, its functions and locals, with control characters escaped", () => {
    const bytes = encodeModule(everything().build());
    const [names] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "name");
    const text = new TextDecoder().decode(names);
    for (const name of ["every\\u{202e}thing", "log", "copy", "start", "to", "bytes"]) expect(text).toContain(name);
  });

  it("says what made it", () => {
    const bytes = encodeModule(everything().build());
    const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(bytes), "producers");
    expect(new TextDecoder().decode(section)).toBe("\x01\x0cprocessed-by\x01\x04hodu\x051.2.3");
  });

  it("shows the name of a function in the stack trace of a trap", () => {
    const module = new ModuleBuilder("m");
    const f = module.addFunction("conv1/Relu", { params: [], results: [] });
    module.define(f, (code) => code.unreachable());
    module.export("f", f);
    try {
      (instantiate(module)["f"] as () => void)();
      expect.unreachable();
    } catch (error) {
      expect((error as Error).stack).toContain("conv1/Relu");
    }
  });

  it("may be empty", () => {
    expect(WebAssembly.validate(encodeModule(new ModuleBuilder("").build()))).toBe(true);
  });
});

describe("a module is refused", () => {
  const nothing = { params: [], results: [] } as const;

  it.each<[string, (module: ModuleBuilder) => void]>([
    ["found no code", (module) => void module.addFunction("f", nothing)],
    [
      "expected imports first",
      (module) => {
        module.addFunction("f", nothing);
        module.importFunction("env", "g", nothing);
      },
    ],
    [
      "expected imports first",
      (module) => {
        module.addGlobal("g", "i32", 0);
        module.importGlobal("env", "h", "i32");
      },
    ],
    [
      "it has its code already",
      (module) => {
        const f = module.addFunction("f", nothing);
        module.define(f, () => {});
        module.define(f, () => {});
      },
    ],
    ["found no such function", (module) => module.define(module.importFunction("env", "f", nothing), () => {})],
    [
      "found a second export",
      (module) => {
        const g = module.addGlobal("g", "i32", 0);
        module.export("x", g);
        module.export("x", g);
      },
    ],
    [
      "found a function of another module",
      (module) => {
        module.importFunction("env", "g", nothing);
        module.export("f", new ModuleBuilder("other").importFunction("env", "f", nothing));
      },
    ],
    [
      "expected an imported constant of i32",
      (module) => {
        module.addMemory({ min: 1 });
        module.addData(new Uint8Array(1), { name: "d", offset: module.addGlobal("g", "i32", 8) });
      },
    ],
    ["found a number for i64", (module) => void module.addGlobal("g", "i64", 0)],
    ["found no memory", (module) => void module.addData(new Uint8Array(1), { name: "d", offset: 0 })],
    [
      "found a second one",
      (module) => {
        module.addMemory({ min: 1 });
        module.addMemory({ min: 1 });
      },
    ],
    ["expected max", (module) => void module.addMemory({ min: 1, shared: true })],
    ["found 2 to 1 pages", (module) => void module.addMemory({ min: 2, max: 1 })],
    ["found 65537 to 65537 pages", (module) => void module.addMemory({ min: 65_537 })],
    [
      "expected no parameters",
      (module) => module.setStart(module.importFunction("env", "f", { params: ["i32"], results: [] })),
    ],
    [
      "found 1001 parameters, expected at most 1000",
      (module) => void module.addFunction("f", { params: Array<"i32">(1001).fill("i32"), results: [] }),
    ],
    [
      "found a module without memory",
      (module) =>
        module.define(module.addFunction("f", nothing), (code) => {
          code.i32.const(0);
          code.i32.load();
          code.drop();
        }),
    ],
    [
      "found a constant",
      (module) => {
        const g = module.addGlobal("g", "i32", 0);
        module.define(module.addFunction("f", nothing), (code) => {
          code.i32.const(0);
          code.global.set(g);
        });
      },
    ],
    [
      "found what is of another function or module",
      (module) => {
        const foreign = new ModuleBuilder("other").addFunction("f", nothing);
        module.define(module.addFunction("f", nothing), (code) => code.call(foreign));
      },
    ],
  ])("with: %s", (message, build) => {
    const module = new ModuleBuilder("m");
    expect(() => {
      build(module);
      module.build();
    }).toThrow(message);
  });
});
