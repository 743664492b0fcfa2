import { spawnSync } from "node:child_process";
import cpuPlugin from "hodu-backend-cpu";
import { backendSuite, sameBackendSuite } from "hodu-plugin-sdk/testing";
import { afterAll, describe } from "vitest";
import { buildProcesses } from "./build-processes.ts";
import { describeBothWays } from "./suites.ts";

const processes = buildProcesses();
afterAll(async () => (await processes).remove());

const isMissing = ["clang", "gcc"].every((name) => spawnSync(name, ["--version"]).error !== undefined);

describe.skipIf(isMissing)(`the cpu backend${isMissing ? ": no C compiler on this machine" : ""}`, () => {
  describeBothWays(cpuPlugin, cpuPlugin.manifest, async () => (await processes).program("cpu"), {
    each: (load) => backendSuite(load),
    both: (one, other) => sameBackendSuite(one, other),
  });
});
