package main

import (
	"slices"

	"hodu-example-go/hodu"
)

// operator gives what a node gives; memory is asked before it is taken.
type operator func(node *hodu.Node, inputs []*hodu.Tensor, memory *budget) (*hodu.Tensor, error)

var operators map[string]operator

func init() {
	operators = map[string]operator{"Identity": same, "Add": add, "MatMul": product, "Transpose": transpose}
}

// budget is the memory that a run may take.
type budget struct {
	left  float64
	taken int64
}

func (b *budget) take(elements, size int64) error {
	b.taken += elements * size
	if float64(b.taken) > b.left {
		return hodu.Errorf(hodu.MemoryLimit, "Cannot run the model: its values need %d bytes and more, of %.0f", b.taken, b.left)
	}
	return nil
}

func same(_ *hodu.Node, inputs []*hodu.Tensor, _ *budget) (*hodu.Tensor, error) {
	return inputs[0], nil
}

func add(node *hodu.Node, inputs []*hodu.Tensor, memory *budget) (*hodu.Tensor, error) {
	switch inputs[0].DType {
	case "f32":
		return sum[float32](inputs, memory)
	case "f64":
		return sum[float64](inputs, memory)
	case "i64":
		return sum[int64](inputs, memory)
	}
	return nil, unfit(node, inputs[0])
}

func sum[T hodu.Number](inputs []*hodu.Tensor, memory *budget) (*hodu.Tensor, error) {
	shape := broadcast(inputs[0].Shape, inputs[1].Shape)
	if err := memory.take(count(shape), 8); err != nil {
		return nil, err
	}
	x, err := hodu.Elements[T](inputs[0])
	if err != nil {
		return nil, err
	}
	y, err := hodu.Elements[T](inputs[1])
	if err != nil {
		return nil, err
	}
	result := make([]T, count(shape))
	xs, ys := strides(inputs[0].Shape, shape), strides(inputs[1].Shape, shape)
	place := make([]int64, len(shape))
	for i := range result {
		result[i] = x[dot(place, xs)] + y[dot(place, ys)]
		advance(place, shape)
	}
	return hodu.TensorOf(inputs[0].DType, shape, result)
}

func product(node *hodu.Node, inputs []*hodu.Tensor, memory *budget) (*hodu.Tensor, error) {
	x, y := inputs[0], inputs[1]
	if x.DType != "f32" || len(x.Shape) != 2 || len(y.Shape) != 2 || x.Shape[1] != y.Shape[0] {
		return nil, unfit(node, x)
	}
	rows, depth, columns := x.Shape[0], x.Shape[1], y.Shape[1]
	if err := memory.take(rows*columns, 4); err != nil {
		return nil, err
	}
	left, err := hodu.Elements[float32](x)
	if err != nil {
		return nil, err
	}
	right, err := hodu.Elements[float32](y)
	if err != nil {
		return nil, err
	}
	result := make([]float32, rows*columns)
	for row := range rows {
		for k := range depth {
			factor := left[row*depth+k]
			for column := range columns {
				result[row*columns+column] += factor * right[k*columns+column]
			}
		}
	}
	return hodu.TensorOf("f32", []int64{rows, columns}, result)
}

func transpose(node *hodu.Node, inputs []*hodu.Tensor, memory *budget) (*hodu.Tensor, error) {
	x := inputs[0]
	if x.DType != "f32" {
		return nil, unfit(node, x)
	}
	elements, err := hodu.Elements[float32](x)
	if err != nil {
		return nil, err
	}
	if err := memory.take(int64(len(elements)), 4); err != nil {
		return nil, err
	}
	order, isGiven := node.Attribute("perm").([]int64)
	if !isGiven {
		for i := len(x.Shape) - 1; i >= 0; i-- {
			order = append(order, int64(i))
		}
	}
	own := strides(x.Shape, x.Shape)
	shape, steps := make([]int64, len(order)), make([]int64, len(order))
	for i, from := range order {
		shape[i], steps[i] = x.Shape[from], own[from]
	}
	result := make([]float32, len(elements))
	place := make([]int64, len(shape))
	for i := range result {
		result[i] = elements[dot(place, steps)]
		advance(place, shape)
	}
	return hodu.TensorOf("f32", shape, result)
}

func unfit(node *hodu.Node, x *hodu.Tensor) error {
	return hodu.Errorf(hodu.Unsupported, "Cannot run %s %q: found %s %v, which this backend does not compute", node.Op, node.Name, x.DType, x.Shape)
}

// broadcast is the shape of two tensors that are stretched over each other.
func broadcast(x, y []int64) []int64 {
	if len(x) < len(y) {
		x, y = y, x
	}
	shape := slices.Clone(x)
	for i, dim := range y {
		if at := len(x) - len(y) + i; shape[at] == 1 {
			shape[at] = dim
		}
	}
	return shape
}

// strides are the steps through a tensor for each dim of the shape that it is stretched to.
func strides(own, over []int64) []int64 {
	steps := make([]int64, len(over))
	step := int64(1)
	for i := len(own) - 1; i >= 0; i-- {
		if own[i] != 1 {
			steps[len(over)-len(own)+i] = step
		}
		step *= own[i]
	}
	return steps
}

func count(shape []int64) int64 {
	elements := int64(1)
	for _, dim := range shape {
		elements *= dim
	}
	return elements
}

func dot(place, steps []int64) int64 {
	var at int64
	for i := range place {
		at += place[i] * steps[i]
	}
	return at
}

// advance goes to the next place of a shape, the last dim first.
func advance(place, shape []int64) {
	for i := len(place) - 1; i >= 0; i-- {
		if place[i]++; place[i] < shape[i] {
			return
		}
		place[i] = 0
	}
}
