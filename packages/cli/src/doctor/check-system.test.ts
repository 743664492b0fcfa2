import { expect, it } from "vitest";
import { checkGuards, versionIn } from "./check-system.ts";

it.each([
  ["gcc (Debian 12.2.0-14) 12.2.0\nCopyright", "12.2.0"],
  ["Debian clang version 14.0.6\nTarget: x86_64-pc-linux-gnu", "14.0.6"],
  ["Apple clang version 15.0.0 (clang-1500.3.9.4)", "15.0.0"],
  ["no numbers here", undefined],
])("takes the version from %j", (output, version) => {
  expect(versionIn(output)).toBe(version);
});

it("says what a plugin's process can be held to", () => {
  const node = { flag: "--permission", network: true } as const;
  expect(checkGuards({ namespaces: true, node, endsWithParent: true })).toMatchObject([
    { mark: "ok", text: "Permission model: --permission, files and network" },
    { mark: "ok", text: "Namespaces: plugins run in a sandbox" },
  ]);
  expect(checkGuards({ namespaces: false, node: undefined, endsWithParent: false })).toMatchObject([
    { mark: "absent" },
    { mark: "absent" },
  ]);
});
