import { applyPatches } from "@hodu/compiler";
import { type NamedValue, type Patch, type Snapshot, verifySnapshot } from "@hodu/core";
import { list, snapshot as snapshotCodec } from "@hodu/core/wire";
import type { TransformConfig, TransformPlugin } from "../contracts/transform.ts";
import type { KnownPlugin } from "../contracts/plugin.ts";
import { patch as patchCodec } from "../protocol/graph-codecs.ts";
import { type ContractTest, type PluginUnderTest, quietContext } from "./contract-test.ts";
import { evaluateModel } from "./evaluate-model.ts";
import { manifestTests } from "./manifest-tests.ts";
import { expectData, expectSame } from "./same-data.ts";
import { expectClose, REWRITTEN } from "./same-values.ts";

/** Rounds after which a transform should find nothing more. */
const MAX_ROUNDS = 32;

/** A model to try a transform on. */
export interface TransformFixture {
  readonly name: string;
  /** Its weights are in itself. */
  readonly model: Snapshot;
  /** What it is run on, before and after; left out, it is not run. */
  readonly inputs?: readonly NamedValue[];
  readonly config?: TransformConfig;
  /** How many patches the first call gives; left out, any number. */
  readonly patches?: number;
}

export interface TransformSuiteOptions {
  /** Name of the transform; default: the only one. */
  readonly transform?: string;
}

/** What the contract of a transform promises, tried on models of the author's. */
export function transformSuite(
  load: PluginUnderTest,
  fixtures: readonly TransformFixture[],
  options: TransformSuiteOptions = {},
): readonly ContractTest[] {
  const transform = async (): Promise<TransformPlugin> => transformIn(await load(), options.transform);
  return [...manifestTests(load), ...fixtures.flatMap((fixture) => fixtureTests(fixture, transform))];
}

const patches = list(patchCodec);

function fixtureTests(fixture: TransformFixture, load: () => Promise<TransformPlugin>): readonly ContractTest[] {
  const { name, model, config = {}, inputs } = fixture;
  const apply = async (snapshot: Snapshot): Promise<readonly Patch[]> =>
    (await load()).apply(snapshot, config, quietContext());
  return [
    {
      name: `gives patches for ${name} that are data, the same each time`,
      async run() {
        const found = await apply(structuredClone(model));
        expectSame(patches, await apply(structuredClone(model)), found, "two calls");
        expectData(patches, found, "the patches");
        if (fixture.patches !== undefined && found.length !== fixture.patches) {
          throw new Error(`found ${found.length} patches, expected ${fixture.patches}`);
        }
      },
    },
    {
      name: `leaves ${name} itself as it is`,
      async run() {
        const given = structuredClone(model);
        await apply(given);
        expectSame(snapshotCodec, given, model, "the model before and after");
      },
    },
    {
      name: `makes a valid model of ${name}, and finds nothing more in the end`,
      run: async () => void (await transformed(structuredClone(model), apply)),
    },
    ...(inputs === undefined ? [] : [resultTest(name, model, inputs, apply)]),
  ];
}

function resultTest(
  name: string,
  model: Snapshot,
  inputs: readonly NamedValue[],
  apply: (snapshot: Snapshot) => Promise<readonly Patch[]>,
): ContractTest {
  return {
    name: `leaves what ${name} computes as it is`,
    async run() {
      const after = await evaluateModel(await transformed(structuredClone(model), apply), inputs);
      expectClose(after, await evaluateModel(model, inputs), REWRITTEN, "the results");
    },
  };
}

/** Applies what a transform finds, again and again. Throws when it does not come to rest, or breaks a rule. */
async function transformed(
  model: Snapshot,
  apply: (snapshot: Snapshot) => Promise<readonly Patch[]>,
): Promise<Snapshot> {
  let current = model;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const found = await apply(current);
    if (found.length === 0) return current;
    current = applyPatches(current, found).snapshot;
    verifySnapshot(current);
  }
  throw new Error(`it still finds something after ${MAX_ROUNDS} rounds`);
}

function transformIn({ transforms = {} }: KnownPlugin, name: string | undefined): TransformPlugin {
  const names = Object.keys(transforms);
  const wanted = name ?? (names.length === 1 ? names[0] : undefined);
  if (wanted !== undefined && Object.hasOwn(transforms, wanted)) return transforms[wanted];
  throw new Error(`there is no transform "${wanted ?? ""}", expected one of ${names.join(", ")}`);
}
