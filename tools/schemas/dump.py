"""Prints every operator schema of the installed onnx package as JSON."""

import json

import numpy
from onnx import defs, helper

SHORT = {
    "float": "f32", "double": "f64", "float16": "f16", "bfloat16": "bf16",
    "complex64": "c64", "complex128": "c128", "bool": "bool", "string": "string",
    **{f"{sign}int{bits}": f"{'u' if sign else 'i'}{bits}" for sign in ("", "u") for bits in (2, 4, 8, 16, 32, 64)},
    "float8e4m3fn": "f8e4m3fn", "float8e4m3fnuz": "f8e4m3fnuz", "float8e5m2": "f8e5m2", "float8e5m2fnuz": "f8e5m2fnuz",
    "float8e8m0": "f8e8m0", "float4e2m1": "f4e2m1", "float6e2m3": "f6e2m3", "float6e3m2": "f6e3m2",
}  # fmt: skip
KINDS = {"TYPE_PROTO": "type", "SPARSE_TENSOR": "tensor"}


def type_name(text):
    text = text.replace(" ", "")
    head, _, rest = text.partition("(")
    if not rest:
        return SHORT.get(head, head)
    inner = rest[:-1]
    if head == "tensor":
        return SHORT[inner]
    if head == "map":
        key, _, value = inner.partition(",")
        return f"map({SHORT[key]},{type_name(value)})"
    return f"{head}({type_name(inner)})"


def parameter(formal):
    result = {"name": formal.name, "type": type_name(formal.type_str), "use": {"Single": "required"}.get(formal.option.name, formal.option.name.lower())}
    if formal.option.name == "Variadic":
        result |= {"min": formal.min_arity, "heterogeneous": not formal.is_homogeneous}
    return result


def plain(value):
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, float):
        return float(str(numpy.float32(value)))
    return [plain(item) for item in value] if isinstance(value, list) else value


def attribute(schema_attribute):
    default = schema_attribute.default_value
    kind = schema_attribute.type.name
    result = {"kind": KINDS.get(kind, kind.lower()), "required": schema_attribute.required}
    if default is not None and default.name:
        result["default"] = plain(helper.get_attribute_value(default))
    return result


print(json.dumps([
    {
        "name": schema.name, "domain": schema.domain, "since": schema.since_version, "deprecated": schema.deprecated,
        "inputs": [parameter(formal) for formal in schema.inputs],
        "outputs": [parameter(formal) for formal in schema.outputs],
        "types": {constraint.type_param_str: sorted(map(type_name, constraint.allowed_type_strs)) for constraint in schema.type_constraints},
        "attributes": {name: attribute(value) for name, value in sorted(schema.attributes.items())},
    }
    for schema in defs.get_all_schemas_with_history()
]))  # fmt: skip
