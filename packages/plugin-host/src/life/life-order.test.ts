import fc from "fast-check";
import { type KnownPlugin, PluginMetadata } from "hodu-plugin-sdk";
import { expect, inject, it } from "vitest";
import { PluginRegistry } from "./plugin-registry.ts";

/** Plugins that require later ones only, those whose onLoad fails, and the order in which they are registered. */
interface Plugins {
  readonly needs: readonly (readonly number[])[];
  readonly failing: ReadonlySet<number>;
  readonly order: readonly number[];
  /** Milliseconds of turns that each onLoad takes. */
  readonly waits: readonly number[];
}

const plugins: fc.Arbitrary<Plugins> = fc.integer({ min: 1, max: 16 }).chain((size) =>
  fc.record({
    needs: fc.tuple(
      ...Array.from({ length: size }, (_, i) =>
        fc.subarray(Array.from({ length: size - i - 1 }, (__, k) => i + k + 1)),
      ),
    ),
    failing: fc.subarray([...Array(size).keys()], { maxLength: Math.min(2, size) }).map((list) => new Set(list)),
    order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size }),
    waits: fc.array(fc.nat(3), { minLength: size, maxLength: size }),
  }),
);

function pluginOf(i: number, { needs, failing, waits }: Plugins, notes: string[]): KnownPlugin {
  const metadata = needs[i].reduce(
    (made, other) => made.withDependency(`p${other}`, "^1"),
    new PluginMetadata(`p${i}`, "1.0.0"),
  );
  return {
    manifest: metadata.build(),
    async onLoad() {
      for (let turn = 0; turn < waits[i]; turn++) await Promise.resolve();
      if (failing.has(i)) throw new Error("it fails");
      notes.push(`+p${i}`);
    },
    onUnload: () => void notes.push(`-p${i}`),
  };
}

const LONG = { timeout: 60_000 };

it(
  "P7: loads 1,000 random graphs of plugins, each after what it requires, and unloads them in reverse; one that fails stops only those that require it",
  LONG,
  async () => {
    await fc.assert(
      fc.asyncProperty(plugins, async (given) => {
        const notes: string[] = [];
        const registry = new PluginRegistry({ machine: { library: () => undefined, has: () => false } });
        for (const i of given.order) registry.register(pluginOf(i, given, notes));
        const leadsToFailure = (i: number): boolean => given.failing.has(i) || given.needs[i].some(leadsToFailure);
        const good = given.order.filter((i) => !leadsToFailure(i));
        const { loaded, failed } = await registry.initializeAll();
        expect(new Set(loaded)).toEqual(new Set(good.map((i) => `p${i}`)));
        expect(failed.size).toBe(given.order.length - good.length);
        await registry.shutDown();
        for (const i of good) {
          for (const other of given.needs[i]) {
            expect(notes.indexOf(`+p${other}`)).toBeLessThan(notes.indexOf(`+p${i}`));
            expect(notes.indexOf(`-p${other}`)).toBeGreaterThan(notes.indexOf(`-p${i}`));
          }
        }
        expect(notes).toHaveLength(2 * good.length);
      }),
      { numRuns: Math.ceil(1000 * inject("share")) },
    );
  },
);

it("P7: comes to an end, with each plugin loaded or not, whatever is asked of it at a time", LONG, async () => {
  const actions = fc.array(fc.tuple(fc.constantFrom("load", "unload", "reload"), fc.nat(5), fc.boolean()), {
    maxLength: 24,
  });
  await fc.assert(
    fc.asyncProperty(actions, async (asked) => {
      const notes: string[] = [];
      const needs = [[1, 2], [3], [3], [4, 5], [], []];
      const given = { needs, failing: new Set<number>(), order: [0, 1, 2, 3, 4, 5], waits: [3, 0, 2, 1, 0, 3] };
      const registry = new PluginRegistry({ machine: { library: () => undefined, has: () => false } });
      for (const i of given.order) registry.register(pluginOf(i, given, notes));
      await Promise.allSettled(
        asked.map(async ([what, i, waits]) => {
          if (waits) await new Promise((resolve) => setImmediate(resolve));
          if (what === "unload") await registry.unload(`p${i}`, { cascade: true, drain: 0 });
          else await registry[what as "load" | "reload"](`p${i}`);
        }),
      );
      for (const { manifest, state } of registry.list()) {
        const i = Number(manifest.id.slice(1));
        if (state === "active") for (const other of needs[i]) expect(registry.find(`p${other}`).state).toBe("active");
      }
      await registry.shutDown();
      expect(registry.list({ state: "active" })).toEqual([]);
      const count = (sign: string): number => notes.filter((note) => note.startsWith(sign)).length;
      expect(count("+")).toBe(count("-"));
    }),
    { numRuns: Math.ceil(300 * inject("share")) },
  );
});
