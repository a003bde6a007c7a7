"""A small writer for ONNX graphs: every name is given by the caller, so the same input always yields the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from onnx import ModelProto, NodeProto, TensorProto, checker, helper, numpy_helper

OPSET = 17
IR_VERSION = 8
MICROSOFT = "com.microsoft"


class Graph:
    """Collects nodes and constants in the order they are written."""

    def __init__(self) -> None:
        self._nodes: list[NodeProto] = []
        self._constants: dict[str, TensorProto] = {}

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Store a constant once under its name and return the name."""
        if name not in self._constants:
            self._constants[name] = numpy_helper.from_array(np.asarray(value, order="C"), name)
        return name

    def node(self, operator: str, inputs: list[str], output: str, domain: str = "", **attributes: Any) -> str:
        """Append an operator with one output that is used and return that output's name."""
        return self.nodes(operator, inputs, [output], domain, **attributes)

    def nodes(self, operator: str, inputs: list[str], outputs: list[str], domain: str = "", **attributes: Any) -> str:
        """Append an operator with several outputs and return the name of the first."""
        self._nodes.append(
            helper.make_node(operator, inputs, outputs, name=f"{outputs[0]}:{operator}", domain=domain, **attributes)
        )
        return outputs[0]

    def model(self, name: str, output: str, dimension: int) -> ModelProto:
        """Close the graph over `input_ids` and `attention_mask`, with one float vector per text as output."""
        shape = ["batch", "tokens"]
        graph = helper.make_graph(
            self._nodes,
            name,
            [helper.make_tensor_value_info(each, TensorProto.INT32, shape) for each in ("input_ids", "attention_mask")],
            [helper.make_tensor_value_info(output, TensorProto.FLOAT, ["batch", dimension])],
            list(self._constants.values()),
        )
        opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(MICROSOFT, 1)]
        model = helper.make_model(graph, opset_imports=opsets, producer_name="bccb", ir_version=IR_VERSION)
        checker.check_model(model)
        return model


def save(model: ModelProto, path: Path) -> None:
    """Write the model with a stable byte order of its fields."""
    path.write_bytes(model.SerializeToString(deterministic=True))
