/** Rows 95 to 108 of the list of inputs that must be refused: archives of plugins. */
import { execFileSync, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { HoduError } from "@hodu/core";
import fc from "fast-check";
import { afterAll, afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { unpackArchive } from "../../packages/plugin-host/src/install/archive/unpack.ts";
import { PACKAGE_JSON, paxMember, TAR_END, tar, tarMember, type TarMember, tgz } from "../bad-inputs/build-tar.ts";

const root = mkdtempSync(join(tmpdir(), "hodu-archives-"));
afterAll(() => rmSync(root, { recursive: true }));

/** The archive, the folder that it is unpacked to, and nothing else. */
let folder = "";
beforeEach(() => {
  folder = join(mkdtempSync(join(root, "case-")), "into");
  mkdirSync(folder);
});
afterEach(() => rmSync(join(folder, ".."), { recursive: true, force: true }));

async function unpack(bytes: Uint8Array): Promise<unknown> {
  const file = join(folder, "../x.tgz");
  writeFileSync(file, bytes);
  try {
    return await unpackArchive(file, folder);
  } finally {
    expect(readdirSync(join(folder, "..")).sort()).toEqual(["into", "x.tgz"]);
  }
}

async function refusalOf(bytes: Uint8Array): Promise<HoduError> {
  const error: unknown = await unpack(bytes).then(
    () => new Error("it was unpacked"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof HoduError)) throw error;
  expect(error.message).toMatch(/^Cannot unpack ".*x\.tgz": .*, expected /);
  return error;
}

const file = (path: string, rest: Partial<TarMember> = {}): TarMember => ({ path, content: "x", ...rest });
const link = (path: string, to: string, type = "2"): TarMember => ({ path, type, link: to });
const withPackage = (...members: readonly (TarMember | Uint8Array)[]): Buffer => tgz(PACKAGE_JSON, ...members);

const manyFiles = (count: number, noise = new Uint8Array(0)): Buffer =>
  Buffer.concat(
    Array.from({ length: count }, (_, i) =>
      tarMember({ path: `package/${i}`, content: noise.map((byte) => byte * i) }),
    ),
  );

const FORBIDDEN: readonly (readonly [string, () => Buffer])[] = [
  ["95: a path that leads out", () => withPackage(file("package/../../x"))],
  ["95: a path that begins above", () => withPackage(file("../x"))],
  ["95: an absolute path", () => withPackage(file("/tmp/hodu-x"))],
  ["95: a record that gives another path", () => withPackage(paxMember({ path: "../x" }), file("package/a"))],
  [
    "95: a record that gives two paths",
    () => withPackage(paxMember({ path: "package/b" }), paxMember({ path: "package/c" }), file("package/a")),
  ],
  [
    "95: a long name of GNU's that leads out",
    () => withPackage(tarMember({ path: "././@LongLink", type: "L", content: "package/../../x\0" }), file("package/a")),
  ],
  ["95: a dot in between", () => withPackage(file("package/./x"))],
  ["95: an empty part", () => withPackage(file("package//x"))],
  ["96: a symbolic link, and a file through it", () => withPackage(link("package/l", "/tmp"), file("package/l/x"))],
  ["96: a symbolic link upwards", () => withPackage(link("package/l", ".."))],
  ["96: a symbolic link that stays inside", () => withPackage(link("package/l", "package.json"))],
  ["96: a folder over a file", () => withPackage(file("package/a"), file("package/a/", { type: "5", content: "" }))],
  ["96: a file over a folder", () => withPackage(file("package/a/b"), file("package/a"))],
  ["97: a hard link to the outside", () => withPackage(link("package/l", "/etc/passwd", "1"))],
  [
    "97: a hard link through a symbolic one",
    () => withPackage(link("package/l", "."), link("package/h", "package/l/x", "1")),
  ],
  ["97: a record of a link", () => withPackage(paxMember({ linkpath: "/etc/passwd" }), file("package/a"))],
  ["98: a pipe", () => withPackage(link("package/p", "", "6"))],
  ["98: a device of characters", () => withPackage(link("package/p", "", "3"))],
  ["98: a device of blocks", () => withPackage(link("package/p", "", "4"))],
  ["98: a mode that sets the user", () => withPackage(file("package/a", { mode: 0o4755 }))],
  ["98: a mode that sets the group", () => withPackage(file("package/a", { mode: 0o2755 }))],
  ["98: a sparse file", () => withPackage(link("package/p", "", "S"))],
  [
    "98: a header for all entries",
    () => withPackage(tarMember({ path: "pax_global_header", type: "g", content: "11 path=x\n" })),
  ],
  ...["C:\\x", "C:../x", "a\\..\\..\\x", "aux.txt", "NUL", "com1.js", "x.", "x ", "x:stream", "a?b"].map(
    (name) => [`99: ${JSON.stringify(name)}`, () => withPackage(file(`package/${name}`))] as const,
  ),
  ["99: a drive at the start", () => withPackage(file("C:/package/x"))],
  ["100: names that differ in case", () => withPackage(file("package/README"), file("package/readme"))],
  ["100: folders that differ in case", () => withPackage(file("package/A/x"), file("package/a/y"))],
  ["100: names that are composed otherwise", () => withPackage(file("package/\u00e9"), file("package/e\u0301"))],
  ["100: ss and a sharp s", () => withPackage(file("package/strasse"), file("package/stra\u00dfe"))],
  ["101: a path twice", () => withPackage(file("package/a"), file("package/a"))],
  ["102: letters that turn the direction", () => withPackage(file("package/a\u202egpj.js"))],
  ["102: an escape", () => withPackage(file("package/a\u001b[2J"))],
  ["102: a newline", () => withPackage(file("package/a\nb"))],
  ["102: a letter that is not seen", () => withPackage(file("package/a\u200bb"))],
  ["102: bytes that are no letters", () => withPackage(Buffer.from(tarMember({ path: "package/a\u0001" })))],
  [
    "103: 3,000 folders in one another",
    () => withPackage(paxMember({ path: `package/${"a/".repeat(500)}x` }), file("package/a")),
  ],
  [
    "103: a path of 6,000 bytes",
    () => withPackage(paxMember({ path: `package/${"a/".repeat(3000)}x` }), file("package/a")),
  ],
  [
    "103: a part of 5,000 bytes",
    () => withPackage(paxMember({ path: `package/${"a".repeat(5000)}` }), file("package/a")),
  ],
  ["103: a part of 300 bytes", () => withPackage(paxMember({ path: `package/${"a".repeat(300)}` }), file("package/a"))],
  ["105: zeros without end", () => withPackage(file("package/zeros", { content: new Uint8Array(64 << 20) }))],
  ["106: zeros behind the end", () => gzipSync(Buffer.concat([tar(PACKAGE_JSON), Buffer.alloc(4 << 20)]))],
  ["106: another archive behind the end", () => gzipSync(Buffer.concat([tar(PACKAGE_JSON), tar(file("package/x"))]))],
  ["107: two members of gzip", () => Buffer.concat([tgz(PACKAGE_JSON), tgz(file("package/x"))])],
  ["107: bytes behind the gzip member", () => Buffer.concat([tgz(PACKAGE_JSON), Buffer.alloc(100, 7)])],
  ["108: nothing below package/", () => tgz(file("x/package.json", { content: "{}" }))],
  ["108: no package.json", () => tgz(file("package/index.js"))],
  ["108: two package.json", () => withPackage(PACKAGE_JSON)],
  [
    "108: a package.json of 50 MB",
    () => tgz(file("package/package.json", { content: JSON.stringify(Array.from({ length: 400_000 }, (_, i) => i)) })),
  ],
  ["108: a package.json that is no JSON", () => tgz(file("package/package.json", { content: "{" }))],
  ["two sizes", () => withPackage(paxMember({ size: "0" }), file("package/a"))],
  ["a folder with content", () => withPackage(file("package/a", { type: "5" }))],
];

const damaged = (archive: Buffer, at: number): Buffer => {
  const bytes = Buffer.from(archive);
  bytes[bytes.length + at] ^= 1;
  return bytes;
};

const octal = (bytes: number): string => `${bytes.toString(8)} `;

const DAMAGED: readonly (readonly [string, () => Buffer])[] = [
  ["107: a size of 1 TB", () => withPackage(file("package/a", { sizeField: octal(2 ** 33 - 1) }))],
  [
    "107: a size in GNU's binary form",
    () => withPackage(file("package/a", { sizeField: `\u0080${"\0".repeat(6)}\u0001\0\0\0\0` })),
  ],
  ["107: a negative size", () => withPackage(file("package/a", { sizeField: "\u00ff".repeat(12) }))],
  ["107: a size that is no number", () => withPackage(file("package/a", { sizeField: "-0000000001\0" }))],
  ["107: a checksum of another header", () => withPackage(file("package/a", { checksum: 1 }))],
  ["107: gzip cut off", () => withPackage(file("package/a", { content: "text ".repeat(5000) })).subarray(0, -40)],
  [
    "107: tar cut off in a file",
    () => gzipSync(tar(PACKAGE_JSON, file("package/a", { content: Buffer.alloc(2048, 1) })).subarray(0, 2600)),
  ],
  ["107: tar without its end", () => gzipSync(tarMember(PACKAGE_JSON))],
  ["107: a wrong sum", () => damaged(withPackage(), -8)],
  ["107: a wrong length", () => damaged(withPackage(), -4)],
  ["a zip archive", () => Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(100)])],
  ["an empty file", () => Buffer.alloc(0)],
  ["an empty tar archive, damaged", () => gzipSync(Buffer.alloc(100))],
  ["a record of no entry", () => gzipSync(Buffer.concat([paxMember({ path: "package/x" }), TAR_END]))],
];

