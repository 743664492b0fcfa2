/** What a newcomer writes: plugins, what each changes of a model's run, and how that looks after an edit. */

/** x: f32[n, 3] of the sample model of a backend, y = Relu(x + x); of an operator, y = x + x; of a transform, y = Relu(Relu(x)). */
const FIRST_ROW_DOUBLED = [2, 0, 6];

const rowOf = ({ stdout }) => JSON.parse(stdout).outputs.y.data.flat().slice(0, 3);
const expectRow = (wanted) => (result) => {
  const row = rowOf(result);
  if (JSON.stringify(row) !== JSON.stringify(wanted)) throw new Error(`found y[0] = ${row}, expected ${wanted}`);
};
const expectText =
  (text) =>
  ({ stderr }) => {
    if (!stderr.includes(text)) throw new Error(`did not find ${JSON.stringify(text)} in:\n${stderr}`);
  };
const expectNoText =
  (text) =>
  ({ stderr }) => {
    if (stderr.includes(text)) throw new Error(`found ${JSON.stringify(text)} in:\n${stderr}`);
  };

/**
 * Two are taken at a time, in this order: formats use the model of the backend, which is begun first.
 * new: what is begun. run: a run with it, from its folder. before, after: what must hold of it before and after the edit.
 * edit: a file, what stands in it, and what comes in its place. fails: runs without the plugin must fail; the others warn.
 */
export const JOURNEYS = [
  {
    title: "a backend in TypeScript",
    new: ["my-device", "--type", "backend"],
    id: "hodu-backend-my-device",
    run: ["tests/model.hdss", "-i", "x=tests/x.json", "--device", "my-device", "--json"],
    before: expectRow(FIRST_ROW_DOUBLED),
    edit: ["src/index.ts", "findings.length === 0 ? true", 'findings.length === 0 ? "not today"'],
    after: expectText("not today"),
    fails: true,
  },
  {
    title: "a transform in TypeScript",
    new: ["my-cleanup", "--type", "transform"],
    id: "hodu-transform-my-cleanup",
    run: ["tests/model.hdss", "-i", "x=tests/x.json", "--transform", "my-cleanup", "--verbose", "--json"],
    before: expectText("my-cleanup: 1 change"),
    edit: ["src/index.ts", 'op === "Relu"', 'op === "Selu"'],
    after: expectNoText("my-cleanup: 1 change"),
    fails: false,
  },
  {
    title: "a format in TypeScript",
    new: ["points", "--type", "format"],
    id: "hodu-format-points",
    run: ["../my-device/tests/model.hdss", "-i", "x=tests/fixtures/table.points", "--json"],
    before: expectRow([0, 2, 4]),
    edit: ["src/index.ts", "Float32Array.from(numbers)", "Float32Array.from(numbers, (x) => 10 * x)"],
    after: expectRow([0, 20, 40]),
    fails: true,
  },
  {
    title: "an operator in TypeScript",
    new: ["my-operators", "--type", "operator"],
    id: "hodu-operator-my-operators",
    run: ["tests/model.hdss", "-i", "x=tests/x.json", "--json"],
    before: expectRow([2, -4, 6]),
    edit: ["src/index.ts", 'op: "Add"', 'op: "Mul"'],
    after: expectRow([1, 4, 9]),
    fails: true,
  },
  {
    title: "a format in Python",
    new: ["rows", "--type", "format", "--lang", "python"],
    id: "hodu-format-rows",
    needs: "python3",
    run: ["../my-device/tests/model.hdss", "-i", "x=tests/fixtures/table.rows", "--json"],
    before: expectRow([0, 2, 4]),
    edit: ["plugin.py", "float(word) for", "10 * float(word) for"],
    after: expectRow([0, 20, 40]),
    fails: true,
  },
];
