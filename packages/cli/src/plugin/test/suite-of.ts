import type { Component, KnownPlugin } from "hodu-plugin-sdk";
import {
  backendSuite,
  type ContractTest,
  extensionSuite,
  formatSuite,
  manifestTests,
  operatorSuite,
  transformSuite,
} from "hodu-plugin-sdk/testing";
import { formatFixtures, modelFixtures } from "./fixtures.ts";

/** What a suite is made of. */
export interface SuiteRequest {
  readonly plugin: KnownPlugin;
  readonly folder: string;
  readonly component: Component;
  /** Models of a format may come back as other nodes of the same meaning. */
  readonly rewrites: boolean;
}

/** What the contract of a component promises; of kinds that only hardware calls, what every manifest promises. */
export async function suiteOf(request: SuiteRequest): Promise<readonly ContractTest[]> {
  const { plugin, folder, component, rewrites } = request;
  const load = (): KnownPlugin => plugin;
  const { name } = component;
  switch (component.kind) {
    case "format":
      return formatSuite(load, formatFixtures(folder, component), { format: name, rewrites });
    case "backend":
      return backendSuite(load, { backend: name });
    case "transform":
      return transformSuite(load, await modelFixtures(folder), { transform: name });
    case "operator":
      return operatorSuite(load, { operator: name });
    case "extension":
      return extensionSuite(load);
    default:
      return manifestTests(load);
  }
}
