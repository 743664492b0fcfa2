import { quote } from "@hodu/core";
import { ByteReader } from "./byte-reader.ts";
import { CONTROL_OPCODES, type ControlName } from "./instructions/control-opcodes.ts";
import { INSTRUCTIONS, type Instruction } from "./instructions/instruction-table.ts";
import { PRINT_IMMEDIATES } from "./print-immediates.ts";
import { type FunctionType, typeName } from "./types.ts";
import type { FunctionBody } from "./wasm-module.ts";

/** Identifiers of what code refers to. */
export interface CodeNames {
  readonly functions: readonly string[];
  readonly globals: readonly string[];
  readonly tables: readonly string[];
  readonly data: readonly string[];
  readonly locals: readonly string[];
  readonly types: readonly FunctionType[];
}

/** What the printing of one function keeps. */
interface Printing {
  readonly code: ByteReader;
  readonly names: CodeNames;
  /** Labels of the open blocks, the innermost last; the function's own is first. */
  readonly labels: string[];
  /** How many blocks were opened. */
  blocks: number;
}

const CONTROL_NAMES: ReadonlyMap<number, ControlName> = new Map(
  Object.entries(CONTROL_OPCODES).map(([name, code]) => [code, name as ControlName]),
);

const BY_OPCODE: ReadonlyMap<number, Instruction> = new Map(
  [...INSTRUCTIONS.values()].map((instruction) => [opcodeKey(instruction.prefix, instruction.code), instruction]),
);

/** Opcodes of one byte below, those of a prefix above. */
const FIRST_PREFIX = 0xfc;

/** The lines of a function's code in the text format, indented by block from `depth` on. */
export function printCode(body: FunctionBody, names: CodeNames, depth: number): readonly string[] {
  const printing: Printing = { code: new ByteReader(body.code), names, labels: ["$function"], blocks: 0 };
  const lines: string[] = [];
  const indentOf = (blocks: number): string => "  ".repeat(depth + blocks - 1);
  let comment = 0;
  while (!printing.code.atEnd) {
    for (; body.comments[comment]?.offset === printing.code.offset; comment++)
      lines.push(`${indentOf(printing.labels.length)};; ${commentText(body.comments[comment]!.text)}`);
    const before = printing.labels.length;
    const text = printInstruction(printing);
    // The end of the function is no line.
    if (printing.labels.length === 0) break;
    lines.push(indentOf(Math.min(before, printing.labels.length) - (text === "else" ? 1 : 0)) + text);
  }
  return lines;
}

function commentText(text: string): string {
  return quote(text).slice(1, -1);
}

function printInstruction(printing: Printing): string {
  const opcode = printing.code.byte();
  const control = CONTROL_NAMES.get(opcode);
  if (control !== undefined) return `${control}${PRINT_CONTROL[control]?.(printing) ?? ""}`;
  const key = opcode < FIRST_PREFIX ? opcodeKey(0, opcode) : opcodeKey(opcode, printing.code.u32());
  const { name, immediate } = BY_OPCODE.get(key)!;
  return `${name} ${PRINT_IMMEDIATES[immediate](printing.code, printing.names.data)}`.trimEnd();
}

const PRINT_CONTROL: { readonly [K in ControlName]?: (printing: Printing) => string } = {
  block: (printing) => openBlock(printing, "block"),
  loop: (printing) => openBlock(printing, "loop"),
  if: (printing) => openBlock(printing, "if"),
  end: (printing) => {
    printing.labels.pop();
    return "";
  },
  br: branch,
  br_if: branch,
  br_table: (printing) => {
    const targets = printing.code.u32();
    return Array.from({ length: targets + 1 }, () => branch(printing)).join("");
  },
  call: ({ code, names }) => ` ${names.functions[code.u32()]}`,
  call_indirect: ({ code, names }) => {
    const type = code.u32();
    return ` ${names.tables[code.u32()]} (type ${type})`;
  },
  "local.get": local,
  "local.set": local,
  "local.tee": local,
  "global.get": ({ code, names }) => ` ${names.globals[code.u32()]}`,
  "global.set": ({ code, names }) => ` ${names.globals[code.u32()]}`,
};

function openBlock(printing: Printing, kind: string): string {
  const label = `$${kind}${printing.blocks++}`;
  const type = blockType(printing);
  printing.labels.push(label);
  return ` ${label}${type}`;
}

/** Negative numbers are a result's type, or none; others the number of a type. */
function blockType({ code, names }: Printing): string {
  const type = Number(code.s64());
  if (type >= 0) return typeUse(type, names.types[type]!);
  const result = typeName(type & 0x7f);
  return result === "any" ? "" : ` (result ${result})`;
}

/** Parameters and results behind the number of a type. */
function typeUse(index: number, { params, results }: FunctionType): string {
  return ` (type ${index})${group("param", params)}${group("result", results)}`;
}

function group(word: string, types: readonly string[]): string {
  return types.length === 0 ? "" : ` (${word} ${types.join(" ")})`;
}

function branch({ code, labels }: Printing): string {
  const depth = code.u32();
  const label = labels.at(-1 - depth);
  // The function has no label in the text format: a branch to it is by number.
  return depth === labels.length - 1 ? ` ${depth}` : ` ${label}`;
}

function local({ code, names }: Printing): string {
  return ` ${names.locals[code.u32()]}`;
}

function opcodeKey(prefix: number, code: number): number {
  return prefix * 0x1000 + code;
}
