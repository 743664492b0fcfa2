import { execFileSync } from "node:child_process";
import {
  chmodSync,
  createReadStream,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HoduError } from "@hodu/core";
import type { ByteSink } from "hodu-plugin-sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writeFileSafely } from "./file-sink.ts";
import { openFile } from "./file-source.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "hodu-sink-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const contentOf = (name: string): string => readFileSync(at(name), "utf8");
const writing =
  (text: string) =>
  (sink: ByteSink): Promise<void> =>
    sink.write(bytes(text));

async function failure(action: Promise<unknown>): Promise<HoduError> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof HoduError) return error;
  throw new Error(`expected a HoduError, found ${String(error)}`);
}

describe("writeFileSafely", () => {
  it("writes a file and its siblings, and gives what the callback gave", async () => {
    const result = await writeFileSafely(at("m.onnx"), {}, async (sink) => {
      expect(sink.name).toBe("m.onnx");
      const sibling = await sink.sibling("m.onnx.data");
      expect(await sink.sibling("m.onnx.data")).toBe(sibling);
      await sibling.write(bytes("weights"));
      await sink.write(bytes("mo"));
      await sink.write(bytes("del"));
      expect(existsSync(at("m.onnx"))).toBe(false);
      return 5;
    });
    expect(result).toBe(5);
    expect(readdirSync(folder).sort()).toEqual(["m.onnx", "m.onnx.data"]);
    expect([contentOf("m.onnx"), contentOf("m.onnx.data")]).toEqual(["model", "weights"]);
  });

  it("keeps the order of pieces of all sizes, whether or not each was waited for", async () => {
    const pieces = [1, 300_000, 7, 262_144, 262_143, 2, 0, 1_000_000, 5].map((size, i) => new Uint8Array(size).fill(i));
    await writeFileSafely(at("waited"), {}, async (sink) => {
      for (const piece of pieces) await sink.write(piece);
    });
    await writeFileSafely(at("at-once"), {}, (sink) => Promise.all(pieces.map((piece) => sink.write(piece))));
    expect(readFileSync(at("waited")).equals(Buffer.concat(pieces))).toBe(true);
    expect(readFileSync(at("at-once")).equals(Buffer.concat(pieces))).toBe(true);
  });

  it("gives bytes back when a write has resolved", async () => {
    const piece = new Uint8Array(10);
    await writeFileSafely(at("x"), {}, async (sink) => {
      for (let i = 1; i <= 3; i++) await sink.write(piece.fill(i));
    });
    expect([...new Set(readFileSync(at("x")))]).toEqual([1, 2, 3]);
  });

  it("keeps mode and symbolic link of what it replaces", async () => {
    writeFileSync(at("real"), "old");
    chmodSync(at("real"), 0o640);
    symlinkSync("real", at("link"));
    await writeFileSafely(at("link"), {}, writing("new"));
    expect(readlinkSync(at("link"))).toBe("real");
    expect(contentOf("real")).toBe("new");
    expect(statSync(at("real")).mode & 0o777).toBe(0o640);
  });

  it("writes through a symbolic link whose target is not there yet", async () => {
    mkdirSync(at("sub"));
    symlinkSync("sub/later", at("link"));
    await writeFileSafely(at("link"), {}, async (sink) => {
      expect(sink.name).toBe("later");
      await sink.write(bytes("new"));
    });
    expect(contentOf("sub/later")).toBe("new");
    expect(lstatSync(at("link")).isSymbolicLink()).toBe(true);
  });

  it("replaces a sibling that is a symbolic link, not what the link points to", async () => {
    writeFileSync(at("precious"), "precious");
    symlinkSync("precious", at("m.data"));
    await writeFileSafely(at("m"), {}, async (sink) => (await sink.sibling("m.data")).write(bytes("weights")));
    expect(contentOf("precious")).toBe("precious");
    expect(lstatSync(at("m.data")).isFile()).toBe(true);
  });

  it("lets a file be read while it is replaced by what is made of it", async () => {
    const size = 20 << 20;
    writeFileSync(at("x"), new Uint8Array(size).fill(1));
    const source = await openFile(at("x"));
    const kept = await source.read(0, size);
    await writeFileSafely(at("x"), {}, async (sink) => {
      for await (const chunk of source.chunks(0, size)) await sink.write(chunk.map((byte) => byte + 1));
    });
    const after = readFileSync(at("x"));
    expect([after.length, after[0], after[size - 1]]).toEqual([size, 2, 2]);
    expect([kept[0], kept[size - 1]]).toEqual([1, 1]);
  });

  it("refuses siblings that leave the folder or are the file itself", async () => {
    for (const name of ["../x", "/etc/x", "a/b", "m", "", ".."]) {
      const error = await failure(writeFileSafely(at("m"), {}, (sink) => sink.sibling(name)));
      expect(error.code).toBe("POLICY");
    }
    const error = await failure(
      writeFileSafely(at("m"), {}, async (sink) => (await sink.sibling("m.data")).sibling("m")),
    );
    expect(error.code).toBe("POLICY");
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe("when writing fails", () => {
  it("leaves the old files and nothing else", async () => {
    writeFileSync(at("m"), "old model");
    writeFileSync(at("m.data"), "old weights");
    const broken = new HoduError("UNSUPPORTED", "Cannot save it");
    const error = await failure(
      writeFileSafely(at("m"), {}, async (sink) => {
        await sink.write(new Uint8Array(500_000));
        await (await sink.sibling("m.data")).write(new Uint8Array(500_000));
        await sink.sibling("m.more");
        throw broken;
      }),
    );
    expect(error).toBe(broken);
    expect(readdirSync(folder).sort()).toEqual(["m", "m.data"]);
    expect([contentOf("m"), contentOf("m.data")]).toEqual(["old model", "old weights"]);
  });

  it("ends a write that is aborted in the middle", async () => {
    writeFileSync(at("m"), "old");
    const controller = new AbortController();
    const reason = new HoduError("DEADLINE", "Cannot finish within 1 s");
    const error = await failure(
      writeFileSafely(at("m"), { signal: controller.signal }, async (sink) => {
        await sink.write(bytes("new"));
        controller.abort(reason);
        await sink.write(bytes("newer"));
      }),
    );
    expect(error).toBe(reason);
    const late = new AbortController();
    const call = writeFileSafely(at("m"), { signal: late.signal }, async (sink) => {
      await sink.write(bytes("new"));
      late.abort();
    });
    expect((await failure(call)).code).toBe("ABORTED");
    expect([readdirSync(folder), contentOf("m")]).toEqual([["m"], "old"]);
  });

  it("gives old siblings back when the file itself cannot take its place", async () => {
    writeFileSync(at("m.data"), "old weights");
    const error = await failure(
      writeFileSafely(at("m"), {}, async (sink) => {
        await (await sink.sibling("m.data")).write(bytes("new weights"));
        await (await sink.sibling("m.more")).write(bytes("new"));
        await sink.write(bytes("new model"));
        mkdirSync(at("m"));
      }),
    );
    expect(error).toMatchObject({ code: "CANNOT_CREATE", where: { file: at("m") } });
    expect(error.message).toMatch(/it is a directory, expected a file$/);
    expect(readdirSync(folder).sort()).toEqual(["m", "m.data"]);
    expect(contentOf("m.data")).toBe("old weights");
  });

  it("takes no more bytes once its call has ended", async () => {
    let kept: ByteSink | undefined;
    await writeFileSafely(at("m"), {}, async (sink) => {
      kept = sink;
      await sink.write(bytes("all"));
    });
    expect(await failure(kept!.write(bytes("more")))).toMatchObject({ code: "BAD_USAGE" });
    expect(contentOf("m")).toBe("all");
  });
});

describe("a place that cannot be written", () => {
  it("is refused before anything is written, with the next command", async () => {
    writeFileSync(at("file"), "");
    symlinkSync("round", at("round"));
    const cases: readonly (readonly [path: string, message: RegExp, hint: string | undefined])[] = [
      [folder, /it is a directory, expected a file$/, undefined],
      [`${at("new")}/`, /it is the name of a directory, expected a file$/, undefined],
      [at("no/x"), /there is no folder ".*no"$/, `mkdir -p ${at("no")}`],
      [at("file/x"), /there is no folder ".*file"$/, `mkdir -p ${at("file")}`],
      [at("x".repeat(300)), /its name is longer than this system allows$/, undefined],
      [at("round"), /its symbolic links lead round in a circle$/, undefined],
      ["", /it is no file name$/, undefined],
    ];
    for (const [path, message, hint] of cases) {
      const error = await failure(
        writeFileSafely(path, {}, () => {
          throw new Error("it was called");
        }),
      );
      expect(error).toMatchObject({ code: "CANNOT_CREATE", hint, where: { file: path } });
      expect(error.message).toMatch(message);
    }
    expect(readdirSync(folder).sort()).toEqual(["file", "round"]);
  });

  it("is a sibling's, too", async () => {
    mkdirSync(at("m.data"));
    const error = await failure(writeFileSafely(at("m"), {}, (sink) => sink.sibling("m.data")));
    expect(error).toMatchObject({ code: "CANNOT_CREATE", where: { file: at("m.data") } });
    expect(readdirSync(folder)).toEqual(["m.data"]);
  });

  it.skipIf(process.getuid?.() === 0)(
    "is a file that may only be read (skipped for root, who may write all)",
    async () => {
      writeFileSync(at("m"), "old");
      chmodSync(at("m"), 0o444);
      expect(await failure(writeFileSafely(at("m"), {}, writing("new")))).toMatchObject({ code: "CANNOT_CREATE" });
      expect(contentOf("m")).toBe("old");
    },
  );
});

describe.skipIf(process.platform === "win32")("pipes and devices (skipped on Windows)", () => {
  it("are written straight through", async () => {
    await writeFileSafely("/dev/null", {}, (sink) => sink.write(new Uint8Array(1_000_000)));
    execFileSync("mkfifo", [at("pipe")]);
    const written = writeFileSafely(at("pipe"), {}, (sink) => sink.write(new Uint8Array(300_000)));
    const read = await new Promise<number>((resolve) => {
      setTimeout(() => {
        void drain(at("pipe")).then(resolve);
      }, 100);
    });
    await written;
    expect(read).toBe(300_000);
    expect(readdirSync(folder)).toEqual(["pipe"]);
  });

  it("have no room for siblings", async () => {
    const error = await failure(writeFileSafely("/dev/null", {}, (sink) => sink.sibling("w.data")));
    expect(error.code).toBe("CANNOT_CREATE");
  });

  it("are waited for until the call is aborted, where nobody reads them", async () => {
    execFileSync("mkfifo", [at("pipe")]);
    const signal = AbortSignal.timeout(100);
    expect((await failure(writeFileSafely(at("pipe"), { signal }, writing("x")))).code).toBe("DEADLINE");
  });
});

/** The number of bytes that come out of a pipe. */
async function drain(path: string): Promise<number> {
  let size = 0;
  for await (const chunk of createReadStream(path)) size += (chunk as Uint8Array).length;
  return size;
}
