import { type LoadedPlugin, loadInChild } from "@hodu/plugin-host";
import { type CallContext, type Session, type Tensor, tensorOf } from "hodu-plugin-sdk";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LANGUAGES, partsManifest, type PartsPlugins, partsPlugins } from "./parts-plugin.ts";

const context: CallContext = { signal: new AbortController().signal, log() {}, progress() {} };
const snapshot = {
  graph: { name: "empty", inputs: [], outputs: [], weights: [], nodes: [], values: [] },
  stores: [],
  metadata: [],
  producer: "",
};
const KIBI = 1024;
const MEBI = KIBI * KIBI;

/** Contents of calls: parts of it that begin at different bytes. */
const noise = Uint8Array.from({ length: 16 * MEBI }, (_, i) => (i * 2_654_435_761) >>> 13);

/** Sizes of calls that run at once. The files of the first ones, when they wait, are more than may wait. */
const BURSTS: readonly (readonly number[])[] = [
  Array.from({ length: 19 }, (_, i) => 15 * MEBI - i * 4096),
  [64 * KIBI, 9 * MEBI, 1 * MEBI + 1, 200_003],
  Array.from({ length: 12 }, (_, i) => 70_000 * (1 + i)),
  [15 * MEBI, 65 * KIBI, 3 * MEBI],
];

let plugins: PartsPlugins;
beforeAll(() => {
  plugins = partsPlugins();
}, 120_000);
afterAll(() => plugins.remove());

for (const { language, isHere, title } of LANGUAGES) {
  describe.skipIf(!isHere)(`a plugin that gives back what it was lent, ${title}`, () => {
    let plugin: LoadedPlugin;
    let session: Session;
    beforeEach(async () => {
      plugin = await loadInChild(partsManifest, plugins.program[language]);
      const backend = plugin.backends!["faulty"];
      const model = { snapshot, source: undefined };
      const artifact = await backend.compile(model, { device: "none", precision: "native" }, context);
      session = await backend.load(artifact, undefined, { threads: 1, maxMemory: Infinity }, context);
    });
    afterEach(() => plugin.dispose());

    const echo = async (data: Uint8Array): Promise<Uint8Array> => {
      const large = { name: "large", value: tensorOf("u8", [data.length], data) };
      const [{ value }] = (await session.run([large], { outputs: ["large"] }, context)).outputs;
      return (value as Tensor).data as Uint8Array;
    };

    it("gives each of many calls at once its own bytes, of sizes that grow and shrink", {
      timeout: 60_000,
    }, async () => {
      for (const sizes of BURSTS) {
        const sent = sizes.map((size, i) => noise.subarray(i * 31, i * 31 + size));
        const found = await Promise.all(sent.map(echo));
        found.forEach((bytes, i) => expect(Buffer.compare(bytes, sent[i]), `call ${i}`).toBe(0));
      }
    });

    it("gives each call its own bytes while memory of others is used again", {
      timeout: 60_000,
    }, async () => {
      const kept: [found: Uint8Array, sent: Uint8Array][] = [];
      const lane = async (at: number): Promise<void> => {
        for (let i = 1; i <= 12; i++) {
          const sent = noise.subarray(at * 31 + i * 7, at * 31 + i * 7 + ((i * at * 333_333) % (2 * MEBI)) + 64 * KIBI);
          kept.push([await echo(sent), sent]);
        }
      };
      await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(lane));
      for (const [found, sent] of kept) expect(Buffer.compare(found, sent)).toBe(0);
    });
  });
}
