import { quote } from "@hodu/core";
import { FunctionBuilder } from "./function-builder.ts";
import { checkLimit } from "./limits.ts";
import type { Local } from "./local-pool.ts";
import { checkMemory } from "./check-memory.ts";
import { TypeList } from "./type-list.ts";
import type { FunctionType, MemoryLimits, ScalarType, ValueType } from "./types.ts";
import type {
  DataSegment,
  FunctionBody,
  FunctionHandle,
  GlobalDefinition,
  GlobalHandle,
  MemoryHandle,
  Producer,
  TableHandle,
  WasmExport,
  WasmImport,
  WasmModule,
} from "./wasm-module.ts";

/** Where a segment of data goes, and how it is called in dumps. */
export interface DataOptions {
  readonly name: string;
  /** An address in bytes, or an imported constant that holds it; without it the segment is passive. */
  readonly offset?: number | GlobalHandle;
}

/** A segment of data, for `memory.init` and `data.drop`. */
export interface DataHandle {
  readonly kind: "data";
  readonly index: number;
}

/** Handles of parameters, as many as a function type has. */
export type ParameterLocals<P extends readonly ValueType[]> = { readonly [K in keyof P]: Local };

/**
 * Builds a WebAssembly module: declare imports, then functions, then define each function. Same calls, same bytes.
 * What the code may not do is refused when it is assembled, with a TypeError; what no engine loads with a RangeError.
 */
export class ModuleBuilder {
  readonly #name: string;
  readonly #producer: Producer | undefined;
  readonly #types = new TypeList();
  readonly #imports: WasmImport[] = [];
  readonly #functions: FunctionHandle[] = [];
  readonly #parameterNames = new Map<FunctionHandle, readonly string[]>();
  readonly #bodies = new Map<FunctionHandle, FunctionBody>();
  readonly #tables: TableHandle[] = [];
  readonly #globals: GlobalHandle[] = [];
  readonly #globalDefinitions: GlobalDefinition[] = [];
  readonly #exports = new Map<string, WasmExport>();
  readonly #data: DataSegment[] = [];
  #memory: MemoryHandle | undefined;
  #isMemoryImported = false;
  #importedFunctions = 0;
  #start: FunctionHandle | undefined;

  constructor(name: string, producer?: Producer) {
    this.#name = name;
    this.#producer = producer;
  }

