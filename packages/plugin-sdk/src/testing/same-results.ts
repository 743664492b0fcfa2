import type { HoduError } from "@hodu/core";
import { bytesSource } from "../bytes-source.ts";
import type { RunResult } from "../contracts/backend.ts";
import { runResult } from "../protocol/backend-codecs.ts";
import { backendCases, sumGraph } from "./backend-cases.ts";
import { type BackendSuiteOptions, benchOf } from "./backend-suite.ts";
import { type ContractTest, type PluginUnderTest, refusal } from "./contract-test.ts";
import { type FormatFixture, formatOf, type FormatSuiteOptions, reading, sourceOf } from "./format-fixture.ts";
import { randomBytes } from "./random-bytes.ts";
import { expectSame } from "./same-data.ts";
import { expectSameFiles, saved, savingOf } from "./saving-tests.ts";

/** A plugin gives the same, to the last bit, whichever of two ways it is loaded; its errors say the same. */
export function sameFormatSuite(
  one: PluginUnderTest,
  other: PluginUnderTest,
  fixtures: readonly FormatFixture[],
  { format }: FormatSuiteOptions = {},
): readonly ContractTest[] {
  const both = async (): Promise<ReturnType<typeof formatOf>[]> =>
    [await one(), await other()].map((plugin) => formatOf(plugin, format));
  return fixtures.flatMap((fixture) => [
    {
      name: `reads the same from ${fixture.name} both ways`,
      async run() {
        const [first, second] = (await both()).map((plugin) => reading(fixture, plugin));
        expectSame(
          first.codec,
          await first.read(sourceOf(fixture)),
          await second.read(sourceOf(fixture)),
          "the results",
        );
      },
    },
    {
      name: `saves the same bytes from ${fixture.name} both ways`,
      async run() {
        const files = await Promise.all(
          (await both()).map(async (plugin) => {
            const saving = await savingOf(fixture, plugin);
            return saving && saved(fixture.name, saving.save);
          }),
        );
        if (files[0] !== undefined && files[1] !== undefined) expectSameFiles(files[0], files[1], "the files");
        else if (files[0] !== files[1]) throw new Error("only one of them saves it");
      },
    },
    {
      name: `refuses a damaged ${fixture.name} with the same words both ways`,
      async run() {
        const damaged = bytesSource(fixture.name, randomBytes(200, 1), fixture.siblings);
        const [first, second] = (await both()).map((plugin) => reading(fixture, plugin));
        expectSameError(await refusal(first.read(damaged), "garbage"), await refusal(second.read(damaged), "garbage"));
      },
    },
  ]);
}

/** The same for a backend, on the graphs of its suite. */
export function sameBackendSuite(
  one: PluginUnderTest,
  other: PluginUnderTest,
  options: BackendSuiteOptions = {},
): readonly ContractTest[] {
  const run = async (load: PluginUnderTest, i: number): Promise<RunResult> => {
    const { snapshot, inputs } = backendCases()[i];
    return withoutTimes(await benchOf(await load(), options).runOnce(snapshot, inputs, { profile: true }));
  };
  return [
    ...backendCases().map(({ name }, i) => ({
      name: `gives the same for ${name} both ways`,
      run: async () => expectSame(runResult, await run(one, i), await run(other, i), "the results"),
    })),
    {
      name: "refuses an input with the same words both ways",
      async run() {
        const errors = [one, other].map(async (load) =>
          refusal(benchOf(await load(), options).runOnce(sumGraph(), [], {}), "a missing input"),
        );
        expectSameError(await errors[0], await errors[1]);
      },
    },
  ];
}

function withoutTimes(result: RunResult): RunResult {
  if (result.nodes === undefined) return result;
  return { ...result, nodes: result.nodes.map((node) => ({ ...node, milliseconds: 0 })) };
}

function expectSameError(one: HoduError, other: HoduError): void {
  const [first, second] = [one, other].map(({ code, message, hint, where }) =>
    JSON.stringify([
      code,
      message,
      hint,
      where.file,
      where.field,
      where.offset,
      where.node,
      where.operator,
      where.plugin,
    ]),
  );
  if (first !== second) throw new Error(`the errors differ: ${first} and ${second}`);
}
