import { findingsOf, type Snapshot } from "@hodu/core";
import { bytesSource } from "../bytes-source.ts";
import { chunksByReading } from "../chunks.ts";
import type { ByteSource } from "../contracts/byte-source.ts";
import type { CallContext } from "../contracts/call-context.ts";
import type { FormatPlugin } from "../contracts/format.ts";
import {
  type ContractTest,
  expectAbort,
  type PluginUnderTest,
  quietContext,
  refusal,
  settled,
} from "./contract-test.ts";
import { type FormatFixture, formatOf, type FormatSuiteOptions, reading, sourceOf } from "./format-fixture.ts";
import { manifestTests } from "./manifest-tests.ts";
import { randomBytes } from "./random-bytes.ts";
import { expectData, expectSame } from "./same-data.ts";
import { savingTests } from "./saving-tests.ts";

/** Pieces of a file, in parts of its size, that are given as the whole. */
const CUTS = [0, 0.01, 0.25, 0.5, 0.75, 0.99];

/** Damaged copies of a file that are tried; each has a few bytes changed. */
const DAMAGES = 16;

/** What the contract of a format promises, tried on files of the author's. */
export function formatSuite(
  load: PluginUnderTest,
  fixtures: readonly FormatFixture[],
  options: FormatSuiteOptions = {},
): readonly ContractTest[] {
  const format = async (): Promise<FormatPlugin> => formatOf(await load(), options.format);
  return [
    ...manifestTests(load),
    ...fixtures.flatMap((fixture) => [...readingTests(fixture, format), ...savingTests(fixture, format, options)]),
  ];
}

function readingTests(fixture: FormatFixture, format: () => Promise<FormatPlugin>): readonly ContractTest[] {
  const { name, bytes } = fixture;
  const read = async (source: ByteSource, context?: CallContext): Promise<unknown> =>
    reading(fixture, await format()).read(source, context);
  const damaged = (changed: Uint8Array): ByteSource => bytesSource(name, changed, fixture.siblings);
  return [
    {
      name: `reads ${name}, the same each time, and gives data`,
      async run() {
        const { read: readForm, codec } = reading(fixture, await format());
        const first = await readForm(sourceOf(fixture));
        if (fixture.kind === "model") expectVerified((first as { readonly snapshot: Snapshot }).snapshot);
        expectSame(codec, await readForm(sourceOf(fixture)), first, "two readings");
        expectData(codec, first, "the result");
      },
    },
    {
      name: `reads ${name} whatever else is read at the same time`,
      async run() {
        const { read: readForm, codec } = reading(fixture, await format());
        const [one, other] = await Promise.all([readForm(sourceOf(fixture)), readForm(sourceOf(fixture))]);
        expectSame(codec, one, other, "two readings");
      },
    },
    {
      name: `refuses ${name} when it holds other bytes, and names the file`,
      async run() {
        for (const seed of [1, 2, 3]) {
          const error = await refusal(read(damaged(randomBytes(Math.max(64, bytes.length % 4096), seed))), "garbage");
          if (error.where.file !== name) throw new Error(`where.file is ${error.where.file}, expected ${name}`);
        }
        await refusal(read(damaged(new Uint8Array(0))), "an empty file");
      },
    },
    {
      name: `fails on a damaged ${name} with a HoduError, if it fails`,
      async run() {
        for (const cut of CUTS) await settled(read(damaged(bytes.subarray(0, Math.floor(bytes.length * cut)))));
        for (let seed = 1; seed <= DAMAGES; seed++) await settled(read(damaged(damage(bytes, seed))));
      },
    },
    {
      name: `passes on what goes wrong when ${name} is read`,
      async run() {
        const failing: ByteSource = { ...sourceOf(fixture), size: bytes.length + 100 };
        await refusal(read(failing), "a file that is shorter than its size");
      },
    },
    {
      name: `ends a reading of ${name} that is cancelled`,
      async run() {
        await expectAbort(read(sourceOf(fixture), quietContext(AbortSignal.abort())), "a cancelled call");
        const controller = new AbortController();
        const source = sourceOf(fixture);
        const cancelling: ByteSource = {
          ...source,
          async read(offset, length) {
            controller.abort();
            // Time for the news to get to a plugin in another process.
            await new Promise((resolve) => setTimeout(resolve, 20));
            return source.read(offset, length);
          },
          chunks: (offset, length) => chunksByReading(cancelling, offset, length),
        };
        await expectAbort(read(cancelling, quietContext(controller.signal)), "a call that was cancelled while it read");
      },
    },
  ];
}

function expectVerified(snapshot: Snapshot): void {
  const findings = findingsOf(snapshot);
  if (findings.length > 0) throw new Error(`the Snapshot is not valid:\n${findings.join("\n")}`);
}

/** A copy with a few bytes changed, another for each seed. */
function damage(bytes: Uint8Array, seed: number): Uint8Array {
  // The slice of a Buffer is a view of it.
  const copy = new Uint8Array(bytes);
  if (copy.length === 0) return copy;
  const random = new DataView(randomBytes(32, seed).buffer);
  for (let i = 0; i < 4; i++) copy[random.getUint32(i * 8, true) % copy.length] = random.getUint8(i * 8 + 4);
  return copy;
}
