package hodu

import (
	"encoding/json"
	"fmt"
)

type wireSnapshot struct {
	Graph    *wireGraph  `json:"graph"`
	Stores   []wireStore `json:"stores"`
	Metadata []Pair      `json:"metadata"`
	Producer string      `json:"producer"`
}

type wireStore struct {
	Kind     string  `json:"kind"`
	Location *string `json:"location,omitempty"`
	Bytes    *int    `json:"bytes,omitempty"`
}

type wireGraph struct {
	Name    string       `json:"name"`
	Inputs  []GraphValue `json:"inputs"`
	Outputs []GraphValue `json:"outputs"`
	Weights []Weight     `json:"weights"`
	Nodes   []*wireNode  `json:"nodes"`
	Values  []GraphValue `json:"values"`
}

type wireNode struct {
	Op         string          `json:"op"`
	Domain     string          `json:"domain"`
	Name       string          `json:"name"`
	Inputs     []string        `json:"inputs"`
	Outputs    []string        `json:"outputs"`
	Attributes []wireAttribute `json:"attributes"`
	Origin     []string        `json:"origin"`
}

type wireAttribute struct {
	Name  string          `json:"name"`
	Value wireKindedValue `json:"value"`
}

type wireKindedValue struct {
	Kind  string          `json:"kind"`
	Value json.RawMessage `json:"value"`
}

type wirePatch struct {
	Pattern     string      `json:"pattern"`
	Remove      []string    `json:"remove"`
	Add         []*wireNode `json:"add"`
	Weights     []any       `json:"weights"`
	Rename      []Pair      `json:"rename"`
	DropWeights []string    `json:"dropWeights"`
}

func (e *encoder) snapshot(snapshot *Snapshot) *wireSnapshot {
	wire := &wireSnapshot{e.graph(snapshot.Graph), []wireStore{}, list(snapshot.Metadata), snapshot.Producer}
	for i := range snapshot.Stores {
		store := &snapshot.Stores[i]
		if store.IsFile {
			wire.Stores = append(wire.Stores, wireStore{Kind: "file", Location: &store.Location})
		} else {
			index := e.part(store.Bytes)
			wire.Stores = append(wire.Stores, wireStore{Kind: "bytes", Bytes: &index})
		}
	}
	return wire
}

func (e *encoder) graph(graph *Graph) *wireGraph {
	wire := &wireGraph{graph.Name, list(graph.Inputs), list(graph.Outputs), []Weight{}, e.nodes(graph.Nodes), list(graph.Values)}
	for _, weight := range graph.Weights {
		weight.Shape = list(weight.Shape)
		wire.Weights = append(wire.Weights, weight)
	}
	return wire
}

func (e *encoder) nodes(nodes []Node) []*wireNode {
	wire := make([]*wireNode, len(nodes))
	for i := range nodes {
		wire[i] = e.node(&nodes[i])
	}
	return wire
}

func (e *encoder) node(n *Node) *wireNode {
	attributes := make([]wireAttribute, len(n.Attributes))
	for i, attribute := range n.Attributes {
		text, err := json.Marshal(e.attribute(attribute.Value))
		if err != nil {
			panic(fmt.Sprintf("attribute %s of %s: %v", attribute.Name, n.Name, err))
		}
		attributes[i] = wireAttribute{attribute.Name, wireKindedValue{attribute.Kind, text}}
	}
	return &wireNode{n.Op, n.Domain, n.Name, list(n.Inputs), list(n.Outputs), attributes, list(n.Origin)}
}

// attribute is what stands for the value of an attribute in JSON.
func (e *encoder) attribute(value any) any {
	switch v := value.(type) {
	case float64:
		return Float(v)
	case int64:
		return Int(v)
	case []float64:
		return convert(v, func(item float64) any { return Float(item) })
	case []int64:
		return convert(v, func(item int64) any { return Int(item) })
	case []string:
		return list(v)
	case *Tensor:
		return e.value(v)
	case []*Tensor:
		return convert(v, func(item *Tensor) any { return e.value(item) })
	case *Graph:
		return e.graph(v)
	}
	return value
}

func convert[T any](items []T, to func(T) any) []any {
	converted := make([]any, len(items))
	for i, item := range items {
		converted[i] = to(item)
	}
	return converted
}

