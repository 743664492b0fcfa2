package hodu

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strings"
	"testing"
)

func tensorType(shape ...Dim) *ValueType {
	return &ValueType{Kind: "tensor", DType: "f32", Shape: shape}
}

func ones(t *testing.T, shape ...int64) *Tensor {
	count := int64(1)
	for _, size := range shape {
		count *= size
	}
	tensor, err := TensorOf("f32", shape, slices.Repeat([]float32{1}, int(count)))
	if err != nil {
		t.Fatal(err)
	}
	return tensor
}

// testGraph has x[n, 2], y[2n + 1], z[2] by default w, and an optional o.
func testGraph() *Graph {
	w := "w"
	n, two := Dim{Terms: []Term{{"n", 1}}}, Dim{Constant: 2}
	return &Graph{
		Inputs: []GraphValue{
			{Name: "x", Type: tensorType(n, two)},
			{Name: "y", Type: tensorType(Dim{Constant: 1, Terms: []Term{{"n", 2}}})},
			{Name: "z", Type: tensorType(two), Default: &w},
			{Name: "o", Type: &ValueType{Kind: "optional", Element: tensorType()}},
		},
		Outputs: []GraphValue{{Name: "x"}},
		Weights: []Weight{{Name: w, DType: "f32", Shape: []int64{2}, Offset: 4, Length: 8}},
	}
}

func expectCode(t *testing.T, err error, code, text string) {
	t.Helper()
	var found *Error
	if !errors.As(err, &found) || found.Code != code || !strings.Contains(found.Message, text) {
		t.Errorf("found %v, expected %s with %q", err, code, text)
	}
}

func TestInputsAreBoundWithTheirDefaults(t *testing.T) {
	w, x, y := ones(t, 2), ones(t, 3, 2), ones(t, 7)
	values, err := BindInputs(testGraph(), []NamedValue{{"x", x}, {"y", y}}, map[string]Value{"w": w})
	if err != nil || values["x"] != x || values["y"] != y || values["z"] != w || values["w"] != w {
		t.Fatalf("found %v, %v", values, err)
	}
	if missing, isOptional := values["o"].(*OptionalValue); !isOptional || missing.Value != nil {
		t.Errorf("found %v", values["o"])
	}
}

func TestInputsThatDoNotFitAreRefused(t *testing.T) {
	x, y := NamedValue{"x", ones(t, 3, 2)}, NamedValue{"y", ones(t, 7)}
	for _, one := range []struct {
		inputs     []NamedValue
		code, text string
	}{
		{[]NamedValue{x, y, {"q", x.Value}}, BadInput, "\"q\""},
		{[]NamedValue{{"x", ones(t, 3)}, y}, BadInput, "found f32[3], expected f32[n, 2]"},
		{[]NamedValue{x, {"y", ones(t, 5)}}, BadInput, "found f32[5], expected f32[2*n + 1], n = 3"},
		{[]NamedValue{{"y", ones(t, 5)}, x}, BadInput, "n = 2"},
		{[]NamedValue{{"x", &Tensor{DType: "f64", Shape: []int64{3, 2}}}, y}, BadInput, "found f64[3, 2]"},
		{[]NamedValue{{"x", &OptionalValue{}}, y}, BadInput, "found optional"},
		{[]NamedValue{{"x", nil}, y}, BadInput, "found none"},
		{[]NamedValue{x}, MissingInput, "\"y\" is not given"},
	} {
		_, err := BindInputs(testGraph(), one.inputs, nil)
		expectCode(t, err, one.code, one.text)
	}
}

func TestWeightsAreLoadedAndHeldToTheirDigests(t *testing.T) {
	data := append([]byte{0, 0, 0, 0}, ones(t, 2).Data...)
	sum := sha256.Sum256(data[4:])
	load := func(change func(*Weight), store Store, most float64) (map[string]Value, error) {
		graph := testGraph()
		graph.Weights[0].Digest = hex.EncodeToString(sum[:])
		change(&graph.Weights[0])
		return LoadWeights(&Snapshot{Graph: graph, Stores: []Store{store}}, nil, most, &Call{Context: t.Context()})
	}
	whole, bytes := func(*Weight) {}, Store{Bytes: data}
	found, err := load(whole, bytes, 0)
	if err != nil || len(found) != 1 {
		t.Fatalf("found %v, %v", found, err)
	}
	for _, change := range []func(*Weight){
		func(w *Weight) { w.Digest = "00" },
		func(w *Weight) { w.Offset = 8 },
		func(w *Weight) { w.Offset = -1 },
		func(w *Weight) { w.Store = 1 },
	} {
		_, err := load(change, bytes, 0)
		expectCode(t, err, BadModel, "")
	}
	_, err = load(whole, Store{IsFile: true}, 7)
	expectCode(t, err, MemoryLimit, "8 bytes")
	_, err = load(whole, Store{IsFile: true}, 8)
	expectCode(t, err, MissingInput, "")
}

func TestOutputsAreThoseThatAreAskedFor(t *testing.T) {
	if names, err := WantedOutputs(testGraph(), RunOptions{}); err != nil || !slices.Equal(names, []string{"x"}) {
		t.Errorf("found %v, %v", names, err)
	}
	_, err := WantedOutputs(testGraph(), RunOptions{Outputs: []string{"y"}})
	expectCode(t, err, BadInput, "\"y\"")
}

func TestTypesAreKnownByName(t *testing.T) {
	types := testGraph().Types()
	if types["w"].String() != "f32[2]" || types["x"].String() != "f32[n, 2]" || types["q"] != nil {
		t.Errorf("found %v", types)
	}
}

func TestTensorsAreHeldToTheirElements(t *testing.T) {
	_, err := TensorOf("f32", []int64{1}, []float64{1})
	expectCode(t, err, BadInput, "of 8 bytes, expected 4")
	_, err = TensorOf("f32", []int64{3}, []float32{1})
	expectCode(t, err, BadInput, "found 1 elements")
}
