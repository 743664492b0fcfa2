export { type BackendSuiteOptions, backendSuite } from "./backend-suite.ts";
export type { ContractTest, PluginUnderTest } from "./contract-test.ts";
export type { FormatFixture, FormatSuiteOptions } from "./format-fixture.ts";
export { formatSuite } from "./format-suite.ts";
export { sameBackendSuite, sameFormatSuite } from "./same-results.ts";
