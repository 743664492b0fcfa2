import { expect, test } from "vitest";
import { splitArgument, splitList } from "./file-arguments.ts";

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

test.each([
  ["a=a.npy,b=b.npz", ["a=a.npy", "b=b.npz"]],
  ["a=x,y.npy,b=b.npz", ["a=x,y.npy", "b=b.npz"]],
  ["a=no,such.npy", ["a=no", "such.npy"]],
  ["a=a.npy,", ["a=a.npy"]],
  ["", []],
])("the list %j is %j where x,y.npy is a file", (text, pieces) => {
  const files = ["a.npy", "b.npz", "x,y.npy"];
  expect(splitList(text, (piece) => files.includes(piece.slice(piece.indexOf("=") + 1)))).toEqual(pieces);
});
