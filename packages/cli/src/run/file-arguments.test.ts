import { expect, test } from "vitest";
import { splitArgument } from "./file-arguments.ts";

const isName = (name: string): boolean => ["x", "a=b", "image"].includes(name);
const isFile = (path: string): boolean => path === "x=1.json";

test.each([
  ["x=in.pb", "x", "in.pb"],
  ["in.pb", undefined, "in.pb"],
  ["x=-", "x", "-"],
  ["-", undefined, "-"],
  ["y=in.pb", "y", "in.pb"],
  ["a=b=in.pb", "a=b", "in.pb"],
  ["x=a=b.pb", "x", "a=b.pb"],
  ["x=1.json", "x", "1.json"],
  ["C:\\in.pb", undefined, "C:\\in.pb"],
  ["x=", "x", ""],
])("%s is input %s from %s", (text, name, path) => {
  expect(splitArgument(text, isName, isFile)).toEqual({ name, path });
});

test("a file that has an equals sign in its name is one where nothing else fits", () => {
  expect(splitArgument("x=1.json", () => false, isFile)).toEqual({ name: undefined, path: "x=1.json" });
});
