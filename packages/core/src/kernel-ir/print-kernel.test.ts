import { describe, expect, it } from "vitest";
import { buildKernel } from "./kernel-builder.ts";
import { printKernel } from "./print-kernel.ts";
import { scalarType } from "./scalars.ts";
import type { Expression } from "./types.ts";

describe("printKernel", () => {
  it("prints what the builder wrote", () => {
    const relu = buildKernel("relu", ["Relu_0"], (k) => {
      const n = k.size("n");
      const x = k.input("x", "f32", n);
      const y = k.output("y", "f32", n);
      k.loop("i", n, (i, lanes) => k.store(y, i, k.max(k.load(x, i, { lanes }), 0)), { lanes: 8, kind: "parallel" });
    });
    expect(printKernel(relu)).toBe(
      [
        '# "Relu_0"',
        "kernel relu(n, read x: f32[n], write y: f32[n]) {",
        "  let i_whole = (div(n, 8) * 8)",
        "  parallel i < i_whole by 8 {",
        "    y[i] = max(x[i]:f32x8, x8(f32(0)))",
        "  }",
        "  for i_1 < (n - i_whole) {",
        "    y[(i_1 + i_whole)] = max(x[(i_1 + i_whole)]:f32, f32(0))",
        "  }",
        "}",
        "",
      ].join("\n"),
    );
  });

  it("has a form for every statement", () => {
    const kernel = buildKernel("all", [], (k) => {
      const y = k.buffer("y", "bf16", 16, "readwrite");
      k.loop(
        "block",
        2,
        (block) => {
          const shared = k.array("shared", scalarType("f32"), 4, "shared");
          k.loop(
            "lane",
            4,
            (lane) => {
              const sum = k.var("sum", k.constant("f32", -0));
              k.set(shared, lane, k.muladd(sum, 2, k.cast("f32", block)));
              k.barrier();
              k.assign(sum, k.get(shared, lane));
              k.guard(k.ne(sum, NaN), 9);
              k.if(
                k.lt(lane, 2),
                () => k.store(y, lane, sum),
                () => k.store(y, lane, sum, k.not(k.gt(sum, 1))),
              );
            },
            { kind: "lane" },
          );
        },
        { kind: "grid" },
      );
    });
    expect(printKernel(kernel).split("\n")).toEqual([
      "#",
      "kernel all(readwrite y: bf16[16]) {",
      "  grid block < 2 {",
      "    shared shared: f32[4]",
      "    lane lane < 4 {",
      "      var sum = f32(-0)",
      "      shared[lane] = muladd(sum, f32(2), f32(block))",
      "      barrier",
      "      sum = shared[lane]",
      "      guard ne(sum, f32(NaN)) else 9",
      "      if lt(lane, 2) {",
      "        y[lane] = sum",
      "      }",
      "      else {",
      "        y[lane if not(gt(sum, f32(1)))] = sum",
      "      }",
      "    }",
      "  }",
      "}",
      "",
    ]);
  });

  it("keeps names from files inside their quotes and lines", () => {
    const hostile = '*/ "); system("id");\n# \u202e';
    const value: Expression = { kind: "local", name: hostile, type: scalarType("f32") };
    const kernel = { ...buildKernel(hostile, [hostile], () => {}), body: [{ kind: "let", name: "v", value }] as const };
    const text = printKernel(kernel);
    expect(text.split("\n")).toHaveLength(5);
    expect(text).toContain(String.raw`"*/ \"); system(\"id\");\n# \u{202e}"`);
    expect(text).not.toContain("\u202e");
  });
});
