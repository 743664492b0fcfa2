/** Installs the packages of PyPI that the tests below test/peers compare with, so that no test waits for that. */
import { findPython } from "./python-packages.ts";

const { reason } = findPython();
if (reason !== undefined) console.log(`skipped: ${reason}`);
