/** Opcodes of the instructions whose operands depend on where they stand. WebAssembly core specification 2.0, section 5.4. */
export const CONTROL_OPCODES = {
  unreachable: 0x00,
  nop: 0x01,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  br_if: 0x0d,
  br_table: 0x0e,
  return: 0x0f,
  call: 0x10,
  call_indirect: 0x11,
  drop: 0x1a,
  select: 0x1b,
  "local.get": 0x20,
  "local.set": 0x21,
  "local.tee": 0x22,
  "global.get": 0x23,
  "global.set": 0x24,
} as const;

/** The name of an instruction of CONTROL_OPCODES. */
export type ControlName = keyof typeof CONTROL_OPCODES;
