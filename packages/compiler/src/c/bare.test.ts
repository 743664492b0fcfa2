import { expect, test } from "vitest";
import { bare } from "./bare.ts";

test("brackets go where they are around all of the text, and only there", () => {
  expect(bare("((a + b))")).toBe("a + b");
  expect(bare("(a) + (b)")).toBe("(a) + (b)");
  expect(bare("(int)(a)")).toBe("(int)(a)");
  expect(bare("a")).toBe("a");
});
