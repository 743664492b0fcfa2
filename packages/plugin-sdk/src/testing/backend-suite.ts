import { compareValues, EXACT, HoduError, type NamedValue, type Snapshot, tensorFrom, type Value } from "@hodu/core";
import type {
  Artifact,
  BackendPlugin,
  CompileOptions,
  RunOptions,
  RunResult,
  Session,
  SessionOptions,
} from "../contracts/backend.ts";
import type { Model } from "../contracts/model.ts";
import type { KnownPlugin } from "../contracts/plugin.ts";
import { artifact as artifactCodec, runResult } from "../protocol/backend-codecs.ts";
import { list, value as valueCodec } from "@hodu/core/wire";
import {
  type BackendCase,
  backendCases,
  endlessGraph,
  endlessInputs,
  productGraph,
  productInputs,
  productResult,
  randomGraph,
  sumGraph,
} from "./backend-cases.ts";
import { type ContractTest, isAbort, type PluginUnderTest, quietContext, refusal } from "./contract-test.ts";
import { withWeightsInFile } from "./file-weights.ts";
import { manifestTests } from "./manifest-tests.ts";
import { tryAtOnce, tryInto, tryOwnership, tryWrongMemory } from "./backend-outputs.ts";
import { expectData, expectSame } from "./same-data.ts";

export interface BackendSuiteOptions {
  /** Short name of the backend; default: the only one of the plugin. */
  readonly backend?: string;
  /** Default: the first of the manifest. */
  readonly device?: string;
  /** Milliseconds in which a run ends that is cancelled; default 50, what the interpreter promises. */
  readonly abortWithin?: number;
}

/** Tries for a promise about time: another process may have the machine. */
const TRIES = 5;

/** What the contract of a backend promises, tried on small graphs. */
export function backendSuite(load: PluginUnderTest, options: BackendSuiteOptions = {}): readonly ContractTest[] {
  const bench = async (): Promise<Bench> => benchOf(await load(), options);
  return [
    ...manifestTests(load),
    ...backendCases().map((wanted) => ({
      name: `runs ${wanted.name}, or says why not`,
      run: async () => tryCase(await bench(), wanted),
    })),
    ...promises(bench, options.abortWithin ?? 50),
  ];
}

