import type { TypeList } from "./type-list.ts";
import type { FunctionHandle, GlobalHandle, TableHandle } from "./wasm-module.ts";

/** What the code of a function may refer to. */
export interface ModuleScope {
  readonly types: TypeList;
  readonly functions: readonly FunctionHandle[];
  readonly globals: readonly GlobalHandle[];
  readonly tables: readonly TableHandle[];
  readonly hasMemory: boolean;
}
