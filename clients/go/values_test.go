package hodu

import (
	"encoding/json"
	"math"
	"reflect"
	"testing"
)

func TestSnapshotsAreEncodedAndDecodedToTheSame(t *testing.T) {
	tensor, err := TensorOf("f32", []int64{2}, []float32{1, -2})
	if err != nil {
		t.Fatal(err)
	}
	name := "w"
	body := &Graph{Name: "body", Nodes: []Node{{Op: "Relu", Inputs: []string{"x"}, Outputs: []string{"y"}, Origin: []string{}}}}
	attributes := []Attribute{
		{"f", "float", math.Inf(1)},
		{"i", "int", int64(math.MinInt64)},
		{"is", "ints", []int64{1, 2}},
		{"fs", "floats", []float64{0.1}},
		{"s", "strings", []string{"한", ""}},
		{"t", "tensor", tensor},
		{"ts", "tensors", []*Tensor{tensor}},
		{"g", "graph", body},
		{"y", "type", &ValueType{Kind: "tensor", DType: "f32", Shape: []Dim{{Constant: 1}, {Terms: []Term{{"n", 2}}}}}},
	}
	scalar := &ValueType{Kind: "tensor", DType: "f32", Shape: []Dim{}}
	snapshot := &Snapshot{
		Graph: &Graph{
			Name:    "g",
			Inputs:  []GraphValue{{Name: "x", Type: scalar, Default: &name}},
			Outputs: []GraphValue{{Name: "y"}},
			Weights: []Weight{{Name: name, DType: "f32", Shape: []int64{2}, Length: 8}},
			Nodes:   []Node{{Op: "If", Name: "n", Inputs: []string{"x"}, Outputs: []string{"y"}, Attributes: attributes, Origin: []string{"n"}}},
		},
		Stores:   []Store{{Bytes: []byte("12345678")}, {IsFile: true, Location: "weights.bin"}},
		Metadata: []Pair{{"a", "b"}},
	}
	packed, err := EncodeSnapshot(snapshot)
	if err != nil {
		t.Fatal(err)
	}
	back, err := DecodeSnapshot(packed)
	if err != nil {
		t.Fatal(err)
	}
	// lists that were not there come back as empty ones
	one, _ := EncodeSnapshot(back)
	if string(one) != string(packed) || !reflect.DeepEqual(back.Graph.Nodes[0].Attributes[:7], attributes[:7]) {
		t.Fatalf("found %+v", back.Graph)
	}
	for _, length := range []int{0, 3, 20, len(packed) - 1} {
		if _, err := DecodeSnapshot(packed[:length]); err == nil {
			t.Errorf("%d bytes were read", length)
		}
	}
}

func TestWhatServicesGiveIsSaidExactly(t *testing.T) {
	given := []any{nil, true, int64(1) << 60, math.Copysign(0, -1), []byte{1}, "x", map[string]any{"a": []any{1.5}}, &Tensor{DType: "u8", Shape: []int64{1}, Data: []byte{7}}}
	out := &encoder{}
	wire, err := out.service(given, 0)
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(wire)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := read[any](text)
	if err != nil {
		t.Fatal(err)
	}
	back, err := (&decoder{parts: out.parts}).service(parsed)
	if err != nil || !reflect.DeepEqual(back, any(given)) {
		t.Fatalf("found %v, %v", back, err)
	}
	if _, err := out.service(map[string]any{"$a": 1.0}, 0); err == nil {
		t.Error("a member that begins with $ was sent")
	}
	if _, err := out.service(make(chan int), 0); err == nil {
		t.Error("a channel was sent")
	}
}

func TestElementsAreHeldToTheirShape(t *testing.T) {
	for _, tensor := range []*Tensor{
		{DType: "f32", Shape: []int64{3}, Data: make([]byte, 8)},
		{DType: "f32", Shape: []int64{1 << 40, 1 << 40}, Data: make([]byte, 8)},
		{DType: "f32", Shape: []int64{-1}, Data: make([]byte, 8)},
	} {
		if elements, err := Elements[float32](tensor); err == nil {
			t.Errorf("%v gave %v", tensor.Shape, elements)
		}
	}
}

func TestAPluginIsNamedByItsManifest(t *testing.T) {
	plugin := &Plugin{Manifest: []byte(`{"name": "a", "version": "1.2.3", "author": {}}`)}
	if err := identify(plugin); err != nil || plugin.ID != "a" || plugin.Version != "1.2.3" {
		t.Errorf("found %q %q, %v", plugin.ID, plugin.Version, err)
	}
	if err := identify(&Plugin{}); err == nil {
		t.Error("a plugin without a manifest was named")
	}
	if err := identify(&Plugin{ID: "b", Version: "2"}); err != nil {
		t.Error(err)
	}
}
