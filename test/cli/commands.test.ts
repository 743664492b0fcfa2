import { spawnSync } from "node:child_process";
import { ERROR_CODES } from "@hodu/core";
import { describe, expect, it, test } from "vitest";
import { hodu, ROOT } from "./hodu.ts";

describe("hodu version", () => {
  it("prints versions and the platform", async () => {
    const { stdout } = await hodu(["version"]);
    expect(stdout).toMatch(/^hodu 0\.3\.0\nhodu_plugin_sdk 0\.3\.0\nPlatform: \w+-[\w-]+\nNode: [\d.]+\n$/);
  });

  test.each([[["version", "--short"]], [["--version"]], [["-V"]]])("%j prints only the version", async (args) => {
    expect((await hodu(args)).stdout).toBe("0.3.0\n");
  });

  it("prints JSON", async () => {
    const report = JSON.parse((await hodu(["version", "--json"])).stdout) as unknown;
    expect(report).toMatchObject({ version: "0.3.0", sdk_version: "0.3.0", node: process.versions.node });
  });
});

describe("hodu explain", () => {
  it("has a page for every code", async () => {
    const pages = await Promise.all(["BAD_INPUT", "policy", "missing-input"].map((code) => hodu(["explain", code])));
    for (const { status, stdout } of pages)
      expect({ status, long: stdout.length > 200 }).toEqual({ status: 0, long: true });
    const { stdout } = await hodu(["explain"]);
    for (const code of Object.keys(ERROR_CODES)) expect(stdout).toContain(code);
  });

  it("suggests a code", async () => {
    const { status, stderr } = await hodu(["explain", "BADINPUT"]);
    expect(status).toBe(2);
    expect(stderr).toContain("did you mean hodu explain BAD_INPUT ?");
  });
});

describe("the command", () => {
  test.each([[[]], [["--help"]], [["-h"]], [["help"]]])("%j shows help with examples", async (args) => {
    const { status, stdout, stderr } = await hodu(args);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain("Examples:");
    expect(stdout).toContain("explain [code]");
  });

  test.each(["run", "inspect", "convert", "version", "explain"])("%s has help", async (command) => {
    expect((await hodu([command, "--help"])).stdout).toContain(`Usage: hodu ${command}`);
  });

  test.each([
    [["inspct"], "did you mean inspect ?"],
    [["frobnicate"], "unknown command"],
    [["--frob"], "unknown option '--frob'"],
    [["version", "now"], "too many arguments"],
    [["plugin", "nwe"], "did you mean new ?"],
    [["config", "frob"], "hint: hodu config --help"],
    [["plugin", "remove"], "hint: hodu plugin remove --help"],
  ])("%j is refused with 2", async (args, part) => {
    const { status, stderr } = await hodu(args);
    expect(status).toBe(2);
    expect(stderr).toContain(part);
    expect(stderr).toContain("hint: ");
  });

  test.each([
    [["plugin", "install", "onnx"], "found neither --path nor --offline"],
    [["plugin", "install", "hodu-format-onnx@0.2.0"], "found neither --path nor --offline"],
    [["plugin", "install", "--git", "https://example.org/x", "--tag", "v1"], "unknown option '--git'"],
    [["plugin", "install", "--from", "hodu-plugins.lock", "--exact"], "unknown option '--from'"],
    [["plugin", "install", "--recommended"], "unknown option '--recommended'"],
    [["plugin", "install", "--bundle", "basic"], "unknown option '--bundle'"],
    [["plugin", "install", "onnx", "--trust"], "unknown option '--trust'"],
    [["plugin", "update"], "unknown command 'update'"],
    [["plugin", "search", "onnx"], "unknown command 'search'"],
    [["plugin", "freeze"], "unknown command 'freeze'"],
    [["plugin", "bundle", "list"], "unknown command 'bundle'"],
    [["plugin", "download", "onnx", "-o", "."], "unknown command 'download'"],
  ])("%j needs a registry, which is not there yet: it is refused with 2", async (args, part) => {
    const { status, stderr } = await hodu(args);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(part) });
    expect(stderr).toContain("hint: ");
  });

  it("colours for a terminal only, or when forced", async () => {
    const escape = "\u001b";
    expect((await hodu(["run"])).stderr).not.toContain(escape);
    expect((await hodu(["run"], { env: { FORCE_COLOR: "1" } })).stderr).toContain(escape);
    expect((await hodu(["run"], { env: { FORCE_COLOR: "1", NO_COLOR: "1" } })).stderr).not.toContain(escape);
  });

  it.skipIf(process.platform === "win32")("says nothing when its reader goes away", () => {
    const command = `"${process.execPath}" packages/cli/bin/hodu.js explain IO | true; exit \${PIPESTATUS[0]}`;
    const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: ROOT, encoding: "utf8" });
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  });

  it.skipIf(process.platform !== "linux")("fails when the disk is full", () => {
    const command = `"${process.execPath}" packages/cli/bin/hodu.js version > /dev/full`;
    const { status, stderr } = spawnSync("bash", ["-c", command], { cwd: ROOT, encoding: "utf8" });
    expect(status).toBe(74);
    expect(stderr).toContain("Cannot write to standard output");
  });
});
