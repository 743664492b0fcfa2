package main

import "hodu-example-go/hodu"

// bind gives the weights and the inputs by name; an input that is not given is its default. It refuses inputs that do not fit the model.
func bind(graph *hodu.Graph, given []hodu.NamedValue, weights map[string]hodu.Value) (map[string]hodu.Value, error) {
	values, symbols := map[string]hodu.Value{}, map[string]int64{}
	for name, weight := range weights {
		values[name] = weight
	}
	left := map[string]hodu.Value{}
	for _, input := range given {
		left[input.Name] = input.Value
	}
	for _, input := range graph.Inputs {
		value, isGiven := left[input.Name]
		delete(left, input.Name)
		switch {
		case isGiven:
			if err := check(input, value, symbols); err != nil {
				return nil, err
			}
			values[input.Name] = value
		case input.Default != nil:
			values[input.Name] = weights[*input.Default]
		default:
			return nil, hodu.Errorf(hodu.MissingInput, "Cannot run the model: input %q is missing", input.Name)
		}
	}
	for name := range left {
		return nil, hodu.Errorf(hodu.BadInput, "Cannot use input %q: the model has no such input", name)
	}
	return values, nil
}

// check refuses another dtype or shape than the model declares; symbols keeps the sizes of names.
func check(input hodu.GraphValue, value hodu.Value, symbols map[string]int64) error {
	tensor, isTensor := value.(*hodu.Tensor)
	if !isTensor || (input.Type != nil && tensor.DType != input.Type.DType) {
		return hodu.Errorf(hodu.BadInput, "Cannot use input %q: found another type than the model declares", input.Name)
	}
	if input.Type == nil || input.Type.Shape == nil {
		return nil
	}
	if len(input.Type.Shape) != len(tensor.Shape) {
		return hodu.Errorf(hodu.BadInput, "Cannot use input %q: found the shape %v, expected %d dims", input.Name, tensor.Shape, len(input.Type.Shape))
	}
	for i, dim := range input.Type.Shape {
		if !fits(tensor.Shape[i], dim, symbols) {
			return hodu.Errorf(hodu.BadInput, "Cannot use input %q: its shape %v does not fit the model", input.Name, tensor.Shape)
		}
	}
	return nil
}

// fits says whether a size is that of a dim: a number, or a symbol that is the same everywhere. Sums of symbols are not held to anything.
func fits(size int64, dim hodu.Dim, symbols map[string]int64) bool {
	if len(dim.Terms) == 0 {
		return size == dim.Constant
	}
	if dim.Constant != 0 || len(dim.Terms) != 1 || dim.Terms[0].Coefficient != 1 {
		return true
	}
	symbol := dim.Terms[0].Symbol
	known, isKnown := symbols[symbol]
	symbols[symbol] = size
	return !isKnown || known == size
}
