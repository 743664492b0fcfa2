import { GraphBuilder, HoduError, tensorFrom, tensorType } from "@hodu/core";
import { afterEach, describe, expect, it } from "vitest";
import type { KnownPlugin, Plugin } from "../contracts/plugin.ts";
import { CHUNK_BYTES } from "../chunks.ts";
import { type Answers, Connection } from "./connection.ts";
import type { Line } from "./line.ts";
import { HOST_METHODS, HOST_NOTICES, PLUGIN_METHODS } from "./methods.ts";
import type { PluginNotifications } from "./messages.ts";
import { servePluginOver } from "./serve-plugin.ts";

interface End {
  readonly data: (chunk: Uint8Array) => void;
  readonly end: () => void;
}

/** The two ends of a line within this process; bytes arrive in pieces of at most `piece`. */
function linePair(piece: number): readonly [Line, Line] {
  const ends: End[] = [0, 1].map(() => ({ data: () => {}, end: () => {} }));
  let isOpen = true;
  const side = (near: number): Line => ({
    write(chunks) {
      const bytes = new Uint8Array(Buffer.concat(chunks));
      return new Promise((resolve) => {
        setImmediate(() => {
          for (let at = 0; at < bytes.length && isOpen; at += piece)
            ends[1 - near].data(bytes.subarray(at, at + piece));
          resolve();
        });
      });
    },
    listen(data, end) {
      ends[near] = { data, end };
    },
    close() {
      if (!isOpen) return;
      isOpen = false;
      setImmediate(() => {
        for (const { end } of ends) end();
      });
    },
  });
  return [side(0), side(1)];
}

const x = tensorFrom("f32", [3], [1, -0, Number.NaN]);

const plugin: KnownPlugin = {
  manifest: {
    id: "hodu-test",
    version: "1.0.0",
    description: "A test.",
    author: "The Hodu authors",
    license: "Apache-2.0",
    sdk: "^0.3.0",
    components: [],
  },
  formats: {
    sum: {
      async loadTensors(source, _options, context) {
        const pieces = await Promise.all([source.read(0, 2), source.read(2, source.size - 2)]);
        context.log("info", "read");
        return { values: [{ name: "first", value: tensorFrom("u8", [2], [...pieces[0]]) }], metadata: [["k", "v"]] };
      },
      async saveTensors({ values, metadata }, sink) {
        const sibling = await sink.sibling(`${sink.name}.data`);
        await sibling.write(new Uint8Array(CHUNK_BYTES + 1));
        // Not waited for: they are written in this order before the call ends all the same.
        void sink.write(Uint8Array.of(1, 2));
        void sink.write(Uint8Array.of(values.length, metadata.length));
      },
      async saveModel({ source }, sink, { opset = 0 }) {
        for await (const chunk of source!.chunks(0, source!.size)) await sink.write(chunk);
        await sink.write(Uint8Array.of(opset));
      },
    },
  },
  backends: {
    slow: {
      supports: async () => "never",
      compile: async (_model, _options, { signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => reject(signal.reason as Error));
        }),
      load: async () => ({
        run: async () => ({ outputs: [{ name: "x", value: x }], peakBytes: 12 }),
        dispose: async () => {},
      }),
    },
  },
};

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

interface Host {
  readonly connection: Connection<typeof HOST_METHODS, typeof HOST_NOTICES, typeof PLUGIN_METHODS, PluginNotifications>;
  readonly logged: string[];
  readonly ends: (string | undefined)[];
  readonly line: Line;
}

type FileMethod = "source.read" | "source.sibling" | "sink.write" | "sink.sibling";
type FileAnswers = Pick<Answers<typeof HOST_METHODS>, FileMethod>;

function host(served: Plugin = plugin, piece = 7): Host {
  const [near, far] = linePair(piece);
  servePluginOver(far, served, () => {});
  const logged: string[] = [];
  const ends: (string | undefined)[] = [];
  const answers: FileAnswers = {
    "source.read": async ({ offset, length, once }) => {
      logged.push(`read ${length}${once ? " once" : ""}`);
      if (length > 100) throw new HoduError("IO", "Cannot read so much", { where: { file: "a" } });
      return { bytes: Uint8Array.from({ length }, (_, i) => offset + i) };
    },
    "source.sibling": async ({ source, name }) => ({ source: { source: source + 1, name, size: 1 } }),
    "sink.write": async ({ sink, bytes }) => {
      if (bytes.length === 1 && bytes[0] === 99) throw new HoduError("IO", "Cannot write: the disk is full");
      logged.push(`${sink} takes ${bytes.length > 4 ? bytes.length : [...bytes].join()}`);
      return {};
    },
    "sink.sibling": async ({ sink, name }) => ({ sink: { sink: sink + 1, name } }),
  };
  const connection = new Connection(near, {
    handshake: "receive",
    ours: HOST_METHODS,
    ourNotices: HOST_NOTICES,
    theirs: PLUGIN_METHODS,
    answers: answers as Answers<typeof HOST_METHODS>,
    notices: {
      "source.close": () => {},
      log: ({ call, message }) => void logged.push(`${call} ${message}`),
      progress: () => {},
    },
    onEnd: (breach) => void ends.push(breach?.message),
  });
  closers.push(() => connection.fail(new HoduError("ABORTED", "the test is over")));
  return { connection, logged, ends, line: near };
}

const source = { source: 1, name: "a.sum", size: 5 };
const emptySnapshot = new GraphBuilder("empty").build();