function promises(bench: () => Promise<Bench>, abortWithin: number): readonly ContractTest[] {
  const x = { name: "x", value: tensorFrom("f32", [1, 2], [1, 2]) };
  const y = { name: "y", value: tensorFrom("f32", [1, 2], [3, 4]) };
  return [
    {
      name: "says why it does not support an operator that nobody knows",
      async run() {
        const { backend } = await bench();
        const [node] = sumGraph().graph.nodes;
        const answer = await backend.supports({ ...node, op: "NoSuchOperator" }, [undefined, undefined]);
        if (typeof answer !== "string" || answer === "") throw new Error(`found ${answer}, expected a reason`);
      },
    },
    {
      name: "compiles to the same bytes each time, and says what they are",
      async run() {
        const { compile, plugin, options } = await bench();
        const [one, other] = [await compile(model(sumGraph())), await compile(model(sumGraph()))].map(withoutReport);
        expectSame(artifactCodec, one, other, "two artifacts");
        expectData(artifactCodec, one, "the artifact");
        const { id, version } = plugin.manifest;
        if (one.backend !== id || one.version !== version || one.device !== options.device) {
          throw new Error(
            `found ${one.backend} ${one.version} for ${one.device}, expected ${id} ${version} for ${options.device}`,
          );
        }
      },
    },
    {
      name: "refuses a device that it does not have",
      async run() {
        const { backend, options } = await bench();
        const wrong: CompileOptions = { ...options, device: "nosuchdevice" };
        await refusal(backend.compile(model(sumGraph()), wrong, quietContext()), "the device");
      },
    },
    {
      name: "reads weights that are in a file",
      async run() {
        const { compile, open } = await bench();
        const large = withWeightsInFile(productGraph());
        const session = await open(await compile(large), large);
        const { outputs } = await session.run(productInputs, {}, quietContext());
        await session.dispose();
        expectValues(outputs, [productResult], false);
      },
    },
    {
      name: "gives results that are data",
      async run() {
        const result = await (await bench()).runOnce(sumGraph(), [x, y], { profile: true });
        expectData(runResult, result, "the result");
        if (result.nodes === undefined || result.nodes.length === 0) throw new Error("profile gave no times of nodes");
      },
    },
    {
      name: "gives the outputs that are asked for, in their order, and refuses one that is not there",
      async run() {
        const { runOnce } = await bench();
        const [first, second] = sumGraph().graph.outputs.map(({ name }) => name);
        const { outputs } = await runOnce(sumGraph(), [x, y], { outputs: [second, first] });
        const names = outputs.map(({ name }) => name);
        if (names.join() !== [second, first].join()) throw new Error(`found the outputs ${names.join()}`);
        await expectCode(runOnce(sumGraph(), [x, y], { outputs: ["nosuchoutput"] }), "an unknown output", "BAD_INPUT");
      },
    },
    {
      name: "refuses inputs that do not fit the model",
      async run() {
        const { runOnce } = await bench();
        const refuse = (inputs: readonly NamedValue[], what: string): Promise<void> =>
          expectCode(runOnce(sumGraph(), inputs, {}), what, "BAD_INPUT", "MISSING_INPUT");
        await refuse([x], "a missing input");
        await refuse([x, y, { name: "nosuchinput", value: x.value }], "an unknown input");
        await refuse([x, { name: "y", value: tensorFrom("f64", [1, 2], [3, 4]) }], "another dtype");
        await refuse([x, { name: "y", value: tensorFrom("f32", [1, 3], [3, 4, 5]) }], "another shape");
        await refuse([x, { name: "y", value: tensorFrom("f32", [2, 2], [3, 4, 5, 6]) }], "another size of a symbol");
      },
    },
    {
      name: "runs a session many times, and sessions side by side",
      async run() {
        const { compile, open } = await bench();
        const artifact = await compile(model(productGraph()));
        const sessions = await Promise.all([open(artifact), open(artifact)]);
        const runs = [...sessions, ...sessions].map((session) => session.run(productInputs, {}, quietContext()));
        for (const { outputs } of await Promise.all(runs)) expectValues(outputs, [productResult], false);
        await Promise.all(sessions.map((session) => session.dispose()));
      },
    },
    {
      name: "refuses to run a session that was disposed of",
      async run() {
        const { compile, open } = await bench();
        const session = await open(await compile(model(productGraph())));
        await session.dispose();
        await refusal(session.run(productInputs, {}, quietContext()), "the run");
      },
    },
    {
      name: "gives values that share memory with nothing else",
      run: async () => tryOwnership(await bench()),
    },
    {
      name: "puts outputs into the memory given for them",
      run: async () => tryInto(await bench()),
    },
    {
      name: "refuses memory that does not fit its output, and writes to none",
      run: async () => tryWrongMemory(await bench()),
    },
    {
      name: "gives the same at once, if it runs at once",
      run: async () => tryAtOnce(await bench()),
    },
    {
      name: "does not take more memory than it may",
      async run() {
        const { compile, open } = await bench();
        const artifact = await compile(model(productGraph()));
        const rows = 100_000;
        const large = { name: "x", value: tensorFrom("f32", [rows, 2], new Array<number>(rows * 2).fill(1)) };
        const call = (async () => {
          const session = await open(artifact, undefined, 100_000);
          await session.run([large], {}, quietContext());
        })();
        await expectCode(call, "more memory", "MEMORY_LIMIT");
      },
    },
    {
      name: "repeats random numbers when a run has a seed",
      async run() {
        const { runOnce, backend } = await bench();
        const random = randomGraph();
        if ((await backend.supports(random.graph.nodes[0], [])) !== true) return;
        const run = async (seed: number): Promise<readonly Value[]> =>
          (await runOnce(random, [], { seed })).outputs.map(({ value }) => value);
        expectSame(list(valueCodec), await run(7), await run(7), "two runs of one seed");
      },
    },
    {
      name: "does not start a call that was cancelled before",
      async run() {
        const { backend, options } = await bench();
        const call = backend.compile(model(productGraph()), options, quietContext(AbortSignal.abort()));
        // A compile that is over at once may as well succeed.
        await call.catch((error: unknown) => {
          if (!isAbort(error)) throw new Error("it failed with something else", { cause: error });
        });
      },
    },
    {
      name: `ends a run within ${abortWithin} ms when it is cancelled`,
      async run() {
        const { compile, open, supportsAll } = await bench();
        if (!(await supportsAll(endlessGraph()))) return;
        const session = await open(await compile(model(endlessGraph())));
        let least = Number.POSITIVE_INFINITY;
        for (let i = 0; i < TRIES && least > abortWithin; i++) least = Math.min(least, await timeOfAbort(session));
        await session.dispose();
        if (least > abortWithin) throw new Error(`it took ${least.toFixed(0)} ms`);
      },
    },
  ];
}

