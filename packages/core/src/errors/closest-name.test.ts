import { expect, test } from "vitest";
import { closestName } from "./closest-name.ts";

test.each([
  ["imag", "image"],
  ["IMAGE", "image"],
  ["iamge", "image"],
  ["BAD_IN", "BAD_INPUT"],
  ["BADINPUT", "BAD_INPUT"],
  ["y", "x"],
  ["label", undefined],
  ["", undefined],
])("%s is most like %s", (wanted, found) => {
  expect(closestName(wanted, ["x", "image", "BAD_INPUT"])).toBe(found);
});
