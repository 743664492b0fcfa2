package hodu

// Snapshot is a model as data.
type Snapshot struct {
	Graph    *Graph
	Stores   []Store
	Metadata []Pair
	Producer string
}

// Store is where weights lie: bytes, or a file: "" is the model file, others are relative to it.
type Store struct {
	IsFile   bool
	Location string
	Bytes    []byte
}

// Graph has nodes in an order in which they can run, and what goes in and out.
type Graph struct {
	Name    string
	Inputs  []GraphValue
	Outputs []GraphValue
	Weights []Weight
	Nodes   []Node
	Values  []GraphValue
}

// Types gives what is known of the types of values, by name: of inputs, outputs, weights and values between nodes.
func (g *Graph) Types() map[string]*ValueType {
	known := map[string]*ValueType{}
	for _, values := range [][]GraphValue{g.Inputs, g.Values, g.Outputs} {
		for _, value := range values {
			if value.Type != nil {
				known[value.Name] = value.Type
			}
		}
	}
	for _, weight := range g.Weights {
		known[weight.Name] = typeOf(&Tensor{DType: weight.DType, Shape: weight.Shape})
	}
	return known
}

// GraphValue is an input, an output or another value; Type is nil where it is not known, Default names the weight that stands for an input.
type GraphValue struct {
	Name    string     `json:"name"`
	Type    *ValueType `json:"type,omitempty"`
	Default *string    `json:"default,omitempty"`
}

// Weight is a constant whose bytes lie in a store.
type Weight struct {
	Name   string  `json:"name"`
	DType  string  `json:"dtype"`
	Shape  []int64 `json:"shape"`
	Store  int     `json:"store"`
	Offset int64   `json:"offset"`
	Length int64   `json:"length"`
	Digest string  `json:"digest,omitempty"`
}

// Node is an operator of a graph. An input of the name "" is left out. Origin names the nodes of the file that it comes from.
type Node struct {
	Op         string
	Domain     string
	Name       string
	Inputs     []string
	Outputs    []string
	Attributes []Attribute
	Origin     []string
}

// Attribute has a value of its kind: float64, int64, string, *Tensor, *Graph or *ValueType for float, int, string, tensor, graph, type;
// slices of the first four for floats, ints, strings, tensors.
type Attribute struct {
	Name  string
	Kind  string
	Value any
}

// Attribute gives the value of an attribute; nil: it is not there.
func (n *Node) Attribute(name string) any {
	for _, attribute := range n.Attributes {
		if attribute.Name == name {
			return attribute.Value
		}
	}
	return nil
}

// Patch is a change to one graph: nodes by name that go, nodes and weights that come, and values to read instead of those that are gone.
type Patch struct {
	Pattern     string
	Remove      []string
	Add         []Node
	Weights     []Weight
	Made        []NamedValue
	Rename      []Pair
	DropWeights []string
}

// Model is a Snapshot and the file that its stores of files refer to, nil when there is none.
type Model struct {
	Snapshot *Snapshot
	Source   *Source
}

// Tensor reads a weight from where it is.
func (m *Model) Tensor(weight *Weight) (*Tensor, error) {
	data, err := m.read(weight)
	return &Tensor{DType: weight.DType, Shape: weight.Shape, Data: data}, err
}

func (m *Model) read(weight *Weight) ([]byte, error) {
	if weight.Store < 0 || weight.Store >= len(m.Snapshot.Stores) {
		return nil, Errorf(BadModel, "Cannot read weight %q: found store %d of %d", weight.Name, weight.Store, len(m.Snapshot.Stores))
	}
	store := &m.Snapshot.Stores[weight.Store]
	if !store.IsFile {
		end := weight.Offset + weight.Length
		if weight.Offset < 0 || weight.Length < 0 || end > int64(len(store.Bytes)) {
			return nil, Errorf(BadModel, "Cannot read weight %q: found bytes %d to %d of %d", weight.Name, weight.Offset, end, len(store.Bytes))
		}
		return store.Bytes[weight.Offset:end], nil
	}
	file, err := m.file(store.Location)
	if err != nil {
		return nil, err
	}
	return file.Read(weight.Offset, weight.Length)
}

func (m *Model) file(location string) (*Source, error) {
	if m.Source == nil {
		return nil, Errorf(MissingInput, "Cannot read weights: the model's file is not here")
	}
	if location == "" {
		return m.Source, nil
	}
	return m.Source.Sibling(location)
}
