import { quote } from "@hodu/core";
import { ByteWriter } from "./byte-writer.ts";
import { encodeNames, encodeProducer } from "./encode-custom.ts";
import { CONTROL_OPCODES } from "./instructions/control-opcodes.ts";
import { INSTRUCTIONS } from "./instructions/instruction-table.ts";
import { checkLimit } from "./limits.ts";
import { TypeList } from "./type-list.ts";
import { type FunctionType, type MemoryLimits, TYPE_CODES } from "./types.ts";
import type {
  DataSegment,
  FunctionBody,
  GlobalDefinition,
  GlobalHandle,
  TableHandle,
  WasmExport,
  WasmImport,
  WasmModule,
} from "./wasm-module.ts";

/** Numbers of sections, and the bytes of kinds. WebAssembly core specification 2.0, section 5.5. */
const SECTIONS = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
} as const;

const KINDS: Readonly<Record<WasmExport["item"]["kind"], number>> = { function: 0, table: 1, memory: 2, global: 3 };

const HEADER = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
const FUNCTION_TYPE = 0x60;
const FUNCTION_REFERENCE = 0x70;

/** The bytes of a module, the same for the same module. Throws a RangeError for what no engine loads. */
export function encodeModule(module: WasmModule): Uint8Array<ArrayBuffer> {
  checkLimit("types", module.types.length, "a module");
  checkLimit("imports", module.imports.length, "a module");
  checkLimit("exports", module.exports.length, "a module");
  const types = new TypeList(module.types);
  const out = new ByteWriter();
  out.bytes(HEADER);
  list(out, "type", module.types, writeType);
  list(out, "import", module.imports, (to, item) => writeImport(to, item, types));
  list(out, "function", module.functions, (to, { handle }) => to.u32(types.indexOf(handle.type)));
  list(out, "table", module.tables, writeTable);
  list(out, "memory", module.memory === undefined ? [] : [module.memory], (to, { limits }) => writeLimits(to, limits));
  list(out, "global", module.globals, writeGlobal);
  list(out, "export", module.exports, writeExport);
  if (module.start !== undefined) number(out, "start", module.start.index);
  list(out, "element", module.tables, writeElements);
  if (module.data.length > 0) number(out, "dataCount", module.data.length);
  list(out, "code", module.functions, writeBody);
  list(out, "data", module.data, writeData);
  section(out, "custom", encodeNames(module));
  if (module.producer !== undefined) section(out, "custom", encodeProducer(module.producer));
  checkLimit("moduleBytes", out.length, "a module");
  return out.toBytes();
}

function section(out: ByteWriter, name: keyof typeof SECTIONS, body: ByteWriter): void {
  out.byte(SECTIONS[name]);
  out.sized(body.written);
}

function list<T>(
  out: ByteWriter,
  name: keyof typeof SECTIONS,
  items: readonly T[],
  write: (to: ByteWriter, item: T) => void,
): void {
  if (items.length === 0) return;
  const body = new ByteWriter();
  body.u32(items.length);
  for (const item of items) write(body, item);
  section(out, name, body);
}

function number(out: ByteWriter, name: "start" | "dataCount", value: number): void {
  const body = new ByteWriter();
  body.u32(value);
  section(out, name, body);
}

function writeType(to: ByteWriter, { params, results }: FunctionType): void {
  to.byte(FUNCTION_TYPE);
  for (const types of [params, results]) {
    to.u32(types.length);
    for (const type of types) to.byte(TYPE_CODES[type]);
  }
}

function writeImport(to: ByteWriter, { module, name, item }: WasmImport, types: TypeList): void {
  to.name(module);
  to.name(name);
  to.byte(KINDS[item.kind]);
  if (item.kind === "function") to.u32(types.indexOf(item.type));
  else if (item.kind === "memory") writeLimits(to, item.limits);
  else writeGlobalType(to, item);
}

function writeTable(to: ByteWriter, { functions }: TableHandle): void {
  to.byte(FUNCTION_REFERENCE);
  writeLimits(to, { min: functions.length, max: functions.length });
}

/** 0: no upper limit, 1: with one, 3: shared. */
function writeLimits(to: ByteWriter, { min, max, shared = false }: MemoryLimits): void {
  if (max === undefined) to.byte(0);
  else to.byte(shared ? 3 : 1);
  to.u32(min);
  if (max !== undefined) to.u32(max);
}

function writeGlobal(to: ByteWriter, { handle, value }: GlobalDefinition): void {
  writeGlobalType(to, handle);
  const constant = INSTRUCTIONS.get(`${handle.type}.const`)!;
  to.byte(constant.code);
  constant.write(to, constant.name, value);
  to.byte(CONTROL_OPCODES.end);
}

function writeGlobalType(to: ByteWriter, { type, mutable }: GlobalHandle): void {
  to.byte(TYPE_CODES[type]);
  to.byte(mutable ? 1 : 0);
}

function writeExport(to: ByteWriter, { name, item }: WasmExport): void {
  to.name(name);
  to.byte(KINDS[item.kind]);
  to.u32(item.index);
}

/** An active segment that fills the whole table: form 0 for the first, form 2 names another. */
function writeElements(to: ByteWriter, { index, functions }: TableHandle): void {
  to.byte(index === 0 ? 0 : 2);
  if (index > 0) to.u32(index);
  writeOffset(to, 0);
  if (index > 0) to.byte(0);
  to.u32(functions.length);
  for (const { index: callee } of functions) to.u32(callee);
}

function writeBody(to: ByteWriter, { handle, locals, code }: FunctionBody): void {
  const head = new ByteWriter();
  const runs = runsOf(locals.slice(handle.type.params.length).map(({ type }) => TYPE_CODES[type]));
  head.u32(runs.length);
  for (const [count, type] of runs) {
    head.u32(count);
    head.byte(type);
  }
  const size = head.length + code.length;
  checkLimit("functionBytes", size, `function ${quote(handle.name)}`);
  to.u32(size);
  to.bytes(head.written);
  to.bytes(code);
}

/** Neighbours that are equal, as their number and what they are. */
function runsOf(types: readonly number[]): readonly (readonly [count: number, type: number])[] {
  const runs: [number, number][] = [];
  for (const type of types) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === type) last[0] += 1;
    else runs.push([1, type]);
  }
  return runs;
}

/** Form 0 is put into the memory, form 1 is passive. */
function writeData(to: ByteWriter, { bytes, offset }: DataSegment): void {
  to.byte(offset === undefined ? 1 : 0);
  if (offset !== undefined) writeOffset(to, offset);
  to.sized(bytes);
}

function writeOffset(to: ByteWriter, offset: number | GlobalHandle): void {
  if (typeof offset === "number") {
    to.byte(INSTRUCTIONS.get("i32.const")!.code);
    to.s32(offset);
  } else {
    to.byte(CONTROL_OPCODES["global.get"]);
    to.u32(offset.index);
  }
  to.byte(CONTROL_OPCODES.end);
}
