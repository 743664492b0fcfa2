package hodu

import "io"

// Source is a file that the host has opened, never a path. It lives as long as the call that brought it, or as the session that was loaded
// with it. It is an io.ReaderAt: io.NewSectionReader(source, 0, source.Size) reads and seeks.
type Source struct {
	Name   string
	Size   int64
	number int64
	line   *line
	call   *Call
}

type wireSource struct {
	Source int64  `json:"source"`
	Name   string `json:"name"`
	Size   int64  `json:"size"`
}

// Read gives the bytes from offset on. It fails with BAD_MODEL beyond the end, with IO, or as the call was cancelled.
func (s *Source) Read(offset, length int64) ([]byte, error) { return s.read(offset, length, false) }

// Copy writes the same bytes in order, in pieces of at most 4 MiB, which the host does not keep in memory.
func (s *Source) Copy(to io.Writer, offset, length int64) error {
	for end := offset + length; offset < end; offset += maxDataBytes {
		piece, err := s.read(offset, min(maxDataBytes, end-offset), true)
		if err != nil {
			return err
		}
		if _, err := to.Write(piece); err != nil {
			return err
		}
	}
	return nil
}

func (s *Source) read(offset, length int64, once bool) ([]byte, error) {
	if offset < 0 || length < 0 || offset > s.Size || length > s.Size-offset {
		return nil, Errorf(BadModel, "Cannot read %s: found bytes from %d on, %d of them, in a file of %d", s.Name, offset, length, s.Size).In(Place{File: s.Name})
	}
	if length == 0 {
		return nil, nil
	}
	params := map[string]any{"source": s.number, "offset": offset, "length": length}
	if once {
		params["once"] = true
	}
	var result struct {
		Bytes int `json:"bytes"`
	}
	parts, err := s.line.ask(s.call, "source.read", params, nil, &result)
	if err != nil {
		return nil, err
	}
	return parts.part(result.Bytes)
}

// ReadAt reads as io.ReaderAt does.
func (s *Source) ReadAt(bytes []byte, offset int64) (int, error) {
	length := min(int64(len(bytes)), max(0, s.Size-offset))
	found, err := s.Read(offset, length)
	if err == nil && length < int64(len(bytes)) {
		err = io.EOF
	}
	return copy(bytes, found), err
}

// Sibling gives the file that name, a relative path as it stands in this file, points to. It fails with POLICY or MISSING_INPUT.
func (s *Source) Sibling(name string) (*Source, error) {
	var result struct {
		Source wireSource `json:"source"`
	}
	if _, err := s.line.ask(s.call, "source.sibling", map[string]any{"source": s.number, "name": name}, nil, &result); err != nil {
		return nil, err
	}
	return newSource(s.line, s.call, &result.Source), nil
}

// During gives the same file for a call of its session: a read then ends when that call is cancelled.
func (s *Source) During(call *Call) *Source {
	bound := *s
	bound.call = call
	return &bound
}

// Release tells the host that this file is not needed any more.
func (s *Source) Release() { s.line.notify("source.close", map[string]any{"source": s.number}) }

func newSource(l *line, call *Call, wire *wireSource) *Source {
	if wire == nil {
		return nil
	}
	return &Source{Name: wire.Name, Size: wire.Size, number: wire.Source, line: l, call: call}
}

// Sink is a file in the making, never a path. It appears only when the call has ended well.
type Sink struct {
	Name   string
	number int64
	line   *line
	call   *Call
}

type wireSink struct {
	Sink int64  `json:"sink"`
	Name string `json:"name"`
}

// Write appends bytes; they are the caller's again when it returns. It fails with IO (a disk that is full, too).
func (s *Sink) Write(bytes []byte) (int, error) {
	for at := 0; at < len(bytes); at += maxDataBytes {
		piece := bytes[at:min(at+maxDataBytes, len(bytes))]
		var result struct{}
		if _, err := s.line.ask(s.call, "sink.write", map[string]any{"sink": s.number, "bytes": 0}, [][]byte{piece}, &result); err != nil {
			return at, err
		}
	}
	return len(bytes), nil
}

// Sibling gives another file of the same result in the same folder, such as external weights. It fails with POLICY.
func (s *Sink) Sibling(name string) (*Sink, error) {
	var result struct {
		Sink wireSink `json:"sink"`
	}
	if _, err := s.line.ask(s.call, "sink.sibling", map[string]any{"sink": s.number, "name": name}, nil, &result); err != nil {
		return nil, err
	}
	return newSink(s.line, s.call, &result.Sink), nil
}

func newSink(l *line, call *Call, wire *wireSink) *Sink {
	return &Sink{Name: wire.Name, number: wire.Sink, line: l, call: call}
}