describe("I4: an archive that asks for more than a package needs is refused by policy", () => {
  it.each(FORBIDDEN)("%s", async (_, build) => {
    expect((await refusalOf(build())).exitCode).toBe(77);
  });

  it("104: 200,000 empty files", async () => {
    expect((await refusalOf(withPackage(manyFiles(200_000)))).code).toBe("POLICY");
  });
});

describe("I4: a damaged archive is refused", () => {
  it.each(DAMAGED)("%s", async (_, build) => {
    expect((await refusalOf(build())).exitCode).toBe(65);
  });

  const whole = withPackage(file("package/a/b"));
  const empty = (): void => {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
  };

  it("wherever it is cut off", async () => {
    for (let length = 0; length < whole.length; length++) {
      empty();
      expect([65, 77]).toContain((await refusalOf(whole.subarray(0, length))).exitCode);
    }
  });

  it("where a bit is flipped, unless it means the same", async () => {
    const bits = { at: fc.integer({ min: 0, max: whole.length - 1 }), bit: fc.integer({ min: 0, max: 7 }) };
    const refusedOrSame = async ({ at, bit }: { at: number; bit: number }): Promise<void> => {
      empty();
      const flipped = Buffer.from(whole);
      flipped[at] ^= 1 << bit;
      const error: unknown = await unpack(flipped).then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      if (error instanceof HoduError) return;
      expect(error).toBeUndefined();
      expect(readFileSync(join(folder, "a/b"), "utf8")).toBe("x");
      expect(readFileSync(join(folder, "package.json"), "utf8")).toBe(PACKAGE_JSON.content);
    };
    await fc.assert(fc.asyncProperty(fc.record(bits), refusedOrSame), { numRuns: 500 });
  });
});

