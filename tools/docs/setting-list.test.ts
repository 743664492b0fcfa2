import { expect, it } from "vitest";
import { settingList } from "./setting-list.ts";

const setting = { description: "What it is", expected: "a number", variables: ["HODU_X"] };

it("lists settings by table, with where their values come from", () => {
  const text = settingList([
    { ...setting, key: "top", default: null, otherwise: "none at all" },
    { ...setting, key: "a.b", default: [1], flag: "--b" },
    { ...setting, key: "a.c", default: {}, waits_for: "more" },
  ]);
  expect(text.split("\n")).toEqual([
    "### Before all tables",
    "",
    "- `top`: What it is. It is a number; default: none at all.",
    "  Also: `HODU_X`",
    "",
    "### [a]",
    "",
    "- `a.b`: What it is. It is a number; default: `[1]`.",
    "  Also: `HODU_X`, `--b`",
    "",
    "### [a.c]",
    "",
    "- `a.c`: What it is. It is a number; default: `{}`. No effect yet: it is for more.",
    "  Also: `HODU_X`",
    "",
  ]);
});
