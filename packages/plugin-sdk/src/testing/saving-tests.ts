import { HoduError, type Snapshot } from "@hodu/core";
import { snapshot as snapshotCodec } from "@hodu/core/wire";
import { type BytesSink, bytesSink } from "../bytes-sink.ts";
import { bytesSource } from "../bytes-source.ts";
import type { ByteSink } from "../contracts/byte-sink.ts";
import type { ByteSource } from "../contracts/byte-source.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { FormatPlugin, TensorFile } from "../contracts/format.ts";
import type { Model } from "../contracts/model.ts";
import { PLUGIN_METHODS } from "../protocol/methods.ts";
import { type ContractTest, expectAbort, quietContext, refusal } from "./contract-test.ts";
import { type FormatFixture, type FormatSuiteOptions, sourceOf } from "./format-fixture.ts";
import { expectSame } from "./same-data.ts";
import { expectSameModels } from "./same-models.ts";

/** Writes what was read from a fixture. */
export type Save = (sink: ByteSink, context?: CallContext) => Promise<void>;

/** How a format writes what it reads from a fixture. */
export interface Saving {
  readonly save: Save;
  /** Throws when the format reads something else from what was saved than from the fixture. */
  readonly expectSameIn: (sink: BytesSink, rewrites: boolean) => Promise<void>;
}

/** What the contract promises of writing what was read from a fixture; of formats that do not write, nothing. */
export function savingTests(
  fixture: FormatFixture,
  format: () => Promise<FormatPlugin>,
  { rewrites = false }: FormatSuiteOptions,
): readonly ContractTest[] {
  const { name } = fixture;
  const saving =
    (run: (saving: Saving) => Promise<void>): (() => Promise<void>) =>
    async () => {
      const found = await savingOf(fixture, await format());
      if (found !== undefined) await run(found);
    };
  return [
    {
      name: `saves what it read from ${name}, and reads the same again`,
      run: saving(async ({ save, expectSameIn }) => expectSameIn(await saved(name, save), rewrites)),
    },
    {
      name: `saves what it read from ${name} to the same bytes each time`,
      run: saving(async ({ save }) => {
        const [one, other] = await Promise.all([saved(name, save), saved(name, save)]);
        expectSameFiles(one, other, "two saved files");
      }),
    },
    {
      name: `passes on what goes wrong when ${name} is written, at any write`,
      run: saving(async ({ save }) => {
        const writes = await countWrites(name, save);
        for (const failing of new Set([0, Math.floor(writes / 2), writes - 1])) {
          const full = new HoduError("IO", `Cannot write ${name}: the disk is full`);
          const error = await refusal(
            save(watched(bytesSink(name), (write) => (write === failing ? Promise.reject(full) : undefined))),
            "a disk that is full",
          );
          if (error.code !== "IO" || error.message !== full.message) {
            throw new Error(`write ${failing} of ${writes} failed with "${error.message}", expected "${full.message}"`);
          }
        }
      }),
    },
    {
      name: `ends a writing of ${name} that is cancelled`,
      run: saving(async ({ save }) => {
        await expectAbort(save(bytesSink(name), quietContext(AbortSignal.abort())), "a cancelled call");
        if ((await countWrites(name, save)) < 2) return;
        const controller = new AbortController();
        const cancelling = watched(bytesSink(name), async () => {
          controller.abort();
          // Time for the news to get to a plugin in another process.
          await new Promise((resolve) => setTimeout(resolve, 20));
        });
        await expectAbort(
          save(cancelling, quietContext(controller.signal)),
          "a call that was cancelled while it wrote",
        );
      }),
    },
  ];
}

/** How a format writes what it reads from a fixture; undefined when it does not write such files. */
export function savingOf(fixture: FormatFixture, format: FormatPlugin): Promise<Saving | undefined> {
  return fixture.kind === "model" ? modelSaving(fixture, format) : tensorSaving(fixture, format);
}

async function modelSaving(fixture: FormatFixture, format: FormatPlugin): Promise<Saving | undefined> {
  if (format.saveModel === undefined || format.loadModel === undefined) return undefined;
  const read = async (source: ByteSource): Promise<Model> => {
    return { source, snapshot: await format.loadModel!(source, quietContext()) };
  };
  const model = await read(sourceOf(fixture));
  const saveOf =
    (from: Model): Save =>
    (sink, context = quietContext()) =>
      format.saveModel!(from, sink, {}, context);
  return {
    save: saveOf(model),
    async expectSameIn(sink, rewrites) {
      const back = await read(sourceOfSaved(sink));
      if (!rewrites) return expectSameModels(model, back, BOTH);
      expectSame(snapshotCodec, withoutNodes(model.snapshot), withoutNodes(back.snapshot), BOTH);
      expectSameFiles(sink, await saved(sink.name, saveOf(back)), "the saved file and that of what was read back");
    },
  };
}

async function tensorSaving(fixture: FormatFixture, format: FormatPlugin): Promise<Saving | undefined> {
  if (format.saveTensors === undefined || format.loadTensors === undefined) return undefined;
  const read = (source: ByteSource): Promise<TensorFile> => format.loadTensors!(source, {}, quietContext());
  const file = await read(sourceOf(fixture));
  const codec = PLUGIN_METHODS["format.loadTensors"].result;
  return {
    save: (sink, context = quietContext()) => format.saveTensors!(file, sink, context),
    expectSameIn: async (sink) => expectSame(codec, sorted(file), sorted(await read(sourceOfSaved(sink))), BOTH),
  };
}

const BOTH = "what was saved and what is read back";

/** What a model is to who runs it. */
function withoutNodes({ graph, ...rest }: Snapshot): Snapshot {
  return { ...rest, stores: [], graph: { ...graph, nodes: [], weights: [], values: [] } };
}

/** A format may have an order of its own for values. */
function sorted({ values, metadata }: TensorFile): TensorFile {
  return {
    values: values.toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    metadata: metadata.toSorted(([a], [b]) => (a < b ? -1 : 1)),
  };
}

export async function saved(name: string, save: Save): Promise<BytesSink> {
  const sink = bytesSink(name);
  await save(sink);
  return sink;
}

/** Throws when two files or their siblings differ. */
export function expectSameFiles(one: BytesSink, other: BytesSink, what: string): void {
  if (Buffer.compare(one.bytes(), other.bytes()) !== 0) throw new Error(`${what} differ`);
  const names = [one, other].map(({ siblings }) => [...siblings.keys()].sort().join(", "));
  if (names[0] !== names[1]) throw new Error(`${what} have the siblings ${names[0]} and ${names[1]}`);
  for (const [name, sibling] of one.siblings) expectSameFiles(sibling, other.siblings.get(name)!, `${what}: ${name}`);
}

function sourceOfSaved(sink: BytesSink): ByteSource {
  const siblings = new Map([...sink.siblings].map(([name, sibling]) => [name, sibling.bytes()]));
  return bytesSource(sink.name, sink.bytes(), siblings);
}

async function countWrites(name: string, save: Save): Promise<number> {
  let writes = 0;
  await save(watched(bytesSink(name), () => void (writes += 1)));
  return writes;
}

/** The sink and its siblings, whose writes wait for `before`, which gets their number. */
function watched(sink: ByteSink, before: (write: number) => Promise<void> | void): ByteSink {
  let writes = 0;
  const watch = (inner: ByteSink): ByteSink => ({
    name: inner.name,
    async write(bytes) {
      await before(writes++);
      await inner.write(bytes);
    },
    sibling: async (wanted) => watch(await inner.sibling(wanted)),
  });
  return watch(sink);
}
