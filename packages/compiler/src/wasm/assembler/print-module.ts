import { ByteReader } from "./byte-reader.ts";
import { ByteWriter } from "./byte-writer.ts";
import { INSTRUCTIONS } from "./instructions/instruction-table.ts";
import { type CodeNames, printCode } from "./print-code.ts";
import { PRINT_IMMEDIATES } from "./print-immediates.ts";
import type { FunctionType, MemoryLimits } from "./types.ts";
import { makeIdentifiers, watString } from "./wat-names.ts";
import type {
  DataSegment,
  FunctionBody,
  GlobalDefinition,
  GlobalHandle,
  WasmImport,
  WasmModule,
} from "./wasm-module.ts";

/** How a module is printed. */
export interface PrintOptions {
  /** How many bytes of a segment of data are shown; default 64. The text of a module whose data is longer cannot be assembled. */
  readonly dataBytes?: number;
}

type ModuleNames = Omit<CodeNames, "locals">;

/** A module in the WebAssembly text format, with names, one instruction a line; comments stand before what they were written for. */
export function printModule(module: WasmModule, { dataBytes = 64 }: PrintOptions = {}): string {
  const names = namesOf(module);
  const [identifier] = makeIdentifiers([module.name]);
  const lines = [
    ...module.types.map((type) => `(type (func${typeText(type)}))`),
    ...module.imports.map((item) => printImport(item, names)),
    ...(module.memory === undefined ? [] : [`(memory ${limitsText(module.memory.limits)})`]),
    ...module.globals.map((global) => printGlobal(global, names)),
    ...module.tables.map(({ index, functions }) => {
      const size = functions.length;
      return `(table ${names.tables[index]} ${size} ${size} funcref)`;
    }),
    ...module.exports.map(({ name, item }) => `(export ${watString(name)} (${exportText(item, names)}))`),
    ...(module.start === undefined ? [] : [`(start ${names.functions[module.start.index]})`]),
    ...module.tables.map(({ index, functions }) => {
      const members = functions.map((callee) => ` ${names.functions[callee.index]}`).join("");
      return `(elem (table ${names.tables[index]}) (i32.const 0) func${members})`;
    }),
    ...module.functions.flatMap((body) => printFunction(body, names)),
    ...module.data.map((segment, at) => printData(segment, names.data[at]!, names, dataBytes)),
  ];
  return [`(module ${identifier}`, ...lines.map((line) => `  ${line}`), ")", ""].join("\n");
}

function namesOf(module: WasmModule): ModuleNames {
  const imported = module.imports.map(({ item }) => item);
  const functions = imported.flatMap((item) => (item.kind === "function" ? [item.name] : []));
  const globals = imported.flatMap((item) => (item.kind === "global" ? [item.name] : []));
  return {
    functions: makeIdentifiers([...functions, ...module.functions.map(({ handle }) => handle.name)]),
    globals: makeIdentifiers([...globals, ...module.globals.map(({ handle }) => handle.name)]),
    tables: makeIdentifiers(module.tables.map(({ name }) => name)),
    data: makeIdentifiers(module.data.map(({ name }) => name)),
    types: module.types,
  };
}

function typeText({ params, results }: FunctionType): string {
  return `${group("param", params)}${group("result", results)}`;
}

function group(word: string, types: readonly string[]): string {
  return types.length === 0 ? "" : ` (${word} ${types.join(" ")})`;
}

function limitsText({ min, max, shared = false }: MemoryLimits): string {
  return `${min}${max === undefined ? "" : ` ${max}`}${shared ? " shared" : ""}`;
}

function printImport({ module, name, item }: WasmImport, names: ModuleNames): string {
  const what =
    item.kind === "memory"
      ? `memory ${limitsText(item.limits)}`
      : item.kind === "global"
        ? `global ${names.globals[item.index]} ${globalType(item)}`
        : `func ${names.functions[item.index]}${typeText(item.type)}`;
  return `(import ${watString(module)} ${watString(name)} (${what}))`;
}

function globalType({ type, mutable }: GlobalHandle): string {
  return mutable ? `(mut ${type})` : type;
}

function printGlobal({ handle, value }: GlobalDefinition, names: ModuleNames): string {
  const constant = INSTRUCTIONS.get(`${handle.type}.const`)!;
  const bytes = new ByteWriter();
  constant.write(bytes, constant.name, value);
  const text = PRINT_IMMEDIATES[constant.immediate](new ByteReader(bytes.written), []);
  return `(global ${names.globals[handle.index]} ${globalType(handle)} (${constant.name} ${text}))`;
}

function exportText(item: WasmModule["exports"][number]["item"], names: ModuleNames): string {
  if (item.kind === "memory") return "memory 0";
  if (item.kind === "function") return `func ${names.functions[item.index]}`;
  return item.kind === "global" ? `global ${names.globals[item.index]}` : `table ${names.tables[item.index]}`;
}

function printFunction(body: FunctionBody, names: ModuleNames): readonly string[] {
  const { type, index } = body.handle;
  const locals = makeIdentifiers(body.locals.map((slot) => slot.names.join("/")));
  const params = type.params.map((param, at) => ` (param ${locals[at]} ${param})`).join("");
  const own = body.locals.slice(type.params.length);
  return [
    `(func ${names.functions[index]}${params}${group("result", type.results)}`,
    ...own.map((slot, at) => `  (local ${locals[at + type.params.length]} ${slot.type})`),
    ...printCode(body, { ...names, locals }, 1),
    ")",
  ];
}

function printData({ bytes, offset }: DataSegment, identifier: string, names: ModuleNames, shown: number): string {
  const place =
    offset === undefined
      ? ""
      : typeof offset === "number"
        ? ` (i32.const ${offset})`
        : ` (global.get ${names.globals[offset.index]})`;
  const rest = bytes.length > shown ? ` (; ${bytes.length - shown} more bytes ;)` : "";
  return `(data ${identifier}${place} ${watString(bytes.subarray(0, shown))}${rest})`;
}
