package hodu

import (
	"fmt"
	"maps"
	"slices"
)

// BindInputs gives the values that a run begins with, by name: the weights, and the inputs as they are given or by default. It holds them to
// what the graph declares: names, kinds, dtypes, shapes, one size for each symbol. It fails with BAD_INPUT or MISSING_INPUT.
func BindInputs(graph *Graph, inputs []NamedValue, weights map[string]Value) (map[string]Value, error) {
	declared, given, symbols := map[string]GraphValue{}, map[string]Value{}, map[string]int64{}
	for _, input := range graph.Inputs {
		declared[input.Name] = input
	}
	// a dim of several symbols can be told only when all inputs have been seen
	for _, input := range slices.Concat(inputs, inputs) {
		wanted, isThere := declared[input.Name]
		if !isThere {
			return nil, Errorf(BadInput, "Cannot use input %q: the model has no input of that name", input.Name)
		}
		if !fits(input.Value, wanted.Type, symbols) {
			found := typeOf(input.Value)
			return nil, Errorf(BadInput, "Cannot use input %q: found %v, expected %v%s", input.Name, found, wanted.Type, sizes(symbols))
		}
		given[input.Name] = input.Value
	}
	values := map[string]Value{}
	for name, weight := range weights {
		values[name] = weight
	}
	for _, input := range graph.Inputs {
		value, err := bound(input, given, weights)
		if err != nil {
			return nil, err
		}
		values[input.Name] = value
	}
	return values, nil
}

func bound(input GraphValue, given, weights map[string]Value) (Value, error) {
	if value, isGiven := given[input.Name]; isGiven {
		return value, nil
	}
	if input.Default != nil {
		return weights[*input.Default], nil
	}
	if input.Type != nil && input.Type.Kind == "optional" && input.Type.Element != nil {
		return &OptionalValue{Element: *input.Type.Element}, nil
	}
	return nil, Errorf(MissingInput, "Cannot run the model: input %q is not given", input.Name)
}

// fits says whether a value is of a type; symbols keeps the sizes that the first shapes settle.
func fits(value Value, wanted *ValueType, symbols map[string]int64) bool {
	if wanted == nil {
		return true
	}
	tensor, isTensor := value.(*Tensor)
	if !isTensor || wanted.Kind != "tensor" {
		return typeOf(value).Kind == wanted.Kind
	}
	if tensor.DType != wanted.DType || (wanted.Shape != nil && len(wanted.Shape) != len(tensor.Shape)) {
		return false
	}
	for i, dim := range wanted.Shape {
		if !dimFits(tensor.Shape[i], dim, symbols) {
			return false
		}
	}
	return true
}

func dimFits(size int64, dim Dim, symbols map[string]int64) bool {
	sum, unknown := dim.Constant, 0
	for _, term := range dim.Terms {
		known, isKnown := symbols[term.Symbol]
		sum += known * term.Coefficient
		if !isKnown {
			unknown++
		}
	}
	if unknown == 0 {
		return size == sum
	}
	if len(dim.Terms) > 1 || dim.Terms[0].Coefficient == 0 {
		return true
	}
	rest, coefficient := size-dim.Constant, dim.Terms[0].Coefficient
	symbols[dim.Terms[0].Symbol] = rest / coefficient
	return rest%coefficient == 0 && rest/coefficient >= 0
}

// typeOf is the type of a value, of a tensor with its shape.
func typeOf(value Value) *ValueType {
	switch v := value.(type) {
	case *Tensor:
		shape := []Dim{}
		for _, size := range v.Shape {
			shape = append(shape, Dim{Constant: size})
		}
		return &ValueType{Kind: "tensor", DType: v.DType, Shape: shape}
	case *SequenceValue:
		return &ValueType{Kind: "sequence", Element: &v.Element}
	case *OptionalValue:
		return &ValueType{Kind: "optional", Element: &v.Element}
	case *MapValue:
		return &ValueType{Kind: "map", Element: &v.Element, Key: v.Key}
	}
	return &ValueType{Kind: "none"}
}

func sizes(symbols map[string]int64) string {
	text := ""
	for _, symbol := range slices.Sorted(maps.Keys(symbols)) {
		text += fmt.Sprintf(", %s = %d", symbol, symbols[symbol])
	}
	return text
}

// WantedOutputs gives the names of the outputs that a run is to give, in their order. It refuses (BAD_INPUT) one that the graph does not have.
func WantedOutputs(graph *Graph, options RunOptions) ([]string, error) {
	var names []string
	for _, output := range graph.Outputs {
		names = append(names, output.Name)
	}
	if options.Outputs == nil {
		return names, nil
	}
	for _, name := range options.Outputs {
		if !slices.Contains(names, name) {
			return nil, Errorf(BadInput, "Cannot give output %q: the model has %q", name, names)
		}
	}
	return options.Outputs, nil
}
