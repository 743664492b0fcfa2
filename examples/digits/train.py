"""Train the digit classifier, export it to ONNX, and write its example inputs and expected outputs.

Writes beside this file: model.onnx, three.json, seven.json, eight.json and test_data_set_*/.
Reads data.json, the tolerance of an ONNX backend test.
"""

import json
import textwrap
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType
from skl2onnx.helpers.onnx_helper import select_model_inputs_outputs
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

HERE = Path(__file__).resolve().parent
SEED = 0
PIXELS = 8 * 8
CLASSES = 10
OPSET = {"": 17, "ai.onnx.ml": 3}
SHOWN_DIGITS = {"three": 3, "seven": 7, "eight": 8}
TOLERANCE = json.loads((HERE / "data.json").read_text())


def add_shifted(images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the images followed by copies of them moved by one pixel up, down, left and right."""
    padded = np.pad(images.reshape(-1, 8, 8), ((0, 0), (1, 1), (1, 1)))
    corners = ((1, 1), (2, 1), (0, 1), (1, 2), (1, 0))
    moved = [padded[:, y : y + 8, x : x + 8].reshape(-1, PIXELS) for y, x in corners]
    return np.concatenate(moved), np.tile(labels, len(moved))


def train(images: np.ndarray, labels: np.ndarray) -> Pipeline:
    """Fit on images of shape [n, 64] with grey values from 0 to 16."""
    classifier = MLPClassifier(hidden_layer_sizes=(128, 64), alpha=1.0, max_iter=400, random_state=SEED)
    return make_pipeline(StandardScaler(), classifier).fit(*add_shifted(images, labels))


def export(pipeline: Pipeline) -> onnx.ModelProto:
    """Convert to ONNX: image [batch, 64] f32 in, probabilities [batch, 10] f32 out."""
    model = convert_sklearn(
        pipeline,
        name="digits",
        initial_types=[("image", FloatTensorType([None, PIXELS]))],
        options={"zipmap": False},
        target_opset=OPSET,
        # Sub and Div of the standard domain instead of the Scaler of ai.onnx.ml.
        black_op={"Scaler"},
    )
    # The label is the argmax of the probabilities, and computing it takes operators of ai.onnx.ml.
    return clean(select_model_inputs_outputs(model, outputs=["probabilities"]))


def clean(model: onnx.ModelProto) -> onnx.ModelProto:
    """Name the batch dimension, which the converter cannot, and drop what only the label needed."""
    graph = model.graph
    for values, name, width in ((graph.input, "image", PIXELS), (graph.output, "probabilities", CLASSES)):
        del values[:]
        values.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", width]))
    read = {name for node in graph.node for name in node.input}
    domains = {node.domain for node in graph.node}
    for items, unused in (
        (graph.initializer, [item for item in graph.initializer if item.name not in read]),
        (model.opset_import, [item for item in model.opset_import if item.domain not in domains]),
    ):
        for item in unused:
            items.remove(item)
    return model


def choose_shown(images: np.ndarray, labels: np.ndarray, probabilities: np.ndarray) -> dict[str, np.ndarray]:
    """The test image, [1, 64], that the model reads with most certainty, for each digit that is shown."""
    shown = {}
    for name, digit in SHOWN_DIGITS.items():
        surest = np.argmax(np.where(labels == digit, probabilities[:, digit], 0))
        shown[name] = images[surest : surest + 1]
    return shown


def write_tensor(path: Path, name: str, value: np.ndarray) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(numpy_helper.from_array(value, name).SerializeToString())


def write_json(path: Path, image: np.ndarray) -> None:
    """Write an image as tensor JSON, laid out as the repository's formatter lays it out."""
    pixels = ", ".join(f"{pixel:g}" for pixel in image.flat)
    lines = textwrap.fill(pixels, width=120, initial_indent=4 * " ", subsequent_indent=4 * " ")
    path.write_text(f'{{\n  "dtype": "f32",\n  "shape": {list(image.shape)},\n  "data": [\n{lines}\n  ]\n}}\n')


def main() -> None:
    digits = load_digits()
    train_images, test_images, train_labels, test_labels = train_test_split(
        digits.data.astype(np.float32), digits.target, test_size=0.2, random_state=SEED, stratify=digits.target
    )
    pipeline = train(train_images, train_labels)
    model = export(pipeline)
    onnx.checker.check_model(model, full_check=True)
    (HERE / "model.onnx").write_bytes(model.SerializeToString())

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    probabilities = session.run(["probabilities"], {"image": test_images})[0]
    np.testing.assert_allclose(probabilities, pipeline.predict_proba(test_images), **TOLERANCE)

    shown = choose_shown(test_images, test_labels, probabilities)
    for name, image in shown.items():
        write_json(HERE / f"{name}.json", image)
    data_sets = [*shown.values(), np.concatenate(list(shown.values()))]
    for index, images in enumerate(data_sets):
        folder = HERE / f"test_data_set_{index}"
        write_tensor(folder / "input_0.pb", "image", images)
        write_tensor(folder / "output_0.pb", "probabilities", session.run(None, {"image": images})[0])

    correct = int((probabilities.argmax(axis=1) == test_labels).sum())
    print(f"trained on {len(train_labels)} images, {model.ByteSize()} bytes of ONNX")
    print(f"test accuracy {correct / len(test_labels):.4f} ({correct} of {len(test_labels)})")


if __name__ == "__main__":
    main()
