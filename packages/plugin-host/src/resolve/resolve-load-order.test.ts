import fc from "fast-check";
import type { Component, Manifest, Requirements } from "hodu-plugin-sdk";
import { describe, expect, it } from "vitest";
import type { Machine } from "./machine.ts";
import { resolveLoadOrder } from "./resolve-load-order.ts";

interface Listed {
  readonly manifest: Manifest;
}

const BARE: Machine = { library: () => undefined, has: () => false };

function plugin(
  id: string,
  version: string,
  plugins: Record<string, string> = {},
  more: Partial<Manifest> = {},
): Listed {
  const extension: Component = { kind: "extension", name: id };
  const about = { id, version, description: "", author: "", license: "MIT", sdk: "^0.3.0" };
  return { manifest: { ...about, components: [extension], requires: { plugins }, ...more } };
}

function resolve(plugins: readonly Listed[], machine = BARE, wanted = plugins) {
  const { order, failures } = resolveLoadOrder(wanted, plugins, { machine, sdk: "0.3.0" });
  const failed = Array.from(failures, ([{ manifest }, error]) => [
    manifest.id,
    error.message.split(": ").slice(1).join(": "),
  ]);
  return {
    order: order.map(({ manifest }) => manifest.id),
    failed: Object.fromEntries(failed) as Record<string, string>,
  };
}

describe("the order", () => {
  it("has what is required first, by full or short name, and else keeps the given one", () => {
    const plugins = [
      plugin("my_plugin", "1.0.0", { base_plugin: ">=1.0.0", onnx: "^2.0.0" }),
      plugin("other", "1.0.0"),
      plugin("hodu-format-onnx", "2.4.0"),
      plugin("base_plugin", "1.3.0"),
    ];
    expect(resolve(plugins)).toEqual({ order: ["base_plugin", "hodu-format-onnx", "my_plugin", "other"], failed: {} });
  });

  it("has only what is wanted and required", () => {
    const plugins = [plugin("a", "1.0.0", { b: "*" }), plugin("b", "1.0.0"), plugin("c", "1.0.0")];
    expect(resolve(plugins, BARE, [plugins[0]]).order).toEqual(["b", "a"]);
  });

  it.each([
    [">=1.0", "1.0.0", "0.9.9"],
    ["==1.2", "1.2.7", "1.3.0"],
    ["~=1.4", "1.9.0", "2.0.0"],
    ["^2.0.0", "2.5.0", "3.0.0"],
    [String((1 << 16) | (2 << 8) | 3), "1.2.3", "1.2.2"],
  ])("compares the range %s: %s lies in it, %s does not", (range, inside, outside) => {
    const requiring = plugin("a", "1.0.0", { b: range });
    expect(resolve([requiring, plugin("b", inside)]).order).toEqual(["b", "a"]);
    expect(resolve([requiring, plugin("b", outside)]).failed).toEqual({
      a: `a 1.0.0 -> b ${range} (found ${outside}), expected what it requires`,
    });
  });
});

describe("what is not there", () => {
  it("is named with the chain that leads to it, and with the next command", () => {
    const plugins = [plugin("a", "1.0.0", { b: "^1" }), plugin("b", "1.2.0", { c: "^2" }), plugin("c", "1.3.0")];
    expect(resolve(plugins)).toEqual({
      order: ["c"],
      failed: {
        a: "a 1.0.0 -> b 1.2.0 -> c ^2 (found 1.3.0), expected what it requires",
        b: "b 1.2.0 -> c ^2 (found 1.3.0), expected what it requires",
      },
    });
    const { failures } = resolveLoadOrder(plugins.slice(1, 2), plugins.slice(1, 2), { machine: BARE });
    expect([...failures.values()]).toEqual([
      expect.objectContaining({
        code: "PLUGIN_DEPENDENCY",
        hint: "hodu plugin install c --path FOLDER",
        where: { plugin: "b" },
      }),
    ]);
  });

  it("is said of conflicts with who gets along with the version that is there", () => {
    const plugins = [plugin("a", "1.0.0", { b: "^2" }), plugin("c", "1.0.0", { b: "^1" }), plugin("b", "1.3.0")];
    const { order, failed } = resolve(plugins);
    expect(order).toEqual(["b", "c"]);
    expect(failed.a).toBe("a 1.0.0 -> b ^2 (found 1.3.0 as in c 1.0.0 -> b ^1), expected what it requires");
  });

  it("is a cycle for all that lead to it, and for no other", () => {
    const plugins = [
      plugin("a", "1.0.0", { b: "*" }),
      plugin("b", "1.0.0", { c: "*", free: "*" }),
      plugin("c", "1.0.0", { b: "*" }),
      plugin("free", "1.0.0"),
    ];
    const { order, failed } = resolve(plugins);
    expect(order).toEqual(["free"]);
    expect(failed).toEqual({
      a: "a 1.0.0 -> b 1.0.0 -> c 1.0.0 -> b 1.0.0 (found a cycle), expected what it requires",
      b: "b 1.0.0 -> c 1.0.0 -> b 1.0.0 (found a cycle), expected what it requires",
      c: "c 1.0.0 -> b 1.0.0 -> c 1.0.0 (found a cycle), expected what it requires",
    });
  });

  it("may be a kernel, a library or a program", () => {
    const matMul: Component = { kind: "kernel", name: "matmul", operator: "MatMul" };
    const machine: Machine = {
      library: (name) =>
        new Map([
          ["openblas", "0.3"],
          ["silent", ""],
        ]).get(name),
      has: (name) => name === "clang",
    };
    const plugins = [
      plugin("kernels", "1.1.0", {}, { components: [matMul] }),
      plugin("good", "1.0.0", { "kernel:MatMul": "^1.0", "library:openblas": ">=0.3", "library:silent": "*" }),
      plugin("old", "1.0.0", { "kernel:MatMul": "^2" }),
      plugin("blas", "1.0.0", { "library:openblas": ">=0.4" }),
      plugin("mute", "1.0.0", { "library:silent": ">=1" }),
      plugin("gpu", "1.0.0", {}, { requires: systemOf("clang", "nvcc") }),
      plugin("built", "1.0.0", {}, { requires: systemOf("clang") }),
    ];
    const { order, failed } = resolve(plugins, machine);
    expect(order).toEqual(["kernels", "good", "built"]);
    expect(failed).toEqual({
      old: "old 1.0.0 -> kernel:MatMul ^2 (found kernels 1.1.0), expected what it requires",
      blas: "blas 1.0.0 -> library:openblas >=0.4 (found 0.3), expected what it requires",
      mute: "mute 1.0.0 -> library:silent >=1 (found one that does not say its version), expected what it requires",
      gpu: "gpu 1.0.0 -> system:nvcc (found none), expected what it requires",
    });
  });

  it("may be the SDK, which has an error of its own", () => {
    const plugins = [plugin("a", "1.0.0", { b: "*" }), plugin("b", "1.0.0", {}, { sdk: "^0.2.0" })];
    const { failures } = resolveLoadOrder(plugins, plugins, { machine: BARE, sdk: "0.3.0" });
    expect(failures.get(plugins[1])).toMatchObject({
      code: "PLUGIN_INCOMPATIBLE",
      message: expect.stringContaining("is made for hodu-plugin-sdk ^0.2.0, this is 0.3.0") as string,
    });
    expect(failures.get(plugins[0])).toMatchObject({ code: "PLUGIN_DEPENDENCY" });
  });

  it("stays short however long the chain is", () => {
    const plugins = Array.from({ length: 20_000 }, (_, i) => plugin(`p${i}`, "1.0.0", { [`p${i + 1}`]: "*" }));
    const { failures } = resolveLoadOrder(plugins.slice(0, 1), plugins.slice(0, 300), { machine: BARE });
    expect(failures.get(plugins[0])?.message.length).toBeLessThan(300);
    expect(failures.get(plugins[0])?.message).toContain("p298 1.0.0 -> p299 1.0.0 -> p300 * (found none)");
  });
});

