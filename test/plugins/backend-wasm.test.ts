import wasmPlugin from "hodu-backend-wasm";
import { backendSuite, sameBackendSuite } from "hodu-plugin-sdk/testing";
import { afterAll, describe } from "vitest";
import { buildProcesses } from "./build-processes.ts";
import { describeBothWays } from "./suites.ts";

const processes = buildProcesses();
afterAll(async () => (await processes).remove());

describe("the wasm backend", () => {
  describeBothWays(wasmPlugin, wasmPlugin.manifest, async () => (await processes).program("wasm"), {
    each: (load) => backendSuite(load),
    both: (one, other) => sameBackendSuite(one, other),
  });
});