describe("a served plugin", () => {
  it("tells its manifest, asks the host for bytes, and logs under the call's id", async () => {
    const { connection, logged } = host();
    const identity = await connection.request("initialize", { protocol: 1, host: "1" }).result;
    const components = [
      { kind: "format", name: "sum" },
      { kind: "backend", name: "slow" },
    ];
    expect(identity).toEqual({ id: "hodu-test", version: "1.0.0", components, life: [] });
    const { id, result } = connection.request("format.loadTensors", { format: "sum", source, options: {} });
    expect(await result).toEqual({
      values: [{ name: "first", value: tensorFrom("u8", [2], [0, 1]) }],
      metadata: [["k", "v"]],
    });
    expect(logged.toSorted()).toEqual([`${id} read`, "read 2", "read 3"].toSorted());
  });

  it("passes the host's refusal on", async () => {
    const { connection } = host();
    const { result } = connection.request("format.loadTensors", {
      format: "sum",
      source: { ...source, size: 1000 },
      options: {},
    });
    await expect(result).rejects.toMatchObject({ code: "IO", message: "Cannot read so much", where: { file: "a" } });
  });

  it("writes files piece by piece, each after the one before, and ends the call when all are written", async () => {
    const { connection, logged } = host(plugin, 100_000);
    const sink = { sink: 5, name: "a.sum" };
    const params = { format: "sum", values: [{ name: "x", value: x }], metadata: [], sink };
    expect(await connection.request("format.saveTensors", params).result).toEqual({});
    expect(logged).toEqual([`6 takes ${CHUNK_BYTES}`, "6 takes 0", "5 takes 1,2", "5 takes 1,0"]);
  });

  it("passes the bytes of a file on without asking the host to keep them, and its refusal to write", async () => {
    const { connection, logged } = host();
    const sink = { sink: 5, name: "a.sum" };
    const params = { format: "sum", snapshot: emptySnapshot, source: { ...source, size: 3 }, sink };
    await connection.request("format.saveModel", { ...params, options: { opset: 7 } }).result;
    expect(logged).toEqual(["read 3 once", "5 takes 0,1,2", "5 takes 7"]);
    const { result } = connection.request("format.saveModel", { ...params, options: { opset: 99 } });
    await expect(result).rejects.toMatchObject({ code: "IO", message: "Cannot write: the disk is full" });
  });

  it("ends a call that is cancelled, at once or while its message is on its way", async () => {
    const { connection } = host();
    const graph = new GraphBuilder("large");
    const input = graph.input("x", tensorType("f32", [1000]));
    const weight = graph.weight("w", tensorFrom("f32", [1000], new Array<number>(1000).fill(1)));
    const [y] = graph.node("Add", [input, weight]);
    graph.output(y);
    const options = { device: "cpu", precision: "native" } as const;
    const params = { backend: "slow", snapshot: graph.build(), options };
    const reason = new HoduError("DEADLINE", "Cannot wait", { hint: "hodu run --timeout 10" });
    for (const delay of [0, 20]) {
      const { id, result } = connection.request("backend.compile", params);
      setTimeout(() => connection.cancel(id, reason), delay);
      await expect(result).rejects.toMatchObject({ code: "DEADLINE", message: "Cannot wait", hint: reason.hint });
    }
    const now = connection.request("backend.compile", params);
    connection.cancel(now.id, reason);
    await expect(now.result).rejects.toMatchObject({ code: "DEADLINE" });
  });

  it("keeps sessions until they are disposed of", async () => {
    const { connection } = host();
    const artifact = {
      backend: "b",
      version: "1",
      device: "cpu",
      precision: "native",
      bytes: new Uint8Array(0),
    } as const;
    const load = { backend: "slow", artifact, options: { threads: 0, maxMemory: Infinity } };
    const { session } = await connection.request("backend.load", load).result;
    const run = { session, inputs: [], options: {} };
    const { outputs } = await connection.request("session.run", run).result;
    expect(outputs).toEqual([{ name: "x", value: x }]);
    await connection.request("session.dispose", { session }).result;
    await expect(connection.request("session.run", run).result).rejects.toMatchObject({ code: "PLUGIN_PROTOCOL" });
  });

  it("tells of defects by a plain error: what it threw, and what it has not", async () => {
    const broken = { loadTensors: async () => ({ values: [{ name: "x" } as never], metadata: [] }) };
    const { connection } = host({ ...plugin, formats: { broken } });
    const call = connection.request("format.loadTensors", { format: "broken", source, options: {} }).result;
    await expect(call).rejects.toThrow(/^TypeError: /);
    await expect(call).rejects.not.toBeInstanceOf(HoduError);
    const unknown = connection.request("format.loadTensors", { format: "toString", source, options: {} }).result;
    await expect(unknown).rejects.toMatchObject({ code: "PLUGIN_PROTOCOL" });
  });

  it("rejects what is open, and what comes later, when the line fails", async () => {
    const { connection } = host();
    const open = connection.request("initialize", { protocol: 1, host: "1" }).result;
    connection.fail(new HoduError("PLUGIN_CRASH", "it is gone"));
    await expect(open).rejects.toThrow("it is gone");
    await expect(connection.request("shutdown", {}).result).rejects.toThrow("it is gone");
  });

  it("is told when the line ends", async () => {
    const [near, far] = linePair(100);
    const ended = new Promise((resolve) => servePluginOver(far, plugin, resolve));
    near.close();
    expect(await ended).toBeUndefined();
  });

  it("ends the line when an answer fits no request", async () => {
    const [near, far] = linePair(100);
    const ended = new Promise<HoduError | undefined>((resolve) => servePluginOver(far, plugin, resolve));
    near.listen(
      () => {},
      () => {},
    );
    const text = new TextEncoder().encode('{"jsonrpc":"2.0","id":5,"result":{}}');
    await near.write([Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0, text.length, 0, 0, 0), text]);
    expect((await ended)?.message).toBe("Cannot read an answer: found the id 5, expected that of an open request");
  });
});