/** A backend and the ways the suite uses it. */
export interface Bench {
  readonly plugin: KnownPlugin;
  readonly backend: BackendPlugin;
  readonly options: CompileOptions;
  readonly compile: (model: Model) => Promise<Artifact>;
  readonly open: (artifact: Artifact, model?: Model, maxMemory?: number) => Promise<Session>;
  readonly openSnapshot: (snapshot: Snapshot) => Promise<Session>;
  readonly runOnce: (snapshot: Snapshot, inputs: readonly NamedValue[], options: RunOptions) => Promise<RunResult>;
  readonly supportsAll: (snapshot: Snapshot) => Promise<boolean>;
}

/** The backend of the options' name, or the only one. */
export function benchOf(plugin: KnownPlugin, { backend: wanted, device }: BackendSuiteOptions): Bench {
  const component = plugin.manifest.components.find(
    ({ kind, name }) => kind === "backend" && (wanted === undefined || name === wanted),
  );
  const backend = component && plugin.backends?.[component.name];
  if (component?.kind !== "backend" || backend === undefined) {
    throw new Error(`found no backend ${wanted ?? ""} in the plugin, expected one`);
  }
  const options: CompileOptions = { device: device ?? component.devices[0], precision: "native" };
  const compile: Bench["compile"] = (of) => backend.compile(of, options, quietContext());
  const open: Bench["open"] = (artifact, of, maxMemory = 2 ** 30) => {
    const session: SessionOptions = { threads: 1, maxMemory };
    return backend.load(artifact, of?.source, session, quietContext());
  };
  const openSnapshot: Bench["openSnapshot"] = async (snapshot) => open(await compile(model(snapshot)));
  return {
    plugin,
    backend,
    options,
    compile,
    open,
    openSnapshot,
    async runOnce(snapshot, inputs, run) {
      const session = await openSnapshot(snapshot);
      try {
        return await session.run(inputs, run, quietContext());
      } finally {
        await session.dispose();
      }
    },
    async supportsAll({ graph }) {
      const types = new Map(graph.inputs.map(({ name, type }) => [name, type] as const));
      const answers = graph.nodes.map((node) =>
        backend.supports(
          node,
          node.inputs.map((name) => types.get(name)),
        ),
      );
      return (await Promise.all(answers)).every((answer) => answer === true);
    },
  };
}

/** What a compilation says of itself has times in it. */
function withoutReport({ backend, version, device, precision, bytes }: Artifact): Artifact {
  return { backend, version, device, precision, bytes };
}

async function tryCase(bench: Bench, { snapshot, inputs, expected, isMove }: BackendCase): Promise<void> {
  if (await bench.supportsAll(snapshot)) {
    const { outputs } = await bench.runOnce(snapshot, inputs, {});
    expectValues(outputs, expected, isMove);
  } else await expectCode(bench.runOnce(snapshot, inputs, {}), "what it does not support", "UNSUPPORTED");
}

function model(snapshot: Snapshot): Model {
  return { snapshot, source: undefined };
}

function expectValues(outputs: readonly NamedValue[], expected: readonly Value[], isMove: boolean): void {
  const values = outputs.map(({ value }) => value);
  if (values.length !== expected.length) throw new Error(`found ${values.length} outputs, expected ${expected.length}`);
  for (const [i, value] of values.entries()) {
    const difference = compareValues(value, expected[i], EXACT);
    if (difference !== undefined) throw new Error(`output ${i}${difference.path}: ${difference.message}`);
  }
  if (isMove) expectSame(list(valueCodec), values, expected, "input and output");
}

async function expectCode(call: Promise<unknown>, what: string, ...codes: readonly string[]): Promise<void> {
  const error = await refusal(call, what);
  if (!codes.includes(error.code)) {
    throw new Error(`${what} was refused with ${error.code}, expected ${codes.join(" or ")}`, { cause: error });
  }
}

/** Milliseconds from the abort to the end of a run that would not end by itself. */
async function timeOfAbort(session: Session): Promise<number> {
  const controller = new AbortController();
  const reason = new HoduError("DEADLINE", "Cannot finish the run: its time is up");
  let aborted = 0;
  const timer = setTimeout(() => {
    aborted = performance.now();
    controller.abort(reason);
  }, 100);
  const error = await refusal(session.run(endlessInputs, {}, quietContext(controller.signal)), "an endless run");
  clearTimeout(timer);
  if (error.code !== "DEADLINE") throw new Error(`it ended with ${error.code}, expected DEADLINE`, { cause: error });
  return performance.now() - aborted;
}
