import { GraphBuilder } from "@hodu/core";
import { afterEach, expect, it } from "vitest";
import { transform, Transformation } from "../transform.ts";
import { collectComponents } from "./class-registry.ts";
import { hwTransform, HwTransformation, hwTransformInfoOf } from "./hw-transform.ts";
import { backend, backendInfoOf, KernelBackend } from "./kernel-backend.ts";
import { Kernel, kernel, kernelInfoOf } from "./kernel.ts";

const context = { signal: new AbortController().signal, log: () => {}, progress: () => {} };
const snapshot = new GraphBuilder("g").build();
const node = { op: "MatMul", domain: "", name: "n", inputs: [], outputs: [], attributes: [], origin: [] };

class MatMul extends Kernel {
  matches({ op }: { readonly op: string }) {
    return op === "MatMul" || "another operator";
  }
  parameters() {
    return [["PE", 4]] as const;
  }
}

class MatMulHls extends KernelBackend {
  generate({ name }: { readonly name: string }) {
    return [[`${name}.cpp`, ""]] as const;
  }
}

class Fold extends HwTransformation {
  made = 0;
  apply() {
    this.made += 1;
    return [{ pattern: String(this.made), remove: [], add: [], weights: [], rename: [] }];
  }
}

afterEach(() => void collectComponents());

it("gives classes back as they are, with what was said of them (B-010, B-011, B-012, B-132)", () => {
  expect(kernel({ name: "matmul", operator: "MatMul" })(MatMul)).toBe(MatMul);
  expect(backend({ name: "matmul-hls", kernel: "matmul", language: "hls" })(MatMulHls)).toBe(MatMulHls);
  expect(hwTransform({ name: "fold", stage: "kernel_opt", folding: 2 })(Fold)).toBe(Fold);
  expect(kernelInfoOf(MatMul)).toEqual({ kind: "kernel", name: "matmul", operator: "MatMul" });
  expect(backendInfoOf(MatMulHls)).toMatchObject({ kernel: "matmul", language: "hls" });
  expect(hwTransformInfoOf(Fold)).toMatchObject({ stage: "kernel_optimization", folding: 2 });
});

it("registers them for the plugin, one object of each for all calls (B-101, B-103)", async () => {
  kernel({ name: "matmul", operator: "MatMul" })(MatMul);
  backend({ name: "matmul-hls", kernel: "matmul", language: "hls" })(MatMulHls);
  hwTransform({ name: "fold", stage: "kernel_opt" })(Fold);
  const { kernels, kernelBackends, hwTransforms, transforms } = collectComponents();
  expect(await kernels!["matmul"].matches({ ...node, op: "Add" }, snapshot)).toBe("another operator");
  expect(await kernels!["matmul"].parameters(node, snapshot)).toEqual([["PE", 4]]);
  expect(await kernelBackends!["matmul-hls"].generate(node, [], context)).toEqual([["n.cpp", ""]]);
  const { fold } = hwTransforms!;
  await fold.apply(snapshot, {}, context);
  expect((await fold.apply(snapshot, {}, context))[0].pattern).toBe("2");
  expect(transforms).toBeUndefined();
  expect(collectComponents()).toEqual({});
});

it("finds two of one kind and name (B-016)", () => {
  class Nothing extends Transformation {
    apply() {
      return [];
    }
  }
  transform({ name: "nothing", stage: "cleanup" })(Nothing);
  hwTransform({ name: "nothing", stage: "cleanup" })(Fold);
  const again = (): unknown => transform({ name: "nothing", stage: "cleanup" })(class extends Nothing {});
  expect(again).toThrow('Cannot define the transform "nothing": there is another of that name');
});

it("checks what is said of a class, and what it extends (B-013, B-098)", () => {
  class Other {}
  expect(() => kernel({ name: "a", operator: "" })).toThrow('Cannot define the kernel "a": it has no operator');
  expect(() => kernel({ name: "1", operator: "Add" })).toThrow('found the name "1"');
  expect(() => backend({ name: "a", kernel: "b" } as never)).toThrow("it has no language");
  expect(() => hwTransform({ name: "a", stage: "nowhere" })).toThrow('Cannot use stage "nowhere"');
  for (const decorate of [
    kernel({ name: "a", operator: "Add" }),
    backend({ name: "a", kernel: "b", language: "c" }),
    hwTransform({ name: "a", stage: "cleanup" }),
  ])
    expect(() => decorate(Other as never)).toThrow(TypeError);
  expect(collectComponents()).toEqual({});
});