  importFunction<const P extends readonly ValueType[]>(
    module: string,
    name: string,
    type: FunctionType<P>,
  ): FunctionHandle<P> {
    if (this.#functions.length > this.#importedFunctions)
      throw new TypeError(
        `Cannot import function ${quote(name)}: found functions of the module, expected imports first`,
      );
    const item = this.#declare(name, type, []);
    this.#importedFunctions += 1;
    this.#imports.push({ module, name, item });
    return item;
  }

  importGlobal(
    module: string,
    name: string,
    type: ScalarType,
    options: { readonly mutable?: boolean } = {},
  ): GlobalHandle {
    if (this.#globalDefinitions.length > 0)
      throw new TypeError(`Cannot import global ${quote(name)}: found globals of the module, expected imports first`);
    const item = this.#addGlobal(name, type, options.mutable ?? false);
    this.#imports.push({ module, name, item });
    return item;
  }

  importMemory(module: string, name: string, limits: MemoryLimits): MemoryHandle {
    const item = this.#setMemory(limits);
    this.#imports.push({ module, name, item });
    this.#isMemoryImported = true;
    return item;
  }

  addMemory(limits: MemoryLimits): MemoryHandle {
    return this.#setMemory(limits);
  }

  /** A variable with its first value, a bigint for i64. */
  addGlobal(
    name: string,
    type: ScalarType,
    value: number | bigint,
    options: { readonly mutable?: boolean } = {},
  ): GlobalHandle {
    if ((typeof value === "bigint") !== (type === "i64"))
      throw new TypeError(`Cannot add global ${quote(name)}: found a ${typeof value} for ${type}`);
    const handle = this.#addGlobal(name, type, options.mutable ?? false);
    this.#globalDefinitions.push({ handle, value });
    return handle;
  }

  /** Declares a function, which `define` must give its code. The names of parameters are for dumps and tools. */
  addFunction<const P extends readonly ValueType[]>(
    name: string,
    type: FunctionType<P>,
    parameterNames: readonly string[] = [],
  ): FunctionHandle<P> {
    return this.#declare(name, type, parameterNames);
  }

  /** Assembles the code of a declared function; `body` gets its parameters as locals. */
  define<P extends readonly ValueType[]>(
    handle: FunctionHandle<P>,
    body: (code: FunctionBuilder, ...params: ParameterLocals<P>) => void,
  ): void {
    const shown = quote(handle.name);
    const names = this.#parameterNames.get(handle);
    if (names === undefined || this.#functions[handle.index] !== handle || handle.index < this.#importedFunctions)
      throw new TypeError(`Cannot define function ${shown}: found no such function that this module declared`);
    if (this.#bodies.has(handle)) throw new TypeError(`Cannot define function ${shown}: it has its code already`);
    const code = new FunctionBuilder(handle, shown, names, {
      types: this.#types,
      functions: this.#functions,
      globals: this.#globals,
      tables: this.#tables,
      hasMemory: this.#memory !== undefined,
    });
    body(code, ...(code.params as unknown as ParameterLocals<P>));
    this.#bodies.set(handle, code.finish());
  }

  /** A table of exactly these functions, for `call_indirect` and for callers outside. */
  addTable(name: string, functions: readonly FunctionHandle[]): TableHandle {
    checkLimit("tableEntries", functions.length, `table ${quote(name)}`);
    for (const item of functions) this.#own(item, `list functions in table ${quote(name)}`);
    const handle: TableHandle = { kind: "table", index: this.#tables.length, name, functions: [...functions] };
    this.#tables.push(handle);
    return handle;
  }

  /** Bytes of the module; they are not copied. */
  addData(bytes: Uint8Array, { name, offset }: DataOptions): DataHandle {
    if (offset !== undefined && this.#memory === undefined)
      throw new TypeError(
        `Cannot add data ${quote(name)}: found no memory to put it in, expected one to be declared before`,
      );
    if (typeof offset === "object") this.#checkOffset(offset, name);
    checkLimit("dataSegments", this.#data.length + 1, "a module");
    this.#data.push({ name, bytes, offset });
    return { kind: "data", index: this.#data.length - 1 };
  }

  export(name: string, item: WasmExport["item"]): void {
    if (this.#exports.has(name))
      throw new TypeError(`Cannot export ${quote(name)}: found a second export of that name`);
    this.#own(item, `export ${quote(name)}`);
    this.#exports.set(name, { name, item });
  }

  /** The function that runs when the module is instantiated; it takes and gives nothing. */
  setStart(start: FunctionHandle): void {
    if (start.type.params.length + start.type.results.length > 0)
      throw new TypeError(`Cannot start with function ${quote(start.name)}: expected no parameters and no results`);
    this.#own(start, `start with function ${quote(start.name)}`);
    this.#start = start;
  }

  /** The module as data. Throws a TypeError when a declared function has no code. */
  build(): WasmModule {
    const own = this.#functions.slice(this.#importedFunctions);
    return {
      name: this.#name,
      types: this.#types.types,
      imports: this.#imports,
      functions: own.map((handle) => this.#bodyOf(handle)),
      tables: this.#tables,
      memory: this.#isMemoryImported ? undefined : this.#memory,
      globals: this.#globalDefinitions,
      exports: [...this.#exports.values()],
      start: this.#start,
      data: this.#data,
      producer: this.#producer,
    };
  }

  #bodyOf(handle: FunctionHandle): FunctionBody {
    const body = this.#bodies.get(handle);
    if (body === undefined)
      throw new TypeError(`Cannot build function ${quote(handle.name)}: found no code, expected define`);
    return body;
  }

  #declare<const P extends readonly ValueType[]>(
    name: string,
    type: FunctionType<P>,
    parameterNames: readonly string[],
  ): FunctionHandle<P> {
    const shown = `function ${quote(name)}`;
    checkLimit("parameters", type.params.length, shown);
    checkLimit("results", type.results.length, shown);
    checkLimit("functions", this.#functions.length + 1, "a module");
    this.#types.indexOf(type);
    const handle: FunctionHandle<P> = { kind: "function", index: this.#functions.length, name, type };
    this.#functions.push(handle);
    this.#parameterNames.set(handle, parameterNames);
    return handle;
  }

  #addGlobal(name: string, type: ScalarType, mutable: boolean): GlobalHandle {
    checkLimit("globals", this.#globals.length + 1, "a module");
    const handle: GlobalHandle = { kind: "global", index: this.#globals.length, name, type, mutable };
    this.#globals.push(handle);
    return handle;
  }

  #setMemory(limits: MemoryLimits): MemoryHandle {
    if (this.#memory !== undefined) throw new TypeError("Cannot declare a memory: found a second one, expected one");
    checkMemory(limits);
    this.#memory = { kind: "memory", index: 0, limits };
    return this.#memory;
  }

  /** Only an imported constant is known when segments are put in their places. */
  #checkOffset(offset: GlobalHandle, name: string): void {
    this.#own(offset, `add data ${quote(name)}`);
    const isImported = this.#imports.some(({ item }) => item === offset);
    if (offset.type !== "i32" || offset.mutable || !isImported)
      throw new TypeError(`Cannot add data ${quote(name)}: found another offset, expected an imported constant of i32`);
  }

  #own(item: WasmExport["item"], what: string): void {
    const own = {
      function: this.#functions,
      global: this.#globals,
      table: this.#tables,
      memory: this.#memory === undefined ? [] : [this.#memory],
    };
    if (own[item.kind][item.index] !== item)
      throw new TypeError(`Cannot ${what}: found a ${item.kind} of another module`);
  }
}