describe("I4: the process that unpacks for the command", () => {
  /** Most memory that it may take, and time, in kilobytes and milliseconds. */
  const MAX_KILOBYTES = 256 * 1024;
  const MAX_MILLISECONDS = 60_000;

  const processFile = fileURLToPath(
    new URL("../../packages/plugin-host/dist/install/archive/unpack-process.js", import.meta.url),
  );
  const meter = `import { readFileSync, writeFileSync } from "node:fs";
process.on("exit", () => writeFileSync(process.env.METER_FILE, /VmHWM:\\s+(\\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))[1]));`;

  const LARGE: readonly (readonly [string, () => Buffer, string])[] = [
    ["104: 200,000 empty files", () => withPackage(manyFiles(200_000)), "failed"],
    [
      "105: 300 MB of zeros",
      () => withPackage(file("package/zeros", { content: new Uint8Array(300 << 20) })),
      "failed",
    ],
    [
      "106: 50 MB of zeros behind the end",
      () => gzipSync(Buffer.concat([tar(PACKAGE_JSON), Buffer.alloc(50 << 20)])),
      "failed",
    ],
    ["10,000 files, which are not too many", () => withPackage(manyFiles(10_000, randomBytes(64))), "done"],
    [
      "a file of 100 MB that is not packed well",
      () => withPackage(file("package/a", { content: randomBytes(100 << 20) })),
      "done",
    ],
  ];

  it.skipIf(process.platform !== "linux").each(LARGE)("%s", { timeout: MAX_MILLISECONDS }, async (_, build, kind) => {
    const [archive, meterFile, meterModule] = ["x.tgz", "meter.txt", "meter.mjs"].map((name) =>
      join(folder, "..", name),
    );
    writeFileSync(archive, build());
    writeFileSync(meterModule, meter);
    const child = fork(processFile, [archive, folder], {
      execArgv: ["--import", pathToFileURL(meterModule).href, "--max-old-space-size=96"],
      env: { METER_FILE: meterFile },
    });
    const messages: unknown[] = [];
    child.on("message", (message) => messages.push(message));
    await once(child, "close");
    expect(messages.at(-1)).toMatchObject(kind === "done" ? { kind } : { kind, code: "POLICY" });
    expect(Number(readFileSync(meterFile, "utf8"))).toBeLessThan(MAX_KILOBYTES);
  });
});

