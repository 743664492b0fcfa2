import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { LogTail } from "./log-tail.ts";

const folder = mkdtempSync(join(tmpdir(), "hodu-log-tail-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the tail of a log", () => {
  it("is the lines that are added, each once and whole", () => {
    const file = join(folder, "a.log");
    writeFileSync(file, "before\n");
    const tail = new LogTail(file);
    appendFileSync(file, "one\ntw");
    expect(tail.take()).toEqual(["one"]);
    appendFileSync(file, "o\n");
    expect(tail.take()).toEqual(["two"]);
    expect(tail.take()).toEqual([]);
  });

  it("says nothing twice of a plugin that prints bytes that are no text", () => {
    const file = join(folder, "b.log");
    const tail = new LogTail(file);
    writeFileSync(file, Buffer.from([0xff, 0xfe, 0xff, 0x0a]));
    expect(tail.take()).toHaveLength(1);
    expect(tail.take()).toEqual([]);
    appendFileSync(file, "next\n");
    expect(tail.take()).toEqual(["next"]);
  });

  it("begins anew where the log does", () => {
    const file = join(folder, "c.log");
    writeFileSync(file, "a long line of an earlier log\n");
    const tail = new LogTail(file);
    writeFileSync(file, "new\n");
    expect(tail.take()).toEqual(["new"]);
  });
});
