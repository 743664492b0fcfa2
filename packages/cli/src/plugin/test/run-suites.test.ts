import { PluginMetadata } from "hodu-plugin-sdk";
import { expect, it } from "vitest";
import { runSuites } from "./run-suites.ts";
import { TestReport } from "./test-report.ts";

const manifest = new PluginMetadata("hodu-extension-x", "1.0.0").build();

it("a suite ends between two tests when it is interrupted", async () => {
  const controller = new AbortController();
  const report = new TestReport(false);
  const stop = new Error("stop");
  const plugin = { manifest, onLoad: () => controller.abort(stop) };
  const request = { manifest, folder: "/none", plugin, rewrites: false, report, isVerbose: false };
  await expect(runSuites({ ...request, signal: controller.signal })).rejects.toBe(stop);
  expect(report.checks.length).toBeGreaterThan(0);
  expect(report.checks.some(({ name }) => name.includes("takes every event"))).toBe(false);
});
