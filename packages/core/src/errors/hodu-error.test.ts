import { expect, test, vi } from "vitest";
import { HoduError } from "./hodu-error.ts";

test("an error of another copy of the module is a HoduError, other errors are not", async () => {
  vi.resetModules();
  const copy = await import("./hodu-error.ts");
  expect(copy.HoduError).not.toBe(HoduError);
  expect(new copy.HoduError("IO", "Cannot read") instanceof HoduError).toBe(true);
  expect(new Error("Cannot read") instanceof HoduError).toBe(false);
  expect(Object.assign(new Error("x"), { code: "IO", name: "HoduError" }) instanceof HoduError).toBe(false);
  for (const other of [null, undefined, "IO", 1]) expect((other as unknown) instanceof HoduError).toBe(false);
});
