package hodu

type loadModelParams struct {
	Format  string           `json:"format"`
	Source  *wireSource      `json:"source"`
	Options LoadModelOptions `json:"options"`
}

func loadModel(s *server, params *loadModelParams, r *request) (any, error) {
	format, err := formatWith[ModelLoader](s, params.Format, "loadModel")
	if err != nil {
		return nil, err
	}
	source, err := s.source(params.Source, r)
	if err != nil {
		return nil, err
	}
	snapshot, err := format.LoadModel(source, params.Options, r.call)
	if err != nil {
		return nil, err
	}
	return map[string]any{"snapshot": r.out.snapshot(snapshot)}, nil
}

type loadTensorsParams struct {
	Format  string             `json:"format"`
	Source  *wireSource        `json:"source"`
	Options LoadTensorsOptions `json:"options"`
}

func loadTensors(s *server, params *loadTensorsParams, r *request) (any, error) {
	format, err := formatWith[TensorLoader](s, params.Format, "loadTensors")
	if err != nil {
		return nil, err
	}
	source, err := s.source(params.Source, r)
	if err != nil {
		return nil, err
	}
	file, err := format.LoadTensors(source, params.Options, r.call)
	if err != nil {
		return nil, err
	}
	return map[string]any{"values": r.out.named(file.Values), "metadata": list(file.Metadata)}, nil
}

// modelParams is a model that a call brings.
type modelParams struct {
	Snapshot *wireSnapshot `json:"snapshot"`
	Source   *wireSource   `json:"source"`
}

func (m *modelParams) model(s *server, r *request) (*Model, error) {
	snapshot, err := r.in.snapshot(m.Snapshot)
	if err != nil {
		return nil, malformed(err)
	}
	return &Model{snapshot, newSource(s.line, r.call, m.Source)}, nil
}

type saveModelParams struct {
	modelParams
	Format  string           `json:"format"`
	Sink    *wireSink        `json:"sink"`
	Options SaveModelOptions `json:"options"`
}

func saveModel(s *server, params *saveModelParams, r *request) (any, error) {
	format, err := formatWith[ModelSaver](s, params.Format, "saveModel")
	if err != nil {
		return nil, err
	}
	model, err := params.model(s, r)
	if err != nil {
		return nil, err
	}
	sink, err := s.sink(params.Sink, r)
	if err != nil {
		return nil, err
	}
	return empty{}, format.SaveModel(model, sink, params.Options, r.call)
}

type saveTensorsParams struct {
	Format   string           `json:"format"`
	Sink     *wireSink        `json:"sink"`
	Values   []wireNamedValue `json:"values"`
	Metadata []Pair           `json:"metadata"`
}

func saveTensors(s *server, params *saveTensorsParams, r *request) (any, error) {
	format, err := formatWith[TensorSaver](s, params.Format, "saveTensors")
	if err != nil {
		return nil, err
	}
	values, err := r.in.named(params.Values)
	if err != nil {
		return nil, malformed(err)
	}
	sink, err := s.sink(params.Sink, r)
	if err != nil {
		return nil, err
	}
	return empty{}, format.SaveTensors(&TensorFile{values, params.Metadata}, sink, r.call)
}

// formatWith is a format that has a method.
func formatWith[T any](s *server, name, method string) (T, error) {
	var none T
	format, err := component("format", name, s.plugin.Formats)
	if err != nil {
		return none, err
	}
	able, has := format.(T)
	if !has {
		return none, missing("format", name, method)
	}
	return able, nil
}

func (s *server) source(wire *wireSource, r *request) (*Source, error) {
	if wire == nil {
		return nil, malformed(Errorf(BadUsage, "found no source"))
	}
	return newSource(s.line, r.call, wire), nil
}

func (s *server) sink(wire *wireSink, r *request) (*Sink, error) {
	if wire == nil {
		return nil, malformed(Errorf(BadUsage, "found no sink"))
	}
	return newSink(s.line, r.call, wire), nil
}