const systemOf = (...system: readonly string[]): Requirements => ({ system });

/** Plugins whose requirements lead to later ones only, but for those in `broken`, which require what is not there. */
interface Dag {
  readonly needs: readonly (readonly number[])[];
  readonly broken: ReadonlySet<number>;
  readonly shuffle: readonly number[];
}

const dags: fc.Arbitrary<Dag> = fc.integer({ min: 1, max: 24 }).chain((size) =>
  fc.record({
    needs: fc.array(fc.array(fc.nat(size - 1), { maxLength: 4 }), { minLength: size, maxLength: size }),
    broken: fc.array(fc.nat(size - 1), { maxLength: 3 }).map((list) => new Set(list)),
    shuffle: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
  }),
);

it("orders 1,000 random graphs so that all that a plugin requires comes before it, and only those fail that lead to a fault", () => {
  fc.assert(
    fc.property(dags, ({ needs, broken, shuffle }) => {
      const edges = needs.map((list, i) => list.filter((other) => other > i));
      const plugins = shuffle.map((i) =>
        plugin(
          `p${i}`,
          "1.0.0",
          Object.fromEntries([...edges[i].map((to) => [`p${to}`, "^1"]), ...(broken.has(i) ? [["gone", "*"]] : [])]),
        ),
      );
      const fails = edges.map((_, i) => leadsTo(i, edges, broken));
      const { order, failed } = resolve(plugins);
      expect(new Set(order)).toEqual(new Set(edges.flatMap((_, i) => (fails[i] ? [] : [`p${i}`]))));
      expect(Object.keys(failed)).toHaveLength(fails.filter(Boolean).length);
      order.forEach((id, at) => {
        for (const to of edges[Number(id.slice(1))]) expect(order.indexOf(`p${to}`)).toBeLessThan(at);
      });
    }),
    { numRuns: 1000 },
  );
});

it("finds in random graphs with cycles that what it orders requires nothing that it does not", () => {
  const graphs = fc
    .integer({ min: 1, max: 12 })
    .chain((size) => fc.array(fc.array(fc.nat(size - 1), { maxLength: 2 }), { minLength: size, maxLength: size }));
  fc.assert(
    fc.property(graphs, (edges) => {
      const plugins = edges.map((list, i) =>
        plugin(`p${i}`, "1.0.0", Object.fromEntries(list.map((to) => [`p${to}`, "*"]))),
      );
      const { order, failed } = resolve(plugins);
      const cyclic = new Set(edges.flatMap((_, i) => (reachable(i, edges).has(i) ? [i] : [])));
      const expected = edges.flatMap((_, i) => (leadsTo(i, edges, cyclic) ? [] : [`p${i}`]));
      expect(new Set(order)).toEqual(new Set(expected));
      expect(order.length + Object.keys(failed).length).toBe(edges.length);
      for (const message of Object.values(failed)) expect(message).toContain("found a cycle");
    }),
    { numRuns: 1000 },
  );
});

/** All that can be reached by one edge or more. */
function reachable(from: number, edges: readonly (readonly number[])[]): Set<number> {
  const seen = new Set<number>();
  const open = [...edges[from]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (!seen.has(next)) open.push(...edges[next]);
    seen.add(next);
  }
  return seen;
}

function leadsTo(from: number, edges: readonly (readonly number[])[], goals: ReadonlySet<number>): boolean {
  return goals.has(from) || [...reachable(from, edges)].some((one) => goals.has(one));
}
