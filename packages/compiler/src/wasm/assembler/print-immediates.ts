import type { ByteReader } from "./byte-reader.ts";
import type { AccessBytes, ImmediateKind } from "./instructions/row.ts";

/** Reads the immediates behind an opcode and gives their text, without a space before it. */
export type PrintImmediates = (code: ByteReader, dataNames: readonly string[]) => string;

/** The text of immediates, by kind, as the text format has it: what is the default is left out. */
export const PRINT_IMMEDIATES: Readonly<Record<ImmediateKind, PrintImmediates>> = {
  none: () => "",
  i32: (code) => String(code.s64()),
  i64: (code) => String(code.s64()),
  f32: (code) => floatText(code.f32()),
  f64: (code) => floatText(code.f64()),
  v128: (code) => `i32x4 ${Array.from({ length: 4 }, () => hexText(code)).join(" ")}`,
  lane2: lane,
  lane4: lane,
  lane8: lane,
  lane16: lane,
  shuffle: (code) => Array.from({ length: 16 }, () => code.byte()).join(" "),
  memory1: access(1),
  memory2: access(2),
  memory4: access(4),
  memory8: access(8),
  memory16: access(16),
  memory1lane16: laneAccess(1),
  memory2lane8: laneAccess(2),
  memory4lane4: laneAccess(4),
  memory8lane2: laneAccess(8),
  atomic1: access(1),
  atomic2: access(2),
  atomic4: access(4),
  atomic8: access(8),
  memory: skip(1),
  twoMemories: skip(2),
  fence: skip(1),
  data: dataName,
  dataAndMemory: (code, dataNames) => {
    const name = dataName(code, dataNames);
    code.byte();
    return name;
  },
};

function lane(code: ByteReader): string {
  return String(code.byte());
}

function skip(count: number): PrintImmediates {
  return (code) => {
    for (let at = 0; at < count; at++) code.byte();
    return "";
  };
}

function access(size: AccessBytes): PrintImmediates {
  return (code) => {
    const alignment = 2 ** code.byte();
    const offset = code.u32();
    const parts = [offset === 0 ? "" : `offset=${offset}`, alignment === size ? "" : `align=${alignment}`];
    return parts.filter((part) => part !== "").join(" ");
  };
}

function laneAccess(size: AccessBytes): PrintImmediates {
  const print = access(size);
  return (code, dataNames) => `${print(code, dataNames)} ${code.byte()}`.trimStart();
}

function dataName(code: ByteReader, dataNames: readonly string[]): string {
  return dataNames[code.u32()] ?? "";
}

function floatText(value: number): string {
  if (Number.isNaN(value)) return "nan";
  if (!Number.isFinite(value)) return value < 0 ? "-inf" : "inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** Four bytes, the lowest last, as one number. */
function hexText(code: ByteReader): string {
  const bytes = Array.from({ length: 4 }, () => code.byte().toString(16).padStart(2, "0"));
  return `0x${bytes.reverse().join("")}`;
}