func (e *encoder) patches(patches []Patch) map[string]any {
	wire := make([]wirePatch, len(patches))
	for i, patch := range patches {
		weights := []any{}
		for _, weight := range patch.Weights {
			weight.Shape = list(weight.Shape)
			weights = append(weights, weight)
		}
		for _, made := range patch.Made {
			weights = append(weights, wireNamedValue{made.Name, e.value(made.Value)})
		}
		wire[i] = wirePatch{patch.Pattern, list(patch.Remove), e.nodes(patch.Add), weights, list(patch.Rename), list(patch.DropWeights)}
	}
	return map[string]any{"patches": wire}
}

func (d *decoder) snapshot(wire *wireSnapshot) (*Snapshot, error) {
	if wire == nil {
		return nil, fmt.Errorf("found no snapshot")
	}
	graph, err := d.graph(wire.Graph)
	if err != nil {
		return nil, err
	}
	snapshot := &Snapshot{Graph: graph, Metadata: wire.Metadata, Producer: wire.Producer}
	for _, store := range wire.Stores {
		read := Store{IsFile: store.Kind == "file"}
		if read.IsFile && store.Location != nil {
			read.Location = *store.Location
		} else if store.Bytes == nil {
			return nil, fmt.Errorf("found a store of the kind %q that is not whole", store.Kind)
		} else if read.Bytes, err = d.part(*store.Bytes); err != nil {
			return nil, err
		}
		snapshot.Stores = append(snapshot.Stores, read)
	}
	return snapshot, nil
}

func (d *decoder) graph(wire *wireGraph) (*Graph, error) {
	if wire == nil {
		return nil, fmt.Errorf("found no graph")
	}
	graph := &Graph{Name: wire.Name, Inputs: wire.Inputs, Outputs: wire.Outputs, Weights: wire.Weights, Values: wire.Values}
	for _, item := range wire.Nodes {
		node, err := d.node(item)
		if err != nil {
			return nil, err
		}
		graph.Nodes = append(graph.Nodes, *node)
	}
	return graph, nil
}

func (d *decoder) node(wire *wireNode) (*Node, error) {
	if wire == nil {
		return nil, fmt.Errorf("found no node")
	}
	node := &Node{Op: wire.Op, Domain: wire.Domain, Name: wire.Name, Inputs: wire.Inputs, Outputs: wire.Outputs, Origin: wire.Origin}
	for _, attribute := range wire.Attributes {
		value, err := d.attribute(attribute.Value)
		if err != nil {
			return nil, fmt.Errorf("attribute %q of node %q: %w", attribute.Name, wire.Name, err)
		}
		node.Attributes = append(node.Attributes, Attribute{attribute.Name, attribute.Value.Kind, value})
	}
	return node, nil
}

func (d *decoder) attribute(wire wireKindedValue) (any, error) {
	switch wire.Kind {
	case "float":
		number, err := read[Float](wire.Value)
		return float64(number), err
	case "int":
		number, err := read[Int](wire.Value)
		return int64(number), err
	case "string":
		return read[string](wire.Value)
	case "type":
		return read[*ValueType](wire.Value)
	case "tensor":
		return d.tensor(wire.Value)
	case "graph":
		graph, err := read[*wireGraph](wire.Value)
		if err != nil {
			return nil, err
		}
		return d.graph(graph)
	case "floats":
		return readEach(wire.Value, func(item Float) (float64, error) { return float64(item), nil })
	case "ints":
		return readEach(wire.Value, func(item Int) (int64, error) { return int64(item), nil })
	case "strings":
		return read[[]string](wire.Value)
	case "tensors":
		return readEach(wire.Value, d.tensor)
	}
	return nil, fmt.Errorf("found the kind %q", wire.Kind)
}

func (d *decoder) tensor(text json.RawMessage) (*Tensor, error) {
	wire, err := read[*wireValue](text)
	if err != nil {
		return nil, err
	}
	value, err := d.value(wire)
	tensor, isTensor := value.(*Tensor)
	if err == nil && !isTensor {
		err = fmt.Errorf("found a %s, expected a tensor", wire.Kind)
	}
	return tensor, err
}

func read[T any](text json.RawMessage) (T, error) {
	var value T
	err := json.Unmarshal(text, &value)
	return value, err
}

func readEach[W, T any](text json.RawMessage, to func(W) (T, error)) ([]T, error) {
	wire, err := read[[]W](text)
	values := make([]T, len(wire))
	for i := 0; i < len(wire) && err == nil; i++ {
		values[i], err = to(wire[i])
	}
	return values, err
}