test("row 98: files keep no more of their mode than whether they are run", async () => {
  await unpack(withPackage(file("package/a", { mode: 0o777 }), file("package/b", { mode: 0o600 })));
  const modes = ["a", "b"].map((name) => statSync(join(folder, name)).mode & 0o7777 & ~process.umask());
  expect(modes.map((mode) => mode & 0o111 && 1)).toEqual([1, 0]);
});

test("what npm packs is unpacked as it is", async () => {
  const plugin = fileURLToPath(new URL("../../plugins/format-npy", import.meta.url));
  const args = ["pack", "--ignore-scripts", "--silent", plugin];
  const name = execFileSync("npm", args, { cwd: join(folder, ".."), encoding: "utf8" })
    .trim()
    .split("\n")
    .at(-1)!;
  const archive = join(folder, "..", name);
  await unpackArchive(archive, folder);
  for (const path of ["package.json", "README.md", "dist/index.js"]) {
    if (!existsSync(join(plugin, path))) continue;
    expect(readFileSync(join(folder, path)).equals(readFileSync(join(plugin, path)))).toBe(true);
  }
});

/** A file whose header has the first part of its path in a field of its own. */
function inTwoParts(first: string, rest: string): Buffer {
  const member = tarMember(file(rest));
  member.write(first, 345);
  member.fill(" ", 148, 156);
  const sum = member.subarray(0, 512).reduce((total, byte) => total + byte, 0);
  member.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return member;
}

test("a long path in a record, and one in two parts, are taken", async () => {
  const long = `package/${"folder/".repeat(20)}file.js`;
  const record = paxMember({ path: long, mtime: "1700000000.5" });
  await unpack(withPackage(record, file("package/short"), inTwoParts("package/one", "two/z")));
  expect(readFileSync(join(folder, long.slice("package/".length)), "utf8")).toBe("x");
  expect(readFileSync(join(folder, "one/two/z"), "utf8")).toBe("x");
});
