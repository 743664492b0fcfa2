import { backendSuite, sameBackendSuite } from "hodu-plugin-sdk/testing";
import { afterAll, describe } from "vitest";
import { manifest } from "../../packages/engine/src/interp/manifest.ts";
import { interpPlugin } from "../../packages/engine/src/interp/plugin.ts";
import { buildProcesses } from "./build-processes.ts";
import { describeBothWays } from "./suites.ts";

const processes = buildProcesses();
afterAll(async () => (await processes).remove());

describe("the interp backend", () => {
  describeBothWays(interpPlugin, manifest, async () => (await processes).program("interp", "interpPlugin"), {
    each: (load) => backendSuite(load),
    both: (one, other) => sameBackendSuite(one, other),
  });
});
