// Package hodu speaks Hodu's plugin protocol: copy it into your plugin's folder. It needs Go 1.24 and nothing else.
//
//	//go:embed package.json
//	var manifest []byte
//
//	func main() {
//		hodu.Serve(&hodu.Plugin{Manifest: manifest, Formats: map[string]any{"csv": csv{}}})
//	}
//
// What the calls mean: docs/plugins-in-go.md. What crosses the line: docs/plugin-protocol.md.
package hodu

// Plugin is what a plugin offers, each component under its short name. Manifest is package.json, as go:embed gives it; ID and Version are
// read from it, or set without it.
type Plugin struct {
	Manifest []byte
	ID       string
	Version  string
	// Each has any of LoadModel, SaveModel, LoadTensors, SaveTensors: see ModelLoader and so on.
	Formats        map[string]any
	Backends       map[string]Backend
	Transforms     map[string]Transform
	HwTransforms   map[string]Transform
	Operators      map[string]Operator
	Kernels        map[string]KernelPlugin
	KernelBackends map[string]KernelBackend
	// OnLoad is called before anything else; what it fails with makes the load fail. OnUnload is called before the end.
	OnLoad   func(*Context) error
	OnUnload func(*Context) error
	// OnEvent gets each event.
	OnEvent func(Event, *Context) error
}

// ModelLoader reads a model; its weights stay where they are.
type ModelLoader interface {
	LoadModel(source *Source, options LoadModelOptions, call *Call) (*Snapshot, error)
}

// ModelSaver writes a model. The same model gives the same bytes.
type ModelSaver interface {
	SaveModel(model *Model, sink *Sink, options SaveModelOptions, call *Call) error
}

// TensorLoader reads the values of a tensor file.
type TensorLoader interface {
	LoadTensors(source *Source, options LoadTensorsOptions, call *Call) (*TensorFile, error)
}

// TensorSaver writes a tensor file. It refuses (UNSUPPORTED) what it cannot hold.
type TensorSaver interface {
	SaveTensors(file *TensorFile, sink *Sink, call *Call) error
}

// TensorFile is what a tensor file holds, in its order, and what it says beside its values.
type TensorFile struct {
	Values   []NamedValue
	Metadata []Pair
}

// LoadModelOptions names domains whose operators are known from elsewhere.
type LoadModelOptions struct {
	Domains []string `json:"domains"`
}

// LoadTensorsOptions has pairs of a name and the dtype to read it as, where the file does not say it.
type LoadTensorsOptions struct {
	DTypes []Pair `json:"dtypes"`
}

// SaveModelOptions has the version of ai.onnx to write (0: the lowest that holds the model), and where weights go.
type SaveModelOptions struct {
	Opset           int   `json:"opset"`
	ExternalWeights *bool `json:"externalWeights"`
}

// Backend compiles models and runs them. Calls may overlap.
type Backend interface {
	// Supports gives why a node cannot run, "" where it can; types of inputs that are not known are nil.
	Supports(node *Node, inputs []*ValueType) string
	// Compile makes an artifact; the same model and options give the same bytes.
	Compile(model *Model, options CompileOptions, call *Call) (*Artifact, error)
	// Load makes an artifact ready to run; weights is nil where the model has no files.
	Load(artifact *Artifact, weights *Source, options SessionOptions, call *Call) (Session, error)
}

// Session is a model that is ready to run; calls of Run may overlap.
type Session interface {
	// Run runs the model once. The memory of its inputs is lent for the call: what is to be kept of it is copied. After the call it holds
	// other inputs, or is no memory any more, and reading it ends the process. Until then it may be written to.
	Run(inputs []NamedValue, options RunOptions, call *Call) (*RunResult, error)
	Dispose() error
}

// Availabler is a backend that says what is missing on this machine for a device, "" where nothing is.
type Availabler interface {
	Available(device string) string
}

// Identifier is a backend that says what its artifacts depend on beside the model and the options; "": they are not kept.
type Identifier interface {
	Identity(options CompileOptions) string
}

