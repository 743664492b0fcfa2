import type { LocalSlot } from "./local-pool.ts";
import type { FunctionType, MemoryLimits, ScalarType, ValueType } from "./types.ts";

/** A function of a module, imported or its own. */
export interface FunctionHandle<P extends readonly ValueType[] = readonly ValueType[]> {
  readonly kind: "function";
  readonly index: number;
  readonly name: string;
  readonly type: FunctionType<P>;
}

/** A variable of a module. */
export interface GlobalHandle {
  readonly kind: "global";
  readonly index: number;
  readonly name: string;
  readonly type: ScalarType;
  readonly mutable: boolean;
}

/** The memory of a module; it has at most one. */
export interface MemoryHandle {
  readonly kind: "memory";
  readonly index: 0;
  readonly limits: MemoryLimits;
}

/** Functions that are called by their place in it. */
export interface TableHandle {
  readonly kind: "table";
  readonly index: number;
  readonly name: string;
  readonly functions: readonly FunctionHandle[];
}

/** What a module may take from outside. */
export interface WasmImport {
  readonly module: string;
  readonly name: string;
  readonly item: FunctionHandle | GlobalHandle | MemoryHandle;
}

/** What a module gives, under a name. */
export interface WasmExport {
  readonly name: string;
  readonly item: FunctionHandle | GlobalHandle | MemoryHandle | TableHandle;
}

/** A text at an offset of a function's code, for dumps. */
export interface CodeComment {
  readonly offset: number;
  readonly text: string;
}

/** An assembled function. */
export interface FunctionBody {
  readonly handle: FunctionHandle;
  /** Parameters first. */
  readonly locals: readonly LocalSlot[];
  /** Instructions with the last `end`, without the declaration of locals. */
  readonly code: Uint8Array;
  readonly comments: readonly CodeComment[];
}

/** A global of the module's own and its first value. */
export interface GlobalDefinition {
  readonly handle: GlobalHandle;
  readonly value: number | bigint;
}

/** Bytes of a module. */
export interface DataSegment {
  readonly name: string;
  readonly bytes: Uint8Array;
  /** Where they are put when the module is instantiated; undefined for a passive segment, which memory.init copies. */
  readonly offset: number | GlobalHandle | undefined;
}

/** A tool that made a module. */
export interface Producer {
  readonly name: string;
  readonly version: string;
}

/** All of an assembled module: `encodeModule` gives its bytes, `printModule` its text. */
export interface WasmModule {
  readonly name: string;
  readonly types: readonly FunctionType[];
  readonly imports: readonly WasmImport[];
  readonly functions: readonly FunctionBody[];
  readonly tables: readonly TableHandle[];
  /** The module's own memory. */
  readonly memory: MemoryHandle | undefined;
  readonly globals: readonly GlobalDefinition[];
  readonly exports: readonly WasmExport[];
  readonly start: FunctionHandle | undefined;
  readonly data: readonly DataSegment[];
  readonly producer: Producer | undefined;
}
