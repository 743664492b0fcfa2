import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { PLUGIN_METHODS } from "../../packages/plugin-sdk/src/protocol/methods.ts";
import { ClientProcess, messageFrame } from "./client-process.ts";
import { LANGUAGES, type PartsPlugins, partsPlugins } from "./parts-plugin.ts";

/** Processes that get damaged bytes; each takes a start. */
const DAMAGED_RUNS = 25;

/** Requests whose params are anything. */
const REQUESTS = 600;

const MEMBERS =
  "format backend operator transform kernel kernelBackend service method arguments source sink options snapshot node inputs values metadata artifact session keep key plugin config event " +
  "subscription kind data bytes shape dtype name graph stores nodes weights attributes element items offset $float $bytes $value value";
const NAMES = [
  "shop",
  "faulty",
  "matmul",
  "fold",
  "relu-of-relu",
  "matmul-hls",
  "tensor",
  "map",
  "graph",
  "f32",
  "NaN",
  "",
];

const { params } = fc.letrec((tie) => ({
  leaf: fc.oneof(fc.constantFrom(...NAMES), fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.string()),
  params: fc.dictionary(fc.constantFrom(...MEMBERS.split(" ")), tie("any"), { maxKeys: 9 }),
  any: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    tie("leaf"),
    tie("params"),
    fc.array(tie("any"), { maxLength: 4 }),
  ),
}));

let plugins: PartsPlugins;
beforeAll(() => {
  plugins = partsPlugins();
}, 120_000);
afterAll(() => plugins.remove());

for (const { language, isHere, title } of LANGUAGES) {
  describe.skipIf(!isHere)(`a client ${title}`, () => {
    it("answers each request, whatever its params are", { timeout: 120_000 }, async () => {
      const client = await ClientProcess.start(plugins.program[language]);
      const method = fc.constantFrom(...Object.keys(PLUGIN_METHODS), "no.such.method");
      const seed = Math.floor(Math.random() * 2 ** 31);
      const requests = fc.sample(fc.tuple(method, fc.oneof(params, fc.jsonValue())), { numRuns: REQUESTS, seed });
      for (const [i, [name, given]] of requests.entries()) client.request(i + 1, name, given);
      const isAnswered = await client.until(() => client.answers.size === REQUESTS || client.isOver);
      const missing = requests.findIndex((_, i) => !client.answers.has(i + 1));
      expect(isAnswered && missing, `seed ${seed}, ${JSON.stringify(requests[missing])}`).toBe(-1);
      expect(await client.close()).toBe(true);
    });

    it("ends with a line of damaged frames, and does not hang", { timeout: 120_000 }, async () => {
      const request = messageFrame({ jsonrpc: "2.0", id: 1, method: "initialize", params: {}, parts: [3] });
      const damaged = fc.tuple(fc.array(fc.tuple(fc.nat(request.length - 1), fc.nat(255)), { maxLength: 3 }), fc.nat());
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(damaged, fc.uint8Array({ maxLength: 40 })), { minLength: 1, maxLength: 4 }),
          async (pieces) => {
            const client = await ClientProcess.start(plugins.program[language]);
            for (const piece of pieces) client.send(piece instanceof Uint8Array ? piece : damage(request, ...piece));
            expect(await client.close()).toBe(true);
          },
        ),
        { numRuns: DAMAGED_RUNS },
      );
    });

    it("knows all methods of the page, and says of others that it does not", async () => {
      const client = await ClientProcess.start(plugins.program[language]);
      const methods = [...Object.keys(PLUGIN_METHODS), "no.such.method", "constructor", "__init__"];
      for (const [i, method] of methods.entries()) client.request(i + 1, method, {});
      expect(await client.until(() => client.answers.size === methods.length)).toBe(true);
      const codes = methods.map(
        (_, i) => (client.answers.get(i + 1)!["error"] as { readonly code?: number } | undefined)?.code,
      );
      expect(methods.filter((_, i) => codes[i] === -32601)).toEqual(["no.such.method", "constructor", "__init__"]);
      expect(await client.close()).toBe(true);
    });
  });
}

function damage(frame: Uint8Array, changes: readonly (readonly [at: number, byte: number])[], cut: number): Uint8Array {
  const copy = frame.slice();
  for (const [at, byte] of changes) copy[at] = byte;
  return copy.subarray(0, cut % (copy.length + 1));
}