// Builder is a backend that writes files which run a model without Hodu.
type Builder interface {
	SupportedTargets() []BuildTarget
	SupportedFormats(target BuildTarget) []OutputFormat
	Build(model *Model, target BuildTarget, format OutputFormat, sink *Sink, call *Call) error
}

// CompileOptions is what a model is compiled for; OptLevel is nil where nothing was said.
type CompileOptions struct {
	Device       string       `json:"device"`
	Precision    string       `json:"precision"`
	OptLevel     *int         `json:"optLevel"`
	Shapes       []InputShape `json:"shapes"`
	Reproducible bool         `json:"reproducible"`
	Fallback     *bool        `json:"fallback"`
	Dump         []string     `json:"dump"`
	WorkDir      string       `json:"workDir"`
}

// InputShape has the dims of an input to compile for.
type InputShape struct {
	Name string  `json:"name"`
	Dims []int64 `json:"dims"`
}

// Artifact is what a backend made of a model. Backend, Version, Device and Precision are filled in where they are empty; Report is JSON.
type Artifact struct {
	Backend   string
	Version   string
	Device    string
	Precision string
	Bytes     []byte
	Report    any
}

// SessionOptions is what a session may take of the machine. Keep is nil where the host keeps nothing; else it gives the bytes that are kept
// under a key, or those that make gives, which are kept from then on.
type SessionOptions struct {
	Threads    int
	MaxMemory  float64
	KeepMemory bool
	Keep       func(call *Call, key string, make func() ([]byte, error)) ([]byte, error)
}

// RunOptions names the outputs to give (nil: all), whether nodes are timed, and the seed of random operators (nil: another each run).
type RunOptions struct {
	Outputs []string `json:"outputs"`
	Profile bool     `json:"profile"`
	Seed    *Float   `json:"seed"`
}

// RunResult has outputs in the order that was asked for, the times of nodes where they were asked for, and the most bytes taken at once.
type RunResult struct {
	Outputs   []NamedValue
	Nodes     []NodeTime
	PeakBytes int64
}

// NodeTime is the time of one node over all its calls.
type NodeTime struct {
	Name         string   `json:"name"`
	Operator     string   `json:"operator"`
	Origin       []string `json:"origin"`
	Calls        int      `json:"calls"`
	Milliseconds Float    `json:"milliseconds"`
}

// BuildTarget is the machine that something is built for.
type BuildTarget struct {
	Triple string `json:"triple"`
	Device string `json:"device"`
}

// OutputFormat is a kind of file that a build gives.
type OutputFormat struct {
	Name      string `json:"name"`
	Extension string `json:"extension"`
}

// Transform gives the changes to a model, none when there is nothing to change; config is JSON.
type Transform func(snapshot *Snapshot, config map[string]any, call *Call) ([]Patch, error)

// Operator gives the types of a node's outputs; types that are not known are nil.
type Operator interface {
	Infer(node *Node, inputs []*ValueType) ([]*ValueType, error)
}

// Lowerer is an operator that becomes standard nodes.
type Lowerer interface {
	Lower(snapshot *Snapshot, call *Call) ([]Patch, error)
}

// OperatorRunner is an operator with a reference; inputs that are left out are nil.
type OperatorRunner interface {
	Run(node *Node, inputs []Value, call *Call) ([]Value, error)
}

// Sampler is an operator with samples to try it on.
type Sampler interface {
	Samples() []OperatorSample
}

// OperatorSample is a node and the inputs to run it on.
type OperatorSample struct {
	Node   Node
	Inputs []NamedValue
}

// KernelPlugin says which nodes a hardware kernel computes ("", or why not), and with what parameters.
type KernelPlugin interface {
	Matches(node *Node, snapshot *Snapshot) string
	Parameters(node *Node, snapshot *Snapshot) ([]Parameter, error)
}

// Parameter is a name and a number, such as PE.
type Parameter struct {
	Name  string
	Value float64
}

// KernelBackend gives source files, each a name and a text, for a node with its parameters.
type KernelBackend func(node *Node, parameters []Parameter, call *Call) ([]Pair, error)
