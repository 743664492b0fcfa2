import { expect, test } from "vitest";
import { readTransforms } from "./read-transforms.ts";

test.each([
  ["relu-of-relu", { transform: "relu-of-relu" }],
  ["transform:relu", { transform: "transform:relu" }],
  ["a:deep=2,on=true,word=x:y", { transform: "a", config: { deep: 2, on: true, word: "x:y" } }],
  [
    "hodu-transform-a:b:rate=-1.5e3,none=null,text=",
    { transform: "hodu-transform-a:b", config: { rate: -1500, none: null, text: "" } },
  ],
])("--transform %s", (text, wanted) => {
  expect(readTransforms([text])).toEqual([wanted]);
});

test.each(["a=b", ":a=b", "a:b=1,c", "a:=1"])("--transform %s is refused", (text) => {
  expect(() => readTransforms([text])).toThrow("expected NAME or NAME:key=value");
});
